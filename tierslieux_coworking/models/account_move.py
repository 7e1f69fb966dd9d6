from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Invoices of passes, sold at the desk; of periods of subscriptions, billed once each."""

    _inherit = "account.move"

    def _get_sold_records(self):
        passes_sudo = self.sudo().invoice_line_ids.filtered(
            lambda line: line.billing_kind == "pass"
        )
        return [*super()._get_sold_records(), passes_sudo.subscription_id]

    def button_cancel(self):
        """The differences that a cancelled invoice billed are due again with its periods; what
        others billed for these periods is taken off."""
        # sudo: changes are written by the processes alone.
        lines_sudo = self.sudo().billing_line_ids
        settled_sudo = lines_sudo.change_ids
        result = super().button_cancel()
        settled_sudo._unsettle()
        self.env["tierslieux.subscription"]._bill_anew(lines_sudo.filtered("subscription_id"))
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


class AccountMoveLine(models.Model):
    """Each line of an invoice knows the subscription it is for, as fees know their membership."""

    _inherit = "account.move.line"

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"subscription_id", "credit_overrun_id"}

    subscription_id = fields.Many2one(
        "tierslieux.subscription",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The subscription, book or pass that this line bills.",
    )
    credit_overrun_id = fields.Many2one(
        "tierslieux.credit.overrun",
        string="Use beyond the Credits",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    billing_kind = fields.Selection(
        selection_add=[
            ("fee", "Subscription"),
            ("setup", "Entry fee"),
            ("deposit", "Deposit"),
            ("change", "Change of plan"),
            ("pass", "Pass"),
            ("best_price", "Best price"),
        ]
    )
