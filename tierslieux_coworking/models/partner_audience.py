from odoo import models


class ResPartner(models.Model):
    """What is booked online by subscribers alone: who they are."""

    _inherit = "res.partner"

    def _has_booking_subscription(self):
        """Whether somebody has a plan, a book or a day that runs today, alone or in a team."""
        # sudo: who may book is decided by a plan that they may not read
        return super()._has_booking_subscription() or bool(self.sudo()._get_running_subscriptions())
