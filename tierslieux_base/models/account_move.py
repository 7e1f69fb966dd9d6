from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    membership_ids = fields.One2many(
        "tierslieux.membership", "invoice_id", string="Memberships", readonly=True
    )


class AccountMoveLine(models.Model):
    """Each fee knows its membership: one invoice may hold the fees of a whole family.

    The state of a membership follows its lines and its invoice through the ORM's own
    dependencies: no code of ours runs when any other invoice is written.
    """

    _inherit = "account.move.line"

    membership_id = fields.Many2one(
        "tierslieux.membership",
        string="Membership",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
