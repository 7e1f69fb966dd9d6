from odoo import models


class ResPartner(models.Model):
    """Who may book what is kept for subscribers."""

    _inherit = "res.partner"

    def _has_booking_subscription(self):
        """Whoever has a running subscription, or is in a team that has one."""
        self.ensure_one()
        return bool(self._get_running_subscriptions()) or super()._has_booking_subscription()
