# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The file alone: what is read, what is refused. Amounts in cents, worked out by hand."""

from datetime import date

from odoo.tests import BaseCase

from ..tools import chart, fec, fec_values
from .common import HEADINGS, PAYMENT, SALE, line, make


class TestFecRead(BaseCase):
    def test_entries_are_gathered_whatever_the_order_of_lines(self):
        book = fec.read(make(SALE[0], PAYMENT[0], SALE[1], PAYMENT[1], SALE[2]))
        self.assertEqual([entry.name for entry in book.entries], ["VE 1", "BQ 2"])
        self.assertEqual(book.line_count, 5)
        # 120 + 120
        self.assertEqual((book.debit, book.credit), (24000, 24000))
        self.assertFalse(book.refusals)

    def test_encodings_and_separators(self):
        for encoding in ("utf-8", "utf-8-sig", "iso-8859-15", "cp1252", "utf-16"):
            content = make(*SALE, encoding=encoding).replace(b"|", b"|")
            names = {each.account_name for e in fec.read(content).entries for each in e.lines}
            self.assertIn("TVA collectée", names, encoding)
        tabs = make(*SALE).replace(b"|", b"\t")
        self.assertEqual(len(fec.read(tabs).entries), 1)

    def test_the_euro_of_each_encoding(self):
        for encoding in ("iso-8859-15", "cp1252"):
            content = make(
                line("1", "411000", "1,00", label="Été 1 €"),
                line("1", "706000", credit="1,00"),
                encoding=encoding,
            )
            self.assertEqual(fec.read(content).entries[0].lines[0].label, "Été 1 €")

    def test_a_label_may_hold_a_quote(self):
        content = make(
            line("1", "411000", "1,00", label='Salle "Ada'), line("1", "706000", credit="1,00")
        )
        self.assertEqual(fec.read(content).entries[0].lines[0].label, 'Salle "Ada')

    def test_fields_that_are_quoted(self):
        quoted = "\n".join(
            "|".join(f'"{value}"' for value in text.split("|")) for text in (HEADINGS, *SALE)
        )
        self.assertEqual(fec.read(quoted.encode()).entries[0].debit, 12000)

    def test_one_amount_and_its_side(self):
        headings = HEADINGS.replace("Debit|Credit", "Montant|Sens")
        content = make(
            line("1", "411000", "12,50", "D"), line("1", "706000", "12,50", "C"), headings=headings
        )
        lines = fec.read(content).entries[0].lines
        self.assertEqual([(each.debit, each.credit) for each in lines], [(1250, 0), (0, 1250)])

    def test_less_on_one_side_is_more_on_the_other(self):
        content = make(line("1", "411000", "-30,00"), line("1", "706000", credit="-30,00"))
        lines = fec.read(content).entries[0].lines
        self.assertEqual([(each.debit, each.credit) for each in lines], [(0, 3000), (3000, 0)])

    def test_amounts(self):
        for text, cents in (
            ("1234,56", 123456),
            ("1 234,56", 123456),
            ("1\u202f234,5", 123450),
            ("1.234,56", 123456),
            ("1,234.56", 123456),
            ("-0,07", -7),
            ("12,00-", -1200),
            ("100,000000", 10000),
            ("+3", 300),
            (",50", 50),
            ("", 0),
        ):
            self.assertEqual(fec_values.parse_cents(text), cents, text)
        for text in ("1,234", "douze", "1,2,3", "--3", "-"):
            with self.assertRaises(fec_values.BadValue, msg=text):
                fec_values.parse_cents(text)

    def test_dates(self):
        for text in ("20250228", "28/02/2025", "2025-02-28"):
            self.assertEqual(fec_values.parse_date(text), date(2025, 2, 28))
        for text in ("20250230", "28/02/25", "2025", "hier"):
            with self.assertRaises(fec_values.BadValue, msg=text):
                fec_values.parse_date(text)

    def test_an_entry_that_does_not_balance_is_named(self):
        content = make(line("7", "411000", "10,00"), line("7", "706000", credit="9,99"), *SALE)
        book = fec.read(content)
        self.assertEqual([entry.name for entry in book.entries], ["VE 1"])
        [refusal] = book.refusals
        self.assertEqual((refusal.code, refusal.entry), ("unbalanced", "VE 7"))
        self.assertEqual((refusal.names, refusal.rows), ((1000, 999), (2, 3)))

    def test_a_line_that_cannot_be_read_sets_its_entry_aside(self):
        content = make(line("7", "411000", "dix"), line("7", "706000", credit="10,00"), *SALE)
        book = fec.read(content)
        self.assertEqual([entry.name for entry in book.entries], ["VE 1"])
        self.assertEqual([r.code for r in book.refusals], ["amount", "spoilt"])

    def test_a_number_used_on_two_days(self):
        two = (
            line("1", "411000", "5,00", day="20250110"),
            line("1", "706000", credit="5,00", day="20250110"),
            line("1", "411000", "6,00", day="20250210"),
            line("1", "706000", credit="6,00", day="20250210"),
        )
        self.assertEqual([e.debit for e in fec.read(make(*two)).entries], [500, 600])

    def test_lines_of_several_dates_that_balance_only_together(self):
        content = make(
            line("1", "411000", "5,00", day="20250110"),
            line("1", "706000", credit="5,00", day="20250111"),
        )
        [refusal] = fec.read(content).refusals
        self.assertEqual(refusal.code, "several_dates")
        self.assertEqual(refusal.names, (date(2025, 1, 10), date(2025, 1, 11)))

    def test_entries_without_a_number_are_known_by_their_document(self):
        content = make(line("", "411000", "5,00"), line("", "706000", credit="5,00"))
        [entry] = fec.read(content).entries
        self.assertEqual(entry.number, "P1")

    def test_what_is_no_file_of_entries(self):
        for content, code in (
            (b"", "empty"),
            (make(), "empty"),
            (b"Nom;Montant\nAwa;12\n", "headings"),
            (b"\xff\xd8\xff\xe0 a picture", "headings"),
        ):
            with self.assertRaises(fec.FecError) as caught:
                fec.read(content)
            self.assertEqual(caught.exception.code, code)

    def test_a_line_with_a_field_too_many_is_refused(self):
        content = make(SALE[0].replace("Libellé", "Li|bellé"), *SALE[1:])
        codes = [refusal.code for refusal in fec.read(content).refusals]
        self.assertEqual(codes, ["columns", "unbalanced"])

    def test_openings_are_known_by_the_name_of_their_journal(self):
        def is_opening(journal, account="512000"):
            content = make(
                line("1", account, "5,00", journal=journal),
                line("1", "110000", credit="5,00", journal=journal),
            )
            return fec.read(content).entries[0].is_opening

        for journal in (
            "AN|À nouveaux",
            "AN|",
            "A NOUVEAU|",
            "A-NOUVEAU|A-NOUVEAU",
            "OUVERTURE|",
            "01|Reports à nouveaux",
            "00|REPORT A NOUVEAU",
            "O1|Bilan d'ouverture",
            "RAN|R.A.N.",
            "AN|Journal des AN",
            "AN|AN 2025",
        ):
            self.assertTrue(is_opening(journal), journal)
        for journal in (
            "ANI|Animations nouveautés",
            "AN|Animation",
            "RAN|Randonnées",
            "NV|Nouveaux habitants",
            "OUV|Ouvrages",
            "BQ|Banque",
        ):
            self.assertFalse(is_opening(journal), journal)
        self.assertFalse(is_opening("AN|À nouveaux", "606100"), "costs are not carried forward")

    def test_what_ends_lines_and_files(self):
        content = make(
            *(f"{each}|" for each in SALE), "|" * 17, "", "   ", "\x1a", headings=HEADINGS.upper()
        )
        book = fec.read(content)
        self.assertFalse(book.refusals)
        self.assertEqual((book.line_count, book.debit), (3, 12000))

    def test_an_amount_without_its_side_is_refused(self):
        headings = HEADINGS.replace("Debit|Credit", "Montant|Sens")
        content = make(
            line("1", "411000", "5.00", "D"),
            line("1", "706000", "5.00", ""),
            headings=headings,
        )
        self.assertEqual([r.code for r in fec.read(content).refusals], ["side", "spoilt"])

    def test_the_year(self):
        closing = fec.get_closing_day("812345676FEC20250831.txt")
        self.assertEqual(closing, date(2025, 8, 31))
        self.assertIsNone(fec.get_closing_day("export.txt"))
        self.assertIsNone(fec.get_closing_day("812345676FEC20251331.txt"))
        self.assertEqual(fec.get_year(closing, [])[0], date(2024, 9, 1))
        # The end of February of a leap year
        self.assertEqual(fec.get_year(date(2024, 2, 29), [])[0], date(2023, 3, 1))
        self.assertEqual(fec.get_year(date(2024, 2, 28), [])[0], date(2023, 2, 28))
        # Balances carried on the second of the month, of a year of four months
        days = [date(2025, 5, 2)]
        self.assertEqual(fec.get_year(closing, days)[0], date(2025, 5, 1))
        # A first year of sixteen months, which its opening entry shows
        self.assertEqual(fec.get_year(closing, [date(2024, 5, 1)])[0], date(2024, 5, 1))
        self.assertEqual(fec.get_year(closing, [date(2020, 5, 1)])[0], date(2024, 9, 1))


class TestFecChart(BaseCase):
    def test_one_account_under_several_lengths(self):
        known = ["512000", "706000", "445710"]
        self.assertEqual(
            chart.match_accounts(["512", "51200000", "706100", "445710"], known),
            {"512": "512000", "51200000": "512000", "445710": "445710"},
        )

    def test_type_of_the_nearest_neighbour(self):
        known = {"411000": "asset_receivable", "411100": "asset_receivable", "606100": "expense"}
        self.assertEqual(chart.get_account_type("41110007", known), "asset_receivable")
        self.assertEqual(chart.get_account_type("411DUPONT", known), "asset_receivable")
        self.assertEqual(chart.get_account_type("606300", known), "expense")

    def test_a_bank_is_a_bank_whatever_stands_beside_it(self):
        known = {"512002": "asset_current", "512003": "asset_current"}
        self.assertEqual(chart.get_account_type("512000", known), "asset_cash")

    def test_type_by_the_class_without_a_neighbour(self):
        for code, kind in (
            ("445660", "asset_current"),
            ("445710", "liability_current"),
            ("194000", "liability_current"),
            ("191000", "liability_non_current"),
            ("681120", "expense_depreciation"),
            ("864000", "off_balance"),
            ("487000", "liability_current"),
            ("120000", "equity"),
        ):
            self.assertEqual(chart.get_account_type(code, {}), kind, code)
