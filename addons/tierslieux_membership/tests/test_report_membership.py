import doctest
import io
from datetime import timedelta

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.tierslieux_base.report import amount_words, qr_code

from .membership_common import MembershipCommon

CARD = "tierslieux_membership.action_report_membership_card"
RECEIPT = "tierslieux_membership.action_report_membership_receipt"
MEMBER_LIST = "tierslieux_membership.action_report_member_list"
LONG_NAME = ("Jean-Christophe-Alexandre", "de La Rochefoucauld-Montmorency-Châteauneuf")


class ReportCase(MembershipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "name": "La Fabrique du Bourg",
                "street": "3 place de l’Église",
                "zip": "23000",
                "city": "Guéret",
                "company_registry": "12345678900014",
            }
        )
        cls.anne = cls.person("Anne Marie", "Le Goff")

    def html(self, report, records, user=None):
        Report = self.env["ir.actions.report"].with_user(user or self.env.user)
        return Report._render_qweb_html(report, records.ids)[0].decode()

    def pdf_text(self, report, records, user=None):
        """Text of each page of the PDF."""
        Report = self.env["ir.actions.report"].with_user(user or self.env.user)
        content = Report.with_context(force_report_rendering=True)._render_qweb_pdf(
            report, records.ids
        )[0]
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    def paid(self, partner=None, **vals):
        membership = self.membership(partner or self.anne, confirm=True, **vals)
        self.pay(membership)
        return membership


class TestWords(MembershipCommon):
    def test_doctests(self):
        for module in (amount_words, qr_code):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_french_euros_are_ours_other_currencies_odoos(self):
        fr = self.env["res.lang"]._activate_lang("fr_FR").code
        euro = self.env.ref("base.EUR").with_context(lang=fr)
        dollar = self.env.ref("base.USD").with_context(lang=fr)
        words = amount_words.amount_in_words
        self.assertEqual(words(20.5, euro), "Vingt euros et cinquante centimes")
        self.assertEqual(words(20.5, dollar), dollar.amount_to_text(20.5))


@tagged("post_install", "-at_install")
class TestCard(ReportCase):
    def test_card_carries_the_association_the_member_and_the_date(self):
        membership = self.paid()
        page = self.html(CARD, membership, self.reception)
        for text in (
            "La Fabrique du Bourg",
            "3 place de l’Église, 23000 Guéret",
            "SIRET 123 456 789 00014",
            "Anne Marie Le Goff",
            self.anne.member_number,
            "data:image/svg+xml;base64,",
        ):
            self.assertIn(text, page)

    def test_pdf_is_one_page_per_person_with_its_text(self):
        """A family of two under one fee: two cards."""
        child = self.person("Léo", "Le Goff")
        membership = self.paid(
            membership_type=self.type_family, covered_partner_ids=[Command.set(child.ids)]
        )
        pages = self.pdf_text(CARD, membership, self.reception)
        self.assertEqual(len(pages), 2)
        for page in pages:
            self.assertIn("La Fabrique du Bourg", page)
            self.assertIn("SIRET 123 456 789 00014", page)
        self.assertIn("Anne Marie Le Goff", pages[0] + pages[1])
        self.assertIn("Léo Le Goff", pages[0] + pages[1])

    def test_long_names_stay_on_one_page(self):
        self.type_person.name = "Adhésion individuelle à tarif réduit pour étudiants et apprentis"
        membership = self.paid(self.person(*LONG_NAME))
        self.assertEqual(len(self.pdf_text(CARD, membership)), 1)

    def test_no_card_before_the_payment(self):
        membership = self.membership(self.anne, confirm=True)
        with self.assertRaisesRegex(UserError, "Take the payment first"):
            membership.with_user(self.reception).action_print_card()
        with self.assertRaises(UserError):
            self.html(CARD, membership)

    def test_a_renewed_card_says_the_new_date(self):
        old = self.membership(
            self.anne,
            date_start=self.today - timedelta(days=300),
            date_end=self.today + timedelta(days=10),
            state="active",
        )
        renewal = old._portal_renew()
        self.assertEqual(old._get_valid_until(), old.date_end)
        self.pay(renewal)
        self.assertEqual(old._get_valid_until(), renewal.date_end)

    def test_cards_need_the_right_to_read_memberships(self):
        membership = self.paid()
        with self.assertRaises(AccessError):
            self.html(CARD, membership, self.care)


@tagged("post_install", "-at_install")
class TestReceipt(ReportCase):
    def test_receipt_says_who_paid_how_much_in_figures_and_letters(self):
        """20 € in cash; the desk that gives the receipt has no right on accounting."""
        self.anne.lang = self.env["res.lang"]._activate_lang("fr_FR").code
        membership = self.paid()
        page = self.html(RECEIPT, membership, self.reception)
        for text in (
            "La Fabrique du Bourg",
            "SIRET 123 456 789 00014",
            "Anne Marie Le Goff",
            "Vingt euros",
            membership.invoice_id.name,
            "238 bis",
        ):
            self.assertIn(text, page)
        self.assertRegex(page, r"20[.,]00")

    def test_pdf_receipt_has_the_associations_header_and_page_number(self):
        pages = self.pdf_text(RECEIPT, self.paid(), self.reception)
        self.assertEqual(len(pages), 1)
        self.assertIn("La Fabrique du Bourg", pages[0])
        self.assertIn("Anne Marie Le Goff", pages[0])

    def test_fees_paid_together_make_one_receipt(self):
        """20 € for Anne and 20 € for Léo on one invoice: one receipt of 40 €."""
        child = self.person("Léo", "Le Goff")
        fees = self.membership(self.anne) | self.membership(child, payer_id=self.anne.id)
        fees.action_confirm()
        self.pay(fees)
        Report = self.env["report.tierslieux_membership.report_membership_receipt"]
        values = Report._get_report_values(fees.ids)
        self.assertEqual(len(values["docs"]), 1)
        receipt = values["get_receipt"](values["docs"])
        self.assertEqual((receipt["total"], receipt["left"]), (40.0, 0.0))
        self.assertEqual(receipt["fees"], fees)

    def test_two_partial_payments_are_two_lines(self):
        """8 € in cash, then 12 € to the bank: 20 € received, nothing left."""
        membership = self.membership(self.anne, confirm=True)
        for journal, amount in ((self.cash_journal, 8.0), (self.bank_journal, 12.0)):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=membership.invoice_id.ids
            ).create({"journal_id": journal.id, "amount": amount})._create_payments()
        lines = membership._get_receipt_payments()
        self.assertEqual(sorted(line["amount"] for line in lines), [8.0, 12.0])
        transfer = self.bank_journal.inbound_payment_method_line_ids[0].name
        self.assertEqual({line["method"] for line in lines}, {"Cash", transfer})

    def test_a_receipt_never_says_manual_payment(self):
        """Odoo's name of a means of payment that nobody named: the journal's is said instead."""
        line = self.bank_journal.inbound_payment_method_line_ids[0]
        for name, said in (("Manual Payment", self.bank_journal.name), ("Transfer", "Transfer")):
            line.name = name
            membership = self.membership(self.person(), confirm=True)
            self.pay(membership, journal=self.bank_journal)
            lines = membership._get_receipt_payments()
            self.assertEqual([line["method"] for line in lines], [said])

    def test_no_receipt_without_a_payment(self):
        due = self.membership(self.anne, confirm=True)
        history = self.membership(
            self.person("Léo"), date_start="2020-01-01", state="expired", amount=20.0
        )
        for membership in due | history:
            with self.assertRaisesRegex(UserError, "no payment is recorded"):
                membership.with_user(self.reception).action_print_receipt()
        self.assertTrue(self.paid(self.person("Zoé")).action_print_receipt())


@tagged("post_install", "-at_install")
class TestMemberList(ReportCase):
    def test_list_names_each_person_by_last_name_without_organisations(self):
        child = self.person("Léo", "Abel")
        memberships = self.paid(
            membership_type=self.type_family, covered_partner_ids=[Command.set(child.ids)]
        )
        memberships |= self.paid(
            self.organisation("Mairie du Bourg"), membership_type=self.type_org
        )
        page = self.html(MEMBER_LIST, memberships, self.reception)
        self.assertLess(page.index("Abel"), page.index("Le Goff"))
        self.assertNotIn("Mairie du Bourg", page)

    def test_names_with_an_accent_stand_at_their_letter(self):
        memberships = self.paid(self.person("Paul", "Éluard")) | self.paid(
            self.person("Zoé", "Fabre")
        )
        page = self.html(MEMBER_LIST, memberships, self.reception)
        self.assertLess(page.index("Éluard"), page.index("Fabre"))
        self.assertIn("2 persons", page)
        self.assertIn("1 person,", self.html(MEMBER_LIST, memberships[:1], self.reception))

    def test_a_person_with_two_memberships_signs_once(self):
        memberships = self.paid() | self.membership(
            self.anne, self.type_free, date_end="2099-12-31", state="active"
        )
        values = self.env["report.tierslieux_membership.report_member_list"]._get_report_values(
            memberships.ids
        )
        self.assertEqual([row["partner"] for row in values["rows"]], [self.anne])
        self.assertEqual(values["rows"][0]["membership"], memberships[1])


@tagged("post_install", "-at_install")
class TestCheckPage(ReportCase, HttpCase):
    """What the QR code of a card opens, for anyone."""

    def open_card(self, membership, partner=None):
        return self.url_open(self.check_path(membership, partner))

    def check_path(self, membership, partner=None):
        url = membership._get_card_check_url(partner or membership.partner_id)
        return url[url.index("/membership/check/") :]

    def test_the_qr_code_says_this_address(self):
        membership = self.paid()
        card = self.env["report.tierslieux_membership.report_membership_card"]._prepare_card(
            membership, self.anne
        )
        self.assertEqual(
            card["qr"], qr_code.qr_code_data_uri(membership._get_card_check_url(self.anne))
        )

    def test_strangers_read_initials_and_the_date_only(self):
        self.anne.write({"email": "anne@example.org", "birthdate_date": "1980-05-17"})
        membership = self.paid()
        response = self.open_card(membership)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Membership valid until", response.text)
        self.assertIn("A. L.", response.text)
        for secret in ("Anne", "Le Goff", "example.org", "1980", self.anne.member_number):
            self.assertNotIn(secret, response.text)
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_portal_users_are_strangers_and_the_desk_reads_the_name(self):
        membership = self.paid()
        self.authenticate(self.portal.login, self.portal.login)
        self.assertNotIn("Le Goff", self.open_card(membership).text)
        self.authenticate(self.reception.login, self.reception.login)
        page = self.open_card(membership).text
        self.assertIn("Anne Marie Le Goff", page)
        self.assertIn(self.anne.member_number, page)

    def test_a_forged_or_swapped_signature_is_not_found(self):
        membership, other = self.paid(), self.paid(self.person("Bob", "Autre"))
        path = self.check_path(membership)
        signature = path.rsplit("/", 1)[1]
        forged = [
            path[:-1] + ("0" if path[-1] != "0" else "1"),
            f"/membership/check/{other.id}/{other.partner_id.id}/{signature}",
            f"/membership/check/{membership.id}/{other.partner_id.id}/{signature}",
            f"/membership/check/999999999/{self.anne.id}/{signature}",
            f"/membership/check/{membership.id}/{self.anne.id}/é",
        ]
        for url in forged:
            self.assertEqual(self.url_open(url).status_code, 404, url)

    def test_a_cancelled_membership_is_no_longer_valid(self):
        membership = self.paid()
        membership.action_cancel()
        self.assertIn("No valid membership today", self.open_card(membership).text)

    def test_last_years_card_is_good_once_renewed(self):
        old = self.membership(
            self.anne,
            date_start=self.today - timedelta(days=500),
            date_end=self.today - timedelta(days=100),
            state="active",
        )
        self.assertIn("No valid membership today", self.open_card(old).text)
        self.paid()
        self.assertIn("Membership valid until", self.open_card(old).text)

    def test_each_person_of_a_family_has_a_card_that_checks(self):
        child = self.person("Léo", "Abel")
        membership = self.paid(
            membership_type=self.type_family, covered_partner_ids=[Command.set(child.ids)]
        )
        page = self.open_card(membership, child).text
        self.assertIn("Membership valid until", page)
        self.assertIn("L. A.", page)
