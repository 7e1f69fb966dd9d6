# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Members' files of other associations: other headings, writings, totals, families."""

from odoo.tests import tagged

from .member_import_common import MemberImportCommon


@tagged("-at_install", "post_install")
class TestMemberImportFiles(MemberImportCommon):
    def columns(self, wizard):
        return {c.heading: c.field_name for c in wizard.column_ids if c.field_name}

    def test_totals_and_remarks_are_not_members(self):
        """One person, then a total and a count: 1 to create, none refused, both rows told."""
        wizard = self.preview(
            "MARTIN;Zoé;12/12/2001;Individuel;15 €;15/02/2026",
            ";;;;;",
            "TOTAL;;;;15,00 €;",
            "Nombre d'adhérents : 1;;;;;",
            headings="Nom;Prénom;Né(e) le;Formule;Cotisation;Date",
        )
        self.assertEqual(self.counts(wizard), (1, 0, 0, 0))
        self.assertIn("4, 5", wizard.advice)

    def test_an_organisation_called_total_is_a_member(self):
        wizard = self.preview(
            "Total Énergies;73282932000074;35190;50;15/02/2026",
            headings="Raison sociale;SIRET;CP;Montant;Date",
        )
        self.assertEqual(self.counts(wizard), (1, 0, 0, 0))

    def test_columns_are_told_by_what_stands_under_them(self):
        wizard = self.preview(
            "LE GOFF Anne;le@example.org;01/02/1970;Individuel;15€;oui;12/01/26",
            "DURAND Jean-Luc;jl@example.org;01/02/1971;Individuel;15€50;non;12/01/26",
            headings="Nom;Adresse mail;Né le;Formule;Cotisation;Payé;Réglé le",
        )
        self.assertEqual(
            self.columns(wizard),
            {
                "Nom": "fullname",
                "Adresse mail": "email",
                "Né le": "birthdate",
                "Formule": "type",
                "Cotisation": "amount",
                "Payé": "payment_status",
                "Réglé le": "date_start",
            },
        )
        self.assertEqual(self.counts(wizard), (2, 0, 0, 0))
        self.assertEqual(wizard.count_membership, 1, "he who has not paid has no membership")

    def test_full_names_under_nom_are_people(self):
        wizard = self.run_import(
            "Jean Dupont;jean@example.org;Individuel;15;05/01/2026",
            "Luc Le Goff;luc@example.org;Individuel;15;07/01/2026",
            headings="Nom;Email;Type;Montant;Date d'adhésion",
        )
        self.assertEqual(
            [(p.is_company, p.firstname, p.lastname) for p in wizard.created_partner_ids],
            [(False, "Jean", "Dupont"), (False, "Luc", "Le Goff")],
        )

    def test_twins_under_one_family_number_stay_two(self):
        """One number for a household: each other first name is asked, none is swallowed."""
        wizard = self.preview(
            "F1;CARON;Anne;01/01/1980;;Individuel;15;;05/01/2026;",
            "F1;CARON;Tom;03/03/2010;;;;;;",
            "F1;CARON;Lou;03/03/2010;;;;;;",
        )
        self.assertEqual(self.counts(wizard), (1, 0, 2, 0))

    def test_spellings_of_a_new_type_make_one_type(self):
        """3 writings, one type named after the usual one; the second spelling of a person
        under another writing is the same membership."""
        wizard = self.run_import(
            "1;ROI;Ana;01/01/1980;;Couture;15;;05/01/2026;31/12/2026",
            "2;ROI;Bob;02/01/1980;;Couture;15;;04/01/2026;31/12/2026",
            "3;ROI;Eve;03/01/1980;;Adhésion couture;15;;03/01/2026;31/12/2026",
            "4;Roi;Éve;03/01/1980;;Coutures;15;;06/01/2026;31/12/2026",
        )
        self.assertEqual(self.counts(wizard), (3, 1, 0, 0))
        self.assertEqual(wizard.membership_ids.type_id.mapped("name"), ["Couture"])
        self.assertEqual(wizard.count_memberships, 3)

    def test_a_siret_with_a_wrong_key_says_so(self):
        wizard = self.preview(
            "SARL Dupont;732 829 320 00075;35190",
            headings="Raison sociale;SIRET;CP",
        )
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))
        self.assertIn("73", wizard.line_ids.reason)
        self.assertIn("732 829 320 00075", wizard.line_ids.reason)

    def test_the_company_of_a_person_is_kept(self):
        wizard = self.run_import(
            "MARTIN;Luc;01/01/1980;Épicerie du Coin",
            headings="Nom;Prénom;Date de naissance;Société",
        )
        self.assertEqual(wizard.created_partner_ids.company_name, "Épicerie du Coin")
