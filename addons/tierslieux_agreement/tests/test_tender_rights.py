from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .tender_common import TenderCase


@tagged("post_install", "-at_install")
@freeze_time("2030-03-18 08:00:00")
class TestTenderRights(TenderCase):
    def test_the_manager_writes_tenders(self):
        tender = self.make_tender(user=self.manager)
        tender.write({"tender_reference": "2030-12", "expected_revenue": 10})
        self.assertTrue(tender.tender_document_ids)
        tender.unlink()

    def test_a_coordinator_reads_tenders_and_writes_what_she_prepares(self):
        tender = self.as_user(self.tender, self.coordinator)
        self.assertTrue(tender.tender_countdown)
        for vals in ({"name": "Mine"}, {"tender_kind": False}, {"tender_reference": "X"}):
            with self.assertRaises(AccessError):
                tender.write(vals)
        mine = self.as_user(self.tender_file("DC1"), self.coordinator)
        with self.assertRaises(AccessError):
            mine.state = "ready"
        self.tender_file("DC1").user_id = self.coordinator
        mine.state = "ready"
        for vals in ({"user_id": self.manager.id}, {"is_required": False}, {"name": "Else"}):
            with self.assertRaises(AccessError):
                mine.write(vals)

    def test_a_coordinator_makes_no_tender_of_an_interest(self):
        lead = self.Lead.create({"name": "Wants a desk", "company_id": self.company.id})
        with self.assertRaises(AccessError):
            self.as_user(lead, self.coordinator).tender_kind = "public"
        with self.assertRaises(AccessError):
            self.make_tender(user=self.coordinator)

    def test_buttons_are_the_managers(self):
        for user in (self.reception, self.coordinator, self.treasurer, self.board, self.portal):
            for name in ("action_tender_submit", "action_tender_decide", "action_make_agreement",
                         "action_tender_not_submitted", "action_tender_undecide",
                         "action_fill_checklist"):  # fmt: skip
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    getattr(self.as_user(self.tender, user), name)()

    def test_the_desk_the_board_and_the_portal_read_no_tender(self):
        for user in (self.reception, self.treasurer, self.board, self.care, self.portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(self.tender, user).read(["name"])

    def test_the_desk_goes_on_with_interests(self):
        lead = self.as_user(self.Lead, self.reception).create({"name": "Wants a desk"})
        lead.name = "Wants a desk two days a week"
        self.assertNotIn(self.tender, self.as_user(self.Lead, self.reception).search([]))

    def test_the_board_reads_figures_alone(self):
        self.submitted_row = self.submitted()
        self.env.flush_all()
        Report = self.as_user(self.env["tierslieux.tender.report"], self.board)
        row = Report.search([("company_id", "=", self.company.id)])
        self.assertEqual((row.name, row.state), ("Digital mediation", "waiting"))
        with self.assertRaises(AccessError):
            row.read(["lead_id"])
        for user in (self.reception, self.portal):
            with self.assertRaises(AccessError):
                self.as_user(Report, user).search([])

    def test_another_association_keeps_its_tenders(self):
        other = self.env["res.company"].create({"name": "Another"})
        tender = self.make_tender(company_id=other.id, user_id=False)
        for records in (tender, tender.tender_document_ids):
            with self.assertRaises(AccessError):
                self.as_user(records, self.manager).read(["name"])

    def test_who_sells_with_odoos_groups_goes_on_as_before(self):
        user = new_test_user(
            self.env,
            "seller",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        Lead = self.as_user(self.Lead, user)
        lead = Lead.create({"name": "A seminar", "expected_revenue": 500})
        lead.write({"stage_id": self.env.ref("crm.stage_lead2").id, "probability": 40})
        lead.action_set_won_rainbowman()
        lost = Lead.create({"name": "Another seminar"})
        lost.action_set_lost()
        self.assertFalse(lost.active)
        for kind in ("form", "list", "kanban", "search", "calendar", "pivot", "graph"):
            self.assertNotIn("tender_", Lead.get_view(view_type=kind)["arch"])
        tender = self.as_user(self.tender, user)
        tender.read([name for name in Lead.fields_get() if name in Lead._fields])
        with self.assertRaises(AccessError):
            tender.tender_deadline = False
        with self.assertRaisesRegex(AccessError, "is a tender"):
            tender.action_set_lost()

    def test_screens_offer_to_write_to_who_may(self):
        view = self.env.ref("tierslieux_agreement.tender_view_form")
        arch = self.as_user(self.Lead, self.coordinator).get_view(view.id)["arch"]
        self.assertIn('edit="0"', arch)
        arch = self.as_user(self.Lead, self.manager).get_view(view.id)["arch"]
        self.assertNotIn('edit="0"', arch[:200])
