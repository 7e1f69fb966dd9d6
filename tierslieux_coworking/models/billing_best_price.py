from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_billing.tools.bill_part import NOTE, NOTHING, BillPart

from ..tools.best_price import Offer, best_price
from .billing_subscription import SOLD


class TierslieuxBillingLine(models.Model):
    """Day passes at their best price: what a book or a plan would have cost, where it is less."""

    _inherit = "tierslieux.billing.line"

    def _apply_best_price(self, parts):
        """Bill the passes of a person in a month at the better price, where the plan says so.

        :param parts: {line: [``BillPart``]}, changed in place
        """
        days = self.filtered(lambda line: line.plan_id.kind == "day" and line.plan_id.best_price)
        groups = days.grouped(
            lambda line: (line.payer_id, line.partner_id, line.period_start.replace(day=1))
        )
        for (payer, partner, month), lines in groups.items():
            spoken = lines.with_context(lang=payer.lang or self.env.lang)
            parts.update(spoken._get_best_price_parts(partner, month))

    def _get_best_price_parts(self, partner, month):
        """The best price of one person's passes of one month, those already paid included.

        :return: {line: [``BillPart``]} of the lines that it replaces, all on the first of them;
            nothing when the passes themselves are no dearer
        """
        currency = self.company_id.currency_id
        paid = self._get_paid_passes(partner, month)
        passes = [*self.subscription_id, *paid]
        best = best_price([one.amount for one in passes], self._get_offers(partner, month, passes))
        replaced = self.browse([self[i].id for i in best.replaced if i < len(self)])
        replaced_paid = [passes[i].amount for i in best.replaced if i >= len(self)]
        due = sum(price * count for _plan, price, count in best.offers)
        # What was paid at the desk is never paid back by this: it makes the rest cheaper.
        already = min(sum(replaced_paid), due)
        before = sum(line.subscription_id.amount for line in replaced)
        saved = currency.round(before - (due - already))
        if not replaced or currency.compare_amounts(saved, 0.0) <= 0:
            return {}
        first = replaced[0].subscription_id
        own = {"source": first, "line_vals": {"subscription_id": first.id}}
        parts = [
            BillPart(
                kind="best_price",
                name=self.env._(
                    "%(plan)s (best price, instead of %(count)s day passes)",
                    plan=plan.name,
                    count=len(best.replaced),
                ),
                quantity=count,
                price_unit=price,
                seller=plan,
                **own,
            )
            for plan, price, count in best.offers
        ]
        if already:
            parts.append(
                BillPart(
                    kind="best_price",
                    name=self.env._("%(count)s day passes already paid", count=len(replaced_paid)),
                    price_unit=-already,
                    seller=first.plan_id,
                    **own,
                )
            )
        full = sum(line.subscription_id.amount for line in self)
        note = self.env._(
            "Best price: these day passes would have cost %(before)s; you pay %(after)s, which"
            " is %(saved)s less.",
            before=currency.format(full),
            after=currency.format(full - saved),
            saved=currency.format(saved),
        )
        parts.append(BillPart(kind=NOTE, name=note))
        covered = BillPart(kind=NOTHING, name=self.env._("Covered by the best price."))
        return {**{line: [covered] for line in replaced}, replaced[0]: parts}

    def _get_paid_passes(self, partner, month):
        """Passes of that month which an invoice carries already."""
        return self.env["tierslieux.subscription"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id", "=", partner.id)
            & Domain("plan_kind", "=", "day")
            & Domain("plan_id.best_price", "=", True)
            & Domain("state", "in", SOLD)
            & Domain("date_start", ">=", month)
            & Domain("date_start", "<=", fields.Date.end_of(month, "month"))
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
