# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""People of a file: names in one cell, families, the exempt, the known, what was lost."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

from ..tools import member_cells, type_words
from ..tools.member_cells import find_damage, settle_phones
from .member_import_common import MemberImportCommon

PAHEKO = (
    "Numéro de membre;Nom & prénom;Adresse E-Mail;Code postal;Date de naissance complète;"
    "Date d'inscription;Rattaché à;Membres rattachés;Catégorie"
)
GALETTE = (
    "Numéro d'adhérent :;Statut :;Nom :;Prénom :;Société :;Titre :;Date de naissance :;Adresse :;"
    "Code postal :;Courriel :;Exempt de cotisation :;Date d'échéance :;Parent :"
)


@tagged("-at_install", "post_install")
class TestMemberCells(BaseCase):
    def test_doctests(self):
        import doctest

        for module in (member_cells, type_words):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_what_was_lost_of_a_text_or_a_number_is_seen(self):
        for name, text, damage in (
            ("lastname", "L\ufffdost", "lost_accents"),
            ("firstname", "B?n?dicte", "lost_accents"),
            ("firstname", "Andr?", "lost_accents"),
            ("lastname", "?lodie", "lost_accents"),
            ("city", "Tint?niac", "lost_accents"),
            ("lastname", "HervÃ©", "lost_accents"),
            ("lastname", "Lost", ""),
            ("type", "Adhésion (réduite ?)", ""),
            ("email", "b?n@example.org", ""),
            ("phone", "6,12E+08", "broken_number"),
            ("mobile", "3.3612E+10", "broken_number"),
            ("siret", "8,12345E+13", "broken_number"),
            ("number", "1,2E+05", "broken_number"),
            ("number", "3E12", ""),
            ("zip", "#N/A", "spreadsheet_error"),
            ("birthdate", "########", "spreadsheet_error"),
            ("lastname", "#NOM?", "spreadsheet_error"),
        ):
            with self.subTest(text=text):
                self.assertEqual(find_damage(name, text), damage)

    def test_two_numbers_in_a_cell_are_two_numbers(self):
        both = ("02 99 00 00 12", "06 12 34 56 78", [])
        for cell in (
            "06 12 34 56 78 / 02 99 00 00 12",
            "02 99 00 00 12 ou 06 12 34 56 78",
            "02 99 00 00 12\n06 12 34 56 78",
            "06 12 34 56 78 02 99 00 00 12",
            "02 99 00 00 12 - 06 12 34 56 78",
        ):
            self.assertEqual(settle_phones(cell, ""), both, cell)
        self.assertEqual(settle_phones("06.12.34.56.78", ""), ("06.12.34.56.78", "", []))
        self.assertEqual(settle_phones("06/12/34/56/78", ""), ("06/12/34/56/78", "", []))
        self.assertEqual(
            settle_phones("0299000012;0299000013", "0612345678"),
            ("0299000012", "0612345678", ["0299000013"]),
        )


@tagged("-at_install", "post_install")
@freeze_time("2026-11-27")
class TestMemberImportPeople(MemberImportCommon):
    def test_paheko_gives_people_families_and_no_fee(self):
        """First name first (the addresses tell), members since 2012 and 2024, no membership."""
        wizard = self.run_import(
            "101;Bleuenn Kerautret;bleuenn.k@example.org;35190;14/02/1979;03/09/2012;;"
            "Loeiza Kerautret;Membres actifs",
            "102;Loeiza Kerautret;;35190;02/06/2014;10/01/2024;Bleuenn Kerautret;;Membres actifs",
            "103;Goulven Abgrall;goulven.a@example.org;35190;30/11/1965;15/03/2015;;;Anciens",
            "104;Job Morvan;;35190;30/11/1975;15/03/2015;Inconnu Total;;Anciens",
            headings=PAHEKO,
        )
        self.assertEqual(wizard.preset, "paheko")
        self.assertEqual(wizard.name_order, "first_last")
        self.assertFalse(wizard.membership_ids)
        bleuenn, loeiza, goulven, job = wizard.created_partner_ids.sorted("id")
        self.assertEqual((bleuenn.firstname, bleuenn.lastname), ("Bleuenn", "Kerautret"))
        self.assertEqual(loeiza.guardian_id, bleuenn)
        self.assertFalse((bleuenn | goulven | job).guardian_id)
        self.assertIn("Inconnu Total", wizard.line_ids[3].reason)
        member = self.env["tierslieux.member"].search([("partner_id", "=", bleuenn.id)])
        self.assertEqual((member.number, member.date_first), ("101", date(2012, 9, 3)))

    def test_the_order_of_names_can_be_chosen_and_is_remembered(self):
        line = "101;Kerautret Bleuenn;;35190;14/02/1979;03/09/2012;;;Membres actifs"
        wizard = self.preview(line, headings=PAHEKO)
        wizard.name_order = "first_last"
        self.assertIn("« Kerautret »", wizard.name_example)
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.name, "Kerautret Bleuenn")
        again = self.preview(line, headings=PAHEKO)
        self.assertEqual(again.name_order, "first_last")
        again.name_order = "last_first"
        again.action_preview()
        self.assertEqual(again.line_ids.name, "Bleuenn Kerautret")

    def test_galette_gives_families_firms_and_the_exempt(self):
        wizard = self.run_import(
            '12;Membre actif;LE DANTEC;Aziliz;;Mme;12/04/1975;"1 rue du Lavoir\nAppartement 2";'
            "35190;aziliz@example.org;Non;31/12/2026;",
            "13;Membre actif;LE DANTEC;Maïna;;Mlle;02/03/2012;;;;Non;31/12/2026;12",
            "14;Bienfaiteur;HASCOËT;Job;;M.;;6 rue du Lavoir;35190;job@example.org;Oui;;",
            "15;Société;;;Fournil du Bourg;Sté;;3 place;35190;f@example.org;Non;31/12/2026;",
            headings=GALETTE,
            default_type_id=self.type_person.id,
        )
        self.assertEqual(wizard.preset, "galette")
        self.assertEqual(self.counts(wizard), (4, 0, 0, 0))
        aziliz, maina, job, firm = wizard.created_partner_ids.sorted("id")
        self.assertEqual((aziliz.street, aziliz.street2), ("1 rue du Lavoir", "Appartement 2"))
        self.assertEqual(maina.guardian_id, aziliz)
        self.assertTrue(firm.is_company)
        membership = job.membership_ids
        self.assertRecordValues(
            membership,
            [
                {
                    "amount": 0.0,
                    "state": "active",
                    "date_start": date(2026, 1, 1),
                    "date_end": date(2026, 12, 31),
                }
            ],
        )
        self.assertIn("Exempt de cotisation", membership.note)
        self.assertTrue(job.is_member)

    def test_an_amount_that_says_exempt_keeps_its_reason(self):
        wizard = self.run_import(
            "Roux;Léa;04/05/1980;Individuel;exonérée (bureau);12/01/2026",
            headings="Nom;Prénom;Date de naissance;Type d'adhésion;Exonération;Date d'adhésion",
        )
        self.assertIn("exonérée (bureau)", wizard.membership_ids.note)
        self.assertEqual(wizard.membership_ids.amount, 0.0)

    def test_two_who_are_attached_to_each_other_do_not_stop_the_import(self):
        wizard = self.run_import(
            "1;Roux;Léa;04/05/1980;2",
            "2;Roux;Luc;04/05/1979;1",
            headings="N° adhérent;Nom;Prénom;Date de naissance;Rattaché à",
        )
        lea, luc = wizard.created_partner_ids.sorted("id")
        self.assertEqual((lea.guardian_id, luc.guardian_id.id), (luc, False))

    def test_a_minor_answers_for_nobody(self):
        wizard = self.run_import(
            "1;Roux;Léa;04/05/1980;2",
            "2;Roux;Zoé;04/05/2014;",
            headings="N° adhérent;Nom;Prénom;Date de naissance;Parent",
        )
        self.assertFalse(wizard.created_partner_ids.guardian_id)

    def test_known_people_without_birth_date_are_proposed_and_decided_at_once(self):
        """By telephone, by e-mail, by address; a namesake without any of them is asked alone."""
        Partner = self.env["res.partner"]
        people = Partner.create(
            [
                {"firstname": "Léa", "lastname": "Roux", "birthdate_date": "1980-05-04"}
                | {"phone": "+33 6 12 34 56 78"},
                {"firstname": "Luc", "lastname": "Roux", "birthdate_date": "1981-05-04"}
                | {"email": "luc@example.org"},
                {"firstname": "Ana", "lastname": "Roux", "birthdate_date": "1982-05-04"}
                | {"street": "3, rue Haute", "zip": "35190"},
                {"firstname": "Bob", "lastname": "Roux", "birthdate_date": "1983-05-04"},
            ]
        )
        lines = [
            "ROUX;Léa;0612345678;;;",
            "ROUX;Luc;;LUC@example.org;;",
            "ROUX;Ana;;;3 rue Haute;35190",
            "ROUX;Bob;0699999999;;;",
        ]
        headings = "Nom;Prénom;Téléphone;E-mail;Adresse;Code postal"
        wizard = self.preview(*lines, headings=headings)
        self.assertEqual(self.counts(wizard), (0, 0, 4, 0))
        self.assertEqual(wizard.count_likely, 3)
        wizard.action_accept_likely()
        self.assertEqual(
            wizard.line_decide_ids.mapped("action"), ["match", "match", "match", "skip"]
        )
        wizard.action_create_undecided()
        wizard.action_import()
        self.assertEqual(wizard.created_partner_ids.mapped("firstname"), ["Bob"])
        self.assertFalse(wizard.created_partner_ids & people)
        self.assertEqual(wizard.count_left, 0)

    def test_lost_accents_and_broken_numbers_stop_the_row_with_a_sentence(self):
        wizard = self.preview(
            "L\ufffdost;Anne;0612345678",
            "Roux;B?n?dicte;0612345678",
            "Roux;Luc;6,12E+08",
            "Roux;Léa;0612345678",
            headings="Nom;Prénom;Téléphone",
        )
        self.assertEqual(self.counts(wizard), (1, 0, 0, 3))
        reasons = wizard.line_refused_ids.mapped("reason")
        for text, reason in zip(("L\ufffdost", "B?n?dicte", "6,12E+08"), reasons, strict=True):
            self.assertIn(text, reason)

    def test_both_numbers_of_a_cell_are_kept(self):
        wizard = self.run_import(
            "Roux;Léa;06 12 34 56 78 / 02 99 00 00 12", headings="Nom;Prénom;Téléphone"
        )
        partner = wizard.created_partner_ids
        self.assertEqual(partner.phone, "+33 2 99 00 00 12")
        self.assertIn("+33 6 12 34 56 78", partner.comment)
