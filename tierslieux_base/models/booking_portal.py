from odoo import api, fields, models

from .res_users import NOTE_GROUPS


class TierslieuxBooking(models.Model):
    """A booking on the portal: where its page is. E-mails lead there without a login."""

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


class TierslieuxLinkMixin(models.AbstractModel):
    _inherit = "tierslieux.link.mixin"

    @api.model
    def _get_link_pages(self):
        return {**super()._get_link_pages(), "bookings": "tierslieux.booking"}
