from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_base.tests.need_to_know_common import OtherAssociation

from .membership_common import MembershipCommon, MembershipPortalCase


class PayerCase(OtherAssociation, MembershipCommon):
    """A family's fee, paid by ``cls.payer``: it covers the portal's user, who pays nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = new_test_user(
            cls.env,
            login="payer",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.employee = new_test_user(
            cls.env,
            login="employee",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.covered = cls.portal
        cls.family = cls.membership(
            cls.payer.partner_id,
            cls.type_family,
            covered_partner_ids=[Command.set(cls.covered.partner_id.ids)],
            confirm=True,
        )
        cls.invoice = cls.family.invoice_id

    def setUp(self):
        super().setUp()
        self.pay(self.family)

    def rpc(self, records, user, method, *args):
        """Call as from outside, on the ids of these records."""
        return call_kw(self.as_user(records, user).browse(), method, [records.ids, *args], {})

    def another_association(self):
        """The front desk and the treasurer of an association that has nothing of ours."""
        self.leave(self.reception | self.treasurer | self.coordinator | self.manager)


@tagged("post_install", "-at_install")
class TestInvoiceHandout(PayerCase):
    METHODS = ("action_open_invoice", "action_print_invoice", "action_print_receipt")

    def test_who_only_reads_the_membership_gets_neither_invoice_nor_receipt(self):
        """The person covered and the board read the membership; the care team and who has none
        of our groups do not even."""
        for user in (self.covered, self.board):
            self.assertTrue(self.family.with_user(user).read(["state"]))
        for user in (self.covered, self.board, self.care, self.employee):
            for method in self.METHODS:
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    self.rpc(self.family, user, method)

    def test_the_desk_the_treasurer_and_the_payer_get_it_without_any_secret(self):
        download = f"/my/invoices/{self.invoice.id}/download"
        for user in (self.reception, self.coordinator, self.manager, self.payer):
            for method in ("action_open_invoice", "action_print_invoice"):
                action = self.rpc(self.family, user, method)
                self.assertEqual(action["url"], download, (user.login, method))
        action = self.rpc(self.family, self.treasurer, "action_open_invoice")
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", self.invoice.id))
        for user in (self.reception, self.treasurer):
            self.assertTrue(self.rpc(self.family, user, "action_print_receipt"))

    def test_the_desk_of_another_association_gets_nothing(self):
        self.another_association()
        for user in (self.reception, self.coordinator, self.manager, self.treasurer):
            for method in self.METHODS:
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    self.rpc(self.family, user, method)
            with self.assertRaises(AccessError):
                self.as_user(self.invoice, user)._check_handed_out()

    def test_an_invoice_that_bills_nothing_of_the_desk_is_not_its_business(self):
        """A grant or a sale of the treasurer's."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.payer.partner_id.id,
                "invoice_line_ids": [
                    Command.create({"name": "Grant", "price_unit": 900.0, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        move.with_user(self.treasurer)._check_handed_out()
        for user in (self.reception, self.manager, self.board, self.covered):
            with self.assertRaises(AccessError):
                move.with_user(user)._check_handed_out()

    def test_who_is_covered_reads_the_membership_and_not_what_another_pays(self):
        hidden = (
            "amount",
            "amount_due",
            "fee_line_ids",
            "fee_state",
            "invoice_id",
            "invoice_name",
            "next_step",
            "proof_date_end",
            "scale_id",
        )
        as_covered = self.family.with_user(self.covered)
        self.assertEqual(as_covered.read(["state", "date_end"])[0]["state"], "active")
        for name in hidden:
            with self.subTest(name), self.assertRaisesRegex(AccessError, name):
                as_covered.read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                as_covered.search([(name, "!=", False)])
        shown = [name for name in hidden if name not in ("fee_line_ids", "proof_date_end")]
        self.assertTrue(self.family.with_user(self.board).read(shown))
        partner = self.covered.partner_id.with_user(self.covered)
        self.assertEqual(partner.membership_amount_due, 0)


@tagged("post_install", "-at_install")
class TestPrintedDocuments(PayerCase):
    """Whoever knows the address ``/report/pdf/…`` prints for the groups of the report alone."""

    ROLES = ("reception", "coordinator", "manager", "treasurer", "board", "care", "employee",
             "covered", "payer")  # fmt: skip

    def printers(self, name, record):
        """Roles that may print this report of this record."""
        allowed = set()
        for role in self.ROLES:
            model = self.env[f"report.tierslieux_membership.{name}"]
            Report = self.as_user(model, getattr(self, role))
            try:
                Report._get_report_values(record.ids)
            except AccessError:
                continue
            allowed.add(role)
        return allowed

    def test_each_document_is_for_those_who_need_it(self):
        desk = {"reception", "coordinator", "manager"}
        for name, record, allowed in (
            ("report_membership_card", self.family, desk),
            ("report_membership_receipt", self.family, desk | {"treasurer"}),
            ("report_member_list", self.family, desk | {"treasurer"}),
        ):
            self.assertEqual(self.printers(name, record), allowed, name)

    def test_nothing_of_another_association_is_printed(self):
        self.another_association()
        for name, record in (
            ("report_membership_card", self.family),
            ("report_membership_receipt", self.family),
            ("report_member_list", self.family),
        ):
            self.assertEqual(self.printers(name, record), set(), name)


@tagged("post_install", "-at_install")
class TestDocumentsOnline(PayerCase, MembershipPortalCase):
    """The same, through the addresses."""

    def test_the_invoice_is_downloaded_by_who_may_have_it(self):
        path = f"/my/invoices/{self.invoice.id}/download"
        self.assertIn("/web/login", self.path(self.url_open(path)))
        for user, status in (
            (self.payer, 200),
            (self.covered, 404),
            (self.anne, 404),
            (self.board, 404),
            (self.reception, 200),
        ):
            self.login(user)
            with mute_logger("odoo.http"):
                response = self.url_open(path)
            self.assertEqual(response.status_code, status, user.login)
            if status == 200:
                self.assertEqual(response.headers["Content-Type"], "application/pdf")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/my/invoices/999999999/download").status_code, 404)

    def test_reports_answer_their_groups_alone(self):
        paths = [
            f"/report/{kind}/tierslieux_membership.{name}/{self.family.id}"
            for kind in ("html", "pdf")
            for name in ("report_membership_receipt", "report_membership_card")
        ]
        for user, status in (
            (self.covered, 403),
            (self.anne, 403),
            (self.board, 403),
            (self.reception, 200),
        ):
            self.login(user)
            for path in paths:
                with mute_logger("odoo.http"):
                    response = self.url_open(path)
                self.assertEqual(response.status_code, status, (user.login, path))

    def test_the_page_of_who_is_covered_says_nothing_of_the_money(self):
        """30 € of the family: due on the first fee, paid on the other."""
        due = self.membership(
            self.payer.partner_id,
            self.type_family,
            covered_partner_ids=[Command.set(self.anne.partner_id.ids)],
            date_start="2040-01-01",
            confirm=True,
        )
        paid = self.membership(
            self.payer.partner_id,
            self.type_family,
            covered_partner_ids=[Command.set(self.anne.partner_id.ids)],
            date_start="2041-01-01",
            confirm=True,
        )
        self.pay(paid)
        self.login(self.anne)
        for membership in (due, paid):
            for path in ("/my/memberships", f"/my/memberships/{membership.id}"):
                page = self.url_open(path).text
                self.assertIn("Family", page)
                for said in ("30.00", "30,00", membership.invoice_id.name, "/receipt", "/pay"):
                    self.assertNotIn(said, page, (membership.name, path))
            for action in ("receipt", "pay"):
                response = self.url_open(f"/my/memberships/{membership.id}/{action}")
                self.assertEqual(self.path(response), "/my")
        self.login(self.payer)
        self.assertIn("30.00", self.url_open(f"/my/memberships/{due.id}").text)
        self.assertIn("/receipt", self.url_open(f"/my/memberships/{paid.id}").text)

    def test_the_back_office_opens_somebody_elses_page_to_the_desk_alone(self):
        path = f"/my/memberships/{self.family.id}"
        for user, opens in (
            (self.board, False),
            (self.treasurer, False),
            (self.reception, True),
        ):
            self.login(user)
            for suffix in ("", "/card"):
                response = self.url_open(path + suffix)
                self.assertEqual(self.path(response) == path + suffix, opens, user.login)
                if not opens:
                    self.assertNotIn(self.payer.partner_id.name, response.text)

    def test_a_card_is_named_to_the_staff_of_its_own_association(self):
        partner = self.payer.partner_id
        path = self.family._get_card_check_url(partner).partition("/membership/")[2]
        path = f"/membership/{path}"
        self.login(self.reception)
        self.assertIn(partner.name, self.url_open(path).text)
        self.another_association()
        self.login(self.reception)
        page = self.url_open(path).text
        self.assertNotIn(partner.name, page)
        self.assertNotIn(str(partner.member_number), page)


@tagged("post_install", "-at_install")
class TestFeesReadAsTheirUser(OtherAssociation, MembershipCommon):
    def setUp(self):
        super().setUp()
        self.foreign = self.membership(self.person("Zoé", "Petit"), confirm=True)
        self.foreign_journal = self.cash_journal
        self.users = self.reception | self.manager | self.coordinator
        self.leave(self.users)

    def test_the_fee_of_another_association_is_neither_shown_nor_taken(self):
        chosen = [Command.set(self.foreign.ids)]
        Wizard = self.wizard("tierslieux.take.payment")
        with self.assertRaises(AccessError):
            Wizard.create({"membership_ids": chosen, "journal_id": self.foreign_journal.id})
        with self.assertRaises(AccessError):
            self.onchange(
                "tierslieux.take.payment", {"membership_ids": chosen}, "amount_total", "summary"
            )

    def test_what_is_ones_own_is_taken_as_before(self):
        self.users.write(
            {"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id}
        )
        with Form(
            self.env["tierslieux.take.payment"]
            .with_user(self.reception)
            .with_context(default_membership_ids=self.foreign.ids)
        ) as form:
            self.assertEqual(form.amount, 20)
            self.assertEqual(form.journal_id, self.cash_journal)
        form.save().action_pay()
        self.assertEqual(self.foreign.state, "active")
