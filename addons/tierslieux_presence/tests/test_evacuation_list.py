from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieux_base.tests.common import ROLES
from odoo.addons.tierslieux_booking.tests.booking_common import BookingCommon


# Tuesday 17 November 2026, 10:00 in Paris.
@freeze_time("2026-11-17 09:00:00")
@tagged("post_install", "-at_install")
class TestEvacuationList(BookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.person("Zoé", "Durand")
        cls.employee = new_test_user(
            cls.env,
            login="employee",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def slot(self, start, stop, day=17, **vals):
        return self.book(
            start=self.utc(2026, 11, day, start), stop=self.utc(2026, 11, day, stop), **vals
        )

    def sheet(self, user=None):
        report = self.env["report.tierslieux_presence.report_evacuation_list"]
        return report.with_user(user or self.reception)._get_report_values(self.place.ids)[
            "sheets"
        ][0]

    def test_the_evacuation_list_names_those_here_and_those_who_came_with_them(self):
        self.slot(9, 12, resource=self.room, attendee_ids=self.zoe.ids).action_check_in()
        names = [row["partner"].name for row in self.sheet()["rows"]]
        self.assertEqual(names, ["Zoé Durand", "Lou Martin"])

    def test_whoever_was_not_seen_is_listed_apart(self):
        booking = self.slot(9, 12)
        self.assertEqual(self.sheet()["unseen"], booking)
        self.assertFalse(self.sheet()["rows"])

    def test_the_evacuation_list_is_printed_by_the_desk_alone(self):
        html = self.env["ir.actions.report"].with_user(self.reception)
        content, _kind = html._render_qweb_html(
            "tierslieux_presence.report_evacuation_list", self.place.ids
        )
        self.assertIn("La Fabrique", content.decode())
        with self.assertRaises(AccessError):
            self.sheet(self.treasurer)

    def printers(self):
        """Roles that may print the list of this place."""
        allowed = set()
        for role in (*ROLES, "employee"):
            try:
                self.sheet(getattr(self, role))
            except AccessError:
                continue
            allowed.add(role)
        return allowed

    def test_the_list_is_for_the_desk_of_its_own_association(self):
        self.assertEqual(self.printers(), {"reception", "coordinator", "manager"})
        other = self.env["res.company"].create({"name": "Another association"})
        users = self.reception | self.coordinator | self.manager | self.treasurer
        users.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self.printers(), set())
