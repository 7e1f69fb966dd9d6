# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fees of a file: what was paid, for which period, in which books."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .member_import_common import MemberImportCommon

PROMO = (
    "Référence commande;Date de la commande;Statut de la commande;Nom adhérent;Prénom adhérent;"
    "Date de naissance;Nom payeur;Prénom payeur;Email payeur;Moyen de paiement;Tarif;Montant tarif;"
    "Code Promo;Montant code promo"
)
# A file that says when a fee was paid, and not for which period.
UNDATED = "Nom;Prénom;Date de naissance;Type d'adhésion;Montant;Date d'adhésion"
LEA = "Roux;Léa;04/05/1980;Individuel;15,00;"
HISTORY = (
    "Numéro de membre;Activité;Tarif;Date d'inscription;Date d'expiration;Payé ?;Montant à régler"
)


@tagged("-at_install", "post_install")
@freeze_time("2026-11-27")
class TestMemberImportMoney(MemberImportCommon):
    def dates(self, memberships):
        return [(m.date_start, m.date_end) for m in memberships.sorted("date_start")]

    def known(self, **vals):
        """Léa Roux, whose membership of 2026 is recorded."""
        partner = self.person("Léa", "Roux", birthdate_date="1980-05-04")
        return self.membership(
            partner,
            **{"state": "active", "date_start": "2026-01-12", "date_end": "2026-12-31"} | vals,
        )

    # ------------------------------------------------------------------ what was paid

    def test_a_promo_code_is_taken_off_what_was_paid(self):
        """15 €; 15 − 5 = 10 €; 15 − 15 = 0 €, a member all the same and nothing to invoice."""
        line = "{};12/03/2026 18:42;Validé;{};Ana;{};{};Ana;a@example.org;CB;Individuel;15,00;{};{}"
        lines = [
            line.format(1, "Roux", "04/05/1988", "Roux", "", ""),
            line.format(2, "Blanc", "04/05/1989", "Blanc", "BENEVOLE", "5,00"),
            line.format(3, "Petit", "04/05/1990", "Petit", "GRATUIT", "-15,00 €"),
        ]
        wizard = self.run_import(*lines, headings=PROMO, accounting="invoice")
        memberships = wizard.membership_ids.sudo().sorted(lambda m: m.partner_id.birthdate_date)
        self.assertEqual(memberships.mapped("amount"), [15.0, 10.0, 0.0])
        self.assertEqual(memberships.mapped("state"), ["active"] * 3)
        self.assertEqual([m.invoice_id.amount_total for m in memberships], [15.0, 10.0, 0.0])
        self.assertEqual(memberships[1].invoice_id.payment_state, "paid")
        self.assertFalse(memberships[2].invoice_id)

    def test_a_new_type_costs_its_tariff_not_what_a_code_left_of_it(self):
        line = "{0};12/03/2026;Validé;N{0};Ana;0{0}/05/1988;;;;CB;Couture;15,00;X;{1}"
        lines = [line.format(1, ""), line.format(2, "5,00"), line.format(3, "15,00")]
        wizard = self.run_import(*lines, headings=PROMO)
        membership_type = wizard.membership_ids.type_id
        self.assertEqual((membership_type.amount_mode, membership_type.amount), ("fixed", 15.0))

    def test_a_rest_and_a_share_are_taken_off_and_what_is_said_paid_is_not_cut(self):
        """30 − 10 still to pay = 20; 30 − 50 % = 15; « Montant réglé » 15 stays 15."""
        for headings, cells, paid in (
            ("Montant;Reste à payer", "30,00;10,00", 20.0),
            ("Montant;Remise", "30,00;50 %", 15.0),
            ("Montant réglé;Remise", "15,00;5,00", 15.0),
        ):
            with self.subTest(headings=headings):
                wizard = self.preview(
                    f"Roux;Léa;04/05/1980;Individuel;12/03/2026;{cells}",
                    headings=f"Nom;Prénom;Date de naissance;Type d'adhésion;Date;{headings}",
                )
                rows = wizard._rows(wizard._sheet())
                [item] = wizard._judge(rows)
                self.assertEqual(item.fee.amount, paid)

    def test_a_code_worth_more_than_the_tariff_stops_the_row(self):
        wizard = self.preview(
            "1;12/03/2026;Validé;Roux;Léa;04/05/1988;;;;CB;Individuel;15,00;X;20,00", headings=PROMO
        )
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))
        self.assertIn("Montant code promo", wizard.line_ids.reason)

    # ------------------------------------------------------------------ which period

    def test_a_member_who_pays_in_november_is_asked_about(self):
        """Valid for 2026, paid on 24/11/2026: this fee or 01/01/2027 – 31/12/2027."""
        membership = self.known()
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED)
        self.assertEqual((wizard.count_period, wizard.count_period_open), (1, 1))
        self.assertEqual(wizard.line_ids.period_ask, "held")
        self.assertFalse(wizard.count_membership)
        with self.assertRaisesRegex(UserError, "Which period"):
            wizard.action_import()
        wizard.action_period_next()
        self.assertEqual((wizard.count_period_open, wizard.count_membership), (0, 1))
        wizard.action_import()
        self.assertEqual(
            self.dates(wizard.membership_ids), [(date(2027, 1, 1), date(2027, 12, 31))]
        )
        self.assertEqual(wizard.membership_ids.previous_id, membership)
        again = self.run_import(LEA + "24/11/2026", headings=UNDATED)
        self.assertFalse(again.count_period or again.membership_ids)

    def test_the_period_under_way_may_be_the_one_that_is_recorded(self):
        self.known()
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED)
        wizard.line_period_ids.period_choice = "this"
        wizard.action_import()
        self.assertFalse(wizard.membership_ids)

    def test_one_payment_written_some_days_apart_is_one_fee(self):
        """Recorded on 20/11 at the desk, in the file on the 24th."""
        self.known(date_start="2026-11-20")
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED)
        self.assertFalse(wizard.count_period or wizard.count_membership)
        self.assertIn("already", wizard.line_ids.reason)

    def test_a_fee_of_spring_is_the_one_recorded(self):
        self.known()
        wizard = self.preview(LEA + "28/03/2026", headings=UNDATED)
        self.assertFalse(wizard.count_period or wizard.count_membership)

    def test_a_rolling_membership_is_prolonged(self):
        """Until 19/12/2026, paid on 24/11: from 20/12/2026 to 19/12/2027."""
        self.type_person.write({"period_kind": "rolling"})
        self.known(date_start="2025-12-20", date_end="2026-12-19")
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED)
        wizard.action_period_next()
        wizard.action_import()
        self.assertEqual(
            self.dates(wizard.membership_ids), [(date(2026, 12, 20), date(2027, 12, 19))]
        )

    def test_two_fees_of_one_file_are_two_periods(self):
        wizard = self.preview(LEA + "12/01/2026", LEA + "24/11/2026", headings=UNDATED)
        self.assertEqual(wizard.count_period_open, 1)
        wizard.action_period_next()
        wizard.action_import()
        self.assertEqual(
            self.dates(wizard.membership_ids),
            [(date(2026, 1, 12), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 12, 31))],
        )

    def drafted(self):
        """Léa, whose renewal of 2027 the nightly job has drafted."""
        return self.known()._renew()

    def test_a_fee_of_next_year_pays_the_renewal_that_was_drafted(self):
        """15 € paid on 24/11/2026: the draft of 20 € for 2027 is confirmed for 15 €, paid."""
        draft = self.drafted()
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED, accounting="invoice")
        self.assertEqual((wizard.count_period_open, wizard.count_membership), (1, 0))
        wizard.action_period_next()
        self.assertEqual(wizard.count_membership, 1)
        self.assertIn("renewal that waits", wizard.line_ids.reason)
        wizard.action_import()
        self.assertEqual(wizard.membership_ids.sudo(), draft)
        self.assertRecordValues(
            draft,
            [
                {
                    "state": "active",
                    "date_start": date(2027, 1, 1),
                    "date_confirmed": date(2026, 11, 24),
                    "amount": 15.0,
                    "fee_state": "paid",
                }
            ],
        )
        self.assertEqual(draft.invoice_id.amount_total, 15.0)
        again = self.run_import(LEA + "24/11/2026", headings=UNDATED)
        self.assertFalse(again.membership_ids)

    def test_the_period_under_way_leaves_the_draft_alone(self):
        draft = self.drafted()
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED)
        wizard.action_period_this()
        wizard.action_import()
        self.assertEqual((draft.state, len(wizard.membership_ids)), ("draft", 0))

    def test_a_last_day_in_the_next_year_pays_the_draft_as_history_too(self):
        draft = self.drafted()
        headings, line = UNDATED + ";Fin de validité", LEA + "24/11/2026;31/12/2027"
        wizard = self.run_import(line, line, headings=headings)
        self.assertEqual(wizard.membership_ids.sudo(), draft)
        self.assertEqual((draft.state, draft.is_history), ("active", True))

    def test_a_rolling_fee_is_asked_about_though_its_renewal_is_drafted(self):
        """Until 19/12/2026, drafted from the 20th, paid on 24/11."""
        self.type_person.write({"period_kind": "rolling"})
        draft = self.known(date_start="2025-12-20", date_end="2026-12-19")._renew()
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED)
        self.assertEqual(wizard.count_period_open, 1)
        wizard.action_period_next()
        wizard.action_import()
        self.assertEqual(wizard.membership_ids.sudo(), draft)

    def test_two_fees_pay_one_draft_and_make_the_next(self):
        """One fee is one period: the first pays 2027, the second, of 2028, is its own."""
        draft = self.drafted()
        headings = UNDATED + ";Année"
        wizard = self.run_import(
            LEA + "24/11/2026;2027", LEA + "24/11/2026;2028", headings=headings
        )
        self.assertIn(draft, wizard.membership_ids.sudo())
        self.assertEqual(
            self.dates(wizard.membership_ids),
            [(date(2027, 1, 1), date(2027, 12, 31)), (date(2028, 1, 1), date(2028, 12, 31))],
        )

    def test_what_is_to_pay_is_paid_on_its_invoice(self):
        """2026 invoiced at 20 €; the file says 15 € on 12/01: 5 € are left to pay."""
        partner = self.person("Léa", "Roux", birthdate_date="1980-05-04")
        membership = self.membership(partner, confirm=True, date_start="2026-01-01")
        invoice = membership.invoice_id
        line = LEA + "12/02/2026"
        history = self.preview(line, headings=UNDATED)
        self.assertFalse(history.count_membership)
        self.assertIn("its invoice is to be paid", history.line_ids.reason)
        wizard = self.preview(line, headings=UNDATED, accounting="invoice")
        self.assertIn("to be paid", wizard.line_ids.reason)
        wizard.action_import()
        self.assertEqual(membership.invoice_id, invoice)
        self.assertEqual((invoice.amount_residual, membership.state), (5.0, "to_pay"))
        late = self.run_import(
            LEA.replace("15,00", "5,00") + "24/11/2026", headings=UNDATED, accounting="invoice"
        )
        self.assertFalse(late.count_period)
        self.assertEqual((invoice.amount_residual, membership.state), (0.0, "active"))

    def test_a_newcomer_of_november_may_be_given_the_next_year(self):
        """Two newcomers: the one until 31/12/2026 as suggested, the other until 31/12/2027."""
        bob = "Blanc;Bob;05/06/1981;Individuel;15,00;25/11/2026"
        wizard = self.preview(LEA + "24/11/2026", bob, headings=UNDATED)
        self.assertEqual((wizard.count_period, wizard.count_period_open), (2, 0))
        wizard.line_period_ids[1].period_choice = "next"
        wizard.action_import()
        self.assertEqual(
            self.dates(wizard.membership_ids),
            [(date(2026, 11, 24), date(2026, 12, 31)), (date(2026, 11, 25), date(2027, 12, 31))],
        )
        again = self.run_import(LEA + "24/11/2026", bob, headings=UNDATED)
        self.assertFalse(again.count_period or again.membership_ids)

    def test_a_file_that_names_the_year_leaves_no_doubt(self):
        """By its own column, or in the name of the type."""
        self.known()
        for number, (headings, line) in enumerate(
            (
                (UNDATED + ";Année", LEA + "24/11/2026;2027"),
                (UNDATED, LEA.replace("Individuel", "Individuel 2028") + "24/11/2026"),
            )
        ):
            with self.subTest(headings=headings):
                wizard = self.run_import(line, headings=headings)
                year = 2027 + number
                self.assertEqual(
                    self.dates(wizard.membership_ids), [(date(year, 1, 1), date(year, 12, 31))]
                )

    def test_a_last_day_in_the_next_year_is_the_next_fee(self):
        """Valid until 31/12/2026; paid on 24/11/2026 until 31/12/2027: the year 2027."""
        self.known()
        headings, line = UNDATED + ";Fin de validité", LEA + "24/11/2026;31/12/2027"
        wizard = self.run_import(line, headings=headings)
        self.assertEqual(
            self.dates(wizard.membership_ids), [(date(2027, 1, 1), date(2027, 12, 31))]
        )
        self.assertFalse(self.run_import(line, headings=headings).membership_ids)

    def test_the_money_of_the_next_year_is_of_the_day_it_was_paid(self):
        self.known()
        wizard = self.preview(LEA + "24/11/2026", headings=UNDATED, accounting="invoice")
        wizard.action_period_next()
        wizard.action_import()
        invoice = wizard.membership_ids.sudo().invoice_id
        self.assertEqual(invoice.invoice_date, date(2026, 11, 24))
        self.assertEqual(invoice._get_reconciled_payments().date, date(2026, 11, 24))

    def test_a_first_day_long_ago_is_no_period_of_years(self):
        """« Date d'adhésion » 2012 beside « Fin » 31/12/2026: the year 2026, member since 2012."""
        wizard = self.run_import(
            LEA + "03/09/2012;31/12/2026", headings=UNDATED + ";Fin de validité"
        )
        self.assertEqual(
            self.dates(wizard.membership_ids), [(date(2026, 1, 1), date(2026, 12, 31))]
        )

    # ------------------------------------------------------------------ closed years

    def test_a_fee_of_a_closed_year_is_refused_before_anything_is_written(self):
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        old = "Blanc;Bob;05/06/1981;Individuel;15,00;15/12/2025"
        wizard = self.preview(LEA + "12/01/2026", old, headings=UNDATED, accounting="invoice")
        self.assertEqual(self.counts(wizard), (1, 0, 0, 1))
        self.assertIn("31", wizard.line_refused_ids.reason)
        wizard.action_import()
        self.assertEqual(
            wizard.membership_ids.sudo().invoice_id.mapped("date"), [date(2026, 1, 12)]
        )
        self.assertEqual(wizard.count_left, 1)
        history = self.preview(old, headings=UNDATED)
        self.assertEqual(self.counts(history), (1, 0, 0, 0), "as history it needs no books")

    # ------------------------------------------------------------------ Paheko's activities

    def test_activities_of_paheko_become_memberships_only_when_they_are(self):
        """By number alone: a fee, a sewing course and a desk of one person."""
        member = self.known()
        number = member.partner_id.member_number
        member.unlink()
        lines = [
            f"{number};Individuel;Plein tarif;12/01/2026;31/12/2026;Oui;15,00",
            f"{number};Cours de couture;Trimestre;12/01/2026;31/03/2026;Oui;90,00",
            f"{number};Bureau;Mois;12/01/2026;11/02/2026;Oui;150,00",
            "99999;Individuel;Plein tarif;12/01/2026;31/12/2026;Oui;15,00",
        ]
        wizard = self.preview(*lines, headings=HISTORY)
        self.assertEqual(wizard.preset, "paheko_history")
        self.assertEqual(
            {value.label: value.action for value in wizard.value_ids},
            {"Individuel": "use", "Cours de couture": "leave", "Bureau": "leave"},
        )
        self.assertEqual(self.counts(wizard), (0, 3, 0, 1))
        self.assertIn("99999", wizard.line_refused_ids.reason)
        wizard.action_import()
        self.assertRecordValues(
            wizard.membership_ids, [{"type_id": self.type_person.id, "amount": 15.0}]
        )

    def test_what_an_activity_is_is_remembered(self):
        line = "12;Roux Léa;Bureau;Mois;12/01/2026;11/02/2026;Oui;150,00"
        headings = HISTORY.replace("Activité", "Nom & prénom;Activité")
        wizard = self.preview(line, headings=headings)
        self.assertEqual(wizard.value_ids.action, "leave")
        wizard.value_ids.write({"action": "use", "type_id": self.type_person.id})
        wizard.action_preview()
        again = self.preview(line, headings=headings)
        self.assertEqual(again.value_ids.type_id, self.type_person)
        again.value_ids.write({"action": "leave", "type_id": False})
        again.action_preview()
        self.type_person.name = "Bureau"
        third = self.preview(line, headings=headings)
        self.assertEqual(third.value_ids.action, "leave", "left out stays left out")
        self.assertFalse(third.count_membership)
