import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class TierslieuxDemo(models.AbstractModel):
    """The demo association. Only demo data calls it; an association's own base never does."""

    _name = "tierslieux.demo"
    _description = "Demo Association"

    @api.model
    def _load_story(self):
        """Write « La Fabrique du Bourg » into this database, once.

        It needs all modules in place, and a company that is nobody else's yet: it is told by
        config/launcher/demo.py after the installation, and not by ``--with-demo`` in the course
        of it, among the companies and invoices of Odoo's own demo.

        :return: False if it is there already, or cannot be yet
        """
        if not self.env.registry.ready:
            _logger.info("The demo association waits until all modules are installed.")
            return False
        from ..demo import story

        return story.tell(self.env)
