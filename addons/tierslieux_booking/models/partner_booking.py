from odoo import fields, models

from odoo.addons.tierslieux_base.tools.readers import TEAM_AND_PORTAL

from .booking_rate import TARIFFS


class ResPartner(models.Model):
    """A person who books: at which tariff, and what they have booked."""

    _inherit = "res.partner"

    booking_ids = fields.One2many(
        "tierslieux.booking", "partner_id", string="Bookings", groups=TEAM_AND_PORTAL
    )
    booking_tariff_choice = fields.Selection(
        TARIFFS,
        string="Tariff granted",
        help="Left empty: member or non-member, as their membership says.",
    )
    booking_tariff = fields.Selection(TARIFFS, compute="_compute_booking_tariff")

    def _compute_booking_tariff(self):
        members = self._filter_members()
        for partner in self:
            partner.booking_tariff = partner.booking_tariff_choice or (
                "member" if partner in members else "non_member"
            )

    def action_take_booking_payment(self):
        """Take what this person owes on bookings ("Encaisser")."""
        self.ensure_one()
        return (
            self.env["tierslieux.booking"]
            .search([("partner_id", "=", self.id), ("payment_state", "=", "due")])
            .action_take_payment()
        )
