from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.home import Badge, Gesture, Wait
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS

from .booking_invoicing import REFUND_GROUPS

# A day anywhere on earth has ended so long after now.
TODAY_AT_MOST = timedelta(hours=36)


class TierslieuxHome(models.AbstractModel):
    """Bookings at the front desk: book, take what is due, what is expected today."""

    _inherit = "tierslieux.home"

    @api.model
    def _get_home_gestures(self):
        gestures = super()._get_home_gestures()
        if self.env["tierslieux.booking"].has_access("create"):
            gestures.append(
                Gesture(
                    self.env._("Book"),
                    "fa-calendar-plus-o",
                    "tierslieux_booking.booking_action_book",
                    sequence=20,
                )
            )
        return gestures

    @api.model
    def _get_home_waits(self):
        waits = super()._get_home_waits()
        user = self.env.user
        if any(user.has_group(group) for group in DESK_GROUPS):
            waits.append(self._get_settling("due", self.env._("Bookings to take payment for"), 20))
        if any(user.has_group(group) for group in REFUND_GROUPS):
            waits.append(self._get_settling("refund", self.env._("Bookings to give back"), 30))
        if self.env["tierslieux.booking.wait"].has_access("write"):
            offered = [("state", "=", "offered")]
            waits.append(
                Wait(
                    self.env._("Freed slots offered, no answer yet"),
                    "fa-hourglass-half",
                    self.env["tierslieux.booking.wait"].search_count(offered),
                    "tierslieux_booking.booking_wait_action",
                    sequence=50,
                    domain=offered,
                )
            )
        return waits

    @api.model
    def _get_settling(self, state, name, sequence):
        """What is to take, or to give back, in the list where it is settled."""
        filters = {"due": "search_default_to_pay", "refund": "search_default_to_give_back"}
        return Wait(
            name,
            "fa-money" if state == "due" else "fa-undo",
            self.env["tierslieux.booking"].search_count([("payment_state", "=", state)]),
            "tierslieux_booking.booking_action_settle",
            sequence=sequence,
            context={filters[state]: 1, "booking_short_name": True, "to_settle": True},
        )

    @api.model
    def _get_unpaid_bookers(self, partners):
        """Those of these persons who have a booking to pay."""
        return (
            self.env["tierslieux.booking"]
            .search([("partner_id", "in", partners.ids), ("payment_state", "=", "due")])
            .partner_id
        )

    @api.model
    def _get_home_badges(self, partners):
        badges = super()._get_home_badges(partners)
        Booking = self.env["tierslieux.booking"]
        if not Booking.has_access("read"):
            return badges
        now = fields.Datetime.now()
        coming = Booking.search(
            [
                ("partner_id", "in", partners.ids),
                ("state", "in", ("option", "confirmed")),
                ("start", "<", now + TODAY_AT_MOST),
                ("stop", ">", now),
            ],
            order="start, id",
        )
        for booking in coming.filtered("is_today"):
            badges[booking.partner_id.id].append(
                Badge(
                    self.env._(
                        "Booked at %(hour)s: %(resource)s",
                        hour=booking.place_id._format_hour(booking.start),
                        resource=booking.resource_id.name,
                    ),
                    kind="info",
                )
            )
        return badges

    @api.model
    def _get_home_person_gestures(self, partners):
        gestures = super()._get_home_person_gestures(partners)
        Booking = self.env["tierslieux.booking"]
        if Booking.has_access("create"):
            for partner in partners:
                gestures[partner.id].append(
                    Gesture(
                        self.env._("Book"),
                        "fa-calendar-plus-o",
                        "tierslieux_booking.booking_action_book",
                        sequence=20,
                        context={"default_partner_id": partner.id},
                    )
                )
        if any(self.env.user.has_group(group) for group in DESK_GROUPS):
            for partner in self._get_unpaid_bookers(partners):
                gestures[partner.id].append(
                    Gesture(
                        self.env._("Take the booking's price"),
                        "fa-money",
                        sequence=5,
                        model="res.partner",
                        method="action_take_booking_payment",
                        ids=(partner.id,),
                    )
                )
        return gestures
