from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW, PortalBookingCase

from .credit_common import CreditCase


def move_to(test, users, company=None):
    """Let these users work for another association, and for no other."""
    company = company or test.env["res.company"].create({"name": "Another association"})
    users.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
    return company


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDoorsOfCoworking(CreditCase):
    """What a user of another association, or one who only reads, gets through our buttons."""

    def rpc(self, records, user, method):
        return call_kw(self.as_user(records, user).browse(), method, [records.ids], {})

    def test_the_invoice_of_a_pass_is_for_the_desk_and_the_treasurer(self):
        sold = self.subscribe(self.day_pass, date_start="2030-03-04")
        invoice = sold._invoice_sale()
        download = f"/my/invoices/{invoice.id}/download"
        for user in (self.reception, self.treasurer):
            action = self.rpc(sold, user, "action_print_sale_invoice")
            self.assertEqual(action["url"], download)
        for user in (self.board, self.care, self.portal):
            with self.assertRaises(AccessError):
                self.rpc(sold, user, "action_print_sale_invoice")
        move_to(self, self.reception | self.treasurer)
        for user in (self.reception, self.treasurer):
            with self.assertRaises(AccessError):
                self.rpc(sold, user, "action_print_sale_invoice")

    def test_the_invoice_of_the_month_is_not_the_desks(self):
        """What the desk did not sell itself: 300 € of a subscription."""
        subscription = self.subscribe()
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ada.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "March",
                            "price_unit": 300.0,
                            "subscription_id": subscription.id,
                            "billing_kind": "fee",
                        }
                    )
                ],
            }
        )
        with self.assertRaises(AccessError):
            move.with_user(self.reception)._check_handed_out()

    def test_a_waiting_list_is_kept_by_its_own_desk(self):
        wait = self.env["tierslieux.plan.wait"].create(
            {"plan_id": self.monthly.id, "partner_id": self.ada.id}
        )
        for user in (self.board, self.treasurer, self.care):
            for method in ("action_offer", "action_drop"):
                with self.assertRaises(AccessError):
                    self.rpc(wait, user, method)
        move_to(self, self.reception)
        for method in ("action_offer", "action_drop"):
            with self.assertRaises(AccessError):
                self.rpc(wait, self.reception, method)
        self.assertEqual(wait.state, "waiting")

    def test_the_desk_uses_no_credits_of_another_association(self):
        self.subscribe(self.book_plan)
        move_to(self, self.reception)
        wizard = self.as_user(self.env["tierslieux.use.pass"], self.reception).create(
            {"partner_id": self.ada.id, "type_id": self.days.id}
        )
        self.assertFalse(wizard.credit_summary)
        with self.assertRaises(UserError):
            wizard.action_use()
        self.assertEqual(self.left(self.days), 10)

    def test_what_somebody_has_left_is_for_who_reads_credits(self):
        self.subscribe(self.book_plan)
        for user in (self.reception, self.treasurer, self.board):
            self.assertIn("10", self.ada.with_user(user).credit_summary)
        self.assertFalse(self.ada.with_user(self.care).credit_summary)
        self.portal.partner_id.parent_id = self.organisation("Atelier commun")
        self.ada.parent_id = self.portal.partner_id.parent_id
        self.assertFalse(self.ada.with_user(self.portal).credit_summary)

    def test_no_window_works_for_another_association(self):
        company = self.company.id
        move_to(self, self.manager)
        Sale = self.as_user(self.env["tierslieux.sell.pass"], self.manager)
        with self.assertRaises(AccessError):
            Sale.create({"plan_id": self.day_pass.id, "company_id": company})

    def test_the_subscription_of_another_association_is_not_shown_by_a_window(self):
        subscription = self.subscribe()
        move_to(self, self.reception)
        for model, names in (
            ("tierslieux.subscription.switch", ("current_amount", "current_plan_id")),
            ("tierslieux.subscription.notice", ("date_end", "date_note")),
        ):
            Wizard = self.as_user(self.env[model], self.reception)
            values = {"subscription_id": subscription.id}
            with self.subTest(model), self.assertRaises(AccessError):
                Wizard.onchange(
                    values, list(values), {name: {} for name in ("subscription_id", *names)}
                )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPrintedCoworking(CreditCase):
    ROLES = ("reception", "coordinator", "manager", "treasurer", "board", "care", "portal")

    def printers(self, name, record):
        allowed = set()
        for role in self.ROLES:
            Report = self.as_user(
                self.env[f"report.tierslieux_coworking.{name}"], getattr(self, role)
            )
            try:
                Report._get_report_values(record.ids)
            except AccessError:
                continue
            allowed.add(role)
        return allowed

    def test_each_document_is_for_those_who_need_it(self):
        desk = {"reception", "coordinator", "manager"}
        subscription = self.subscribe()
        change = self.env["tierslieux.price.change"].create(
            {"plan_id": self.monthly.id, "date": "2030-05-01"}
        )
        line = self.env["tierslieux.price.change.line"].create(
            {
                "price_change_id": change.id,
                "subscription_id": subscription.id,
                "date": "2030-05-01",
                "old_amount": 300,
                "new_amount": 310,
            }
        )
        for name, record, allowed in (
            ("report_subscription_contract", subscription, desk | {"treasurer"}),
            ("report_price_letter", line, {"coordinator", "manager", "treasurer"}),
        ):
            self.assertEqual(self.printers(name, record), allowed, name)
        move_to(self, self.reception | self.coordinator | self.manager | self.treasurer)
        for name, record in (
            ("report_subscription_contract", subscription),
            ("report_price_letter", line),
        ):
            self.assertEqual(self.printers(name, record), set(), name)

    def test_the_attendance_list_is_for_the_desk_and_the_treasurer(self):
        plan = self.make_plan("Télétravail", audience="telework", amount=250)
        subscription = self.subscribe(plan, employer_id=self.organisation().id)
        for role in self.ROLES:
            user = getattr(self, role)
            if role in ("board", "care", "portal"):
                Report = self.env["report.tierslieux_coworking.report_attendance_list"]
                with self.assertRaises(AccessError):
                    Report.with_user(user)._get_report_values([1])
                continue
            wizard = (
                self.env["tierslieux.attendance.list"]
                .with_user(user)
                .create({"subscription_ids": [Command.set(subscription.ids)]})
            )
            Report = self.env["report.tierslieux_coworking.report_attendance_list"]
            self.assertTrue(Report.with_user(user)._get_report_values(wizard.ids))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPlanPaidByAnother(PortalBookingCase):
    """A young person takes a book online; their guardian pays it."""

    def test_the_link_of_the_invoice_is_given_to_its_payer_alone(self):
        plan = self.env["tierslieux.plan"].create(
            {
                "name": "Carnet",
                "kind": "book",
                "amount": 100,
                "company_id": self.company.id,
                "portal_open": True,
            }
        )
        self.anne.partner_id.guardian_id = self.bob.partner_id
        for user, leads_to in ((self.anne, "/my/plan/"), (self.bob, "/my/invoices/")):
            self.login(user)
            response = self.post(f"/my/plan/new/{plan.id}", date_start="2030-03-04")
            self.assertTrue(self.path(response).startswith(leads_to), self.path(response))
            if user == self.anne:
                self.assertNotIn("access_token", self.path(response))

    def test_another_persons_plan_leads_back_on_every_page(self):
        plan = self.env["tierslieux.plan"].create(
            {"name": "Mensuel", "amount": 300, "company_id": self.company.id}
        )
        foreign = self.env["tierslieux.subscription"].create(
            {
                "partner_id": self.bob.partner_id.id,
                "plan_id": plan.id,
                "company_id": self.company.id,
                "date_start": "2030-03-01",
            }
        )
        foreign.action_start()
        desk = new_test_user(self.env, "desk2", groups="tierslieux_base.group_board")
        for user in (self.anne, desk):
            self.login(user)
            for suffix in ("", "/pause", "/notice", "/team"):
                page = self.url_open(f"/my/plan/{foreign.id}{suffix}")
                self.assertIn(self.path(page), ("/my", "/my/plan", "/my/home"), suffix)
                self.assertNotIn(foreign.name, page.text)
            for suffix in ("/pause", "/notice", "/team/add", f"/team/{foreign.id}/remove"):
                page = self.post(f"/my/plan/{foreign.id}{suffix}", date="2030-03-05")
                self.assertIn(self.path(page), ("/my", "/my/plan", "/my/home"), suffix)
        self.assertEqual(foreign.state, "active")
