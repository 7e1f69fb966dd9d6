from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .volunteer_common import NOW, VolunteerCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFit(VolunteerCase):
    """Whether a shift fits somebody: at the date of the shift, in words."""

    def accept(self, shift, volunteer):
        return shift._put_in(volunteer, "phone")

    def test_a_minor_is_refused_the_night_before_the_birthday_and_taken_that_night(self):
        """Born on 10 Feb 2009: 17 on the night that begins on 9 Feb 2027, 18 on the next."""
        young = self.volunteer(
            "Zoe",
            birthdate_date="2009-02-10",
            consent_by_id=self.person("Mere").id,
            consent_from="2027-01-01",
        )
        before = self.shift("2027-02-09 22:00", "2027-02-10 06:00")
        after = self.shift("2027-02-10 22:00", "2027-02-11 06:00")
        with self.assertRaisesRegex(UserError, "under 18"):
            self.accept(before, young)
        self.assertEqual(self.accept(after, young).state, "accepted")

    def test_under_sixteen_the_evening_is_off_and_the_mission_sets_the_hour(self):
        """Born on 20 January 2011: sixteen on the 20th. 18:00–21:00 fits that evening, not the one
        before, unless the mission says 21:00."""
        self.ana.partner_id.birthdate_date = "2011-01-20"
        self.ana.write({"consent_by_id": self.bob.partner_id.id, "consent_from": "2027-01-01"})
        evenings = [self.shift(f"2027-01-{day} 18:00", f"2027-01-{day} 21:00") for day in (19, 20)]
        self.assertEqual([self.codes(self.ana, s) for s in evenings], [["young_evening"], []])
        self.mission.night_from_young = 21
        self.assertEqual(self.codes(self.ana, evenings[0]), [])

    def test_a_minor_needs_the_consent_of_a_parent_that_holds_on_that_day(self):
        young = self.volunteer("Zoe", birthdate_date="2010-02-10")
        shift = self.shift()
        self.assertEqual(self.codes(young, shift), ["no_consent"])
        young.write(
            {
                "consent_by_id": self.person("Mere").id,
                "consent_from": "2027-01-01",
                "consent_to": "2027-01-18",
            }
        )
        self.assertEqual(self.codes(young, shift), [])
        late = self.shift("2027-01-19 14:00", "2027-01-19 18:00")
        self.assertEqual(self.codes(young, late), ["no_consent"])

    def test_driving_needs_papers_that_hold_on_the_day_of_the_shift(self):
        """An insurance until 31 January: that day is taken, 1 February is refused at once."""
        self.mission.is_driving = True
        self.ana.paper_ids = [
            Command.create({"kind": "licence"}),
            Command.create({"kind": "insurance", "date_end": "2027-01-31"}),
        ]
        last, first = (
            self.shift(f"2027-{day} 14:00", f"2027-{day} 18:00") for day in ("01-31", "02-01")
        )
        self.assertEqual(self.accept(last, self.ana).state, "accepted")
        with self.assertRaisesRegex(UserError, "insurance"):
            self.accept(first, self.ana)
        # Renewed beside the old one, sixty days ahead: no gap.
        self.ana.paper_ids = [
            Command.create(
                {"kind": "insurance", "date_start": "2027-02-01", "date_end": "2028-01-31"}
            )
        ]
        self.assertEqual(self.accept(first, self.ana).state, "accepted")

    def test_a_certificate_that_ends_lists_who_no_longer_fits(self):
        certification = self.env["tierslieux.certification"].create(
            {"name": "Premiers secours", "company_id": self.company.id}
        )
        holder = self.env["tierslieux.certification.holder"].create(
            {
                "certification_id": certification.id,
                "partner_id": self.ana.partner_id.id,
                "date_start": "2026-01-01",
            }
        )
        shift = self.shift("2027-02-01 14:00", "2027-02-01 18:00")
        row = self.accept(shift, self.ana)
        self.mission.certification_ids = certification
        self.assertFalse(shift._get_misfitting())
        holder.date_end = "2027-01-31"
        self.assertEqual(list(shift._get_misfitting()), [row])
        self.assertEqual(row.state, "accepted", "who is in stays until somebody decides")
        self.assertIn("Premiers secours", row.misfit)

    def test_a_skill_that_is_needed_is_needed_at_its_level(self):
        skill = self.env["tierslieux.volunteer.skill"].create(
            {"name": "Soudure", "company_id": self.company.id}
        )
        self.mission.need_ids = [Command.create({"volunteer_skill_id": skill.id, "level": "2"})]
        shift = self.shift()
        self.ana.skill_line_ids = [Command.create({"volunteer_skill_id": skill.id, "level": "1"})]
        self.assertEqual(self.codes(self.ana, shift), ["skill"])
        self.ana.skill_line_ids.level = "2"
        self.assertEqual(self.codes(self.ana, shift), [])

    def test_the_painted_week_counts_unless_the_team_says_otherwise(self):
        """Free on Mondays from 14:00 to 17:00; the shift goes on until 18:00."""
        self.ana.week = {"0": [[840, 1020]]}
        shift = self.shift()
        self.assertEqual(self.codes(self.ana, shift), ["hours"])
        row = self.env["tierslieux.shift.assignment"]._propose(shift, self.ana)
        with self.assertRaises(UserError):
            row._accept("portal")
        row._accept("phone", is_forced=True)
        self.assertEqual(row.state, "accepted")

    def test_a_week_that_is_painted_over_midnight_holds_a_night(self):
        self.ana.week = {"0": [[1320, 1440]], "1": [[0, 360]]}
        night = self.shift("2027-01-18 22:00", "2027-01-19 06:00")
        self.assertEqual(self.codes(self.ana, night), [])

    def test_an_exception_adds_to_the_week_and_a_holiday_takes_off(self):
        self.ana.week = {"1": [[840, 1080]]}
        shift = self.shift()
        self.assertEqual(self.codes(self.ana, shift), ["hours"])
        extra = self.env["tierslieux.volunteer.absence"].create(
            {
                "volunteer_id": self.ana.id,
                "kind": "extra",
                "date_from": "2027-01-18",
                "date_to": "2027-01-18",
                "hour_from": 14,
                "hour_to": 18,
            }
        )
        self.assertEqual(self.codes(self.ana, shift), [])
        extra.kind = "away"
        self.assertEqual(self.codes(self.ana, shift), ["away", "hours"])

    def test_refused_missions_other_places_and_far_ones_do_not_fit(self):
        shift = self.shift()
        self.ana.wish_ids = [Command.create({"mission_id": self.mission.id, "kind": "refusal"})]
        self.bob.place_ids = self.make_place("L'Annexe", "ANNEX")
        self.place.write({"partner_latitude": 48.4439, "partner_longitude": 1.489})
        self.cleo.partner_id.write({"partner_latitude": 48.8566, "partner_longitude": 2.3522})
        self.cleo.max_km = 50
        self.assertEqual(self.codes(self.ana, shift), ["refused"])
        self.assertEqual(self.codes(self.bob, shift), ["place"])
        self.assertEqual(self.codes(self.cleo, shift), ["far"])

    def test_limits_count_the_other_shifts(self):
        """One a day; two weekends a month are one too many after the first; 11 hours of rest."""
        self.ana.write({"max_per_day": 1, "max_weekends_month": 1, "rest_hours": 11})
        self.put(self.shift("2027-01-16 14:00", "2027-01-16 21:00"), self.ana)
        same_day = self.shift("2027-01-16 09:00", "2027-01-16 12:00")
        same_weekend = self.shift("2027-01-17 10:00", "2027-01-17 12:00")
        other_weekend = self.shift("2027-01-23 10:00", "2027-01-23 12:00")
        early = self.shift("2027-01-17 07:00", "2027-01-17 07:30")
        self.assertEqual(self.codes(self.ana, same_day), ["per_day"])
        self.assertEqual(self.codes(self.ana, same_weekend), [])
        self.assertEqual(self.codes(self.ana, other_weekend), ["weekends_month"])
        self.assertEqual(self.codes(self.ana, early), ["rest"])

    def test_who_has_a_seat_is_no_clash_with_themselves(self):
        shift = self.shift()
        self.ana.max_per_day = 1
        self.put(shift, self.ana)
        self.assertEqual(self.codes(self.ana, shift), [])

    def test_as_many_queries_for_ten_volunteers_as_for_three(self):
        shifts = self.shift() | self.shift("2027-01-19 14:00", "2027-01-19 18:00")
        few = self.ana | self.bob | self.cleo
        many = few.union(*(self.volunteer(f"Plus{number}") for number in range(7)))

        def count(volunteers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            volunteers._get_misfits_of(shifts)
            return self.env.cr.sql_log_count - before

        count(few)
        self.assertEqual(count(few), count(many))

    def test_who_could_come_lists_those_who_fit_first_and_not_who_said_no(self):
        shift = self.shift()
        self.ana.week = {"5": [[480, 720]]}
        row = self.env["tierslieux.shift.assignment"]._propose(shift, self.cleo)
        row._decline("desk")
        ours = shift._get_candidates()
        self.assertEqual([volunteer for volunteer, _misfits in ours], [self.bob, self.ana])

    def test_dragging_somebody_says_why_it_does_not_fit(self):
        shift = self.as_user(self.shift(), self.coordinator)
        self.ana.left_on = "2027-01-01"
        fit = shift.get_fit(shift.id, self.ana.id)
        self.assertTrue(fit["is_blocked"])
        self.assertIn("Has left", fit["reasons"][0])
        with self.assertRaises(UserError):
            shift.put_in(shift.id, self.ana.id)
        self.assertFalse(shift.get_fit(shift.id, self.bob.id)["reasons"])
        shift.put_in(shift.id, self.bob.id)
        self.assertEqual(shift.taken_count, 1)
