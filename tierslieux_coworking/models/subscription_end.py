from odoo import fields, models
from odoo.tools import format_date

from ..tools.proration import FULL


class TierslieuxSubscription(models.Model):
    """An end before the last day invoiced: the days after it are given back, by the day."""

    _inherit = "tierslieux.subscription"

    def _give_notice(self, notice_date, date_end, reason=None):
        result = super()._give_notice(notice_date, date_end, reason)
        self._credit_early_end()
        return result

    def action_end(self):
        result = super().action_end()
        self._credit_early_end()
        return result

    def action_withdraw_notice(self):
        result = super().action_withdraw_notice()
        self._credit_early_end()
        return result

    def _get_early_end_credit(self):
        """What is invoiced after the last day, pauses taken off: zero or negative."""
        self.ensure_one()
        until = self.billed_until
        if not self.date_end or not until or until <= self.date_end or self.plan_id.prorata == FULL:
            return 0.0
        first = max(fields.Date.add(self.date_end, days=1), self.date_billed_from)
        credit = self._get_pause_credit(first, until)[0]
        for start, end in self._get_pauses()[self.id]:
            start, end = max(start, first), min(end or until, until)
            if start <= end:
                # Never invoiced, or given back by the pause itself.
                credit -= self._get_pause_credit(start, end)[0]
        return self.currency_id.round(credit)

    def _credit_early_end(self):
        """Bring what the end gives back in line with the last day, as it now is.

        What an invoice carries already is counted: put off or withdrawn, the end bills it anew.
        """
        # sudo: changes are written by the buttons alone, whose right was checked.
        for subscription in self.sudo().filtered(lambda s: s.plan_kind == "recurring"):
            ends = subscription.change_ids.filtered(
                lambda c: c.kind == "end" and c.state != "cancelled"
            )
            billed = ends.filtered("billing_line_id")
            (ends - billed).state = "cancelled"
            amount = subscription._get_early_end_credit() - sum(billed.mapped("amount_difference"))
            if subscription.currency_id.is_zero(amount):
                continue
            last = subscription.date_end or fields.Date.context_today(self)
            subscription.change_ids.create(
                {
                    "subscription_id": subscription.id,
                    "kind": "end",
                    "state": "done",
                    "date": last,
                    "amount_difference": amount,
                    "amount_note": self.env._(
                        "last day %(end)s, invoiced until %(until)s: %(amount)s",
                        end=format_date(self.env, last),
                        until=format_date(self.env, subscription.billed_until),
                        amount=subscription.currency_id.format(amount),
                    ),
                }
            )
