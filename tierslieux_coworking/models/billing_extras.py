from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.booking import COUNTED

from ..tools.best_price import Offer, best_price
from ..tools.billing_period import month_bounds
from .billing_line import SETTLED
from .subscription import RUNNING

# States in which a pass or a book was really sold.
SOLD = ("active", "notice", "ended")


class TierslieuxBillingRun(models.Model):
    """Extras of the past month: rooms and desks, fees of those who did not come, passes on
    account at their best price, deposits to give back."""

    _inherit = "tierslieux.billing.run"

    # ------------------------------------------------------------------ by payer

    def _collect_extras(self, until, payers=None):
        """Extras not invoiced yet, until that day, for these payers (all when None).

        Extended by services that are billed to somebody without a subscription.

        :return: {payer: [part]}, parts as in ``tierslieux.subscription``
        """
        self.ensure_one()
        extras = {}
        bookings = self._get_bookings_to_bill(until)
        payer_of = self._get_payers(bookings.partner_id)
        for booking in bookings:
            payer = payer_of.get(booking.partner_id, booking.partner_id)
            if payers is None or payer in payers:
                extras.setdefault(payer, []).append(booking)
        result = {}
        for payer, own in extras.items():
            lang = payer.lang or self.env.lang
            result[payer] = [booking.with_context(lang=lang)._get_billing_part() for booking in own]
        for change in self._get_last_changes(until):
            subscription = change.subscription_id
            if payers is None or subscription.payer_id in payers:
                lang = subscription.payer_id.lang or self.env.lang
                result.setdefault(subscription.payer_id, []).append(
                    subscription.with_context(lang=lang)._get_change_part(change)
                )
        deposits = self.env["tierslieux.subscription"]._get_deposits_to_return(
            self.company_id, until
        )
        for subscription, amount in deposits.items():
            if payers is None or subscription.payer_id in payers:
                lang = subscription.payer_id.lang or self.env.lang
                result.setdefault(subscription.payer_id, []).append(
                    subscription.with_context(lang=lang)._get_deposit_part(-amount)
                )
        return result

    def _get_last_changes(self, until):
        """Differences of subscriptions that ended and are billed to their end: no fee to come
        carries them."""
        changes = self.env["tierslieux.subscription.change"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("amount_difference", "!=", 0.0),
                ("billing_line_id", "=", False),
                ("subscription_id.state", "=", "ended"),
                ("subscription_id.date_end", "<=", until),
            ]
        )
        return changes.filtered(
            lambda c: (
                c.subscription_id.billed_until
                and c.subscription_id.billed_until >= c.subscription_id.date_end
            )
        )

    def _get_bookings_to_bill(self, until):
        """Bookings with something to pay, that no living invoice carries."""
        return self.env["tierslieux.booking"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("activity_date", "<=", until)
            & (
                Domain("state", "in", COUNTED) & Domain("amount", ">", 0)
                | Domain("state", "in", ("cancelled", "no_show"))
                & Domain("fee_amount", ">", 0)
                & Domain("fee_waived", "=", False)
            )
            & ~Domain("invoice_line_ids", "any", [("parent_state", "!=", "cancel")]),
            order="start, id",
        )

    def _get_payers(self, partners):
        """Who pays the extras of these persons: the payer of the plan they run on, or ran on in
        the past month, if any.

        :return: {partner: payer}; a person's own subscription comes before their team's, and one
            that runs before one that ended
        """
        payers = {}
        past_start = month_bounds(fields.Date.subtract(self.date, days=1))[0]
        billed = Domain("state", "in", RUNNING)
        billed |= Domain("state", "=", "ended") & Domain("date_end", ">=", past_start)
        billed &= Domain("company_id", "=", self.company_id.id)
        billed &= Domain("plan_kind", "=", "recurring")
        Subscription = self.env["tierslieux.subscription"]

        def search(domain):
            found = Subscription.search(billed & domain, order="id")
            return found.sorted(lambda subscription: subscription.state != "ended")

        for subscription in search(Domain("person_ids.partner_id", "in", partners.ids)):
            for person in subscription.person_ids:
                if not person.date_end or person.date_end >= past_start:
                    payers[person.partner_id] = subscription.payer_id
        for subscription in search(Domain("partner_id", "in", partners.ids)):
            payers[subscription.partner_id] = subscription.payer_id
        return payers

    # ------------------------------------------------------------------ passes on account

    def _get_pass_domain(self, until):
        """Passes and books taken and not invoiced: what the desk sold on account."""
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("plan_kind", "in", ("day", "book"))
            & Domain("state", "in", SOLD)
            & Domain("date_start", "<=", until)
            & Domain("amount", ">", 0)
            & ~Domain("invoice_line_ids", "any", [("parent_state", "!=", "cancel")])
            # One that the best price of another covers has a settled line, and no invoice line.
            & ~Domain("billing_line_ids", "any", [("state", "in", SETTLED)])
        )

    def _apply_best_price(self, lines, parts):
        """Bill the passes of a person in a month at the better price, where the plan says so.

        :param lines: billing lines of one payer; those of day passes are looked at
        :param parts: {billing line id: [part]}, changed in place
        """
        passes = lines.filtered(lambda line: line.plan_id.kind == "day" and line.plan_id.best_price)
        groups = passes.grouped(lambda line: (line.partner_id, line.period_start.replace(day=1)))
        for (partner, month), group in groups.items():
            self._apply_best_price_of(partner, month, group, parts)

    def _apply_best_price_of(self, partner, month, lines, parts):
        """The best price of one person's passes of one month, those already paid included."""
        paid = self._get_paid_passes(partner, month)
        passes = [*(line.subscription_id for line in lines), *paid]
        best = best_price([one.amount for one in passes], self._get_offers(partner, month, passes))
        replaced_paid = [passes[i] for i in best.replaced if i >= len(lines)]
        already = sum(one.amount for one in replaced_paid)
        due = sum(price * count for _key, price, count in best.offers)
        replaced = lines.browse([lines[i].id for i in best.replaced if i < len(lines)])
        currency = self.currency_id
        before = sum(line.subscription_id.amount for line in replaced)
        # What was paid at the desk is never paid back by this: it makes the rest cheaper.
        already = min(already, due)
        saved = currency.round(before - (due - already))
        if not replaced or currency.compare_amounts(saved, 0.0) <= 0:
            return
        first = replaced[0]
        lang = first.payer_id.lang or self.env.lang
        run = self.with_context(lang=lang)
        new_parts = [
            run._get_offer_part(plan, price, count, first.subscription_id, len(best.replaced))
            for plan, price, count in best.offers
        ]
        if already:
            new_parts.append(run._get_already_paid_part(first, already, len(replaced_paid)))
        full = sum(line.subscription_id.amount for line in lines)
        new_parts.append(run._get_best_price_note(first, full, saved))
        covered = {"kind": "nothing", "name": run.env._("Covered by the best price.")}
        for line in replaced:
            parts[line.id] = [covered]
        parts[first.id] = new_parts

    def _get_paid_passes(self, partner, month):
        """Passes of that month which an invoice carries already."""
        until = fields.Date.end_of(month, "month")
        return self.env["tierslieux.subscription"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id", "=", partner.id)
            & Domain("plan_kind", "=", "day")
            & Domain("plan_id.best_price", "=", True)
            & Domain("state", "in", SOLD)
            & Domain("date_start", ">=", month)
            & Domain("date_start", "<=", until)
            & Domain("amount", ">", 0)
            & Domain("invoice_line_ids", "any", [("parent_state", "=", "posted")]),
            order="date_start, id",
        )

    def _get_offers(self, partner, month, passes):
        """Books of days and monthly plans for one person that hold where the passes do."""
        places = {one.place_id for one in passes if one.place_id}
        plans = self.env["tierslieux.plan"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "in", ("book", "recurring")),
                ("audience", "=", "person"),
                ("credit_ids.type_id.unit", "=", "day"),
            ]
        )
        situation = passes[-1].situation_id
        offers = []
        for plan in plans:
            if plan.kind == "recurring" and plan.period != "month":
                continue
            if plan.place_ids and not places <= set(plan.place_ids):
                continue
            days = [credit for credit in plan.credit_ids if credit.type_id.unit == "day"]
            unlimited = any(credit.is_unlimited for credit in days)
            price, _note = plan._get_price(partner, situation, date=month, company=self.company_id)
            if price > 0:
                quantity = None if unlimited else sum(credit.quantity for credit in days)
                offers.append(Offer(plan, price, quantity))
        return offers

    def _get_offer_part(self, plan, price, count, subscription, pass_count):
        plan = plan.with_env(self.env)
        return {
            "kind": "best_price",
            "name": self.env._(
                "%(plan)s (best price, instead of %(count)s day passes)",
                plan=plan.name,
                count=pass_count,
            ),
            "quantity": count,
            "price_unit": price,
            "product": plan.product_id,
            "subscription": subscription,
        }

    def _get_already_paid_part(self, line, amount, count):
        return {
            "kind": "best_price",
            "name": self.env._("%(count)s day passes already paid", count=count),
            "quantity": 1.0,
            "price_unit": -amount,
            "product": line.plan_id.product_id,
            "subscription": line.subscription_id,
        }

    def _get_best_price_note(self, line, before, saved):
        """The sentence on the invoice that says what the best price saved."""
        money = self.currency_id.format
        return {
            "kind": "note",
            "name": self.env._(
                "Best price: these day passes would have cost %(before)s; you pay %(after)s, which"
                " is %(saved)s less.",
                before=money(before),
                after=money(before - saved),
                saved=money(saved),
            ),
            "subscription": line.subscription_id,
        }


class TierslieuxBooking(models.Model):
    _inherit = "tierslieux.booking"

    def _get_billing_kind(self):
        return "booking" if self.state in COUNTED else "cancel_fee"

    def _get_billing_part(self):
        """What this booking adds to the month's invoice, in the language of the environment."""
        self.ensure_one()
        return {
            "kind": self._get_billing_kind(),
            "name": self._get_invoice_label(),
            "quantity": 1.0,
            "price_unit": self._get_due_amount(),
            "product": self._get_price_product(),
            "booking": self,
            "line_vals": {"account_id": self._get_income_account().id},
        }

    def _get_payment_terms(self):
        return self.env._(
            "To be paid: at the front desk, or with the invoice you get at the end of the month."
        )

    def _prepare_invoice_line_vals(self):
        return {
            **super()._prepare_invoice_line_vals(),
            "billing_kind": self._get_billing_kind(),
        }
