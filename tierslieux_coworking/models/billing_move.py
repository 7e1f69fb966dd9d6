from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    billing_line_ids = fields.One2many(
        "tierslieux.billing.line", "move_id", string="Billed Periods", readonly=True
    )


class AccountMoveLine(models.Model):
    """Each line of an invoice knows the subscription it is for, as fees know their membership."""

    _inherit = "account.move.line"

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
