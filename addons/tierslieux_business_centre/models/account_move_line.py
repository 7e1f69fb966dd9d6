from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """Each line of an invoice knows the secretarial work that it bills."""

    _inherit = "account.move.line"

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"secretariat_id"}

    secretariat_id = fields.Many2one(
        "tierslieux.secretariat.time",
        string="Secretarial Work",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
