# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading members' files: encodings, separators, workbooks, headings, and what is no file."""

import datetime
import doctest
import io

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tools import (
    person_names,
    table_file,
    table_sheets,
    text_values,
)
from odoo.addons.tierslieux_base.tools.file_guard import FileRefused
from odoo.addons.tierslieux_member_import.tools import (
    member_columns,
    member_match,
    member_rows,
    member_text,
)

HEADINGS = "N° adhérent;Nom;Prénom;Date de naissance;Type d'adhésion;Montant réglé"
LINES = [
    HEADINGS,
    "A1;GUÉGAN;Élodie;29/05/1973;Réduit;5,00",
    "A2;D'Hauteville;Noël;10/11/1980;Réduit;5,00",
]


def read(content):
    return table_file.read_table(content, member_columns.known_headings)


def text(separator=";"):
    return "\r\n".join(LINES).replace(";", separator)


def workbook(lines, title=None):

    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
        sheet.append([])
    for line in lines:
        sheet.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("-at_install", "post_install")
class TestMemberFile(BaseCase):
    def read_error(self, content):
        with self.assertRaises(FileRefused) as caught:
            read(content)
        return caught.exception.code

    def test_docstring_examples_hold(self):
        for module in (
            member_text,
            member_columns,
            member_rows,
            member_match,
            table_file,
            table_sheets,
            person_names,
        ):
            result = doctest.testmod(module)
            self.assertTrue(result.attempted, module.__name__)
            self.assertFalse(result.failed, module.__name__)

    def test_every_encoding_and_separator_gives_the_same_cells(self):
        expected = [line.split(";") for line in LINES]
        for encoding in (
            "utf-8",
            "utf-8-sig",
            "utf-16",
            "utf-16-le",
            "utf-16-be",
            "cp1252",
            "latin-1",
            "mac_roman",
            "cp850",
        ):
            for separator in ";,\t|":
                lines = text(separator)
                if separator == ",":
                    lines = lines.replace("5,00", '"5,00"')
                with self.subTest(encoding=encoding, separator=separator):
                    sheet = read(lines.encode(encoding))
                    self.assertEqual(sheet.delimiter, separator)
                    self.assertEqual(sheet.headings, expected[0])
                    self.assertEqual([row.cells for row in sheet.rows], expected[1:])

    def test_lines_of_every_system_are_read(self):
        for end in ("\r\n", "\n", "\r"):
            sheet = read(end.join(LINES).encode())
            self.assertEqual(len(sheet.rows), 2)

    def test_twice_encoded_text_is_unscrambled(self):
        twice = "Nom;Prénom\r\nHébrard;Noël\r\nPéron;Zoë".encode().decode("cp1252").encode()
        sheet = read(twice)
        self.assertEqual(sheet.rows[0].cells, ["Hébrard", "Noël"])

    def test_excel_separator_line_and_title_lines_are_stepped_over(self):
        sheet = read(("sep=;\r\n" + text()).encode())
        self.assertEqual(len(sheet.rows), 2)
        title = "Liste des adhérents au 12/02/2026;;;;;\r\n\r\n" + text()
        sheet = read(title.encode())
        self.assertEqual(sheet.heading_row, 3)
        self.assertEqual([row.number for row in sheet.rows], [4, 5])

    def test_row_numbers_are_those_of_a_spreadsheet(self):
        lines = [LINES[0], LINES[1], "", ";;;;;", LINES[2]]
        sheet = read("\r\n".join(lines).encode())
        self.assertEqual([row.number for row in sheet.rows], [2, 5])

    def test_quoted_line_breaks_and_separators_stay_in_their_cell(self):
        content = 'Nom;Prénom;Adresse\r\nRoux;Léa;"3 rue A; bât. B\r\n2e étage"\r\nRoux;Luc;X'
        sheet = read(content.encode())
        self.assertEqual(sheet.rows[0].cells[2], "3 rue A; bât. B\n2e étage")
        self.assertEqual(len(sheet.rows), 2)

    def test_workbook_dates_numbers_and_titles_are_read(self):
        content = workbook(
            [
                ["Nom", "Prénom", "Date de naissance", "Code postal", "Montant réglé", "Bénévole"],
                ["Roux", "Léa", datetime.datetime(1980, 5, 4), 1000, 15.5, True],
                ["Roux", "Luc", 29000, "35190", 20, False],
            ],
            title="Adhérents 2026",
        )
        sheet = read(content)
        self.assertEqual((sheet.kind, sheet.heading_row), ("xlsx", 3))
        rows = member_rows.read_rows(sheet, member_columns.guess_columns(sheet.headings))
        self.assertEqual(rows[0].get("birthdate"), datetime.date(1980, 5, 4))
        # 29 000 days after 30 December 1899
        self.assertEqual(rows[1].get("birthdate"), datetime.date(1979, 5, 25))
        self.assertEqual(rows[0].get("zip"), "01000")
        self.assertEqual(str(rows[0].get("amount")), "15.50")
        self.assertIs(rows[0].get("volunteer"), True)
        self.assertIs(rows[1].get("volunteer"), False)

    def test_what_is_no_members_file_is_refused_with_its_reason(self):
        self.assertEqual(self.read_error(b""), "empty")
        self.assertEqual(self.read_error(b"\r\n;;;\r\n"), "empty")
        self.assertEqual(self.read_error(bytes(range(256)) * 20), "not_text")
        self.assertEqual(self.read_error(b"%PDF-1.7 abc"), "not_a_table")
        self.assertEqual(self.read_error(b"\xd0\xcf\x11\xe0" + b"x" * 50), "old_excel")
        self.assertEqual(self.read_error(b"PK\x03\x04" + b"x" * 50), "damaged")
        self.assertEqual(self.read_error(HEADINGS.encode()), "no_rows")
        self.assertEqual(self.read_error(b"Jean\r\nLuc\r\n"), "one_column")
        self.assertEqual(self.read_error("\r\n".join(LINES[1:]).encode()), "no_headings")
        huge = HEADINGS + '\r\nA1;"' + "x" * 40_000 + '";a;;;'
        self.assertEqual(self.read_error(huge.encode()), "bad_cell")
        lines = "\r\n".join(["Nom;Prénom"] + ["a;b"] * (table_file.MAX_ROWS + 20))
        self.assertEqual(self.read_error(lines.encode()), "too_many_rows")

    def test_headings_alike_or_empty_are_told_apart(self):
        sheet = read(b"Nom;Nom;;Ville\r\na;b;c;d")
        self.assertEqual(sheet.headings, ["Nom", "Nom (2)", "#3", "Ville"])
        self.assertEqual(
            member_columns.guess_columns(sheet.headings), {"Nom": "lastname", "Ville": "city"}
        )

    def test_refused_rows_never_hold_a_formula(self):
        sheet = table_file.Sheet([], [])
        table = [["Nom"], ["=cmd|' /C calc'!A0"], ["+33612345011"], ["@x"], ["-a"], ["-15,00"]]
        lines = table_file.write_csv(sheet, table).decode("utf-8-sig").split("\r\n")
        self.assertEqual(
            lines[1:6], ["'=cmd|' /C calc'!A0", "+33612345011", "'@x", "'-a", "-15,00"]
        )

        book = openpyxl.load_workbook(io.BytesIO(table_file.write_xlsx(table)))
        cells = [row[0] for row in book.active.iter_rows()]
        self.assertEqual({cell.data_type for cell in cells}, {"s"})


@tagged("-at_install", "post_install")
class TestMemberColumns(BaseCase):
    def guess(self, headings):
        headings = headings.split(";")
        preset = member_columns.detect_preset(headings)
        columns = member_columns.guess_columns(headings, preset)
        return preset, {name: heading for heading, name in columns.items()}

    def test_galette_exports_are_recognised(self):
        preset, columns = self.guess(
            "id_adh;num_adh;nom_adh;prenom_adh;societe_adh;titre_adh;ddn_adh;adresse_adh;cp_adh;"
            "ville_adh;tel_adh;gsm_adh;email_adh;date_crea_adh;date_echeance"
        )
        self.assertEqual(preset, "galette")
        self.assertEqual(columns["number"], "num_adh")
        self.assertEqual(columns["date_end"], "date_echeance")
        self.assertNotIn("date_start", columns)
        preset, columns = self.guess(
            "Numéro d'adhérent;Titre;Nom;Prénom;Société;Date de naissance;Adresse;Code postal;"
            "Ville;Tél;GSM;Courriel;Statut;Date de création;Date d'échéance;État du compte"
        )
        self.assertEqual(preset, "galette")
        self.assertEqual(columns["company_name"], "Société")
        self.assertNotIn("payment_status", columns)

    def test_paheko_single_name_cell_is_a_full_name(self):
        preset, columns = self.guess(
            "Numéro de membre;Nom & prénom;Adresse e-mail;Adresse postale;Code postal;Ville;"
            "Numéro de téléphone;Date d'inscription;Catégorie"
        )
        self.assertEqual(preset, "paheko")
        self.assertEqual(columns["fullname"], "Nom & prénom")
        # The day they first came and their rights in the software: neither date nor type of a fee.
        self.assertEqual(columns["date_first"], "Date d'inscription")
        self.assertFalse({"date_start", "type"} & columns.keys())

    def test_helloasso_member_and_payer_are_two(self):
        preset, columns = self.guess(
            "Référence commande;Date de la commande;Statut de la commande;Nom adhérent;"
            "Prénom adhérent;Carte d'adhérent;Nom payeur;Prénom payeur;Email payeur;"
            "Raison sociale;Moyen de paiement;Tarif;Montant tarif;Code Promo;Montant code promo"
        )
        self.assertEqual(preset, "helloasso")
        self.assertEqual(columns["lastname"], "Nom adhérent")
        self.assertEqual(columns["payer_lastname"], "Nom payeur")
        self.assertEqual(columns["type"], "Tarif")
        self.assertEqual(columns["amount"], "Montant tarif")
        self.assertEqual(columns["payment_status"], "Statut de la commande")

    def test_assoconnect_kinds_of_contact_are_read(self):
        preset, columns = self.guess(
            "ID du Contact;Type de contact;Sexe;Nom;Prénom;Nom de la structure;"
            "Date de naissance;Email;Téléphone 1;Adresse 1;Code postal;Ville;Adhésion;"
            "Date de début d'adhésion;Date de fin d'adhésion;Montant payé"
        )
        self.assertEqual(preset, "assoconnect")
        self.assertEqual(columns["kind"], "Type de contact")
        self.assertEqual(columns["date_end"], "Date de fin d'adhésion")

    def test_usual_french_headings_are_understood(self):
        for heading, name in {
            "N° adhérent": "number",
            "NUMERO D'ADHERENT": "number",
            "E-mail *": "email",
            "Mél": "email",
            "Courriel": "email",
            "Né(e) le": "birthdate",
            "DDN": "birthdate",
            "CP": "zip",
            "Commune": "city",
            "Tél. portable": "mobile",
            "Cotisation": "type",
            "Montant (€)": "amount",
            "Mode de paiement": "payment_method",
            "Date d'échéance": "date_end",
            "Valable jusqu'au": "date_end",
            "N° SIRET": "siret",
        }.items():
            with self.subTest(heading=heading):
                self.assertEqual(member_columns.guess_columns([heading]), {heading: name})

    def test_signature_forgets_order_capitals_and_accents(self):
        first = member_columns.signature(["Nom", "Prénom", "Ville"])
        self.assertEqual(first, member_columns.signature(["VILLE", "nom", "prenom"]))
        self.assertNotEqual(first, member_columns.signature(["Nom", "Prénom"]))


@tagged("-at_install", "post_install")
class TestMemberText(BaseCase):
    def test_dates_are_read_as_people_write_them(self):
        day = datetime.date(2026, 3, 4)
        for written in (
            "04/03/2026",
            "4/3/2026",
            "04-03-2026",
            "04.03.2026",
            "04/03/26",
            "2026-03-04",
            "2026/03/04",
            "20260304",
            "04/03/2026 10:35",
            "2026-03-04T10:35:00+01:00",
            "4 mars 2026",
            "mercredi 4 mars 2026",
            "04032026",
            "46085",
            " 04/03/2026 ",
        ):
            with self.subTest(written=written):
                self.assertEqual(member_text.parse_date(written), day)
        self.assertEqual(member_text.parse_date("03/04/2026", "mdy"), day)
        self.assertEqual(member_text.parse_date("1er mars 2026"), datetime.date(2026, 3, 1))

    def test_two_digit_births_lie_in_the_past(self):
        today = datetime.date(2026, 6, 1)
        read = lambda t: member_text.parse_date(t, today=today, past=True).year  # noqa: E731
        self.assertEqual(read("01/02/80"), 1980)
        self.assertEqual(read("01/02/27"), 1927)
        self.assertEqual(read("01/02/12"), 2012)

    def test_what_is_no_day_is_refused(self):
        for written, code in {
            "31/02/1980": "date",
            "2026-13-45": "date",
            "hier": "date",
            "1980": "date_incomplete",
            "05/1980": "date_incomplete",
            "30/02/2026": "date",
        }.items():
            with self.subTest(written=written), self.assertRaises(ValueError) as caught:
                member_text.parse_date(written)
            self.assertEqual(caught.exception.args, (code,))
        self.assertIsNone(member_text.parse_date("00/00/0000"))

    def test_amounts_are_read_as_people_write_them(self):
        for written, amount in {
            "15,00": "15.00",
            "15.00": "15.00",
            "15": "15.00",
            "15 €": "15.00",
            "15,5€": "15.50",
            "1 234,50 €": "1234.50",
            "1\u202f234,50\u00a0€": "1234.50",
            "1,234.50": "1234.50",
            "1.234,50": "1234.50",
            "EUR 15": "15.00",
            "gratuit": "0.00",
            "0": "0.00",
        }.items():
            with self.subTest(written=written):
                self.assertEqual(str(member_text.parse_amount(written)), amount)
        self.assertIsNone(member_text.parse_amount(" "))

    def test_what_is_no_amount_is_refused(self):
        for written, code in {
            "quinze": "amount",
            "1,234": "amount_ambiguous",
            "-15,00": "amount_negative",
            "1e5": "amount",
            "nan": "amount",
            "15,00,00": "amount",
        }.items():
            with self.subTest(written=written), self.assertRaises(ValueError) as caught:
                member_text.parse_amount(written)
            self.assertEqual(caught.exception.args, (code,))

    def test_siret_is_checked(self):
        self.assertEqual(text_values.parse_siret("732 829 320 00074"), "73282932000074")
        self.assertEqual(text_values.parse_siret("35600000049837"), "35600000049837")
        with self.assertRaises(ValueError):
            text_values.parse_siret("732 829 320 00075")
