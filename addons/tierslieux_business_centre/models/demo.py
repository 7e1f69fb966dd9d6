from odoo import api, models


class TierslieuxDemo(models.AbstractModel):
    """The business centre in the demo association."""

    _inherit = "tierslieux.demo"

    @api.model
    def _get_stories(self):
        from ..demo import story

        marker = "tierslieux_business_centre.domiciliation_jardins_demo"
        return [*super()._get_stories(), (marker, story.CHAPTERS)]
