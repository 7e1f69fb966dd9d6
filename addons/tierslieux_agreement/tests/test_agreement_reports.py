from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .agreement_common import AgreementCase

RUNNING = "tierslieux_agreement.report_running"


@tagged("post_install", "-at_install")
@freeze_time("2026-02-11 11:00:00")
class TestAgreementReport(AgreementCase):
    def rows(self):
        Report = self.env["tierslieux.agreement.report"]
        return Report.search([("company_id", "=", self.company.id)])

    def test_the_end_of_the_present_period_is_the_one_of_the_agreement(self):
        """Tacit, ended at a month's end, limited renewals, a notice, no end, over: the report and
        the agreement say one day."""
        for vals in (
            {"end_date": "2025-08-31", "renewal_months": 1},
            {"start_date": "2024-01-01", "end_date": "2024-12-31", "renewal_most": 1},
            {"start_date": "2024-01-01", "end_date": "2026-12-31", "renewal": "none"},
            {"end_date": False, "renewal": "none"},
            {"start_date": "2027-01-01", "end_date": "2027-12-31"},
        ):
            self.make_agreement(signed="2024-01-01", **vals)
        left = self.make_agreement(signed="2024-01-01")
        left._give_notice(date(2026, 2, 1), date(2026, 8, 28), left.party_ids, "")
        self.env.flush_all()
        rows = self.rows()
        self.assertEqual(len(rows), 7)
        for row in rows:
            self.assertEqual(row.period_end, row.agreement_id.period_end, row.agreement_id.name)
        self.assertEqual(
            rows.filtered("is_in_force").agreement_id,
            rows.agreement_id.filtered(lambda a: a.state in ("running", "notice")),
        )

    def test_agreements_are_counted_by_kind_of_partner_and_year_of_their_end(self):
        """One partner until 28 August 2026; a funder until 31 December 2027; one given up is not
        counted."""
        funded = self.make_agreement(
            name="Funds", signed="2026-01-01", start_date="2026-01-01", end_date="2027-12-31",
            renewal="none",
        )  # fmt: skip
        funded.party_ids.sudo().role = "funder"
        self.make_agreement(name="Given up").action_cancel()
        self.env.flush_all()
        groups = self.env["tierslieux.agreement.report"]._read_group(
            [("company_id", "=", self.company.id)],
            ["role", "period_end:year"],
            ["agreement_count:sum"],
        )
        self.assertEqual(
            sorted((role, end.year, count) for role, end, count in groups),
            [("funder", 2027, 1), ("partner", 2026, 1)],
        )

    def test_duties_due_are_counted_by_month(self):
        """Each quarter from 15 January 2026: April and July come, and once in July."""
        self.duty(rhythm="quarterly", date_first=date(2026, 1, 15), date_last=date(2026, 7, 31))
        self.duty(name="Logo", date_first=date(2026, 7, 1))
        groups = self.env["tierslieux.agreement.duty.date"]._read_group(
            [("agreement_id", "=", self.agreement.id)], ["date:month"], ["__count"]
        )
        self.assertEqual(
            [(str(month), count) for month, count in groups],
            [("2026-01-01", 1), ("2026-04-01", 1), ("2026-07-01", 2)],
        )

    def test_what_fell_due_was_invoiced_and_paid(self):
        """100 a month from January: 200 fallen due and invoiced in February, 100 of it paid; one
        month left out is not due."""
        price = self.price()
        price._invoice_due()
        other = self.price(name="Copies", amount=7)
        other._ensure_instalments()
        other.instalment_ids.action_skip()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=price.instalment_ids.move_id[0].ids
        ).create({})._create_payments()
        self.env.flush_all()
        Report = self.as_user(self.env["tierslieux.agreement.money.report"], self.treasurer)
        [(due, invoiced, paid)] = Report._read_group(
            [("agreement_id", "=", self.agreement.id)],
            [],
            ["amount_due:sum", "amount_invoiced:sum", "amount_paid:sum"],
        )
        self.assertEqual((due, invoiced, paid), (200.0, 200.0, 100.0))
        self.assertRecordValues(self.agreement, [{"invoiced_in": 200.0, "paid_in": 100.0}])

    def test_a_credit_note_is_neither_invoiced_nor_paid(self):
        price = self.price(rhythm="yearly")
        price._invoice_due()
        move = price.instalment_ids.move_id
        move._reverse_moves([{"invoice_date": "2026-02-11"}], cancel=True)
        self.env.flush_all()
        row = self.env["tierslieux.agreement.money.report"].search(
            [("agreement_id", "=", self.agreement.id)]
        )
        self.assertRecordValues(
            row, [{"amount_due": 100.0, "amount_invoiced": 0.0, "amount_paid": 0.0}]
        )

    def test_a_line_leads_to_what_it_counts(self):
        self.env.flush_all()
        row = self.as_user(self.rows(), self.reception)
        self.assertEqual(row.action_open_record()["res_id"], self.agreement.id)

    def test_figures_of_money_are_not_the_desks(self):
        Report = self.as_user(self.env["tierslieux.agreement.money.report"], self.reception)
        with self.assertRaises(AccessError):
            Report.search([])

    # -- for the board -------------------------------------------------------------------

    def page(self, user, agreements):
        report = self.as_user(self.env["ir.actions.report"], user)
        return report._render_qweb_html(RUNNING, agreements.ids)[0].decode()

    def test_the_board_prints_the_agreements_in_force_on_one_page(self):
        self.price(amount=321)
        self.make_agreement(name="A mere draft")
        model = self.as_user(self.Agreement, self.board)
        action = model.action_print_running()
        self.assertEqual(action["report_name"], RUNNING)
        running = self.Agreement.browse(action["context"]["active_ids"])
        self.assertEqual(running, self.agreement)
        page = self.page(self.board, running)
        for text in ("Counter of the CAF", "CAF", "28/08/2026", "28/06/2026"):
            self.assertIn(text, page)
        # Eight months of 321 € up to 28 August.
        self.assertRegex(page, r"2.?568,00")

    def test_the_desk_prints_it_without_money(self):
        self.price(amount=321)
        self.assertNotRegex(self.page(self.reception, self.agreement), r"2.?568,00")
        with self.assertRaises(AccessError):
            self.page(self.portal, self.agreement)

    def test_without_an_agreement_in_force_there_is_nothing_to_print(self):
        self.agreement._write_facts({"stop_date": date(2026, 1, 1)})
        action = self.as_user(self.Agreement, self.board).action_print_running()
        self.assertEqual(action["tag"], "display_notification")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPresenceReport(AgreementCase):
    def test_hours_given_and_promised_are_those_of_the_agreement(self):
        """In force from 1 July 2029 (184 of 365 days: 60.49 of 120 h). On 4 March 2030: 3 h given
        in February, one no-show, 2 h to come in April."""
        agreement = self.make_agreement(
            signed="2029-06-01", start_date="2029-07-01", end_date="2030-12-31", renewal="none"
        )
        self.duty(agreement_id=agreement.id, kind="presence", hours_promised=120)
        with freeze_time("2030-02-01 08:00:00"):
            held = self.book(self.room, "2030-02-07 09:00", "2030-02-07 12:00", partner=self.caf)
            missed = self.book(self.room, "2030-02-14 09:00", "2030-02-14 12:00", partner=self.caf)
            (held | missed).agreement_id = agreement
        with freeze_time("2030-02-14 13:00:00"):
            missed.action_no_show()
        self.book(self.room, "2030-04-04 09:00", "2030-04-04 11:00").agreement_id = agreement
        self.env.flush_all()
        rows = self.as_user(self.env["tierslieux.agreement.presence.report"], self.board).search(
            [("agreement_id", "=", agreement.id)], order="year"
        )
        self.assertEqual(
            [(r.year, r.given, r.coming, r.promised, r.missing) for r in rows],
            [("2029", 0.0, 0.0, 60.49, 60.49), ("2030", 3.0, 2.0, 120.0, 115.0)],
        )
        (now,) = agreement._get_presence_years()
        self.assertEqual(
            (now["given"], now["coming"], now["promised"]),
            (rows[1].given, rows[1].coming, rows[1].promised),
        )
