from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .place_common import PlaceCase


@tagged("post_install", "-at_install")
class TestPlace(PlaceCase):
    """A place and what is made with it."""

    def test_a_new_place_gets_its_address_calendar_and_analytic_account(self):
        place = self.place(street="1 rue du Puits", zip="48000", city="Mende", phone="0466000000")
        self.assertRecordValues(
            place.partner_id,
            [{"name": "The Old School", "type": "other", "city": "Mende", "is_company": True}],
        )
        self.assertEqual(place.partner_id.parent_id, self.company.partner_id)
        self.assertEqual(place.partner_id.country_id.code, "FR")
        self.assertFalse(place.calendar_id.attendance_ids)
        self.assertEqual(
            place.analytic_account_id.plan_id,
            self.env.ref("tierslieux_base.analytic_plan_place"),
        )
        self.assertEqual(place.analytic_account_id.company_id, self.company)

    def test_a_manager_without_other_rights_creates_a_place(self):
        manager = self.users["manager"]
        form = Form(self.Place.with_user(manager))
        form.name, form.code, form.city = "The Station", "STATION", "Aurillac"
        with form.attendance_ids.new() as line:
            line.dayofweek, line.hour_from, line.hour_to = "1", 9.0, 12.0
        place = form.save()
        self.assertTrue(place.analytic_account_id)
        self.assertEqual(place.city, "Aurillac")
        self.assertEqual(place.opening_hours, "Tu 09:00-12:00; PH off")
        with Form(place) as form:
            form.street = "2 place de la Gare"
            with form.closing_ids.new() as line:
                line.name = "Works"
                line.date_from = datetime(2030, 8, 5, 0, 0)
                line.date_to = datetime(2030, 8, 9, 20, 0)
        self.assertEqual(place.partner_id.street, "2 place de la Gare")
        self.assertEqual(len(place.closing_ids), 1)

    def test_a_new_name_goes_to_the_records_made_with_the_place(self):
        place = self.place()
        place.calendar_id.name = "Hours of the school"
        place.name = "The New School"
        self.assertEqual(place.partner_id.name, "The New School")
        self.assertEqual(place.analytic_account_id.name, "The New School")
        self.assertEqual(place.calendar_id.name, "Hours of the school")

    def test_the_code_is_unique_in_the_association(self):
        self.place()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.place(name="Another")

    def test_a_copy_has_its_own_code_address_and_calendar(self):
        place = self.place()
        copy = place.copy()
        self.assertNotEqual(copy.code, place.code)
        self.assertNotEqual(copy.partner_id, place.partner_id)
        self.assertNotEqual(copy.calendar_id, place.calendar_id)
        self.assertNotEqual(copy.analytic_account_id, place.analytic_account_id)

    def test_coordinates_out_of_range_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "latitude goes from -90"):
            self.place(partner_latitude=148.2)

    def test_many_places_are_created_in_as_many_queries_as_few(self):
        def vals(start, count):
            return [{"name": f"P{n}", "code": f"P{n}"} for n in range(start, start + count)]

        self.Place.create(vals(0, 2))
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.Place.create(vals(10, 5))
        self.env.flush_all()
        few = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        self.Place.create(vals(100, 10))
        self.env.flush_all()
        many = self.env.cr.sql_log_count - before
        # Each partner costs Odoo a few queries of its own; the place itself must not add more.
        self.assertLess((many - few) / 5, 12)


@tagged("post_install", "-at_install")
class TestPlaceHours(PlaceCase):
    """The calendar of a place, the notation of OpenStreetMap, and words."""

    def test_hours_are_written_to_the_calendar(self):
        place = self.place(opening_hours="Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00")
        lines = place.calendar_id.attendance_ids
        self.assertEqual(len(lines), 11)
        self.assertEqual(
            [(a.dayofweek, a.hour_from, a.hour_to) for a in lines if a.dayofweek == "5"],
            [("5", 8.5, 12.0)],
        )
        self.assertTrue(place.is_closed_on_holidays, "nothing was said of holidays")
        self.assertEqual(
            place.opening_hours, "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00; PH off"
        )

    def test_the_same_hours_change_no_line(self):
        place = self.place(opening_hours="Mo 09:00-12:00")
        line = place.attendance_ids
        place.opening_hours = "mo 9:00-12:00; PH off"
        self.assertEqual(place.attendance_ids, line)
        self.assertTrue(place.is_closed_on_holidays)

    @freeze_time("2026-03-02 10:00:00")
    def test_a_closing_shows_until_it_is_over(self):
        place = self.place(
            opening_hours="Mo 09:00-12:00; 2026 Feb 09-2026 Feb 13 off; 2026 Aug 03-2026 Aug 21 off"
        )
        self.assertEqual(place.opening_hours, "Mo 09:00-12:00; PH off; 2026 Aug 03-2026 Aug 21 off")
        self.assertEqual(len(place.closing_ids), 2)
        place.opening_hours = "Mo 09:00-12:00; 2026 Aug 03-2026 Aug 21 off"
        self.assertEqual(len(place.closing_ids), 2, "a known closing is not added again")

    @freeze_time("2026-03-02 10:00:00")
    def test_an_exceptional_closing_closes_the_calendar(self):
        """Mondays 9-12, closed on Monday 9 March 2026: 3 h of 16 March are left."""
        place = self.place(opening_hours="Mo 09:00-12:00; 2026 Mar 09 off")
        calendar = place.calendar_id
        hours = calendar.get_work_hours_count(
            datetime(2026, 3, 9), datetime(2026, 3, 17), compute_leaves=True
        )
        self.assertEqual(hours, 3.0)

    @freeze_time("2026-03-02 10:00:00")
    def test_a_half_day_closing_is_written_with_its_hours(self):
        place = self.place(opening_hours="Mo-Fr 09:00-18:00")
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": place.calendar_id.id,
                "date_from": datetime(2026, 3, 4, 13, 0),
                "date_to": datetime(2026, 3, 4, 17, 0),
            }
        )
        place.calendar_id.tz = "Europe/Paris"
        self.assertIn("2026 Mar 04 14:00-18:00 off", place.opening_hours)

    def test_hours_that_are_not_understood_are_refused_with_an_example(self):
        with self.assertRaisesRegex(ValidationError, "“sur rendez-vous” is not understood in “sam"):
            self.place(opening_hours="lundi 9h-12h ; samedi sur rendez-vous")

    def test_hours_are_typed_in_french_and_shown_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        place = self.place(opening_text="lundi au vendredi 9h-18h, sam. 10h-12h ; fermé dimanche")
        self.assertEqual(place.opening_hours, "Mo-Fr 09:00-18:00; Sa 10:00-12:00; PH off")
        self.assertEqual(
            place.with_context(lang="fr_FR").opening_text,
            "lundi au vendredi 9h-18h ; samedi 10h-12h",
        )

    def test_whatever_is_typed_on_a_new_place_is_saved(self):
        form = Form(self.Place)
        form.name, form.code = "The Station", "STATION"
        form.opening_text = "mardi et jeudi 14h30-17h"
        with form.attendance_ids.new() as line:
            line.dayofweek, line.hour_from, line.hour_to = "5", 10.0, 12.0
        with form.closing_ids.new() as line:
            line.name = "Works"
            line.date_from, line.date_to = datetime(2030, 8, 5), datetime(2030, 8, 9, 20)
        place = form.save()
        self.assertEqual(
            place.opening_hours,
            "Tu,Th 14:30-17:00; Sa 10:00-12:00; PH off; 2030 Aug 05-2030 Aug 09 off",
        )
        self.assertTrue(place.is_closed_on_holidays)

    def test_a_line_of_the_week_on_which_nothing_was_typed_is_not_kept(self):
        """The Tab key at the end of a line begins another, on Monday from 0:00 to 0:00."""
        form = Form(self.Place)
        form.name, form.code = "The Station", "STATION"
        for hours in ((9.0, 12.0), (14.0, 18.0), (0.0, 0.0)):
            with form.attendance_ids.new() as line:
                line.hour_from, line.hour_to = hours
        place = form.save()
        self.assertEqual(len(place.attendance_ids), 2)
        with Form(place) as form, form.attendance_ids.new():
            pass
        self.assertEqual(place.opening_hours, "Mo 09:00-12:00,14:00-18:00; PH off")

    def test_the_box_of_holidays_stays_as_it_was_left(self):
        form = Form(self.Place)
        form.name, form.code = "The Station", "STATION"
        form.opening_text = "lundi 9h-12h"
        form.is_closed_on_holidays = False
        place = form.save()
        self.assertEqual(place.opening_hours, "Mo 09:00-12:00")
        with Form(place) as form:
            form.opening_text = "mardi 9h-12h ; fermé les jours fériés"
            self.assertTrue(form.is_closed_on_holidays)
        self.assertEqual(place.opening_hours, "Tu 09:00-12:00; PH off")
        with Form(place) as form, form.attendance_ids.edit(0) as line:
            line.hour_to = 13.0
        self.assertEqual(place.opening_hours, "Tu 09:00-13:00; PH off")
        with Form(place) as form:
            form.opening_text = False
        self.assertFalse(place.attendance_ids)

    @freeze_time("2026-03-02 10:00:00")
    def test_the_summary_is_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        place = self.place(opening_hours="Mo 09:00-12:00,14:00-18:30")
        self.assertEqual(
            place.with_context(lang="fr_FR").opening_summary.splitlines()[0],
            "Lundi 9h–12h, 14h–18h30",
        )
        self.assertEqual(place.opening_summary.splitlines()[0], "Monday 09:00–12:00, 14:00–18:30")

    @freeze_time("2026-03-02 10:00:00")
    def test_today_s_hours_are_told(self):
        """2 March 2026 is a Monday."""
        place = self.place(opening_hours="Mo 09:00-12:00")
        self.assertEqual(place.opening_today, "Today 09:00–12:00")
        place.opening_hours = "Mo 09:00-12:00; 2026 Mar 01-2026 Mar 02 off"
        self.assertEqual(place.opening_today, "Closed today")
        self.assertFalse(self.place(code="B").opening_today)

    def test_two_places_cannot_share_a_calendar(self):
        place = self.place()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.place(code="B", calendar_id=place.calendar_id.id)


@tagged("post_install", "-at_install")
class TestPlaceLabel(PlaceCase):
    """Labels and the reminder of their renewal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.label_type = cls.env["tierslieux.place.label.type"].create(
            {"name": "Charter", "reminder_days": 30}
        )
        cls.site = cls.place(manager_id=cls.users["manager"].id)
        cls.label = cls.env["tierslieux.place.label"].create(
            {
                "place_id": cls.site.id,
                "label_type_id": cls.label_type.id,
                "date_start": date(2025, 7, 1),
                "date_end": date(2026, 6, 30),
            }
        )

    def _run(self):
        """Run the daily job's method as it runs alone, without its commits."""
        cron = self.env.ref("tierslieux_base.place_label_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def _activities(self):
        self.env.invalidate_all()
        return self.site.activity_ids

    def test_the_reminder_falls_n_days_before_the_end(self):
        """30 June less 30 days is 31 May."""
        self.assertEqual(self.label.date_reminder, date(2026, 5, 31))

    def test_the_manager_is_reminded_once(self):
        with freeze_time("2026-05-30 10:00:00"):
            self._run()
            self.assertFalse(self._activities())
        with freeze_time("2026-05-31 10:00:00"):
            self._run()
            activity = self._activities()
            self.assertEqual(activity.user_id, self.users["manager"])
            self.assertEqual(activity.date_deadline, date(2026, 6, 30))
            self.assertIn("Charter", activity.summary)
            self.assertEqual(self.label.state, "renew")
            self._run()
        with freeze_time("2026-06-10 10:00:00"):
            self._run()
            self.assertEqual(len(self._activities()), 1)

    def test_a_renewed_label_is_reminded_of_again_the_next_time(self):
        with freeze_time("2026-06-01 10:00:00"):
            self._run()
        self.label.date_end = date(2027, 6, 30)
        with freeze_time("2026-06-02 10:00:00"):
            self._run()
            self.assertEqual(len(self._activities()), 1)
        with freeze_time("2027-06-01 10:00:00"):
            self._run()
            self.assertEqual(len(self._activities()), 2)

    @freeze_time("2026-09-01 10:00:00")
    def test_a_label_that_has_ended_is_not_reminded_of(self):
        self._run()
        self.assertFalse(self._activities())
        self.label.invalidate_recordset(["state"])
        self.assertEqual(self.label.state, "ended")

    def test_a_label_ends_after_it_starts(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.label.date_end = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestPlaceRights(PlaceCase):
    """Who reads and who writes places."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.place(opening_hours="Mo 09:00-12:00", city="Mende")

    def test_staff_and_board_open_the_form(self):
        for role in ("reception", "coordinator", "manager", "treasurer", "board", "care"):
            with self.subTest(role=role):
                site = self.site.with_user(self.users[role])
                form = Form(site)
                self.assertEqual(form.city, "Mende")
                self.assertEqual(site.opening_hours, "Mo 09:00-12:00; PH off")

    def test_only_the_manager_writes(self):
        self.site.with_user(self.users["manager"]).write({"name": "New", "street": "3 rue Haute"})
        for role in ("reception", "coordinator", "treasurer", "board", "care"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.site.with_user(self.users[role]).name = "Mine"

    def test_only_the_manager_closes_a_place(self):
        vals = {
            "calendar_id": self.site.calendar_id.id,
            "date_from": datetime(2030, 1, 2),
            "date_to": datetime(2030, 1, 3),
        }
        Leaves = self.env["resource.calendar.leaves"]
        self.assertTrue(Leaves.with_user(self.users["manager"]).create(vals))
        with self.assertRaises(AccessError):
            Leaves.with_user(self.users["coordinator"]).create(vals)

    def test_the_portal_reads_nothing(self):
        with self.assertRaises(AccessError):
            self.site.with_user(self.users["portal"]).read(["name"])

    def test_another_association_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Others"})
        user = self.users["manager"]
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        Place = self.Place.with_user(user).with_context(allowed_company_ids=other.ids)
        self.assertFalse(Place.search([("id", "=", self.site.id)]))
