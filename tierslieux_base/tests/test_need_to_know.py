import base64
import doctest

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import masked
from .test_portal_pages import PortalCase

IBAN = "FR7630006000011234567890189"
COMPANY_IBAN = "FR1420041010050500013M02606"
MASKED = "FR76 •••• •••• 0189"


class NeedToKnowCase(PortalCase):
    """A person of whom much is known, and those who may or may not know it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.person(
            "Zoé",
            "Roux",
            birthdate_date="1990-05-17",
            comment="<p>Fragile since the spring</p>",
            phone="+33 6 12 34 56 78",
        )
        cls.account = cls.env["res.partner.bank"].create(
            {"partner_id": cls.zoe.id, "acc_number": IBAN}
        )

    def assertClosed(self, record, name, users, value=None):
        """Neither read, nor a condition, an order, a group or an export, for these users."""
        for user in users:
            if user._is_internal():  # who may export, exports what they read
                user.group_ids += self.env.ref("base.group_allow_export")
            model = record.env[record._name].with_user(user)
            for way, function in {
                "read": lambda m: m.browse(record.id).read([name]),
                "web_read": lambda m: m.browse(record.id).web_read({name: {}}),
                "export": lambda m: m.browse(record.id).export_data([name]),
                "search": lambda m: m.search([(name, "!=", False)]),
                "compare": lambda m: m.search([(name, ">=", value)]),
                "prefix": lambda m: m.search([(name, "=like", "F%")]),
                "order": lambda m: m.search([], order=f"{name} desc"),
                "group": lambda m: m.formatted_read_group([], [name]),
            }.items():
                with (
                    self.subTest(user.login, name=name, way=way),
                    self.assertRaises(
                        AccessError if user._is_internal() or way != "export" else UserError
                    ),
                ):
                    function(model)
            self.assertNotIn(name, model.fields_get())


@tagged("post_install", "-at_install")
class TestBankNumbers(NeedToKnowCase):
    """Whole for who pays and collects, masked for all others."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(masked).failed, 0)

    def others(self):
        return self.reception, self.coordinator, self.manager, self.board, self.care

    def test_the_treasurer_reads_the_number_whole(self):
        account = self.account.with_user(self.treasurer)
        self.assertEqual(account.sanitized_acc_number, IBAN)
        self.assertIn("FR76 3000 6000", account.display_name)
        found = account.search([("acc_number", "like", "FR7630006")])
        self.assertEqual(found.partner_id, self.zoe)

    def test_all_others_read_it_masked(self):
        for user in self.others():
            with self.subTest(user.login):
                account = self.account.with_user(user)
                self.assertEqual(account.masked_number, MASKED)
                self.assertEqual(account.display_name, MASKED)
                self.assertEqual(account.sudo().display_name, MASKED, "as names are read")
        self.assertIn("FR76 3000", self.account.with_user(self.treasurer).display_name)

    def test_the_associations_own_account_is_named_whole(self):
        """It stands on invoices, to be paid on: opened by anybody, printed by the desk."""
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.company.partner_id.id, "acc_number": COMPANY_IBAN}
        )
        invoice = self.membership(self.zoe, confirm=True).invoice_id
        invoice.partner_bank_id = account
        for user in (*self.others(), self.env.ref("base.public_user")):
            with self.subTest(user.login):
                page, _kind = (
                    self.env["ir.actions.report"]
                    .with_user(user)
                    .sudo()
                    ._render_qweb_html("account.report_invoice", invoice.ids)
                )
                self.assertIn(COMPANY_IBAN, page.decode().replace(" ", ""))
        self.assertClosed(account, "acc_number", self.others(), "FR1")

    def test_the_number_is_closed_to_others_in_every_way(self):
        for name in ("acc_number", "sanitized_acc_number"):
            self.assertClosed(self.account, name, self.others(), "FR7")

    def test_a_number_is_not_found_digit_by_digit(self):
        for user in self.others():
            model = self.account.with_user(user).browse()
            for typed in ("FR76", "0189", IBAN):
                self.assertFalse(model.name_search(typed), typed)
                self.assertFalse(model.search([("display_name", "ilike", typed)]), typed)
            self.assertEqual(model.name_search("Zoé")[0], (self.account.id, MASKED))

    def test_the_thread_of_the_person_holds_no_whole_number(self):
        self.account.unlink()
        body = " ".join(self.zoe.message_ids.mapped("body"))
        self.assertIn("0189", body)
        self.assertNotIn("3000 6000", body)


@tagged("post_install", "-at_install")
class TestPersonalData(NeedToKnowCase):
    def test_birth_dates_are_for_the_desk_and_the_care_team(self):
        for user in (self.reception, self.coordinator, self.manager, self.care):
            self.assertEqual(str(self.zoe.with_user(user).birthdate_date), "1990-05-17")
        self.assertClosed(
            self.zoe, "birthdate_date", (self.board, self.treasurer, self.anne), "1990-01-01"
        )
        for user in (self.board, self.treasurer, self.anne):
            with self.assertRaises(AccessError):
                self.zoe.with_user(user).read(["age"])

    def test_votes_are_counted_without_reading_birth_dates(self):
        self.type_person.voting_min_age = 16
        self.college.has_vote = True
        membership = self.membership(self.zoe, confirm=True)
        self.pay(membership)
        for user in (self.board, self.treasurer):
            self.assertTrue(self.zoe.with_user(user).may_vote)
            self.assertIn(self.zoe, self.zoe.with_user(user).search([("may_vote", "=", True)]))

    def test_notes_of_the_team_are_closed_to_the_board_and_to_members(self):
        self.assertIn("Fragile", self.zoe.with_user(self.reception).comment)
        self.assertIn("Fragile", self.zoe.with_user(self.care).comment)
        self.assertClosed(self.zoe, "comment", (self.board, self.anne), "A")

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
class TestThreads(NeedToKnowCase):
    """The board reads records and figures, and nothing of what the team writes about people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paid = cls.membership(cls.zoe, confirm=True)
        cls.records = (cls.zoe, cls.paid)
        for record in cls.records:
            record.message_post(
                body="Fragile since the spring",
                attachments=[("letter.txt", b"Fragile too")],
                subtype_xmlid="mail.mt_note",
            )

    def test_the_board_reads_no_thread(self):
        for record in self.records:
            messages = record.message_ids
            self.assertTrue(messages)
            env = self.env(user=self.board)
            found = [("model", "=", record._name), ("res_id", "=", record.id)]
            self.assertFalse(env["mail.message"].search(found))
            self.env.invalidate_all()
            self.assertFalse(record.with_user(self.board).message_ids)
            for message in messages:
                with self.assertRaises(AccessError):
                    message.with_user(self.board).read(["body"])
            self.assertTrue(self.env(user=self.reception)["mail.message"].search(found))

    def test_nobody_asks_what_is_in_messages_that_they_may_not_read(self):
        for user in (self.board, self.anne):
            for record in self.records:
                for name in ("message_ids", "website_message_ids"):
                    found = record.with_user(user).search([(f"{name}.body", "ilike", "fragile")])
                    self.assertFalse(found & record, (user.login, name))
        self.paid.partner_id = self.anne.partner_id
        found = self.paid.with_user(self.anne).search([("message_ids.body", "ilike", "fragile")])
        self.assertFalse(found)
        for record in self.records:
            found = record.with_user(self.reception).search(
                [("message_ids.body", "ilike", "fragile")]
            )
            self.assertIn(record, found)

    def test_the_board_opens_no_paper_of_people(self):
        for record in self.records:
            papers = record.message_ids.attachment_ids
            self.assertTrue(papers)
            Attachment = self.env(user=self.board)["ir.attachment"]
            for domain in (
                [("res_model", "=", record._name)],
                [("name", "=", "letter.txt")],
                [("res_model", "=", record._name), ("index_content", "ilike", "fragile")],
            ):
                self.assertFalse(Attachment.search(domain) & papers)
            with self.assertRaises(AccessError):
                papers.with_user(self.board).read(["name"])
            self.assertTrue(papers.with_user(self.reception).read(["name"]))

    def test_a_board_member_who_works_at_the_desk_reads_what_the_desk_reads(self):
        self.board.group_ids += self.env.ref("tierslieux_base.group_reception")
        for record in self.records:
            messages = record.message_ids
            self.assertTrue(messages.with_user(self.board).read(["body"]))
            self.assertTrue(messages.attachment_ids.with_user(self.board).read(["name"]))


@tagged("post_install", "-at_install")
class TestColleagues(NeedToKnowCase):
    """Two portal users of one organisation: each reads themselves and the organisation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.org = cls.organisation("La Coop", phone="+33 5 55 11 11 11", comment="Pays late")
        cls.billing = cls.env["res.partner"].create(
            {"name": "Compta", "type": "invoice", "parent_id": cls.org.id}
        )
        for user in (cls.anne, cls.bob):
            user.partner_id.write({"parent_id": cls.org.id, "birthdate_date": "1990-05-17"})
        cls.own_address = cls.env["res.partner"].create(
            {"name": "Home", "type": "delivery", "parent_id": cls.anne.partner_id.id}
        )

    def test_a_colleague_is_not_read(self):
        Partner = self.env(user=self.anne)["res.partner"]
        bob = self.bob.partner_id
        self.assertFalse(Partner.search([("id", "=", bob.id)]))
        for names in (["phone"], ["name"], ["email"]):
            with self.assertRaises(AccessError):
                Partner.browse(bob.id).read(names)
        self.assertNotIn(bob, Partner.search([("phone", "!=", False)]))
        User = self.env(user=self.anne)["res.users"]
        self.assertEqual(User.search([]), self.anne)
        with self.assertRaises(AccessError):
            User.browse(self.bob.id).read(["phone"])
        bob.phone = "+33 6 99 88 77 66"
        through = Partner.search([("child_ids.phone", "like", "99 88")])
        self.assertFalse(through, "nor through the organisation")

    def test_oneself_the_organisation_and_addresses_are_read(self):
        Partner = self.env(user=self.anne)["res.partner"]
        seen = Partner.search([])
        self.assertEqual(seen, self.anne.partner_id | self.org | self.billing | self.own_address)
        self.assertEqual(Partner.browse(self.org.id).phone, "+33 5 55 11 11 11")
        with self.assertRaises(AccessError):
            Partner.browse(self.org.id).read(["comment"])

    def test_odoos_pages_of_a_colleague_still_open(self):
        self.login(self.anne)
        for path in ("/my", "/my/account", "/my/addresses", "/my/invoices", "/my/security"):
            response = self.url_open(path)
            self.assertEqual((response.status_code, self.path(response)), (200, path))
        covered = self.membership(self.bob.partner_id, payer_id=self.org.id, confirm=True)
        invoice = covered.invoice_id
        page = self.url_open(f"/my/invoices/{invoice.id}")
        self.assertIn(invoice.name, page.text)
        page = self.url_open(covered.access_url)
        self.assertEqual(page.status_code, 200)
