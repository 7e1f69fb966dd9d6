from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.tools.readers import TEAM


class AccountMove(models.Model):
    _inherit = "account.move"

    billing_line_ids = fields.One2many(
        "tierslieux.billing.line",
        "move_id",
        string="Billed Periods",
        readonly=True,
        groups=TEAM,
    )

    def button_cancel(self):
        """What a cancelled invoice billed is due again: the next run finds it."""
        result = super().button_cancel()
        # sudo: lines are written by the run and by this alone.
        for line_sudo in self.sudo().billing_line_ids:
            line_sudo.write(
                {
                    "state": "failed",
                    "is_accepted": False,
                    "reason": self.env._(
                        "Invoice %(invoice)s was cancelled: the next run bills it again.",
                        invoice=line_sudo.move_id.name or "",
                    ),
                    "move_id": False,
                }
            )
        return result

    def button_draft(self):
        """A cancelled invoice whose periods are due again does not come back beside the next."""
        for move in self:
            if move.state == "cancel" and move.sudo().invoice_line_ids.filtered(
                lambda line: line.billing_kind and line.subscription_id
            ):
                raise UserError(
                    self.env._(
                        "%(invoice)s was cancelled, and what it billed is due again: the next"
                        " billing run makes its invoice.",
                        invoice=move.name or self.env._("This invoice"),
                    )
                )
        return super().button_draft()

    def _get_next_sequence_format(self):
        """Within a batch of the billing run, one look at the last number does for all.

        Odoo looks it up for each invoice, then takes the number after the last one it gave in
        the transaction: only that one counts. The cache is Odoo's own and ends with it.
        """
        if not self.env.context.get("tierslieux_numbers_follow"):
            return super()._get_next_sequence_format()
        cache = self._get_sequence_cache()
        key = ("tierslieux", self.journal_id, self.move_type, self.date)
        if key not in cache:
            cache[key] = super()._get_next_sequence_format()
        format_string, format_values = cache[key]
        return format_string, dict(format_values)


class AccountMoveLine(models.Model):
    """Each line of an invoice knows the subscription it is for, as fees know their membership."""

    _inherit = "account.move.line"

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"subscription_id", "billing_kind"}

    subscription_id = fields.Many2one(
        "tierslieux.subscription",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The subscription, book or pass that this line bills.",
    )
    billing_kind = fields.Selection(
        [
            ("fee", "Subscription"),
            ("setup", "Entry fee"),
            ("deposit", "Deposit"),
            ("change", "Change of plan"),
            ("booking", "Booking"),
            ("cancel_fee", "Cancellation fee"),
            ("pass", "Pass"),
            ("best_price", "Best price"),
            ("return_fee", "Costs of a returned debit"),
            ("other", "Other service"),
        ],
        readonly=True,
        help="What this line is, in the figures of coworking.",
    )
