from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date

from ..tools.billing_period import month_bounds


class TierslieuxBillingRun(models.Model):
    """The preview: a line per period that is due, its parts, its amount, what looks wrong."""

    _inherit = "tierslieux.billing.run"

    # ------------------------------------------------------------------ lines

    def _prepare_lines(self):
        """Find what is due in the month, and what earlier runs left or failed to bill.

        :return: the lines of the run that are to bill or to check
        """
        self.ensure_one()
        Line = self.env["tierslieux.billing.line"]
        accepted, gaps = self._drop_open_lines()
        month_start, month_end = month_bounds(self.date)
        subscriptions = self.env["tierslieux.subscription"].search(
            self.env["tierslieux.subscription"]._get_billable_domain(self.company_id, month_end),
            order="payer_id, id",
        )
        vals_list = [self._prepare_line_vals(*gap) for gap in gaps]
        for subscription in subscriptions:
            for start, end, *_full in subscription._get_due_periods(self.date):
                vals_list.append(self._prepare_line_vals(subscription, start, end))
        last_month_end = month_start - timedelta(days=1)
        passes = self.env["tierslieux.subscription"].search(
            self._get_pass_domain(last_month_end), order="payer_id, date_start, id"
        )
        for one in passes:
            vals_list.append(self._prepare_line_vals(one, one.date_start, one.date_start))
        for payer in self._collect_extras(last_month_end):
            vals_list.append(
                {
                    "run_id": self.id,
                    "payer_id": payer.id,
                    "period_start": month_bounds(last_month_end)[0],
                    "period_end": last_month_end,
                }
            )
        for vals in vals_list:
            key = (vals.get("subscription_id"), vals["payer_id"], vals["period_start"])
            vals["is_accepted"] = key in accepted
        lines = Line.create(vals_list)
        lines._write_amounts(lines._compute_parts())
        self.previewed_at = fields.Datetime.now()
        return lines

    def _prepare_line_vals(self, subscription, start, end):
        return {
            "run_id": self.id,
            "subscription_id": subscription.id,
            "payer_id": subscription.payer_id.id,
            "period_start": start,
            "period_end": end,
        }

    def _drop_open_lines(self):
        """Forget the lines that no invoice settled, of this run and of those that are over: they
        are worked out again.

        :return: set of keys of those that somebody had checked; the (subscription, start, end)
            before what is settled since, which no due period would find again
        """
        lines = self.env["tierslieux.billing.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("todo", "failed")),
                ("run_id.state", "!=", "running"),
            ]
        )
        accepted = {
            (line.subscription_id.id or None, line.payer_id.id, line.period_start)
            for line in lines
            if line.is_accepted
        }
        gaps = [
            (line.subscription_id, line.period_start, line.period_end)
            for line in lines
            if line.plan_id.kind == "recurring"
            and line.subscription_id.billed_until
            and line.period_end <= line.subscription_id.billed_until
        ]
        lines.unlink()
        return accepted, gaps


class TierslieuxBillingLine(models.Model):
    _inherit = "tierslieux.billing.line"

    # ------------------------------------------------------------------ parts

    def _compute_parts(self):
        """What each line comes to, one pass for all that share a period and a language.

        :return: {line id: [part]}, parts as in ``tierslieux.subscription``
        """
        parts = {line.id: [] for line in self}
        seen_changes = set()
        recurring = self.filtered(lambda line: line.subscription_id.plan_kind == "recurring")
        groups = recurring.grouped(
            lambda line: (line.period_start, line.period_end, line.payer_id.lang)
        )
        for (start, end, lang), lines in sorted(groups.items(), key=lambda item: item[0][:2]):
            subscriptions = lines.subscription_id.with_context(lang=lang or self.env.lang)
            found = subscriptions._get_billable_parts(start, end)
            for line in lines:
                for part in found[line.subscription_id.id]:
                    change = part.get("change")
                    if change and change.id in seen_changes:
                        # Two periods of one subscription: the first carries the difference.
                        continue
                    if change:
                        seen_changes.add(change.id)
                    parts[line.id].append(part)
        for run, lines in (self - recurring).grouped("run_id").items():
            lines._compute_other_parts(run, parts)
        return parts

    def _compute_other_parts(self, run, parts):
        """Passes on account, at their best price, and the extras of each payer."""
        passes = self.filtered("subscription_id")
        for line in passes:
            one = line.subscription_id.with_context(lang=line.payer_id.lang or self.env.lang)
            parts[line.id] = [one._get_pass_part()]
        for lines in passes.grouped("payer_id").values():
            run._apply_best_price(lines, parts)
        extras = self - passes
        if extras:
            last_month_end = run.date - timedelta(days=1)
            by_payer = run._collect_extras(last_month_end, extras.payer_id)
            for line in extras:
                parts[line.id] = by_payer.get(line.payer_id, [])

    def _get_parts_amount(self, parts):
        """Sum of the parts, taxes included: each is rounded, as the invoice rounds its lines."""
        return self.currency_id.round(sum(self._get_part_total(part) for part in parts))

    def _get_part_total(self, part):
        """What one part comes to on the invoice, with the taxes that it will carry there."""
        if part["kind"] in ("note", "nothing"):
            return 0.0
        quantity, price = part["quantity"], part["price_unit"]
        taxes = self._get_part_taxes(part)
        if taxes:
            found = taxes.compute_all(
                price, self.currency_id, quantity, part.get("product"), self.payer_id
            )
            return found["total_included"]
        return self.currency_id.round(quantity * price)

    def _get_part_taxes(self, part):
        """Taxes as Odoo chooses them: the product's, else the account's, for the payer's fiscal
        position."""
        vals = part.get("line_vals") or {}
        if "tax_ids" in vals:
            return self.env["account.tax"]
        return self.company_id._get_sale_taxes(
            part.get("product") or self.env["product.product"],
            self.env["account.account"].browse(vals.get("account_id")),
            self.payer_id,
        )

    def _get_parts_note(self, parts):
        """One sentence a part, with its amount: what the preview shows under the line."""
        money = self.currency_id.format
        notes = []
        for part in parts:
            if part["kind"] in ("note", "nothing"):
                notes.append(part["name"])
                continue
            amount = money(part["quantity"] * part["price_unit"])
            notes.append(
                part.get("note")
                or self.env._("%(name)s: %(amount)s", name=part["name"], amount=amount)
            )
        return "\n".join(notes) or self.env._("Nothing due.")

    def _write_amounts(self, parts):
        """Amount, note, and what is to be checked before the launch, on each line."""
        doubtful = self._get_anomalies(parts)
        for line in self:
            reason = False if line.is_accepted else doubtful.get(line)
            line.write(
                {
                    "amount": line._get_parts_amount(parts[line.id]),
                    "amount_note": line._get_parts_note(parts[line.id]),
                    "state": "failed" if reason else "todo",
                    "reason": reason,
                }
            )

    # ------------------------------------------------------------------ what looks wrong

    def _get_anomalies(self, parts):
        """What a person should look at before it is billed: {line: sentence}."""
        anomalies = {}
        for line in self:
            subscription = line.subscription_id
            if not line.payer_id.active:
                anomalies[line] = self.env._(
                    "%(payer)s is archived: choose another payer, or take them out of the"
                    " archives.",
                    payer=line.payer_id.name,
                )
            elif subscription.situation_id.proof_required and not subscription.proof_checked:
                anomalies[line] = self.env._(
                    "Price of « %(situation)s » without its proof: ask for it, or correct the"
                    " price.",
                    situation=subscription.situation_id.name,
                )
            elif subscription.proof_date_end and subscription.proof_date_end < line.period_start:
                anomalies[line] = self.env._(
                    "The proof of « %(situation)s » was valid until %(date)s: ask for a new one,"
                    " or correct the price.",
                    situation=subscription.situation_id.name,
                    date=format_date(self.env, subscription.proof_date_end),
                )
        totals = {}
        for line in self:
            amount = line._get_parts_amount(parts[line.id])
            totals[line.payer_id] = totals.get(line.payer_id, 0.0) + amount
        for line in self:
            total = totals[line.payer_id]
            if line not in anomalies and line.currency_id.compare_amounts(total, 0.0) < 0:
                anomalies[line] = self.env._(
                    "%(payer)s would get %(amount)s back: a credit note is made when you accept"
                    " it.",
                    payer=line.payer_id.name,
                    amount=line.currency_id.format(-total),
                )
        return anomalies
