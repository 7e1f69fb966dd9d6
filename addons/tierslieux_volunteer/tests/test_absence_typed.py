from freezegun import freeze_time

from odoo.tests import Form, tagged

from .test_absence_guard import GuardCase
from .volunteer_common import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAbsenceTyped(GuardCase):
    """Days typed straight into the list of the sheet."""

    def absence(self, volunteer=None, **vals):
        return self.env["tierslieux.volunteer.absence"].create(
            {
                "volunteer_id": (volunteer or self.ana).id,
                "kind": "away",
                "date_from": "2027-01-18",
                "date_to": "2027-01-18",
                **vals,
            }
        )

    def test_it_frees_the_shifts_it_covers_and_others_are_asked(self):
        absence = self.absence()
        self.assertEqual(self.row_ana.state, "excused")
        self.assertEqual(self.row_ana.absence_id, absence)
        self.assertIn("Cannot come: Ana Benevole", self.to_dos(self.monday))
        self.assertTrue(self.search_of(self.monday))

    def test_what_it_frees_is_seen_before_it_is_saved(self):
        sheet = self.ana.with_user(self.coordinator)
        with Form(sheet, "tierslieux_volunteer.volunteer_view_form") as form:
            with form.absence_ids.new() as line:
                line.date_from = "2027-01-17"
                line.date_to = "2027-01-17"
                self.assertEqual(line.frees, "None")
                line.date_to = "2027-01-18"
                self.assertIn("Repair café – Mon 18 Jan 14:00–18:00", line.frees)
            self.assertEqual(self.row_ana.state, "accepted")
        self.assertEqual(self.row_ana.state, "excused")
        self.assertIn("Repair café", self.ana.absence_ids.frees)

    def test_hours_of_the_day_free_what_they_touch(self):
        """The shift is from 14:00 to 18:00."""
        self.absence(hour_from=8, hour_to=14)
        self.assertEqual(self.row_ana.state, "accepted")
        self.absence(hour_from=17.5, hour_to=20)
        self.assertEqual(self.row_ana.state, "excused")

    def test_days_that_are_changed_free_what_they_cover_now(self):
        absence = self.absence(date_from="2027-01-15", date_to="2027-01-16")
        self.assertEqual(self.row_ana.state, "accepted")
        absence.date_to = False
        self.assertEqual(self.row_ana.state, "excused")

    def test_a_day_when_they_can_come_frees_nothing(self):
        extra = self.absence(kind="extra")
        self.assertFalse(extra.frees)
        self.assertEqual(self.row_ana.state, "accepted")

    def test_an_absence_by_mistake_leaves_who_was_asked_asked_still(self):
        """Cleo is asked for Monday, then noted as away, then not any more."""
        row = self.env["tierslieux.shift.assignment"]._propose(self.monday, self.cleo)
        absence = self.absence(self.cleo)
        self.assertEqual(row.state, "declined")
        absence.action_return()
        self.assertEqual(row.state, "proposed")
        self.assertFalse(row._is_final())
        row._decline("link")
        self.absence(self.cleo).action_return()
        self.assertEqual(row.state, "declined")

    def test_what_has_begun_stays(self):
        with freeze_time(self.at("2027-01-18 15:00")):
            self.absence()
        self.assertEqual(self.row_ana.state, "accepted")

    def test_a_sheet_that_one_may_not_read_tells_nothing(self):
        absence = self.env["tierslieux.volunteer.absence"].with_user(self.reception)
        line = absence.new({"volunteer_id": self.ana.id, "date_from": "2027-01-18"})
        self.assertFalse(line.frees)
