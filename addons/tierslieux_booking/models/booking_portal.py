from odoo import api, fields, models
from odoo.tools import format_amount

from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS


class TierslieuxBooking(models.Model):
    """A booking on the portal: where its page is, and what its pages say of its price.

    E-mails lead to its page without a login.
    """

    _name = "tierslieux.booking"
    _inherit = ["tierslieux.link.mixin", "tierslieux.booking"]

    # The team's own: neither the board nor, through the portal, who booked reads it.
    note = fields.Text(groups="tierslieux_base.group_reception")
    cancel_reason = fields.Char(groups=NOTE_GROUPS)
    fee_waive_reason = fields.Char(groups=NOTE_GROUPS)

    def _get_link_partners(self):
        return self.partner_id

    def _get_link_title(self):
        self.ensure_one()
        return f"{self.resource_id.name}, {self._format_period()}"

    def _get_link_expiry(self):
        # Booked long before, it can be cancelled until it begins.
        return max(super()._get_link_expiry(), self.start)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for booking in self:
            booking.access_url = f"/my/bookings/{booking.id}"
        return result

    # ------------------------------------------------------------------ in words

    @api.model
    def _get_portal_costs(self, partner, slots):
        """What slots would cost somebody, worked out on bookings that are never saved.

        A seam: what pays bookings otherwise than with money extends it.

        :param slots: list of (resource, start, stop, seats)
        :return: list of dict ``booking`` (not saved), ``amount``, ``short`` (the price in words)
            and ``note`` (how it comes about)
        """
        bookings = [
            self.new(
                {
                    "resource_id": resource.id,
                    "partner_id": partner.id,
                    "start": start,
                    "stop": stop,
                    "seats": seats,
                    "state": "confirmed",
                }
            )
            for resource, start, stop, seats in slots
        ]
        prices = self.union(*bookings)._get_list_prices()
        costs = []
        for booking in bookings:
            amount, note = prices[booking.id]
            booking.amount = amount
            price = format_amount(self.env, amount, booking.currency_id)
            costs.append(
                {
                    "booking": booking,
                    "amount": amount,
                    "short": price if amount else self.env._("Free of charge"),
                    "note": note if amount else "",
                }
            )
        return costs

    def _get_portal_terms(self, cost):
        """What cancelling will cost, in sentences, of a booking not saved yet.

        A seam, with ``_get_portal_costs``.

        :param dict cost: what that method said of it
        """
        return self._get_cancellation_terms()

    def _get_portal_cancelled_message(self):
        """What who cancels reads: the fee, or that there is none. A seam, with the others."""
        self.ensure_one()
        if self.fee_amount and not self.fee_waived:
            return self.env._(
                "Your booking is cancelled. Fee: %s.",
                format_amount(self.env, self.fee_amount, self.currency_id),
            )
        return self.env._("Your booking is cancelled, free of charge.")


class TierslieuxLinkMixin(models.AbstractModel):
    _inherit = "tierslieux.link.mixin"

    @api.model
    def _get_link_pages(self):
        return {**super()._get_link_pages(), "bookings": "tierslieux.booking"}
