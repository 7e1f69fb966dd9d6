from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .business_common import BusinessCase

ROLES = ("reception", "coordinator", "manager", "treasurer", "board", "care", "portal")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 09:00:00")
class TestRightsOfOthers(BusinessCase):
    """What users of another association, or who only read, get of the business centre."""

    def move_to_another(self, users):
        company = self.env["res.company"].create({"name": "Another association"})
        users.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})

    def printers(self, contract):
        allowed = set()
        for role in ROLES:
            Report = self.as_user(
                self.env["report.tierslieux_business_centre.report_domiciliation_certificate"],
                getattr(self, role),
            )
            try:
                Report._get_report_values(contract.ids)
            except AccessError:
                continue
            allowed.add(role)
        return allowed

    def test_the_certificate_is_for_the_desk_of_the_association(self):
        contract = self.contract()
        self.assertEqual(self.printers(contract), {"reception", "coordinator", "manager"})
        self.move_to_another(self.reception | self.coordinator | self.manager | self.treasurer)
        self.assertEqual(self.printers(contract), set())

    def test_no_settings_of_another_association(self):
        self.move_to_another(self.manager)
        Settings = self.as_user(self.env["tierslieux.business.settings"], self.manager)
        with self.assertRaises(AccessError):
            Settings.create({"company_id": self.company.id})
