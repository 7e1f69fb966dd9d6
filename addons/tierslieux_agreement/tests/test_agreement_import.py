import base64
import io
from datetime import date
from decimal import Decimal

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.agreement_rows import (
    find_keys,
    parse_amount,
    parse_day,
    parse_notice,
    parse_renewal,
    read_row,
)
from .agreement_common import AgreementCase

TABLE = """Nos conventions;;;;;;;;;
Référence;Partenaire;Titre;Type;Début;Fin;Signée le;Reconduction;Préavis;Montant;Rythme;Couleur
A-1;CAF;Permanence;Accueil;01/09/2024;31/08/2025;28/08/2024;12;2 mois;;;bleu
A-2;Mairie du Bourg;Locaux;;2023-01-01;2027-12-31;2022-12-15;non;60 jours;1 200,50 €;trimestriel;
A-3;CAF;Projet;;01/03/2026;28/02/2027;;;;;;
"""


@tagged("post_install", "-at_install")
@freeze_time("2026-02-11 11:00:00")
class TestAgreementImport(AgreementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["agreement.type"].create({"name": "Accueil"})

    def importer(self, text=TABLE, user=None, **vals):
        model = self.as_user(self.env["tierslieux.agreement.import"], user or self.manager)
        content = text if isinstance(text, bytes) else text.encode()
        return model.create(
            {"file": base64.b64encode(content), "filename": "conventions.csv", **vals}
        )

    def found(self, reference):
        return self.Agreement.search(
            [("code", "=", reference), ("company_id", "=", self.company.id)]
        )

    def test_the_preview_writes_nothing(self):
        before = self.Agreement.search_count([])
        partners = self.env["res.partner"].search_count([])
        window = self.importer()
        window.action_preview()
        self.assertRecordValues(
            window,
            [{"state": "preview", "count_create": 3, "count_unchanged": 0, "count_refused": 0,
              "unknown_headings": "Couleur"}],
        )  # fmt: skip
        self.assertEqual(self.Agreement.search_count([]), before)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_the_rows_become_agreements_signed_or_drafts(self):
        self.importer().action_import()
        one, two, three = map(self.found, ("A-1", "A-2", "A-3"))
        self.assertRecordValues(
            one | two | three,
            [
                {"partner_id": self.caf.id, "name": "Permanence", "start_date": date(2024, 9, 1),
                 "end_date": date(2025, 8, 31), "signature_date": date(2024, 8, 28),
                 "renewal": "tacit", "renewal_months": 12, "notice_count": 2,
                 "notice_unit": "months", "period_end": date(2026, 8, 31), "state": "running"},
                {"partner_id": two.partner_id.id, "name": "Locaux",
                 "start_date": date(2023, 1, 1), "end_date": date(2027, 12, 31),
                 "signature_date": date(2022, 12, 15), "renewal": "none", "renewal_months": 12,
                 "notice_count": 60, "notice_unit": "days", "period_end": date(2027, 12, 31),
                 "state": "running"},
                {"partner_id": self.caf.id, "name": "Projet", "start_date": date(2026, 3, 1),
                 "end_date": date(2027, 2, 28), "signature_date": False, "renewal": "none",
                 "renewal_months": 12, "notice_count": 0, "notice_unit": "months",
                 "period_end": date(2027, 2, 28), "state": "draft"},
            ],
        )  # fmt: skip
        self.assertEqual(one.agreement_type_id.name, "Accueil")
        self.assertRecordValues(two.partner_id, [{"name": "Mairie du Bourg", "is_company": True}])
        self.assertEqual(two.party_ids.partner_id, two.partner_id)

    def test_what_was_due_before_the_import_is_not_asked_again(self):
        """Since 2023, 1 200.50 a quarter: imported on 11 February 2026, when the quarter that began
        in January was invoiced already; the next one begins on 1 April."""
        self.importer().action_import()
        price = self.found("A-2").price_ids
        self.assertRecordValues(
            price,
            [{"amount": 1200.5, "rhythm": "quarterly", "direction": "in",
              "date_start": date(2026, 4, 1)}],
        )  # fmt: skip
        price._invoice_due()
        self.assertFalse(price.instalment_ids)
        with freeze_time("2026-04-01 11:00:00"):
            price._invoice_due()
        self.assertEqual(len(price.instalment_ids), 1)

    def test_what_was_paid_once_before_the_import_is_left_out(self):
        """500 € once, for what began in 2023; the other row says from when to invoice."""
        table = (
            "Référence;Partenaire;Début;Fin;Signée le;Montant;Rythme;Facturer à partir du\n"
            "O-1;CAF;01/01/2023;31/12/2027;01/12/2022;500;unique;\n"
            "O-2;CAF;01/01/2023;31/12/2027;01/12/2022;500;unique;10/02/2026\n"
        )
        window = self.importer(table)
        window.action_preview()
        before, asked = window.line_ids.sorted("number")
        self.assertIn("left out", before.reason)
        self.assertIn("invoiced from", asked.reason)
        window.action_import()
        before, asked = self.found("O-1").price_ids, self.found("O-2").price_ids
        (before | asked)._ensure_instalments()
        self.assertRecordValues(
            before.instalment_ids | asked.instalment_ids,
            [{"date": date(2023, 1, 1), "is_skipped": True},
             {"date": date(2026, 2, 10), "is_skipped": False}],
        )  # fmt: skip

    def test_the_same_file_again_changes_nothing(self):
        self.importer().action_import()
        self.found("A-3").name = "Renamed here"
        window = self.importer()
        window.action_import()
        self.assertRecordValues(window, [{"count_create": 0, "count_unchanged": 3}])
        self.assertEqual(len(self.found("A-3")), 1)
        self.assertEqual(self.found("A-3").name, "Renamed here")

    def test_refused_rows_come_back_with_why_and_hold_the_others_unless_told(self):
        table = (
            "Référence;Partenaire;Type;Début;Fin;Reconduite de (mois);Lieu\n"
            "B-1;CAF;;;;;\n"
            ";CAF;;;;;\n"
            "B-3;;;;;;\n"
            "B-4;CAF;Inconnu;;;;\n"
            "B-5;CAF;;10/05/2026;01/05/2026;;\n"
            "B-6;CAF;;;;12;\n"
            "B-7;CAF;;hier;;;\n"
            "B-8;CAF;;;;;Nulle part\n"
            "B-1;CAF;;;;;\n"
        )
        window = self.importer(table)
        with self.assertRaisesRegex(UserError, "8 rows are refused.*row 3"):
            window.action_import()
        self.assertFalse(self.found("B-1"))
        window.action_preview()
        self.assertRecordValues(window, [{"count_create": 1, "count_refused": 8}])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(window.refused_file)))
        rows = list(book.active.iter_rows(values_only=True))
        self.assertEqual(len(rows), 9)
        self.assertEqual(rows[3][:2], ("B-4", "CAF"))
        self.assertIn("Inconnu", rows[3][-1])
        window.refused_policy = "skip"
        window.action_import()
        self.assertTrue(self.found("B-1"))
        self.assertFalse(self.found("B-5"))
        window.action_import()
        self.assertEqual(len(self.found("B-1")), 1)

    def test_an_unknown_partner_is_created_only_when_told(self):
        window = self.importer(creates_partners=False)
        window.action_preview()
        refused = window.line_ids.filtered(lambda line: line.decision == "refused")
        self.assertIn("Mairie du Bourg", refused.reason)
        self.assertEqual(window.count_refused, 1)

    def test_two_contacts_of_one_name_are_asked_about(self):
        self.organisation("Mairie du Bourg")
        self.organisation("Mairie du Bourg")
        window = self.importer()
        window.action_preview()
        refused = window.line_ids.filtered(lambda line: line.decision == "refused")
        self.assertIn("Several contacts", refused.reason)

    def test_the_empty_table_that_is_offered_is_read(self):
        window = self.importer()
        table = base64.b64decode(window.template_file)
        self.env["agreement.type"].create({"name": "Présence d'un opérateur"})
        again = self.importer(table)
        again.action_import()
        self.assertRecordValues(again, [{"count_create": 1, "count_refused": 0}])
        self.assertRecordValues(
            self.found("2024-12"),
            [{"name": "Permanence de la CAF au guichet", "notice_count": 2, "renewal": "tacit"}],
        )

    def test_a_file_without_our_columns_says_which_one_is_missing(self):
        for text, sentence in (
            ("Référence;Ville\nA;Rennes\n", "Partenaire"),
            ("a;b\n1;2\n", "Référence"),
            (b"%PDF-1.4", "not a table"),
        ):
            with self.subTest(text), self.assertRaisesRegex(UserError, sentence):
                self.importer(text).action_preview()

    def test_managers_alone_import(self):
        for user in (self.reception, self.coordinator, self.treasurer, self.board):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.importer(user=user)

    # -- reading -------------------------------------------------------------------------

    def test_what_people_write_is_read(self):
        self.assertEqual(parse_day("1.9.2024"), date(2024, 9, 1))
        self.assertEqual(parse_amount("1 200,50 €"), Decimal("1200.50"))
        self.assertEqual(parse_notice("3 mois"), (3, "months"))
        self.assertEqual(parse_renewal("3 ans"), 36)
        self.assertEqual(
            find_keys(["Numéro", "Couleur", "STRUCTURE"]), {0: "reference", 2: "partner"}
        )

    def test_what_nobody_can_read_is_a_fault_of_its_column(self):
        for key, text in (
            ("start", "31/02/2026"),
            ("start", "01/09/24"),
            ("amount", "-5"),
            ("amount", "nan"),
            ("notice", "bientôt"),
            ("renewal", "peut-être"),
            ("rhythm", "lundi"),
            ("payer", "qui ?"),
        ):
            with self.subTest(key=key, text=text):
                row = read_row(2, {"reference": "A", "partner": "CAF", key: text})
                self.assertEqual(row.faults, [(key, text)])
