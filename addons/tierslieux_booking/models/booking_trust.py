from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

AHEAD_STATES = ("option", "confirmed", "checked_in")


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
        booking = self._book([{**vals, "state": "confirmed", "source": "portal"}])
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
            if booking.amount and booking.open_amount > 0:
                booking.partner_id._check_unpaid(booking.company_id)


class ResPartner(models.Model):
    """What somebody has booked online and not paid, and how much ahead."""

    _inherit = "res.partner"

    def _get_unpaid_amount(self, company):
        bookings_sudo = (
            self.env["tierslieux.booking"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._get_trust_group().ids),
                    ("company_id", "=", company.id),
                    ("payment_state", "=", "due"),
                ]
            )
        )
        due = sum(bookings_sudo.mapped("open_amount"))
        return super()._get_unpaid_amount(company) + due

    def _get_hours_ahead(self, company):
        """Hours that this person and theirs have booked online and that are to come, by seat."""
        now = fields.Datetime.now()
        bookings_sudo = (
            self.env["tierslieux.booking"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._get_trust_group().ids),
                    ("company_id", "=", company.id),
                    ("source", "=", "portal"),
                    ("state", "in", AHEAD_STATES),
                    ("stop", ">", now),
                ]
            )
        )
        return sum(
            (booking.stop - max(booking.start, now)).total_seconds() / 3600 * max(booking.seats, 1)
            for booking in bookings_sudo
        )

    def _check_ahead(self, company, start):
        """To be called after something was booked online, within the same transaction.

        :param datetime start: when what was just booked begins
        :raise UserError: for who has never paid, and has booked too much or too far ahead
        """
        company_sudo = company.sudo()
        days, hours = company_sudo.trust_new_days, company_sudo.trust_new_hours
        too_far = days and start > fields.Datetime.now() + timedelta(days=days)
        too_much = hours and self._get_hours_ahead(company) > hours + 0.01
        if not (too_far or too_much) or self._has_paid(company):
            return
        if too_far:
            raise UserError(
                self.env._(
                    "Before a first payment, one books up to %s days ahead online: choose an"
                    " earlier day, or see the front desk.",
                    days,
                )
            )
        raise UserError(
            self.env._(
                "Before a first payment, up to %s hours may be booked ahead online. Pay what is"
                " due first, from the page of your invoices, or see the front desk.",
                f"{hours:g}",
            )
        )
