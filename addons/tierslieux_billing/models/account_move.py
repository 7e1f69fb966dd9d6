from odoo import api, fields, models

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

    def _get_next_sequence_format(self):
        """Within a batch of the billing run, one look at the last number does for all.

        Odoo looks it up for each invoice, then takes the number after the last one it gave in
        the transaction: only that one counts. The cache is Odoo's own and ends with it. A key of
        the context, as all of Odoo's posting stands between the run and this.
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
    """Each line that the month billed says what it is."""

    _inherit = "account.move.line"

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"billing_kind"}

    billing_kind = fields.Selection(
        [
            ("booking", "Booking"),
            ("cancel_fee", "Cancellation fee"),
            ("return_fee", "Costs of a returned debit"),
            ("other", "Other service"),
        ],
        readonly=True,
        help="What this line is, in the figures of what is billed.",
    )
