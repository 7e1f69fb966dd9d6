import doctest

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools import masked
from .need_to_know_common import IBAN, NeedToKnowCase, ThreadTests

MASKED = "FR76 •••• •••• 0189"


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

    def test_notes_of_the_team_are_closed_to_the_board_and_to_members(self):
        self.assertIn("Fragile", self.zoe.with_user(self.reception).comment)
        self.assertIn("Fragile", self.zoe.with_user(self.care).comment)
        self.assertClosed(self.zoe, "comment", (self.board, self.anne), "A")


@tagged("post_install", "-at_install")
class TestThreads(ThreadTests, NeedToKnowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write_about(cls.zoe)


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
