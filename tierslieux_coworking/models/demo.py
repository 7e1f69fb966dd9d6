from odoo import api, models


class TierslieuxDemo(models.AbstractModel):
    """Coworking in the demo association: its spaces, subscribers and three months of life."""

    _inherit = "tierslieux.demo"

    @api.model
    def _get_stories(self):
        from ..demo import story

        return [*super()._get_stories(), ("tierslieux_coworking.plan_full_demo", story.CHAPTERS)]
