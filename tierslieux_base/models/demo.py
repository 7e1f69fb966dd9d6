import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class TierslieuxDemo(models.AbstractModel):
    """The demo association. Only demo data calls it; an association's own base never does."""

    _name = "tierslieux.demo"
    _description = "Demo Association"

    @api.model
    def _load_story(self):
        """Write « La Fabrique du Bourg » into this database, each module's part once.

        It needs all modules in place, and a company that is nobody else's yet: it is told by
        config/launcher/demo.py after the installation, and not by ``--with-demo`` in the course
        of it, among the companies and invoices of Odoo's own demo.

        :return: False if it is there already, or cannot be yet
        """
        if not self.env.registry.ready:
            _logger.info("The demo association waits until all modules are installed.")
            return False
        from ..demo import story

        return story.tell(self.env, self._get_stories())

    @api.model
    def _get_stories(self):
        """The parts of the story, in the order in which they are told: a module adds its own.

        :return: list of (external id of a record of that part, chapters)
        """
        from ..demo import story

        return [("tierslieux_base.leguen_annick_demo", story.CHAPTERS)]
