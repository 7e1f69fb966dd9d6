from collections import defaultdict
from datetime import date as Date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.tierslieux_billing.models.billing_line import SETTLED
from odoo.addons.tierslieux_billing.tools.bill_part import NOTE, NOTHING, BillPart

from ..tools.best_price import best_price
from .subscription import RUNNING

# Begun once, whatever became of it since: a subscription that ended still owes its last days.
BILLED_STATES = ("active", "paused", "notice", "ended")
# States in which a pass or a book was really sold.
SOLD = ("active", "notice", "ended")


class TierslieuxBillingRun(models.Model):
    """What coworking adds to the month's run: periods of subscriptions, passes on account; what is
    left of a subscription once it has ended."""

    _inherit = "tierslieux.billing.run"

    # ------------------------------------------------------------------ lines

    def _prepare_due_vals(self, extras, left):
        """The periods of subscriptions that are due in the month; passes taken until its eve and
        not invoiced, which the desk sold on account."""
        Subscription = self.env["tierslieux.subscription"]
        own = Domain("company_id", "=", self.company_id.id)
        recurring = Subscription.search(
            own
            & Domain("plan_kind", "=", "recurring")
            & Domain("state", "in", BILLED_STATES)
            & Domain("date_billed_from", "<=", fields.Date.end_of(self.date, "month")),
            order="payer_id, id",
        )
        passes = Subscription.search(
            own
            & Domain("plan_kind", "in", ("day", "book"))
            & Domain("state", "in", SOLD)
            & Domain("date_start", "<=", self._get_extras_end())
            & Domain("amount", ">", 0)
            & ~Domain("invoice_line_ids", "any", [("parent_state", "!=", "cancel")])
            # One that the best price of another covers has a settled line, and no invoice line.
            & ~Domain("billing_line_ids", "any", [("state", "in", SETTLED)]),
            order="payer_id, date_start, id",
        )
        known = {}
        periods = [
            # Those left before what was settled since: no due period would find them.
            *(
                (line.subscription_id, line.period_start, line.period_end)
                for line in left
                if line.plan_id.kind == "recurring"
                and line.subscription_id.billed_until
                and line.period_end <= line.subscription_id.billed_until
            ),
            *(
                (subscription, start, end)
                for subscription in recurring
                for start, end in subscription._get_due_periods(self.date, known)
            ),
            *((one, one.date_start, one.date_start) for one in passes),
        ]
        return [
            *(
                {
                    "run_id": self.id,
                    "company_id": self.company_id.id,
                    "subscription_id": subscription.id,
                    "payer_id": subscription.payer_id.id,
                    "period_start": start,
                    "period_end": end,
                }
                for subscription, start, end in periods
            ),
            *super()._prepare_due_vals(extras, left),
        ]

    # ------------------------------------------------------------------ extras

    def _get_payers(self, partners):
        """The payer of the plan that they run on, or ran on in the past month, if any.

        A person's own subscription comes before their team's, and one that runs before one that
        ended.
        """
        payers = super()._get_payers(partners)
        past_start = fields.Date.start_of(self._get_extras_end(), "month")
        billed = Domain("state", "in", RUNNING)
        billed |= Domain("state", "=", "ended") & Domain("date_end", ">=", past_start)
        billed &= Domain("company_id", "=", self.company_id.id)
        billed &= Domain("plan_kind", "=", "recurring")
        Subscription = self.env["tierslieux.subscription"]
        in_team = Domain("person_ids.partner_id", "in", partners.ids)
        own = Domain("partner_id", "in", partners.ids)
        for domain in (in_team, own):
            # Later ones take the place of those before them.
            found = Subscription.search(billed & domain, order="id")
            for subscription in found.sorted(lambda one: one.state != "ended"):
                if domain is own:
                    payers[subscription.partner_id] = subscription.payer_id
                    continue
                for person in subscription.person_ids:
                    if not person.date_end or person.date_end >= past_start:
                        payers[person.partner_id] = subscription.payer_id
        return payers

    def _get_extra_parts(self, payers=None, lock=False):
        """Also what is left of subscriptions that ended: differences that no fee to come carries,
        deposits to give back."""
        parts = super()._get_extra_parts(payers, lock=lock)
        changes = self.env["tierslieux.subscription"]._get_changes_to_bill(
            Domain("company_id", "=", self.company_id.id)
            & Domain("subscription_id.state", "=", "ended")
            & Domain("subscription_id.date_end", "<=", self._get_extras_end())
        )
        deposits = (
            self.env["account.move.line"]
            # sudo: what was invoiced is read in the books; the run's right was checked.
            .sudo()
            ._read_group(
                [
                    ("billing_kind", "=", "deposit"),
                    ("subscription_id.state", "=", "ended"),
                    ("subscription_id.date_end", "<=", self._get_extras_end()),
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                ],
                ["subscription_id"],
                ["balance:sum"],
            )
        )
        left = [
            *((change.subscription_id, change, 0.0) for change in changes),
            *((one_sudo.sudo(False), None, balance) for one_sudo, balance in deposits),
        ]
        for subscription, change, balance in left:
            payer = subscription.payer_id
            if payers is not None and payer not in payers:
                continue
            spoken = subscription.with_context(lang=payer.lang or self.env.lang)
            own = []
            if change and (subscription.billed_until or Date.min) >= subscription.date_end:
                own.append(spoken._get_change_part(change))
            # Kept: the credit of its account, once what was given back is taken off.
            if self.currency_id.compare_amounts(balance, 0.0) < 0:
                own.append(spoken._get_deposit_part(balance))
            if own:
                parts.setdefault(payer, []).extend(own)
        return parts


class TierslieuxBillingLine(models.Model):
    """One period of one subscription, or a pass on account: the database bills each once. Passes
    of one person may cost what a book or a plan would have, where it is less."""

    _inherit = "tierslieux.billing.line"
    _key_names = ("subscription_id", "payer_id", "period_start")

    subscription_id = fields.Many2one(
        "tierslieux.subscription",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: extras that no subscription of the payer carries.",
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Subscriber")
    plan_id = fields.Many2one(related="subscription_id.plan_id")
    payer_id = fields.Many2one(
        compute="_compute_payer_id", store=True, readonly=False, precompute=True
    )
    price = fields.Monetary(
        help="Fee of a whole period that its run knew: what changes agreed afterwards add to it is"
        " worked out from it.",
    )
    change_ids = fields.One2many("tierslieux.subscription.change", "billing_line_id")

    _period_uniq = models.Constraint(
        "UNIQUE(subscription_id, period_start)",
        "This period of the subscription is billed already.",
    )

    @api.depends("subscription_id")
    def _compute_payer_id(self):
        for line in self:
            line.payer_id = line.subscription_id.payer_id or line.payer_id

    @api.depends("subscription_id")
    def _compute_display_name(self):
        own = self.filtered("subscription_id")
        for line in own:
            line.display_name = line.subscription_id.display_name
        return super(TierslieuxBillingLine, self - own)._compute_display_name()

    @api.model_create_multi
    def create(self, vals_list):
        """Prices of a run are written together for all periods that share one: given with the
        other values, each would look up its currency by itself."""
        lines = super().create(vals_list)
        alike = defaultdict(list)
        for line, vals in zip(lines, vals_list, strict=True):
            if "price" not in vals and line.subscription_id:
                price = line.subscription_id._get_terms_on(line.period_start).amount
                alike[price].append(line.id)
        for price, ids in alike.items():
            self.browse(ids).price = price
        return lines

    def _get_source(self):
        return self.subscription_id or super()._get_source()

    # ------------------------------------------------------------------ what it comes to

    def _get_parts(self, extras):
        """Fees of the periods, in one pass for all that share a period and a language; passes,
        at the best price of their person."""
        parts = super()._get_parts(extras)
        own = self.filtered("subscription_id")
        passes = own.filtered(lambda line: line.subscription_id.plan_kind != "recurring")
        periods = (own - passes).grouped(
            lambda line: (line.period_start, line.period_end, line.payer_id.lang)
        )
        told = set()
        for (start, end, lang), lines in sorted(periods.items(), key=lambda item: item[0][:2]):
            subscriptions = lines.subscription_id.with_context(lang=lang or self.env.lang)
            found = subscriptions._get_period_parts(start, end)
            for line in lines:
                # Two periods of one subscription: the first carries a change's difference, and the
                # deposit.
                one = line.subscription_id
                own_parts = [(part.settles or (one, part.kind), part) for part in found[one.id]]
                parts[line] = [part for key, part in own_parts if key not in told]
                told.update(
                    key for key, part in own_parts if part.settles or part.kind == "deposit"
                )
        for line in passes:
            one = line.subscription_id.with_context(lang=line.payer_id.lang or self.env.lang)
            parts[line] = [one._get_pass_part()]
        best = passes.filtered(lambda line: line.plan_id.kind == "day" and line.plan_id.best_price)
        for (payer, partner, month), lines in best.grouped(
            lambda line: (line.payer_id, line.partner_id, line.period_start.replace(day=1))
        ).items():
            spoken = lines.with_context(lang=payer.lang or self.env.lang)
            parts.update(spoken._get_best_price_parts(partner, month))
        return parts

    def _get_anomalies(self):
        """A price that asks for a proof which nobody has seen, or which is out of date."""
        anomalies = super()._get_anomalies()
        for line in self.filtered("subscription_id").filtered("payer_id.active"):
            subscription = line.subscription_id
            situation = subscription.situation_id
            if situation.proof_required and not subscription.proof_checked:
                anomalies[line] = self.env._(
                    "Price of « %(situation)s » without its proof: ask for it, or correct the"
                    " price.",
                    situation=situation.name,
                )
            elif subscription.proof_date_end and subscription.proof_date_end < line.period_start:
                anomalies[line] = self.env._(
                    "The proof of « %(situation)s » was valid until %(date)s: ask for a new one,"
                    " or correct the price.",
                    situation=situation.name,
                    date=format_date(self.env, subscription.proof_date_end),
                )
        return anomalies

    # ------------------------------------------------------------------ invoice of one payer

    def _get_invoice_sections(self):
        """By subscription, then the extras; with titles once one payer pays two subscriptions."""
        own = self.filtered("subscription_id").sorted(
            lambda line: (line.subscription_id.id, line.period_start)
        )
        by_subscription = own.grouped("subscription_id").items()
        rest = super(TierslieuxBillingLine, self - own)._get_invoice_sections()
        recurring = own.subscription_id.filtered(lambda one: one.plan_kind == "recurring")
        if len(recurring) < 2:
            return [*(("", lines) for _one, lines in by_subscription), *rest]
        spoken = self.with_context(lang=self.payer_id.lang or self.env.lang)
        extras = spoken.env._("Extras of the past month")
        return [
            *(
                (f"{one.partner_id.name} – {one.plan_id.with_env(spoken.env).name}", lines)
                for one, lines in by_subscription
            ),
            *((extras, lines) for _title, lines in rest),
        ]

    def _after_billing(self, parts):
        """Changes say which line billed them; the periods billed in advance open their credits."""
        result = super()._after_billing(parts)
        for line in self.filtered(lambda line: line.plan_id.kind == "recurring"):
            line.price = line.subscription_id._get_terms_on(line.period_start).amount
        for line in self:
            for part in parts[line]:
                if part.settles:
                    part.settles.billing_line_id = line
        recurring = self.filtered(
            lambda line: (
                line.plan_id.kind == "recurring"
                and line.plan_id.billing == "advance"
                and line.state == "done"
            )
        )
        groups = recurring.grouped(lambda line: (line.period_start, line.period_end))
        for (start, end), lines in groups.items():
            lines.subscription_id._grant_due_credits(start, end)
        return result

    # ------------------------------------------------------------------ best price of passes

    def _get_best_price_parts(self, partner, month):
        """The best price of one person's passes of one month, those already paid included.

        :return: {line: [``BillPart``]} of the lines that it replaces, all on the first of them;
            nothing when the passes themselves are no dearer
        """
        currency = self.company_id.currency_id
        paid = self.env["tierslieux.subscription"].search(
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
        passes = [*self.subscription_id, *paid]
        offers = self.env["tierslieux.plan"]._get_offers(partner, month, passes)
        best = best_price([one.amount for one in passes], offers)
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
