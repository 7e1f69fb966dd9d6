from odoo import api, models


class TierslieuxDemo(models.AbstractModel):
    """Memberships in the demo association: two years of fees, and who is interested."""

    _inherit = "tierslieux.demo"

    @api.model
    def _get_stories(self):
        from ..demo import story

        return [
            *super()._get_stories(),
            ("tierslieux_membership.type_individuel_demo", story.CHAPTERS),
        ]
