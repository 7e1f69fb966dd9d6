import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.need_to_know_common import NeedToKnowCase, ThreadTests

from .membership_common import MembershipPortalCase

COMPANY_IBAN = "FR1420041010050500013M02606"


@tagged("post_install", "-at_install")
class TestMembersData(NeedToKnowCase, MembershipPortalCase):
    def test_the_associations_own_account_is_named_whole(self):
        """It stands on invoices, to be paid on: opened by anybody, printed by the desk."""
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.company.partner_id.id, "acc_number": COMPANY_IBAN}
        )
        invoice = self.membership(self.zoe, confirm=True).invoice_id
        invoice.partner_bank_id = account
        others = (self.reception, self.coordinator, self.manager, self.board, self.care)
        for user in (*others, self.env.ref("base.public_user")):
            with self.subTest(user.login):
                page, _kind = (
                    self.env["ir.actions.report"]
                    .with_user(user)
                    .sudo()
                    ._render_qweb_html("account.report_invoice", invoice.ids)
                )
                self.assertIn(COMPANY_IBAN, page.decode().replace(" ", ""))
        self.assertClosed(account, "acc_number", others, "FR1")

    def test_votes_are_counted_without_reading_birth_dates(self):
        self.type_person.voting_min_age = 16
        self.college.has_vote = True
        membership = self.membership(self.zoe, confirm=True)
        self.pay(membership)
        for user in (self.board, self.treasurer):
            self.assertTrue(self.zoe.with_user(user).may_vote)
            self.assertIn(self.zoe, self.zoe.with_user(user).search([("may_vote", "=", True)]))

    def test_proofs_of_income_are_looked_at_by_the_desk_alone(self):
        membership = self.membership(
            self.zoe,
            self.type_scale,
            scale_id=self.scale_reduced.id,
            proof_attachment=base64.b64encode(b"%PDF-1 income"),
            proof_filename="avis.pdf",
        )
        self.assertEqual(membership.with_user(self.reception).proof_filename, "avis.pdf")
        papers = self.env["ir.attachment"].search(
            [("res_model", "=", membership._name), ("res_id", "=", membership.id),
             ("res_field", "=", "proof_attachment")]
        )  # fmt: skip
        self.assertTrue(papers)
        self.assertTrue(papers.with_user(self.reception).read(["datas"]))
        for user in (self.board, self.treasurer, self.care, self.anne):
            for name in ("proof_attachment", "proof_filename"):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    membership.with_user(user).read([name])
            with self.subTest(user.login), self.assertRaises(AccessError):
                papers.with_user(user).read(["datas"])
            found = papers.with_user(user).search([("id", "in", papers.ids)])
            self.assertFalse(found, user.login)
            self.authenticate(user.login, user.login)
            for path in (
                f"/web/content/{membership._name}/{membership.id}/proof_attachment",
                f"/web/content/{papers.id}",
            ):
                self.assertNotIn("income", self.url_open(path).text, path)


@tagged("post_install", "-at_install")
class TestMembershipThreads(ThreadTests, NeedToKnowCase, MembershipPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.membership(cls.zoe, confirm=True)
        cls.write_about(cls.mine)

    def test_who_is_concerned_asks_nothing_about_its_messages(self):
        self.mine.partner_id = self.anne.partner_id
        found = self.mine.with_user(self.anne).search([("message_ids.body", "ilike", "fragile")])
        self.assertFalse(found)


@tagged("post_install", "-at_install")
class TestColleaguesMembership(MembershipPortalCase):
    """Two portal users of one organisation, which pays for one of them."""

    def test_what_the_organisation_pays_opens_for_a_colleague(self):
        org = self.organisation("La Coop")
        (self.anne | self.bob).partner_id.parent_id = org
        self.login(self.anne)
        covered = self.membership(self.bob.partner_id, payer_id=org.id, confirm=True)
        invoice = covered.invoice_id
        page = self.url_open(f"/my/invoices/{invoice.id}")
        self.assertIn(invoice.name, page.text)
        page = self.url_open(covered.access_url)
        self.assertEqual(page.status_code, 200)
