from odoo import fields, models

from .subscription_price import CHANGES_OF_PRICE

REBILLED_KINDS = (*CHANGES_OF_PRICE, "pause", "resume")


class TierslieuxSubscription(models.Model):
    """Periods whose invoice was cancelled: they are due anew, by the changes as they stand, less
    what other invoices carry of these changes already."""

    _inherit = "tierslieux.subscription"

    def _bill_anew(self, lines):
        """Bring what changes owe in line with periods that are no longer invoiced.

        The changes that were agreed after such a period was invoiced are worked out anew, with
        those that follow from them; what another invoice carries of them is taken off in full, so
        that only what differs is billed, or given back.

        :param lines: lines of the cancelled invoice, due again already
        """
        # sudo: changes are written by processes alone; who cancels has the right on the invoice.
        for subscription, own in lines.sudo().grouped("subscription_id").items():
            if subscription.plan_kind != "recurring":
                continue
            subscription._drop_rebills(own)
            first = min(own.mapped("period_start"))
            since = subscription.change_ids.filtered(
                lambda c, day=first: (
                    c.kind in REBILLED_KINDS and c.invoiced_until and c.invoiced_until >= day
                )
            )
            # Days that run after all are in the fee of their period, when that is billed anew.
            resumed = since.filtered(
                lambda c, own=own: (
                    c.kind == "resume"
                    and any(line.period_start <= c.date <= line.period_end for line in own)
                )
            )
            since -= since.filtered(lambda c: c.kind == "resume") - resumed
            for change in since.filtered("billing_line_id"):
                subscription._record_rebill(
                    change.date, -change.amount_difference, change.billing_line_id
                )
            since.billing_line_id = False
            resumed.state = "cancelled"
            subscription._forget_invoiced(since - resumed, first)
            subscription._renew_changes()
            subscription._credit_early_end()

    def _drop_rebills(self, lines):
        """What these lines carried is invoiced no more: nothing is to be taken off for it."""
        rebills = self.change_ids.filtered(
            lambda c: c.kind == "rebill" and c.state == "done" and c.rebilled_line_id in lines
        )
        for rebill in rebills.filtered("billing_line_id"):
            self._record_rebill(rebill.date, -rebill.amount_difference)
        (rebills - rebills.filtered("billing_line_id")).state = "cancelled"
        rebills.rebilled_line_id = False

    def _record_rebill(self, day, amount, line=None):
        """An amount that takes off what ``line`` carries, or that adds it again."""
        invoice = line.move_id.name if line else ""
        money = self.currency_id.format(amount)
        self._record_change(
            "rebill",
            day,
            state="done",
            amount_difference=amount,
            amount_note=self.env._(
                "invoiced already with %(invoice)s: %(amount)s", invoice=invoice, amount=money
            )
            if invoice
            else self.env._("no longer invoiced before: %(amount)s", amount=money),
            rebilled_line_id=line.id if line else False,
        )

    def _forget_invoiced(self, changes, first):
        """Changes of which no period that is still invoiced was invoiced before them, from
        ``first`` on: the next run of these knows of them."""
        settled = self._get_settled_lines()
        before = settled.filtered(lambda line: line.period_start < first)[-1:].period_end
        for change in changes:
            if not settled.filtered(
                lambda line, until=change.invoiced_until: first <= line.period_start <= until
            ):
                change.invoiced_until = before
                if change.kind == "pause" and not before:
                    # Nothing is invoiced any more: there is nothing to give back.
                    change.amount_difference, change.amount_note = self._get_pause_credit(
                        change.date, change.date_end
                    )

    def _get_settled_spans(self):
        """The days that are invoiced: [(first day, last day), …]; what follows without a gap is
        one span."""
        spans = []
        for line in self._get_settled_lines():
            if spans and fields.Date.add(spans[-1][1], days=1) == line.period_start:
                spans[-1] = (spans[-1][0], line.period_end)
            else:
                spans.append((line.period_start, line.period_end))
        return spans
