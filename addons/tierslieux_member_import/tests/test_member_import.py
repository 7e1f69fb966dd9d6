# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Import of a members' file, from the dry run to the records, as reception does it."""

import base64
import csv
import io
import json
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from ..tools.payment_means import payment_means
from .member_import_common import LEA, LUC, MemberImportCommon


@tagged("-at_install", "post_install")
@freeze_time("2026-11-20")
class TestMemberImportFile(MemberImportCommon):
    """A whole export as associations really get it, against what must be found in it."""

    def setUp(self):
        super().setUp()
        with file_open("tierslieux_member_import/tests/files/adherents-1.csv", "rb") as stream:
            self.content = stream.read()
        with file_open("tierslieux_member_import/tests/files/adherents-1.expected.json") as stream:
            self.expected = json.load(stream)

    def check(self, wizard):
        expected = self.expected
        self.assertEqual(
            self.counts(wizard),
            (
                expected["people"] + expected["organisations"],
                expected["duplicates"],
                0,
                len(expected["invalid"]),
            ),
        )
        self.assertEqual(wizard.count_rows, expected["rows"])
        reasons = {line.member_number: line.reason.lower() for line in wizard.line_refused_ids}
        for invalid in expected["invalid"]:
            self.assertIn(invalid["why"], reasons[invalid["ref"]])

    def test_the_file_gives_what_is_in_it_on_an_empty_association(self):
        wizard = self.preview(self.content)
        self.check(wizard)
        members = self.env["tierslieux.member"].search_count([("company_id", "=", self.company.id)])
        self.assertFalse(members, "a dry run writes nobody")
        wizard.action_import()
        people = wizard.created_partner_ids
        self.assertEqual(len(people.filtered("is_company")), self.expected["organisations"])
        self.assertEqual(len(people), self.expected["people"] + self.expected["organisations"])
        self.assertEqual(set(wizard.membership_ids.mapped("state")), {"active"})
        self.assertEqual(len(wizard.membership_ids), len(people))
        self.assertFalse(wizard.membership_ids.sudo().invoice_id)
        by_name = {t.name: t for t in wizard.membership_ids.type_id}
        self.assertEqual(by_name["Structure"].audience, "organisation")
        self.assertEqual(by_name["Soutien"].amount, 50.0)
        self.assertNotIn("Bienfaiteur galactique", by_name)

    def test_the_same_file_twice_changes_nothing(self):
        self.wizard(self.content).action_import()
        partners = self.env["res.partner"].search([])
        memberships = self.env["tierslieux.membership"].search([])
        before = {p.id: p.write_date for p in partners}
        second = self.preview(self.content)
        rows = self.expected["rows"] - len(self.expected["invalid"])
        self.assertEqual(self.counts(second), (0, rows, 0, len(self.expected["invalid"])))
        self.assertFalse(second.count_membership)
        second.action_import()
        self.assertFalse(second.created_partner_ids | second.completed_partner_ids)
        self.assertEqual(self.env["res.partner"].search([]), partners)
        self.assertEqual({p.id: p.write_date for p in partners}, before)
        self.assertEqual(self.env["tierslieux.membership"].search([]), memberships)

    def test_refused_rows_come_back_as_a_file_that_imports_once_corrected(self):
        wizard = self.run_import(self.content)
        table = self.refused(wizard)
        self.assertEqual(len(table), 1 + len(self.expected["invalid"]))
        corrected = {
            "X000": {4: "28/02/1980"},
            "X001": {11: "15,00"},
            "X002": {13: "13/01/2026"},
            "X003": {10: "Individuel"},
            "X004": {2: "Marchal"},
        }
        for line in table[1:]:
            for at, text in corrected[line[0]].items():
                line[at] = text
        stream = io.StringIO()
        csv.writer(stream, delimiter=";").writerows(table)
        again = self.preview(stream.getvalue().encode("cp1252"))
        self.assertFalse(again.count_refused)
        self.assertEqual(again.count_create + again.count_decide, len(self.expected["invalid"]))

    def test_people_on_one_mailbox_stay_two(self):
        wizard = self.run_import(self.content)
        shared = wizard.created_partner_ids.filtered(
            lambda p: p.email == "gerard.imbert89@example.org"
        )
        self.assertEqual(sorted(shared.mapped("name")), ["Gérard Imbert", "Pierre Nguyen"])

    def test_numbers_are_kept_and_the_fullest_spelling_wins(self):
        """Row 28 « CAILLÉ NOÉMIE » without number is row 82, A0064 « Caillé Noémie »."""
        wizard = self.run_import(self.content)
        noemie = wizard.created_partner_ids.filtered(lambda p: p.firstname == "Noémie")
        noemie = noemie.filtered(lambda p: p.member_number == "A0064")
        self.assertEqual((noemie.lastname, noemie.birthdate_date), ("Caillé", date(1939, 2, 23)))
        self.assertEqual(noemie.phone, "+33 2 99 45 67 64")
        self.assertEqual(noemie.country_id.code, "FR")
        self.assertEqual(len(noemie.membership_ids), 1)
        self.assertEqual(noemie.membership_ids.college_id.name, "Bénévoles")


@tagged("-at_install", "post_install")
@freeze_time("2026-11-20")
class TestMemberImport(MemberImportCommon):
    def test_history_is_active_for_its_dates_without_accounting(self):
        old = "A3;ROUX;Éva;04/05/1981;;Individuel;15,00;CB;28/01/2024;31/12/2024"
        wizard = self.run_import(LEA, old)
        states = {m.partner_id.firstname: m.state for m in wizard.membership_ids}
        self.assertEqual(states, {"Léa": "active", "Éva": "expired"})
        self.assertEqual(set(wizard.membership_ids.mapped("is_history")), {True})
        self.assertFalse(wizard.membership_ids.sudo().invoice_id)
        self.assertEqual(wizard.membership_ids[0].origin, "import")

    def test_paid_fees_are_invoiced_and_paid_at_their_date(self):
        """15 € in cash in the cash box, 15 € by cheque at the bank, both in 7561."""
        wizard = self.run_import(LEA, LUC, accounting="invoice")
        memberships = wizard.membership_ids.sudo().sorted("date_start")
        self.assertEqual(memberships.mapped("state"), ["active", "active"])
        invoices = memberships.invoice_id
        self.assertEqual(invoices.mapped("payment_state"), ["paid", "paid"])
        self.assertEqual(memberships[0].invoice_id.invoice_date, date(2026, 1, 28))
        self.assertEqual(memberships[0].invoice_id.amount_total, 15.0)
        payments = [m.invoice_id.matched_payment_ids for m in memberships]
        self.assertEqual([p.journal_id.type for p in payments], ["cash", "bank"])
        self.assertEqual(payments[0].date, date(2026, 1, 28))
        self.assertEqual(
            payments[0].move_id.line_ids.account_id.filtered(
                lambda a: a.account_type == "asset_cash"
            ),
            self.cash_journal.default_account_id,
        )
        account = memberships[0].invoice_id.invoice_line_ids.account_id
        self.assertTrue(account.code.startswith("7561"))

    def test_a_journal_named_after_a_means_of_payment_takes_it(self):
        self.env["account.journal"].create({"name": "Chèques", "code": "CHX", "type": "bank"})
        wizard = self.run_import(LUC, accounting="invoice")
        journal = wizard.membership_ids.sudo().invoice_id.matched_payment_ids.journal_id
        self.assertIn("cheque", payment_means(f"{journal.name} {journal.code}"))

    def test_invoices_without_journal_are_refused_with_what_to_do(self):
        wizard = self.preview(LEA, accounting="invoice")
        wizard.cash_journal_id = False
        with self.assertRaisesRegex(UserError, "Espèces"):
            wizard.action_import()
        self.assertFalse(self.env["res.partner"].search([("firstname", "=", "Léa")]))

    def test_all_or_nothing_writes_nothing_while_a_row_is_refused(self):
        bad = "A3;ROUX;Éva;31/02/1981;;Individuel;15,00;CB;28/01/2026;31/12/2026"
        wizard = self.preview(LEA, bad, mode="all")
        with self.assertRaisesRegex(UserError, "3"):
            wizard.action_import()
        self.assertFalse(self.env["res.partner"].search([("firstname", "=", "Léa")]))
        wizard.mode = "valid"
        wizard.action_import()
        self.assertEqual(wizard.created_partner_ids.mapped("firstname"), ["Léa"])
        self.assertEqual(wizard.count_left, 1)

    def test_nothing_is_half_written_when_the_end_fails(self):
        wizard = self.preview(LEA, LUC)
        name = type(wizard)._name
        with (
            patch.object(
                self.env.registry[name], "_write_refused", side_effect=ValidationError("x")
            ),
            self.assertRaises(ValidationError),
        ):
            wizard.action_import()
        self.assertFalse(self.env["res.partner"].search([("lastname", "=", "Roux")]))
        self.assertEqual(wizard.step, "check")
        self.assertEqual(self.counts(wizard), (2, 0, 0, 0))

    def test_a_known_person_is_completed_and_never_overwritten(self):
        known = self.env["res.partner"].create(
            {
                "firstname": "Lea",
                "lastname": "Roux",
                "birthdate_date": "1980-05-04",
                "phone": "+33 1 00 00 00 00",
            }
        )
        wizard = self.run_import(LEA)
        self.assertEqual(wizard.completed_partner_ids, known)
        self.assertEqual(known.email, "lea@example.org")
        self.assertEqual((known.firstname, known.phone), ("Lea", "+33 1 00 00 00 00"))
        self.assertEqual(known.membership_ids.state, "active")
        self.assertEqual(known.member_number, "A1")

    def test_completing_can_be_refused(self):
        known = self.env["res.partner"].create(
            {"firstname": "Lea", "lastname": "Roux", "birthdate_date": "1980-05-04"}
        )
        self.run_import(LEA, complete_known=False)
        self.assertFalse(known.email)
        self.assertTrue(known.membership_ids)

    def test_a_doubt_waits_for_the_user(self):
        known = self.env["res.partner"].create({"firstname": "Léa", "lastname": "Roux"})
        wizard = self.preview(LEA)
        self.assertEqual(self.counts(wizard), (0, 0, 1, 0))
        self.assertEqual(wizard.line_ids.candidate_ids, known)
        self.assertFalse(wizard.count_membership)
        left = self.run_import(LEA)
        self.assertFalse(left.created_partner_ids)
        self.assertEqual(len(self.refused(left)), 2)
        wizard.line_ids.write({"action": "match", "partner_id": known.id})
        wizard.action_import()
        self.assertEqual(known.membership_ids.state, "active")

    def test_a_doubt_may_be_somebody_new(self):
        self.env["res.partner"].create({"firstname": "Léa", "lastname": "Roux"})
        wizard = self.preview(LEA)
        wizard.line_ids.action = "create"
        wizard.action_import()
        self.assertEqual(wizard.created_partner_ids.member_number, "A1")
        again = self.preview(LEA)
        self.assertEqual(self.counts(again), (0, 1, 0, 0))

    def test_decisions_hold_when_the_file_is_checked_again(self):
        self.env["res.partner"].create({"firstname": "Léa", "lastname": "Roux"})
        wizard = self.preview(LEA)
        wizard.line_ids.action = "create"
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.action, "create")

    def test_somebody_recorded_after_the_check_is_not_created_twice(self):
        wizard = self.preview(LEA)
        self.env["res.partner"].create(
            {"firstname": "Léa", "lastname": "Roux", "birthdate_date": "1980-05-04"}
        )
        wizard.action_import()
        self.assertFalse(wizard.created_partner_ids)
        self.assertEqual(
            len(self.env["res.partner"].search([("firstname", "=", "Léa")])),
            1,
        )

    def test_the_number_of_a_stranger_is_left_to_them(self):
        stranger = self.env["res.partner"].create(
            {"firstname": "Zoé", "lastname": "Blanc", "birthdate_date": "1955-01-01"}
        )
        self.env["tierslieux.member"].create(
            {"partner_id": stranger.id, "company_id": self.company.id, "number": "A1"}
        )
        wizard = self.preview(LEA)
        self.assertEqual(self.counts(wizard), (1, 0, 0, 0))
        self.assertIn("A1", wizard.line_ids.reason)
        wizard.action_import()
        self.assertNotEqual(wizard.created_partner_ids.member_number, "A1")
        self.assertTrue(wizard.created_partner_ids.member_number)

    def test_several_years_of_one_person_are_several_memberships(self):
        years = [
            f"A1;ROUX;Léa;04/05/1980;;Individuel;15,00;CB;01/01/{y};31/12/{y}"
            for y in (2024, 2025, 2026)
        ]
        wizard = self.run_import(*years)
        self.assertEqual(len(wizard.created_partner_ids), 1)
        self.assertEqual(
            wizard.membership_ids.sorted("date_start").mapped("state"),
            ["expired", "expired", "active"],
        )

    def test_missing_end_and_start_follow_the_type(self):
        wizard = self.run_import(
            "A1;ROUX;Léa;04/05/1980;;Individuel;15,00;CB;28/01/2026;",
            "A2;ROUX;Luc;04/05/1981;;Individuel;15,00;CB;;31/12/2026",
        )
        dates = [(m.date_start, m.date_end) for m in wizard.membership_ids.sorted("date_start")]
        year_end = date(2026, 12, 31)
        self.assertEqual(dates, [(date(2026, 1, 1), year_end), (date(2026, 1, 28), year_end)])

    def test_nothing_paid_records_the_person_alone(self):
        wizard = self.run_import(
            "A1;ROUX;Léa;04/05/1980;;Individuel;;;28/01/2026;31/12/2026",
        )
        self.assertEqual(len(wizard.created_partner_ids), 1)
        self.assertFalse(wizard.membership_ids)
        self.assertEqual(wizard.created_partner_ids.member_number, "A1")

    def test_a_paid_row_without_type_or_date_is_refused(self):
        wizard = self.preview(
            "A1;ROUX;Léa;04/05/1980;;;15,00;CB;28/01/2026;31/12/2026",
            "A2;ROUX;Luc;04/05/1981;;Individuel;15,00;CB;;",
            "A3;ROUX;Éva;04/05/1982;;Individuel;15,00;CB;28/01/2026;31/12/2025",
        )
        self.assertEqual(self.counts(wizard), (0, 0, 0, 3))
        reasons = wizard.line_refused_ids.mapped("reason")
        self.assertIn("Type d'adhésion", reasons[0])
        self.assertIn("Date d'adhésion", reasons[1])
        self.assertIn("Fin de validité", reasons[2])

    def test_the_type_of_the_whole_file_may_be_chosen(self):
        headings = "Nom;Prénom;Date de naissance;Échéance"
        line = "Roux;Léa;04/05/1980;31/12/2026"
        wizard = self.preview(line, headings=headings)
        self.assertFalse(wizard.count_membership)
        self.assertTrue(wizard.advice)
        wizard.default_type_id = self.type_person
        wizard.action_preview()
        self.assertEqual(wizard.count_membership, 1)
        wizard.action_import()
        self.assertEqual(wizard.membership_ids.state, "active")
        self.assertEqual(wizard.membership_ids.date_end, date(2026, 12, 31))

    def test_a_rare_type_is_refused_until_the_user_wants_it(self):
        line = LEA.replace("Individuel", "Mécène")
        wizard = self.preview(line)
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))
        wizard.value_ids.action = "create"
        wizard.action_preview()
        self.assertEqual(self.counts(wizard), (1, 0, 0, 0))
        wizard.action_import()
        self.assertEqual(wizard.membership_ids.type_id.name, "Mécène")
        self.assertEqual(wizard.membership_ids.type_id.amount, 15.0)

    def test_a_tier_is_found_by_its_name(self):
        scale = self.type_scale.scale_ids[-1]
        wizard = self.run_import(LEA.replace("Individuel", scale.name))
        self.assertEqual(wizard.membership_ids.type_id, self.type_scale)
        self.assertEqual(wizard.membership_ids.scale_id, scale)

    def test_choices_are_remembered_by_the_headings(self):
        headings = "Nom;Prénom;Naissance ou création;Quoi;Payé;Depuis"
        line = "Roux;Léa;04/05/1980;Plein pot;15,00;28/01/2026"
        wizard = self.wizard(line, headings=headings)
        wizard.action_read_columns()
        by_heading = {column.heading: column for column in wizard.column_ids}
        self.assertFalse(by_heading["Quoi"].field_name)
        by_heading["Quoi"].field_name = "type"
        by_heading["Naissance ou création"].field_name = "birthdate"
        by_heading["Depuis"].field_name = "date_start"
        wizard.action_preview()
        wizard.value_ids.write({"action": "use", "type_id": self.type_person.id})
        wizard.action_preview()
        self.assertEqual(wizard.count_membership, 1)
        again = self.wizard(line, headings=headings)
        again.action_read_columns()
        self.assertEqual(again.mapping_id, wizard.mapping_id)
        self.assertEqual(
            {c.heading: c.field_name for c in again.column_ids if c.field_name},
            {c.heading: c.field_name for c in wizard.column_ids if c.field_name},
        )
        self.assertEqual(again.value_ids.type_id, self.type_person)

    def test_one_field_cannot_be_two_columns(self):
        wizard = self.wizard(LEA)
        wizard.action_read_columns()
        column = wizard.column_ids.filtered(lambda c: c.heading == "E-mail")
        with self.assertRaisesRegex(ValidationError, "E-mail"):
            column.field_name = "lastname"

    def test_a_file_without_names_says_what_to_do(self):
        wizard = self.wizard("35190;Tinténiac", headings="Code postal;Ville")
        with self.assertRaisesRegex(UserError, "last name"):
            wizard.action_preview()

    def test_an_unreadable_file_says_what_to_do(self):
        for content, words in (
            (b"\x00\x01\x02\x03" * 500, "neither text nor a spreadsheet"),
            (b"PK\x03\x04" + b"x" * 40, "damaged"),
            (b"Nom;Pr\xe9nom\r\n", "nothing below"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.wizard(content).action_preview()

    def test_another_file_is_read_anew(self):
        wizard = self.preview(LEA)
        lines = "\r\n".join(("Nom;Prénom", "Blanc;Zoé")).encode()
        wizard.file = base64.b64encode(lines)
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("name"), ["Zoé Blanc"])

    def test_an_import_is_written_once(self):
        wizard = self.run_import(LEA)
        before = self.env["tierslieux.membership"].search_count([])
        self.assertEqual(wizard.action_import()["res_id"], wizard.id)
        self.assertEqual(self.env["tierslieux.membership"].search_count([]), before)

    def test_organisations_match_on_siret(self):
        known = self.env["res.partner"].create(
            {
                "name": "Amis du Bourg",
                "company_type": "company",
                "is_company": True,
                "company_registry": "73282932000074",
            }
        )
        headings = "Raison sociale;SIRET;Ville"
        wizard = self.run_import("Les Amis du Bourg;732 829 320 00074;Évran", headings=headings)
        self.assertFalse(wizard.created_partner_ids)
        self.assertEqual(known.city, "Évran")
        wizard = self.preview("Les Amis;732 829 320 00075;Évran", headings=headings)
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))

    def test_helloasso_payer_is_another_person(self):
        headings = (
            "Référence commande;Date de la commande;Statut de la commande;Nom adhérent;"
            "Prénom adhérent;Date de naissance;Nom payeur;Prénom payeur;Email payeur;"
            "Moyen de paiement;Tarif;Montant tarif"
        )
        lines = [
            "1;28/01/2026 10:35;Validé;Roux;Léa;04/05/2015;Roux;Anne;anne@example.org;"
            "Carte bancaire;Individuel;15,00",
            "2;28/01/2026 10:36;Remboursé;Blanc;Zoé;04/05/1985;Blanc;Zoé;zoe@example.org;"
            "Carte bancaire;Individuel;15,00",
        ]
        wizard = self.preview(*lines, headings=headings)
        self.assertEqual(wizard.preset, "helloasso")
        wizard.action_import()
        membership = wizard.membership_ids
        self.assertEqual(membership.partner_id.name, "Léa Roux")
        self.assertEqual(membership.payer_id.name, "Anne Roux")
        self.assertEqual(membership.payer_id.email, "anne@example.org")
        zoe = wizard.created_partner_ids - membership.partner_id
        self.assertEqual((zoe.name, zoe.email), ("Zoé Blanc", "zoe@example.org"))
        self.assertEqual(self.counts(self.preview(*lines, headings=headings)), (0, 2, 0, 0))

    def test_paheko_and_galette_files_are_imported(self):
        headings = "Numéro de membre;Nom & prénom;Date de naissance;Date d'inscription;Catégorie"
        wizard = self.preview("12;Roux Léa;04/05/1980;28/01/2026;Individuel", headings=headings)
        self.assertEqual(wizard.preset, "paheko")
        self.assertEqual(wizard.line_ids.name, "Léa Roux")
        self.assertEqual(wizard.count_membership, 0, "a day of entry and rights are no fee")
        headings = "id_adh;num_adh;nom_adh;prenom_adh;ddn_adh;date_crea_adh;date_echeance"
        wizard = self.preview(
            "1;7;ROUX;Léa;1980-05-04;2020-01-01;2026-12-31",
            headings=headings,
            default_type_id=self.type_person.id,
        )
        self.assertEqual(wizard.preset, "galette")
        self.assertEqual(wizard.line_ids.name, "Léa Roux")
        self.assertIn("2026", wizard.line_ids.membership_text)

    def test_queries_do_not_grow_with_the_rows(self):
        """Judging 400 rows costs what judging 40 does: known people are read at once."""

        def cost(count):
            lines = [
                f"Q{i};ROUX;Léa{i};04/05/19{i % 90 + 10};;Individuel;15,00;CB;28/01/2026;31/12/2026"
                for i in range(count)
            ]
            wizard = self.preview(*lines)
            sheet = wizard._sheet()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard._judge(wizard._rows(sheet))
            return self.env.cr.sql_log_count - before

        cost(10)
        self.assertLessEqual(cost(400), cost(40) + 3)
