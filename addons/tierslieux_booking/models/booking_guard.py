from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.tools import clock

from .booking import COUNTED, SLOT_FIELDS

_lt = LazyTranslate(__name__)

COORDINATOR_GROUP = "tierslieux_base.group_coordinator"
COORDINATORS = (COORDINATOR_GROUP,)
# Worked out from the price list, the tariff, the credits and the rules of cancellation; who came
# when; by which door it came in.
WORKED_OUT = {
    "amount",
    "amount_note",
    "cancelled_at",
    "checkin_at",
    "checkout_at",
    "fee_amount",
    "fee_percent",
    "fee_waive_reason",
    "fee_waived",
    "source",
}
# A booking in one of these states is over: what it says is the past.
OVER = ("done", "no_show", "cancelled")
# What somebody came for, or did not: never deleted.
KEPT = ("checked_in", "done", "no_show")
# What stays as it was once a booking is invoiced; moving it is looked at apart (``_on_moved``).
INVOICED_FIELDS = {"partner_id", "tariff"}
# What stays as it was once it is over.
PAST_FIELDS = {*SLOT_FIELDS, *INVOICED_FIELDS}
# States that the desk may write by hand: the others say who came, or what is due.
DESK_STATES = ("option", "confirmed")
# States that say what is due: written by the buttons alone, which say it before.
DUE_STATES = ("cancelled", "no_show")
STATE_SENTENCE = _lt(
    "%(record)s: « %(fields)s » is not written by hand. Use the buttons of the booking:"
    " « Check in », « Check out », « Nobody came », « Cancel Booking ». For what is over, make a"
    " new booking or ask a coordinator."
)
OVER_SENTENCE = _lt(
    "%(record)s is over or invoiced, and stays as it was (%(fields)s). Ask a coordinator to"
    " correct it."
)
GUARDS = (
    Guard(
        WORKED_OUT,
        COORDINATORS,
        sentence=_lt(
            "Prices, fees and hours of arrival of bookings are worked out, and not written by"
            " hand: %(fields)s. Ask a coordinator to correct them."
        ),
    ),
    Guard({"state"}, COORDINATORS, "_is_button_state", STATE_SENTENCE),
    Guard({"state"}, when="_is_due_state", sentence=STATE_SENTENCE),
    Guard(PAST_FIELDS, COORDINATORS, "_is_over", OVER_SENTENCE),
    Guard(INVOICED_FIELDS, COORDINATORS, "_is_on_invoice", OVER_SENTENCE),
)


class TierslieuxBooking(models.Model):
    """What the front desk does not write by hand: prices, fees, states, and the past.

    The interface offers none of it; an import or a program could. A coordinator corrects
    mistakes.
    """

    _name = "tierslieux.booking"
    _inherit = ["tierslieux.booking", "tierslieux.guarded.mixin"]

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_button_state(self, _name, value):
        return self.state in OVER or value not in DESK_STATES

    def _is_due_state(self, _name, value):
        return bool(self) and value in DUE_STATES

    def _is_over(self, _name, _value):
        return self.state in OVER

    def _is_on_invoice(self, _name, _value):
        # sudo: whether it is invoiced, not the invoice
        return bool(self.sudo().invoice_line_ids)

    def _check_deletable(self):
        """:raise UserError: for what took place, or is due; superuser aside"""
        if self.env.su:
            return
        for booking in self:
            # sudo: whether it is invoiced, not the invoice
            if (
                booking.state in KEPT
                or booking.fee_amount
                or booking.fee_waived
                or booking.sudo().invoice_line_ids
            ):
                raise UserError(
                    self.env._(
                        "%(booking)s has taken place, or something is due or was invoiced for"
                        " it: its trace stays.",
                        booking=booking._describe(),
                    )
                )

    def _is_price_open(self):
        """Whether the price of this booking still follows what is written on it."""
        self.ensure_one()
        # sudo: whether it is invoiced, not the invoice
        return self.state in COUNTED and not self.sudo().invoice_line_ids

    def _check_invoiced_move(self, before):
        """What is invoiced moves at the same price, for the same time.

        :param dict before: see ``_on_moved``
        :raise UserError: saying what to do instead
        """
        # Also for who moves it online, where the write itself is the page's.
        user = self.env.user
        if user._is_superuser() or user.has_group(COORDINATOR_GROUP):
            return
        for booking in self:
            old = before[booking.id]
            # sudo: whether it is invoiced, not the invoice; the price list
            sudo = booking.sudo()
            same_price = (
                clock.get_length(booking.start, booking.stop, booking.tz)
                == clock.get_length(old["start"], old["stop"], old["resource_id"]._get_tz())
                and booking.seats == old["seats"]
                and sudo.resource_id.rate_id == old["resource_id"].sudo().rate_id
            )
            if not same_price and sudo.invoice_line_ids:
                raise UserError(
                    self.env._(
                        "%(booking)s is invoiced: it can be moved to another time of the same"
                        " length, at the same price. For anything else, cancel it, which gives back"
                        " what is no longer due, and book again.",
                        booking=booking._describe(),
                    )
                )
