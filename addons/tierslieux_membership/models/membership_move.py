from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.readers import TEAM_AND_PORTAL


class AccountMove(models.Model):
    _inherit = "account.move"

    membership_ids = fields.One2many(
        "tierslieux.membership",
        "invoice_id",
        string="Memberships",
        readonly=True,
        groups=TEAM_AND_PORTAL,
    )

    def _get_sold_records(self):
        return [*super()._get_sold_records(), self.sudo().membership_ids]


class AccountMoveLine(models.Model):
    """Each fee knows its membership: one invoice may hold the fees of a whole family.

    The state of a membership follows its lines and its invoice through the ORM's own
    dependencies: no code of ours runs when any other invoice is written.
    """

    _inherit = "account.move.line"

    membership_id = fields.Many2one(
        "tierslieux.membership",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )

    # A second line would count as a second payment, or hide that one was given back.
    _membership_uniq = models.UniqueIndex(
        "(move_id, membership_id) WHERE membership_id IS NOT NULL",
        "This membership has its line on this invoice already.",
    )

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"membership_id"}
