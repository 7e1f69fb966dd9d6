from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .volunteer_common import NOW, VolunteerCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftGeneration(VolunteerCase):
    """Shifts of the months ahead, from the usual ones."""

    def pattern(self, **vals):
        return self.env["tierslieux.mission.pattern"].create(
            {
                "mission_id": self.mission.id,
                "weekday": "6",
                "hour_from": 9,
                "hour_to": 12,
                "date_from": "2027-01-01",
                **vals,
            }
        )

    def window(self, first="2027-03-01", last="2027-04-04", **vals):
        window = self.env["tierslieux.shift.generation"].create(
            {
                "company_id": self.company.id,
                "mission_ids": self.mission.ids,
                "date_from": first,
                "date_to": last,
                **vals,
            }
        )
        window.action_preview()
        return window

    def make(self, *args, **vals):
        window = self.window(*args, **vals)
        window.action_make()
        return window

    def shifts(self):
        return self.env["tierslieux.shift"].search(
            [("mission_id", "=", self.mission.id)], order="start"
        )

    def local(self, shift):
        return f"{shift._to_place_time(shift.start):%d/%m %H:%M}"

    def test_nothing_is_made_before_it_is_shown(self):
        self.pattern()
        window = self.window()
        self.assertEqual(window.new_count, 5)
        self.assertFalse(self.shifts())

    def test_nine_stays_nine_when_the_clock_changes_and_the_night_has_seven_hours(self):
        """On 28 March 2027 the clock goes from 2:00 to 3:00: 22:00 to 6:00 is 7 hours."""
        self.pattern()
        self.pattern(weekday="5", hour_from=22, hour_to=6)
        self.make("2027-03-20", "2027-04-04")
        shifts = self.shifts()
        mornings = shifts.filtered(lambda s: s.day.weekday() == 6)
        self.assertEqual(mornings.mapped(self.local), ["21/03 09:00", "28/03 09:00", "04/04 09:00"])
        self.assertEqual(set(mornings.mapped("activity_hours")), {3.0})
        nights = shifts - mornings
        self.assertEqual(
            nights.mapped(lambda s: (str(s.day), s.activity_hours)),
            [("2027-03-20", 8.0), ("2027-03-27", 7.0), ("2027-04-03", 8.0)],
        )

    def test_making_it_twice_makes_nothing_more(self):
        self.pattern()
        self.make()
        before = self.shifts()
        window = self.make()
        self.assertFalse(window.line_ids)
        self.assertEqual(self.shifts(), before)

    def test_alternate_weeks_public_and_school_holidays(self):
        """Every second Sunday counted from 3 January: 28 February, 14 and 28 March. Mondays without
        the 8th (school holidays) and the 29th (Easter Monday, closed)."""
        self.place.opening_hours = "Mo-Su 08:00-22:00; PH off"
        self.pattern(every=2, date_from="2027-01-03")
        mondays = self.pattern(weekday="0", date_from="2027-01-04")
        self.env["tierslieux.school.holiday"].create(
            {
                "name": "Hiver",
                "company_id": self.company.id,
                "date_from": "2027-03-06",
                "date_to": "2027-03-14",
            }
        )
        mondays.school = "outside"
        self.make("2027-03-01", "2027-03-31")
        by_day = self.shifts().mapped(lambda s: f"{s.day:%a %d}")
        self.assertEqual(by_day, ["Mon 01", "Sun 14", "Mon 15", "Mon 22", "Sun 28"])

    def test_a_changed_pattern_shows_who_is_concerned_then_asks_them(self):
        pattern = self.pattern()
        self.make("2027-03-01", "2027-03-14")
        row = self.put(self.shifts()[0], self.ana)
        pattern.write({"hour_from": 10, "hour_to": 13})
        window = self.window("2027-03-01", "2027-03-14")
        self.assertEqual(
            window.line_ids.mapped(lambda li: (li.kind, li.people_count)),
            [("changed", 1), ("changed", 0)],
        )
        window.action_make()
        self.assertEqual(self.shifts().mapped(self.local), ["07/03 10:00", "14/03 10:00"])
        self.assertEqual((row.state, row.to_reconfirm), ("accepted", True))

    def test_what_is_no_longer_usual_is_removed_or_cancelled(self):
        pattern = self.pattern()
        self.make("2027-03-01", "2027-03-14")
        first, second = self.shifts()
        self.put(first, self.ana)
        pattern.date_to = "2027-02-28"
        self.make("2027-03-01", "2027-03-14")
        self.assertEqual(first.state, "cancelled")
        self.assertFalse(second.exists())
        self.assertEqual(self.messages(self.ana).mapped("kind"), ["volunteer_cancelled"])

    def test_what_was_changed_by_hand_stays(self):
        pattern = self.pattern()
        self.make("2027-03-01", "2027-03-14")
        first = self.shifts()[0]
        first.start = self.at("2027-03-07 08:00")
        pattern.write({"hour_to": 13})
        window = self.make("2027-03-01", "2027-03-14")
        self.assertEqual(window.line_ids.mapped("kind"), ["kept", "changed"])
        self.assertEqual(self.local(first), "07/03 08:00")

    def test_a_cancelled_shift_is_not_made_again(self):
        self.pattern()
        self.make("2027-03-01", "2027-03-14")
        self.shifts()[0]._cancel()
        self.assertFalse(self.window("2027-03-01", "2027-03-14").line_ids)

    def test_more_than_two_years_without_an_end_asks(self):
        self.pattern()
        with self.assertRaisesRegex(UserError, "two years"):
            self.window("2027-03-01", "2029-03-01")
        self.window("2028-12-01", "2029-03-01", is_long_confirmed=True)
        self.mission.pattern_ids.date_to = "2030-01-01"
        self.window("2028-12-01", "2029-03-01")

    def test_the_crew_is_of_the_association(self):
        pattern = self.pattern(crew_ids=[Command.set(self.ana.ids)])
        stranger = self.env["tierslieux.volunteer"].create(
            {
                "partner_id": self.person("Ailleurs").id,
                "company_id": self.env["res.company"].create({"name": "Autre"}).id,
            }
        )
        with self.assertRaises(UserError):
            pattern.crew_ids = stranger
