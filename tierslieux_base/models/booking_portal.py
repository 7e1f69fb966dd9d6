from odoo import api, fields, models


class TierslieuxBooking(models.Model):
    """A booking on the portal: where its page is. E-mails lead there without a login."""

    _inherit = "tierslieux.booking"

    # A portal user reads their bookings through RPC too: what the team notes is not for them.
    access_token = fields.Char(groups="base.group_user")
    note = fields.Text(groups="base.group_user")
    fee_waive_reason = fields.Char(groups="base.group_user")

    def _portal_ensure_token(self):
        # sudo: the token is hidden from who may not read it; who calls hands out a link
        return super(TierslieuxBooking, self.sudo())._portal_ensure_token()

    @api.private
    def get_portal_url(self, *args, **kwargs):
        """As Odoo's, out of reach of RPC: the address holds the token, and opens and cancels the
        booking without a login."""
        return super().get_portal_url(*args, **kwargs)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for booking in self:
            booking.access_url = f"/my/bookings/{booking.id}"
        return result
