from odoo import api, models


class TierslieuxDemo(models.AbstractModel):
    """The volunteers of the demo association."""

    _inherit = "tierslieux.demo"

    @api.model
    def _get_stories(self):
        from ..demo import story

        return [
            *super()._get_stories(),
            ("tierslieux_volunteer.volunteer_prigent_monique_demo", story.CHAPTERS),
        ]
