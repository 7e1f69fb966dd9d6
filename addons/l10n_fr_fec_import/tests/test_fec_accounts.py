# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SALE, FecCase, line, make


@tagged("post_install", "-at_install")
class TestFecAccounts(FecCase):
    def test_an_unknown_account_is_created_with_the_type_of_its_neighbours(self):
        book = self._import(
            make(line("1", "606190", "8,00", name="Granulés"), line("1", "44571", credit="8,00"))
        )
        book.action_preview()
        self.assertEqual(book.account_missing_count, 1)
        [choice] = book.account_ids
        self.assertEqual((choice.code, choice.action), ("606190", "create"))
        self.assertEqual(choice.account_type, "expense")
        book.action_import()
        self.assertEqual(self._balances(), {"606190": 8, "445710": -8})
        again = self._import(make(line("2", "606190", "8,00"), line("2", "44571", credit="8,00")))
        again.action_preview()
        self.assertEqual(again.account_missing_count, 0)

    def test_it_may_be_booked_to_another_account(self):
        book = self._import(make(line("1", "606190", "8,00"), line("1", "445710", credit="8,00")))
        book.action_preview()
        energy = self.env["account.account"].search(
            [("code", "=", "606100"), ("company_ids", "in", self.company.ids)]
        )
        book.account_ids.write({"action": "use", "account_id": energy.id})
        book.action_preview()
        self.assertEqual(book.account_ids.account_id, energy, "reading again keeps the choice")
        book.action_import()
        self.assertEqual(self._balances(), {"606100": 8, "445710": -8})

    def test_a_choice_says_where(self):
        book = self._import(make(line("1", "606190", "8,00"), line("1", "445710", credit="8,00")))
        book.action_preview()
        with self.assertRaises(ValidationError):
            book.account_ids.action = "use"

    def test_one_account_for_each_third_party(self):
        book = self._book(
            make(
                line("1", "411DUPONT", "5,00", name="Dupont Jeanne"),
                line("1", "706000", credit="5,00"),
            )
        )
        owed = book.move_ids.line_ids.filtered("debit")
        self.assertEqual(owed.account_id.code, "411100")
        self.assertEqual(owed.partner_id.name, "Dupont Jeanne")

    def test_a_third_party_whose_name_has_changed_is_known_by_its_number(self):
        first = self._book(make(*SALE))
        married = [
            each.replace("|1|2025", "|7|2025").replace("Awa Diallo", "Awa Benali") for each in SALE
        ]
        second = self._book(make(*married))
        self.assertEqual(second.partner_missing_count, 0)
        self.assertEqual(second.move_ids.line_ids.partner_id, first.move_ids.line_ids.partner_id)

    def test_third_parties_are_found_again(self):
        Partner = self.env["res.partner"]
        known = Partner.create({"name": "Awa DIALLO", "ref": "C1"})
        alone = Partner.create({"name": "SCI du Bourg"})
        Partner.create([{"name": "Jean Martin"}, {"name": "Jean Martin"}])
        book = self._book(
            make(
                line("1", "411000", "5,00", partner="C1|Awa Diallo"),
                line("1", "411000", "5,00", partner="C2|SCI du Bourg"),
                line("1", "411000", "5,00", partner="C3|Jean Martin"),
                line("1", "706000", credit="15,00"),
            )
        )
        self.assertEqual(book.partner_missing_count, 1)
        partners = book.move_ids.line_ids.filtered("debit").partner_id
        self.assertIn(known, partners)
        self.assertIn(alone, partners)
        self.assertEqual(partners.filtered(lambda each: each.ref == "C3").company_id, self.company)
