from odoo import api, fields, models


class TierslieuxCoworkingRevenue(models.Model):
    """Secretarial work, among the revenue of coworking."""

    _inherit = "tierslieux.coworking.revenue"
    _depends = {"account.move.line": ["secretariat_id"]}

    kind = fields.Selection(selection_add=[("secretariat", "Secretarial work")])

    @api.model
    def _get_kinds_by_link(self):
        return {**super()._get_kinds_by_link(), "secretariat_id": "secretariat"}
