from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .plan_billing_common import PlanBillingCommon

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestBillingAmounts(PlanBillingCommon):
    """Invoices worked out by hand. Pro rata: calendar days over the days of the period, to the
    cent, as the subscription contract says."""

    # ------------------------------------------------------------------ fee

    def test_people_of_one_plan_have_each_their_own_fee_and_words(self):
        """A whole month twice (300 €), one of them paid by somebody else; from 20 January: 300 ×
        12 / 31 = 116.13 €; at a price of their own: 250 €; paused from 11 to 20 January: 203.23 €.
        """
        payer = self.organisation("Payer")
        alone = self.subscribe(partner=self.person("Alone"))
        guest = self.subscribe(partner=self.person("Guest"), payer_id=payer.id)
        late = self.subscribe(partner=self.person("Late"), start=date(2026, 1, 20))
        cheap = self.subscribe(partner=self.person("Cheap"), amount=250.0)
        paused = self.subscribe(partner=self.person("Paused"))
        self.pause(paused, date(2026, 1, 11), date(2026, 1, 20))
        run = self.bill()
        bills = {
            one: self.invoiced(run.line_ids.filtered(lambda line, s=one: line.subscription_id == s))
            for one in (alone, guest, late, cheap, paused)
        }
        amounts = {one.partner_id.name: bill[0][1] for one, bill in bills.items()}
        names = [one.partner_id.name for one in (alone, guest, late, cheap, paused)]
        self.assertEqual(
            amounts, dict(zip(names, (300.0, 300.0, 116.13, 250.0, 203.23), strict=True))
        )
        self.assertEqual(bills[alone][0][0], "Full time, January 2026")
        self.assertEqual(bills[guest][0][0], f"Full time – {guest.partner_id.name}, January 2026")
        prices = {line.subscription_id: line.price for line in run.line_ids}
        self.assertEqual(prices, {one: one.amount for one in bills})

    def test_a_whole_month_in_advance(self):
        self.subscribe()
        self.assertEqual(self.invoiced(self.bill().line_ids), [("Full time, January 2026", 300.0)])

    def test_a_first_month_is_due_by_the_day(self):
        """From 20 January: 12 days of 31 = 300 × 12 / 31 = 116.129… → 116.13 €."""
        self.subscribe(start=date(2026, 1, 20))
        run = self.bill()
        self.assertEqual(run.done_amount, 116.13)
        self.assertIn("12", run.line_ids.amount_note)

    def test_a_first_month_begun_is_due_whole_where_the_plan_says_so(self):
        self.month.prorata = "full"
        self.subscribe(start=date(2026, 1, 20))
        self.assertEqual(self.bill().done_amount, 300.0)

    def test_a_first_month_may_be_free(self):
        self.month.prorata = "free"
        self.subscribe(start=date(2026, 1, 20))
        run = self.bill()
        self.assertEqual((run.line_ids.state, run.done_amount), ("nothing", 0.0))
        self.assertEqual(self.bill(FEBRUARY).done_amount, 300.0)

    def test_a_last_month_is_due_by_the_day(self):
        """Notice ends it on 10 March: 10 days of 31 = 300 × 10 / 31 = 96.774… → 96.77 €."""
        subscription = self.subscribe(start=MARCH)
        subscription.sudo().write({"state": "notice", "date_end": date(2026, 3, 10)})
        self.assertEqual(self.bill(MARCH).done_amount, 96.77)
        self.assertFalse(self.bill(date(2026, 4, 1)).line_ids)

    def test_arrears_are_due_once_the_month_is_over(self):
        """From 20 January: nothing in January's run; in February's 310 × 12 / 31 = 120 €."""
        self.subscribe(self.arrears, start=date(2026, 1, 20))
        self.assertFalse(self.bill().line_ids)
        self.assertEqual(self.bill(FEBRUARY).done_amount, 120.0)

    def test_a_year_is_billed_once(self):
        self.subscribe(self.year)
        self.assertEqual(self.bill().done_amount, 2400.0)
        self.assertFalse(self.bill(FEBRUARY).line_ids)

    def test_a_pause_of_the_whole_month_bills_nothing_and_is_not_billed_later(self):
        subscription = self.subscribe()
        self.pause(subscription, JANUARY, date(2026, 1, 31))
        run = self.bill()
        self.assertIn("Paused", run.line_ids.amount_note)
        self.assertEqual((run.line_ids.state, run.line_ids.move_id.ids), ("nothing", []))
        self.assertEqual(self.bill(FEBRUARY).done_amount, 300.0)

    def test_days_of_pause_are_taken_off(self):
        """Paused from 11 to 20 January: 21 days of 31 = 300 × 21 / 31 = 203.225… → 203.23 €."""
        subscription = self.subscribe()
        self.pause(subscription, date(2026, 1, 11), date(2026, 1, 20))
        self.assertEqual(self.bill().done_amount, 203.23)

    def pause(self, subscription, start, end):
        return self.env["tierslieux.subscription.change"].create(
            {
                "subscription_id": subscription.id,
                "kind": "pause",
                "date": start,
                "date_end": end,
                "state": "done",
            }
        )

    # ------------------------------------------------------------------ first invoice, changes

    def test_the_first_invoice_carries_entry_fee_and_deposit_once(self):
        """30 € + 100 € + 300 €, then 300 €; the deposit is a debt (account 165), not income."""
        self.month.write({"setup_amount": 30.0, "deposit_amount": 100.0})
        self.subscribe()
        move = self.bill().line_ids.move_id
        self.assertEqual(move.amount_total, 430.0)
        deposit = move.invoice_line_ids.filtered(lambda line: line.billing_kind == "deposit")
        self.assertEqual(deposit.price_subtotal, 100.0)
        self.assertTrue(deposit.account_id.code.startswith("165"))
        self.assertFalse(deposit.tax_ids)
        self.assertEqual(self.bill(FEBRUARY).done_amount, 300.0)

    def test_two_months_at_once_carry_the_entry_fee_once(self):
        self.month.setup_amount = 30.0
        self.subscribe()
        self.assertEqual(self.bill(FEBRUARY).done_amount, 630.0)

    def test_a_deposit_is_given_back_once_after_the_end(self):
        """Ended on 31 January, 100 € kept: February's run makes a credit note of 100 €, once
        somebody has said that it is right."""
        self.month.deposit_amount = 100.0
        subscription = self.subscribe()
        self.bill()
        subscription.sudo().write({"state": "ended", "date_end": date(2026, 1, 31)})
        run = self.preview(FEBRUARY)
        self.assertEqual((run.line_ids.state, run.line_ids.amount), ("failed", -100.0))
        self.assertIn("credit note", run.line_ids.reason)
        run.line_ids.action_accept()
        run.action_launch()
        move = run.line_ids.move_id
        self.assertEqual((move.move_type, move.amount_total), ("out_refund", 100.0))
        self.assertFalse(self.bill(MARCH).line_ids)

    def test_a_change_is_billed_once_with_the_next_invoice(self):
        """From 300 € to 360 € on 17 January, billed already: 60 × 15 / 31 = 29.03 € more."""
        subscription = self.subscribe()
        self.bill()
        change = self.env["tierslieux.subscription.change"].create(
            {
                "subscription_id": subscription.id,
                "kind": "price",
                "state": "done",
                "date": date(2026, 1, 17),
                "old_amount": 300.0,
                "new_amount": 360.0,
                "amount_difference": 29.03,
                "amount_note": "60.00 € × 15 / 31 days",
            }
        )
        subscription.sudo().amount = 360.0
        run = self.bill(FEBRUARY)
        self.assertEqual(run.done_amount, 389.03)
        self.assertEqual(change.billing_line_id, run.line_ids)
        self.assertEqual(self.bill(MARCH).done_amount, 360.0)

    # ------------------------------------------------------------------ passes, best price

    def passes(self, count, partner=None, **vals):
        partner = partner or self.person()
        return self.env["tierslieux.subscription"].create(
            [
                {
                    "partner_id": partner.id,
                    "plan_id": self.day_plan.id,
                    "date_start": JANUARY + timedelta(days=rank),
                    "state": "active",
                    **vals,
                }
                for rank in range(count)
            ]
        )

    def test_passes_on_account_are_billed_with_the_month(self):
        """Three passes of January at 25 €: 75 € in February's run, on one invoice."""
        self.passes(3)
        self.assertFalse(self.preview().unlink() and self.bill().line_ids)
        run = self.bill(FEBRUARY)
        self.assertEqual((run.done_count, run.done_amount), (1, 75.0))

    def test_passes_above_the_price_of_a_book_are_billed_at_the_better_price(self):
        """Twelve passes at 25 € = 300 €; a book of ten at 200 € and two passes = 250 €: 50 €
        less, and the invoice says so."""
        self.passes(12)
        run = self.bill(FEBRUARY)
        move = run.line_ids.move_id
        self.assertEqual((len(move), move.amount_untaxed), (1, 250.0))
        note = move.invoice_line_ids.filtered(lambda line: line.display_type == "line_note")
        for amount in ("300.00", "250.00", "50.00"):
            self.assertIn(amount, note.name)
        self.assertIn("Book of ten (best price, instead of 10 day passes)",
                      move.invoice_line_ids.mapped("name"))  # fmt: skip
        self.assertEqual(set(run.line_ids.mapped("state")), {"done"})

    def test_a_plan_may_be_the_best_price(self):
        """Twelve passes; a plan of the month with all the days at 240 €: 240 €."""
        day = self.env.ref("tierslieux_coworking.credit_type_day")
        self.month.write(
            {
                "amount": 240.0,
                "credit_ids": [Command.create({"type_id": day.id, "is_unlimited": True})],
            }
        )
        self.passes(12)
        self.assertEqual(self.bill(FEBRUARY).done_amount, 240.0)

    def test_the_best_price_is_switched_off_by_plan(self):
        self.day_plan.best_price = False
        self.passes(12)
        self.assertEqual(self.bill(FEBRUARY).done_amount, 300.0)

    def test_passes_of_two_persons_are_not_added_up(self):
        """Six passes each, paid by one employer: 12 × 25 = 300 €, no book is cheaper for six."""
        employer = self.organisation()
        self.passes(6, payer_id=employer.id)
        self.passes(6, payer_id=employer.id)
        run = self.bill(FEBRUARY)
        self.assertEqual((run.done_count, run.done_amount), (1, 300.0))

    def test_passes_paid_at_the_desk_count_towards_the_best_price(self):
        """Four passes paid (100 €), eight on account: the twelve are worth 250 €. The book takes
        the eight and two of those paid: 200 € − 50 € = 150 € instead of 200 €."""
        partner = self.person()
        passes = self.passes(12, partner)
        paid = passes[8:]
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": JANUARY,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Day pass",
                            "price_unit": 25.0,
                            "tax_ids": False,
                            "subscription_id": one.id,
                        }
                    )
                    for one in paid
                ],
            }
        )
        move.action_post()
        self.assertEqual(self.bill(FEBRUARY).done_amount, 150.0)

    # ------------------------------------------------------------------ extras

    def test_rooms_of_the_past_month_are_on_the_invoice_of_the_month(self):
        """300 € for February and a room of January at 40 €: one invoice of 340 €."""
        subscription = self.subscribe()
        booking = self.booking(subscription.partner_id, day=date(2026, 1, 15))
        self.bill()
        run = self.bill(FEBRUARY)
        move = run.line_ids.move_id
        self.assertEqual((len(move), move.amount_untaxed), (1, 340.0))
        self.assertEqual(move.invoice_line_ids.booking_id, booking)
        self.assertEqual(self.bill(MARCH).done_amount, 300.0)

    def test_the_extras_of_a_team_go_to_its_payer(self):
        employer, person = self.organisation(), self.person()
        self.subscribe(partner=employer, person_ids=[Command.create({"partner_id": person.id})])
        self.booking(person, day=date(2026, 1, 15))
        run = self.bill(FEBRUARY)
        self.assertEqual(run.line_ids.move_id.partner_id, employer)
        self.assertEqual(run.done_amount, 640.0)

    def test_prints_beyond_what_is_included_are_on_the_invoice_of_the_month_once(self):
        """12 prints at 0.10 € in January: 1.20 € with the 300 € of February, then no more."""
        subscription = self.subscribe()
        overrun = self.env["tierslieux.credit.overrun"].create(
            {
                "partner_id": subscription.partner_id.id,
                "type_id": self.env.ref("tierslieux_coworking.credit_type_print").id,
                "date": date(2026, 1, 12),
                "quantity": 12,
                "unit_price": 0.10,
            }
        )
        self.bill()
        self.assertFalse(overrun.is_billed)
        run = self.bill(FEBRUARY)
        self.assertEqual((len(run.line_ids.move_id), run.done_amount), (1, 301.2))
        self.assertIn("12 × 0.10", overrun.invoice_line_ids.name)
        self.assertTrue(overrun.is_billed)
        self.assertEqual(self.bill(MARCH).done_amount, 300.0)
        with self.assertRaisesRegex(UserError, "credit note"):
            overrun.unlink()

    def test_extras_are_found_by_whether_they_are_billed(self):
        """One billed in January, one noted since: each alone, both, neither."""
        subscription = self.subscribe()
        common = {
            "partner_id": subscription.partner_id.id,
            "type_id": self.env.ref("tierslieux_coworking.credit_type_print").id,
            "quantity": 12,
            "unit_price": 0.10,
        }
        Overrun = self.env["tierslieux.credit.overrun"]
        billed = Overrun.create(dict(common, date=date(2026, 1, 12)))
        self.bill(FEBRUARY)
        noted = Overrun.create(dict(common, date=date(2026, 3, 2)))
        for operator, value, expected in (
            ("=", True, billed),
            ("=", False, noted),
            ("!=", True, noted),
            ("in", [True, False], billed + noted),
            ("not in", [True, False], Overrun),
            ("not in", [False], billed),
        ):
            found = Overrun.search(
                [("id", "in", (billed + noted).ids), ("is_billed", operator, value)], order="id"
            )
            self.assertEqual(found, expected, f"{operator} {value}")

    # ------------------------------------------------------------------ language, accounts

    def test_the_invoice_speaks_the_language_of_its_payer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.month.with_context(lang="fr_FR").name = "Temps plein"
        self.subscribe(partner=self.person(lang="fr_FR"))
        name = self.bill().line_ids.move_id.invoice_line_ids.name
        self.assertEqual(name, "Temps plein, janvier 2026")

    def test_fees_are_booked_as_services_with_the_place_and_programme(self):
        place = self.place
        self.subscribe(place_id=place.id)
        line = self.bill().line_ids.move_id.invoice_line_ids
        self.assertTrue(line.account_id.code.startswith("706"))
        if place.analytic_account_id:
            self.assertEqual(line.analytic_distribution, {str(place.analytic_account_id.id): 100.0})
