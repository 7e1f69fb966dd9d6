# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import fec_import
from .common import PAYMENT, SALE, FecCase, line, make

OPENING = (
    line("A1", "512000", "500,00", journal="AN|À nouveaux", day="20250101", name="Banque"),
    line("A1", "110000", credit="500,00", journal="AN|À nouveaux", day="20250101", name="Report"),
)


@tagged("post_install", "-at_install")
class TestFecImport(FecCase):
    def test_the_reading_books_nothing(self):
        book = self._import(make(*SALE, *PAYMENT))
        book.action_preview()
        self.assertEqual(
            (book.count_lines, book.count_entries, book.count_new, book.count_refused),
            (5, 2, 2, 0),
        )
        self.assertEqual((book.total_debit, book.total_credit), (240, 240))
        self.assertFalse(self._balances())
        self.assertFalse(self.env["res.partner"].search([("ref", "=", "C1")]))

    def test_a_year_is_booked(self):
        book = self._book(make(*OPENING, *SALE, *PAYMENT))
        balances = self._balances()
        self.assertEqual(
            {code: balances[code] for code in ("512000", "110000", "706000", "445710")},
            {"512000": 620, "110000": -500, "706000": -100, "445710": -20},
        )
        self.assertEqual(balances["411000"], 0)
        self.assertEqual(book.state, "done")
        self.assertEqual(book.count_booked, 3)
        sale = book.move_ids.filtered(lambda move: move.name == "1")
        self.assertEqual((sale.date, sale.state, sale.ref), (date(2025, 3, 10), "posted", "P1"))
        self.assertEqual(sale.line_ids.partner_id.name, "Awa Diallo")
        self.assertFalse(sale.line_ids.tax_ids, "what was booked bears its tax already")

    def test_twice_changes_nothing(self):
        content = make(*OPENING, *SALE, *PAYMENT)
        self._book(content)
        before = self._balances()
        partners = self.env["res.partner"].search_count([])
        again = self._import(content, "copie.txt")
        again.action_preview()
        self.assertEqual((again.count_new, again.count_existing, again.count_refused), (0, 3, 0))
        again.action_import()
        self.assertEqual(self._balances(), before)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_the_second_tap_books_nothing(self):
        book = self._book(make(*SALE))
        for button in ("action_import", "action_preview"):
            with self.assertRaisesRegex(UserError, "booked, or being booked"):
                getattr(book, button)()
        self.assertEqual(self._balances()["706000"], -100)

    def test_a_longer_file_adds_what_is_new(self):
        self._book(make(*SALE))
        more = self._book(make(*SALE, *PAYMENT))
        self.assertEqual((more.count_existing, more.count_booked), (1, 1))

    def test_the_same_entry_with_other_amounts_is_refused(self):
        self._book(make(*SALE))
        other = make(
            line("1", "411000", "60,00", partner="C1|Awa Diallo"),
            line("1", "706000", credit="60,00"),
        )
        book = self._import(other)
        book.action_preview()
        self.assertEqual(book.count_refused, 1)
        self.assertIn("with other amounts", book.refusals)

    def test_the_former_matching_is_taken_over(self):
        book = self._book(make(*SALE, *PAYMENT))
        owed = book.move_ids.line_ids.filtered(lambda item: item.account_id.code == "411000")
        self.assertEqual(owed.mapped("reconciled"), [True, True])
        without = self._book(make(*[each.replace("|1|2025", "|9|2025") for each in SALE]))
        self.assertFalse(any(without.move_ids.line_ids.mapped("reconciled")))

    def test_letters_that_do_not_balance_match_nothing(self):
        book = self._book(
            make(
                *SALE,
                line("2", "512000", "70,00", journal="BQ|Banque"),
                line("2", "411000", credit="70,00", partner="C1|Awa Diallo", letter="AA"),
                line("2", "411000", "70,00", partner="C1|Awa Diallo"),
                line("2", "411000", credit="70,00", journal="BQ|Banque", partner="C1|Awa Diallo"),
            )
        )
        self.assertFalse(any(book.move_ids.line_ids.mapped("reconciled")))

    def test_all_or_nothing(self):
        content = make(*SALE, line("8", "411000", "10,00"), line("8", "706000", credit="9,00"))
        book = self._import(content)
        book.action_preview()
        self.assertEqual((book.count_entries, book.count_refused), (2, 1))
        self.assertIn("VE 8: it does not balance", book.refusals)
        self.assertTrue(book.refused_file)
        with self.assertRaisesRegex(UserError, "VE 8"):
            book.action_import()
        self.assertFalse(self._balances())

    def test_outside_the_year(self):
        late = [each.replace("20250310", "20260102") for each in SALE]
        book = self._import(make(*late, *PAYMENT))
        book.action_preview()
        self.assertEqual((book.date_from, book.date_to), (date(2025, 1, 1), date(2025, 12, 31)))
        self.assertEqual(book.count_refused, 1)
        self.assertIn("outside the year", book.refusals)

    def test_a_closed_year_is_refused_at_its_date(self):
        self.company.sudo().fiscalyear_lock_date = "2025-03-11"
        book = self._import(make(*SALE, *PAYMENT))
        book.action_preview()
        self.assertEqual(book.count_refused, 1)
        self.assertIn("VE 1: dated", book.refusals)

    def test_openings_are_booked_with_the_first_year_alone(self):
        self._book(make(*OPENING, *SALE, *PAYMENT))
        # What the books carry: 620 in the bank, 20 of VAT, 500 brought forward, a result of 100
        carried = "AN|À nouveaux"
        day = "20260101"
        right = (
            line("A1", "512000", "620,00", journal=carried, day=day),
            line("A1", "445710", credit="20,00", journal=carried, day=day),
            line("A1", "110000", credit="500,00", journal=carried, day=day),
            line("A1", "120000", credit="100,00", journal=carried, day=day),
        )
        second = [each.replace("2025", "2026") for each in SALE]
        book = self._import(make(*right, *second), "123456789FEC20261231.txt")
        book.action_preview()
        self.assertEqual((book.count_refused, book.count_new), (0, 1))
        self.assertIn("carry them forward", book.remarks)
        self.assertNotIn("are not those of the books", book.remarks)
        book.action_import()
        self.assertEqual(self._balances()["512000"], 620)

    def test_openings_that_differ_are_told(self):
        self._book(make(*OPENING))
        wrong = [each.replace("2025", "2026").replace("500,00", "490,00") for each in OPENING]
        book = self._import(make(*wrong), "123456789FEC20261231.txt")
        book.action_preview()
        self.assertIn("11 (+10.00), 512 (-10.00)", book.remarks)

    def test_years_are_taken_from_the_oldest_on(self):
        self._book(make(*OPENING))
        older = [each.replace("2025", "2024") for each in OPENING]
        book = self._import(make(*older), "123456789FEC20241231.txt")
        book.action_preview()
        self.assertIn("from the oldest on", book.refusals)

    def test_a_year_of_before_without_openings_waits_for_the_later_one_too(self):
        """The balances that the later year began with sum it up."""
        self._book(make(*OPENING))
        older = [each.replace("2025", "2024") for each in SALE]
        book = self._import(make(*older), "123456789FEC20241231.txt")
        book.action_preview()
        self.assertEqual((book.count_new, book.count_refused), (0, 1))
        self.assertIn("from the oldest on", book.refusals)

    def test_lines_of_nothing_and_of_both_sides(self):
        """A nil line with a letter, an entry of one nil line, a line with a debit and a credit"""
        book = self._book(
            make(
                *SALE,
                *PAYMENT,
                line("3", "411000", partner="C1|Awa Diallo", letter="AA"),
                line("4", "512000", "100,00", "20,00"),
                line("4", "706000", credit="80,00"),
            )
        )
        self.assertEqual(book.count_booked, 4)
        owed = book.move_ids.line_ids.filtered(lambda item: item.account_id.code == "411000")
        self.assertEqual(len(owed.filtered("matching_number")), 2)
        balances = self._balances()
        self.assertEqual((balances["512000"], balances["706000"]), (200, -180))

    def test_a_number_that_speaks_of_another_year_keeps_its_day(self):
        for number in ("2024-00012", "BQ/2024/00003", "202401001", "FA2024/01/0001"):
            book = self._book(make(*[each.replace("|1|2025", f"|{number}|2025") for each in SALE]))
            [move] = book.move_ids
            self.assertEqual((move.name, move.date), (number, date(2025, 3, 10)))

    def test_a_lock_of_taxes_or_sales_moves_no_date(self):
        self.company.sudo().write({"tax_lock_date": "2025-12-31", "sale_lock_date": "2025-12-31"})
        book = self._book(make(*SALE, *PAYMENT))
        self.assertEqual(
            sorted(book.move_ids.mapped("date")), [date(2025, 3, 10), date(2025, 3, 12)]
        )

    def test_contributions_in_kind_stand_apart(self):
        mixed = make(
            line("1", "864000", "10,00", name="Bénévolat"),
            line("1", "706000", credit="10,00"),
        )
        book = self._import(mixed)
        book.action_preview()
        self.assertIn("class 8", book.refusals)
        apart = make(line("1", "864000", "10,00"), line("1", "875000", credit="10,00"))
        self._book(apart)
        self.assertEqual(self._balances()["864000"], 10)

    def test_numbers_of_the_former_software_do_not_lead_ours(self):
        self._book(
            make(*[each.replace("VE|Ventes|1|", "FAC|Ventes|FAC/2025/00820|") for each in SALE])
        )
        sale = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")], limit=1
        )
        taken = self.env["account.journal"].search([("fec_import_code", "=", "FAC")])
        self.assertNotEqual(taken, sale)
        self.assertEqual(taken.type, "general")

    def test_a_number_used_on_two_days_makes_two_entries(self):
        second = [each.replace("20250310", "20250410") for each in SALE]
        book = self._book(make(*SALE, *second))
        self.assertEqual(sorted(book.move_ids.mapped("name")), ["1 10/03/2025", "1 10/04/2025"])

    def test_the_database_refuses_an_entry_twice(self):
        book = self._book(make(*SALE))
        move = book.move_ids
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env.cr.execute(
                "UPDATE account_move SET fec_import_key = %s WHERE id = %s",
                [move.fec_import_key, self._book(make(*PAYMENT)).move_ids.id],
            )

    def test_taken_out_and_in_again(self):
        content = make(*SALE, *PAYMENT)
        book = self._book(content)
        book.action_undo()
        self.assertEqual(book.state, "undone")
        self.assertFalse(self._balances())
        book.action_preview()
        book.action_import()
        self.assertEqual(self._balances()["706000"], -100)

    def test_what_is_matched_with_ours_is_not_taken_out(self):
        book = self._book(make(*SALE), use_letters=False)
        owed = book.move_ids.line_ids.filtered(lambda item: item.account_id.code == "411000")
        other = book.move_ids.line_ids.account_id.filtered(lambda each: each.code == "706000")
        paid = self.env["account.move"].create(
            {
                "line_ids": [
                    (0, 0, {"account_id": other.id, "debit": 120}),
                    (
                        0,
                        0,
                        {
                            "account_id": owed.account_id.id,
                            "credit": 120,
                            "partner_id": owed.partner_id.id,
                        },
                    ),
                ]
            }
        )
        paid.action_post()
        (owed | paid.line_ids.filtered("credit")).reconcile()
        with self.assertRaisesRegex(UserError, "undo those matchings"):
            book.action_undo()

    def test_a_file_made_here_is_in_the_books_already(self):
        moves = self._book(make(*SALE)).move_ids
        # As if it had been typed here: it bears no key
        moves.sudo().write({"fec_import_key": False, "fec_import_id": False})
        book = self._import(make(*SALE))
        book.action_preview()
        self.assertEqual((book.count_new, book.count_existing), (0, 1))

    def test_a_long_file_is_booked_by_the_job(self):
        user = new_test_user(
            self.env,
            login="fec_job",
            groups="account.group_account_manager,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        book = self._import(make(*SALE)).with_user(user)
        book.action_preview()
        with (
            patch.object(fec_import, "MOST_LINES_AT_ONCE", 2),
            patch.object(fec_import, "request", True),
        ):
            book.action_import()
        self.assertEqual(book.state, "queued")
        self.assertFalse(self._balances())
        with self.enter_registry_test_mode():
            self.env.ref("l10n_fr_fec_import.cron_fec_import").method_direct_trigger()
        book.invalidate_recordset()
        self.assertEqual(book.state, "done")
        self.assertEqual(self._balances()["706000"], -100)

    def test_a_job_that_breaks_says_so_and_books_nothing(self):
        book = self._import(make(*SALE))
        book.action_preview()
        book.write({"state": "queued", "requested_by_id": self.env.uid})
        model = type(self.env["tierslieux.fec.import"])
        with (
            patch.object(model, "_match_letters", side_effect=KeyError("x")),
            self.enter_registry_test_mode(),
            mute_logger("odoo.addons.l10n_fr_fec_import.models.fec_import"),
        ):
            self.env.ref("l10n_fr_fec_import.cron_fec_import").method_direct_trigger()
        book.invalidate_recordset()
        self.assertEqual(book.state, "failed")
        told = book.with_context(lang=self.env.user.lang)._tell_crash()
        self.assertEqual(book.message, told)
        self.assertFalse(self._balances())
        book.action_preview()
        book.action_import()
        self.assertEqual(self._balances()["706000"], -100)

    def test_another_file_is_read_before_it_is_booked(self):
        book = self._import(make(*SALE))
        book.action_preview()
        other = make(line("1", "606190", "8,00"), line("1", "445710", credit="8,00"))
        book.file = base64.b64encode(other)
        self.assertEqual(book.state, "draft")
        book.action_import()
        self.assertEqual(self._balances(), {"606190": 8, "445710": -8})

    def test_an_archived_account_is_taken_up(self):
        account = self.env["account.account"].search(
            [("code", "=", "706000"), ("company_ids", "in", self.company.ids)]
        )
        account.active = False
        book = self._book(make(*SALE))
        self.assertNotIn("706000", book.account_ids.mapped("code"))
        self.assertTrue(account.active)
        self.assertEqual(self._balances()["706000"], -100)

    def test_queries_do_not_grow_with_the_entries(self):
        def read(count):
            lines = [
                each.replace("|1|2025", f"|{number}|2025")
                for number in range(count)
                for each in SALE
            ]
            book = self._import(make(*lines))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            book.action_preview()
            return self.env.cr.sql_log_count - before

        read(1)
        self.assertLessEqual(read(300), read(3) + 2)

    def test_a_bad_file_is_told(self):
        for content, words in ((b"Nom;Montant\nAwa;3", "are missing"), (b"", "no entry")):
            with self.assertRaisesRegex(UserError, words):
                self._import(content or b"\n").action_preview()

    def test_the_year_without_a_name_of_file(self):
        book = self._import(make(*SALE), "export-compta.txt")
        self.assertFalse(book.date_from)
        book.action_preview()
        self.assertEqual((book.date_from, book.date_to), (date(2025, 1, 1), date(2025, 12, 31)))

    def test_each_refusal_is_told_in_words(self):
        content = make(
            line("1", "411000", "dix"),
            line("2", "411000", "1,00", day="20250230"),
            line("3", "", "1,00"),
            line("4", "411000", "1,00", day=""),
            line("5", "411000", "1,00", label="un|deux"),
            line("6", "411000", "1,00", journal="|"),
            line("7", "411000", "5,00", day="20250110"),
            line("7", "706000", credit="5,00", day="20250111"),
        )
        book = self._import(content)
        book.action_preview()
        told = book.refusals.split("\n")
        self.assertEqual(len(told), 7)
        for words, sentence in zip(
            (
                "« dix » is not an amount",
                "« 20250230 » is not a date",
                "the number of the account is empty",
                "the date is empty",
                "it has 19 fields, its headings 18",
                "the code of the journal is empty",
                "balance together only",
            ),
            told,
            strict=True,
        ):
            self.assertIn(words, sentence)
