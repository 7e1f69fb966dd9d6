from odoo import api, models


class TierslieuxBooking(models.Model):
    """Bookings made online: within what the association trusts a person with."""

    _inherit = "tierslieux.booking"

    @api.model
    def _portal_book(self, vals):
        """Book from the portal.

        :param dict vals: values of the booking, each checked by the caller
        :raise UserError: when it is too much, or too far ahead, before something is paid
        """
        self.env["res.partner"].browse(vals["partner_id"])._lock_trust()
        booking = self.create({**vals, "state": "confirmed", "source": "portal"})
        booking._check_portal_trust()
        return booking

    def _portal_move(self, vals):
        """Move a booking from the portal; the same limits hold."""
        self.ensure_one()
        self.partner_id._lock_trust()
        self.write(vals)
        self._check_portal_trust()
        return self

    def _portal_confirm(self):
        """Take what was held for this person: an option, an offer of the waiting list."""
        self.ensure_one()
        self.partner_id._lock_trust()
        self.action_confirm()
        if self.source == "portal":  # what the desk holds for somebody is its own choice
            self._check_portal_trust()
        return True

    def _check_portal_trust(self):
        """:raise UserError: with what to do: pay, or see the front desk"""
        for booking in self:
            booking.partner_id._check_ahead(booking.company_id, booking.start)
            if booking.open_amount > 0:
                booking.partner_id._check_unpaid(booking.company_id)
