from odoo import api, models


class TierslieuxDemo(models.AbstractModel):
    """The partners of the demo association."""

    _inherit = "tierslieux.demo"

    @api.model
    def _get_stories(self):
        from ..demo import story

        return [
            *super()._get_stories(),
            ("tierslieux_agreement.agreement_caf_demo", story.CHAPTERS),
        ]
