from odoo import api, models


class TierslieuxDemo(models.AbstractModel):
    """The demo association. Only demo data calls it; an association's own base never does."""

    _name = "tierslieux.demo"
    _description = "Demo Association"

    @api.model
    def _load_story(self):
        """Write « La Fabrique du Bourg » into this database, once.

        :return: False if it is there already
        """
        from ..demo import story

        return story.tell(self.env)
