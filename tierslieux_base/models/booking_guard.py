from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .booking import COUNTED
from .booking_cancel import GUARDED_FIELDS
from .booking_claiming import SLOT_FIELDS

COORDINATOR_GROUP = "tierslieux_base.group_coordinator"
# Worked out from the price list, the tariff and the credits.
PRICE_FIELDS = {"amount", "amount_note"}
# A booking in one of these states is over: what it says is the past.
OVER = ("done", "no_show", "cancelled")
# What somebody came for, or did not: never deleted.
KEPT = ("checked_in", "done", "no_show")
# What stays as it was once a booking is invoiced; moving it is looked at apart (``_on_moved``).
INVOICED_FIELDS = {"partner_id", "tariff"}
# What stays as it was once it is over.
PAST_FIELDS = {*SLOT_FIELDS, *INVOICED_FIELDS}
# States that say what is due, or who is here: the buttons write these too.
BUTTON_STATES = ("checked_in", "done", "no_show", "cancelled")


class TierslieuxBooking(models.Model):
    """What the front desk does not write by hand: prices, fees, states, and the past.

    The interface offers none of it; an import or a program could. A coordinator corrects
    mistakes.
    """

    _inherit = "tierslieux.booking"

    @api.model_create_multi
    def create(self, vals_list):
        if self._is_written_by_the_desk():
            given = {name for vals in vals_list for name, value in vals.items() if value}
            self._refuse_by_hand(given & (PRICE_FIELDS | GUARDED_FIELDS))
            if any(vals.get("state") in BUTTON_STATES for vals in vals_list):
                self._refuse_state()
        return super().create(vals_list)

    def write(self, vals):
        # Who is no longer the booker forgets the address that opens the booking without a login.
        handed = self.browse()
        if "partner_id" in vals:
            handed = self.filtered(lambda booking: booking.partner_id.id != vals["partner_id"])
        result = super().write(vals)
        if handed:
            # sudo: the secret is hidden from whoever may not read it
            handed.sudo().filtered("access_token").write({"access_token": False})
            handed._on_handed_over()
        return result

    def unlink(self):
        # Not at @api.ondelete: by then the engine has let go of what the booking held.
        if not self.env.su:
            for booking in self:
                # sudo: whether it is invoiced, not the invoice
                if (
                    booking.state in KEPT
                    or booking.fee_amount
                    or booking.fee_waived
                    or booking.sudo().invoice_line_ids
                ):
                    raise UserError(  # pylint: disable=no-raise-unlink
                        self.env._(
                            "%(booking)s has taken place, or something is due or was invoiced for"
                            " it: its trace stays.",
                            booking=booking._describe(),
                        )
                    )
        return super().unlink()

    def _on_handed_over(self):
        """These bookings are for somebody else now: the price is that of the new person."""
        self.filtered(lambda booking: booking._is_price_open())._compute_price()

    def _is_price_open(self):
        """Whether the price of this booking still follows what is written on it."""
        self.ensure_one()
        # sudo: whether it is invoiced, not the invoice
        return self.state in COUNTED and not self.sudo().invoice_line_ids

    # ------------------------------------------------------------------ by hand

    @api.model
    def _is_written_by_the_desk(self):
        return not self.env.su and not self.env.user.has_group(COORDINATOR_GROUP)

    def _check_hand_written(self, vals):
        super()._check_hand_written(vals)
        if not self._is_written_by_the_desk():
            return
        self._refuse_by_hand(self._get_really_changed(vals, PRICE_FIELDS))
        if "state" in vals and any(
            booking.state != vals["state"]
            and (booking.state in OVER or vals["state"] in BUTTON_STATES)
            for booking in self
        ):
            self._refuse_state()
        if PAST_FIELDS.isdisjoint(vals):
            return
        for booking in self:
            is_over = booking.state in OVER
            # sudo: whether it is invoiced, not the invoice
            if not is_over and not booking.sudo().invoice_line_ids:
                continue
            if booking._get_really_changed(vals, PAST_FIELDS if is_over else INVOICED_FIELDS):
                raise UserError(
                    self.env._(
                        "%(booking)s is over or invoiced, and stays as it was. Ask a coordinator"
                        " to correct it.",
                        booking=booking._describe(),
                    )
                )

    def _on_moved(self, before):
        result = super()._on_moved(before)
        # Also for who moves it online, where the write itself is the page's.
        user = self.env.user
        if user._is_superuser() or user.has_group(COORDINATOR_GROUP):
            return result
        for booking in self:
            old = before[booking.id]
            # sudo: whether it is invoiced, not the invoice; the price list
            sudo = booking.sudo()
            same_price = (
                booking.stop - booking.start == old["stop"] - old["start"]
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
        return result

    def _get_really_changed(self, vals, names):
        """Those of ``names`` that ``vals`` would change on one of these bookings."""
        changed = set()
        for name in names & vals.keys():
            field = self._fields[name]
            for booking in self:
                new = field.convert_to_cache(vals[name], booking)
                if new != field.convert_to_cache(booking[name], booking):
                    changed.add(name)
        return changed

    @api.model
    def _refuse_by_hand(self, names):
        """:raise AccessError: naming the fields"""
        if names:
            labels = (self._fields[name]._description_string(self.env) for name in names)
            raise AccessError(
                self.env._(
                    "Prices and fees of bookings are worked out, and not written by hand:"
                    " %(fields)s. Ask a coordinator to correct them.",
                    fields=", ".join(sorted(labels)),
                )
            )

    @api.model
    def _refuse_state(self):
        raise UserError(
            self.env._(
                "The state of a booking changes with its buttons: « Check in », « Check out »,"
                " « Nobody came », « Cancel Booking ». For what is over, make a new booking or ask"
                " a coordinator."
            )
        )
