import re
import secrets
from datetime import timedelta

from werkzeug.urls import url_join

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import remove_accents

from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.secret import show_secret
from odoo.addons.tierslieux_base.tools.typed import to_int

from .booking_presence import EARLY

# A card held too long before the camera does not check out whom it has just checked in.
TOO_SOON = timedelta(minutes=2)
# Whoever is here and passes so long before another booking of theirs, or less, goes to it.
ABOUT_TO_BEGIN = timedelta(minutes=15)


class TierslieuxPlace(models.Model):
    """The tablet at the entrance: people check themselves in and out.

    Its address holds a secret. The tablet learns nothing but the first name of whoever shows a
    card that we signed, or gives their full name and year of birth.
    """

    _inherit = "tierslieux.place"

    kiosk_token = fields.Char(copy=False, groups=fields.NO_ACCESS)
    has_kiosk = fields.Boolean(
        string="Has a Tablet", compute="_compute_has_kiosk", groups="tierslieux_base.group_manager"
    )

    _kiosk_token_uniq = models.UniqueIndex("(kiosk_token) WHERE kiosk_token IS NOT NULL")

    @api.depends("kiosk_token")
    def _compute_has_kiosk(self):
        # sudo: whether there is a tablet, not its address
        for place, place_sudo in zip(self, self.sudo(), strict=True):
            place.has_kiosk = bool(place_sudo.kiosk_token)

    def _get_kiosk_url(self):
        self.ensure_one()
        # sudo: the secret is closed to all; each caller checks who may have its address
        return url_join(self.get_base_url(), f"/kiosk/{self.sudo().kiosk_token}")

    def _set_kiosk_token(self, token):
        self._check_kiosk_manager()
        # sudo: checked just now; the secret is closed to all
        self.sudo().kiosk_token = token

    def _check_kiosk_manager(self):
        """:raise AccessError: for who does not manage these places"""
        if not (self.env.su or self.env.user.has_group("tierslieux_base.group_manager")):
            raise AccessError(self.env._("Only a manager deals with the tablet's address."))
        self.check_access("write")

    def action_renew_kiosk_token(self):
        """Give the tablet a new address and show it, this once; the old one stops at once."""
        self.ensure_one()
        self._set_kiosk_token(secrets.token_urlsafe(24))
        return show_secret(self.env._("Address of the Tablet"), self._get_kiosk_url())

    def action_stop_kiosk(self):
        self._set_kiosk_token(False)
        return True

    def action_open_kiosk(self):
        """The page, on this device: what a manager does once on the tablet itself."""
        self.ensure_one()
        self._check_kiosk_manager()
        if not self.has_kiosk:
            self._set_kiosk_token(secrets.token_urlsafe(24))
        path = f"/kiosk/{self.sudo().kiosk_token}"  # sudo: as in _get_kiosk_url
        return {"type": "ir.actions.act_url", "url": path, "target": "new"}

    # -- the tablet, in sudo: the secret of its address is its right ----------------------

    @api.model
    def _get_kiosk_place(self, token):
        """The place whose tablet has this secret, in sudo; none for an unknown one."""
        if not token:
            return self.browse()
        # sudo: nobody is logged in on the tablet; the secret stands for the place.
        place_sudo = self.sudo().search([("kiosk_token", "=", token)], limit=1)
        return place_sudo.with_company(place_sudo.company_id)

    def _find_kiosk_card(self, text):
        """The person of a scanned card → (partner, reason of the refusal)."""
        self.ensure_one()
        partner, is_card = self.env["res.partner"]._find_by_card(text, self.company_id)
        if partner:
            return partner, False
        if not is_card:
            return partner, self.env._("This is not a membership card.")
        # Signatures cannot be guessed, and a card of ours is never refused for others: wrong ones
        # alone are told to stop.
        if self.env["tierslieux.rate.limit"]._hit("kiosk_card", self.id):
            return partner, self.env._(
                "Too many cards that are not ours were tried. Give your name, or please see the"
                " desk."
            )
        return partner, self.env._("This card is not one of ours. Please see the desk.")

    def _find_kiosk_name(self, name, birth_year):
        """The person of this full name and year of birth → (partner, reason of the refusal).

        Accents, case, hyphens and the order of the names do not matter. The answer is the same
        for a name that nobody has and for one that two people share.
        """
        self.ensure_one()
        Partner = self.env["res.partner"]
        Limit = self.env["tierslieux.rate.limit"]
        # So many names that do not exist close the search by name: nobody tries them all. Cards
        # go on opening.
        if Limit._is_over("kiosk_name", self.id):
            return Partner, self.env._(
                "Too many names were tried. Show your card, or please see the desk."
            )
        words = split_name(name)
        year = to_int(birth_year)
        if len(words) < 2 or not year:
            return Partner, self.env._("Write your first name, last name and year of birth.")
        if not 1900 <= year <= fields.Date.context_today(self).year:
            return Partner, self.env._("Write your year of birth with four digits.")
        candidates = Partner.search(
            Domain("is_company", "=", False)
            & Domain("company_id", "in", [False, self.company_id.id])
            & Domain("birthdate_date", ">=", f"{year}-01-01")
            & Domain("birthdate_date", "<=", f"{year}-12-31")
        )
        found = candidates.filtered(lambda partner: split_name(partner.name) == words)
        if len(found) != 1:
            Limit._hit("kiosk_name", self.id)
            return Partner, self.env._(
                "We did not find you. Check your name and year of birth, or please see the desk."
            )
        return found, False

    def _pass_kiosk(self, partner):
        """Check in whoever is not here, or is expected at a booking; and out whoever is.

        :return: dict of what the tablet says: ``kind`` ("in", "out" or "already"), ``title``
            and ``lines``
        """
        self.ensure_one()
        now = fields.Datetime.now()
        Presence = self.env["tierslieux.presence"]
        first_name = partner.firstname or partner.name
        presence = Presence._get_open(partner, self.company_id)
        is_here = presence.place_id == self and presence.day == presence._to_local(now).date()
        if not is_here:
            presence = presence.browse()
        if presence and now - presence._get_last_arrival() < TOO_SOON:
            return {
                "kind": "already",
                "title": self.env._("You are checked in, %(name)s", name=first_name),
                "lines": self._describe_kiosk_seat(presence.booking_id),
            }
        booking = self._get_kiosk_booking(partner, now, presence)
        if presence and not booking:
            presence.action_check_out()
            return {
                "kind": "out",
                "title": self.env._("Goodbye, %(name)s", name=first_name),
                "lines": [self._describe_kiosk_stay(presence)],
            }
        if booking:
            booking._receive(partner, source="kiosk")
        else:
            Presence._check_in(partner, self, source="kiosk")
        return {
            "kind": "in",
            "title": self.env._("Welcome, %(name)s", name=first_name),
            "lines": self._describe_kiosk_seat(booking),
        }

    def _get_kiosk_booking(self, partner, now, presence):
        """The booking that somebody comes for: the first that runs or is about to.

        One that others of theirs have begun, and one they are late for, are theirs to join.

        :param presence: theirs, where they are here already
        """
        Booking = self.env["tierslieux.booking"]
        bookings = Booking.search(
            Booking._get_bookings_of(partner)
            & Domain("place_id", "=", self.id)
            & Domain("state", "in", ("option", "confirmed", "no_show", "checked_in"))
            & Domain("start", "<=", now + (ABOUT_TO_BEGIN if presence else EARLY))
            & Domain("stop", ">", now),
            order="start, id",
        )
        today, at = self._to_day(now), presence.booking_id
        return bookings.filtered(
            lambda b: (
                self._to_day(b.start) <= today
                # Who has been to a booking does not go back to an earlier one.
                and (not at or (b.start, b.id) > (at.start, at.id))
                and (b.state != "no_show" or b._is_still_free())
            )
        )[:1]

    def _to_day(self, moment):
        return clock.get_day(moment, self._get_tz())

    def _describe_kiosk_seat(self, booking):
        if not booking:
            return []
        return [
            self.env._(
                "%(resource)s, until %(time)s",
                resource=booking.resource_id.name,
                time=self._format_hour(booking.stop),
            )
        ]

    def _describe_kiosk_stay(self, presence):
        minutes = round(presence.stay_hours * 60)
        return self.env._(
            "You stayed %(hours)s h %(minutes)s.",
            hours=minutes // 60,
            minutes=f"{minutes % 60:02}",
        )


def split_name(name):
    """The words of a name, for comparing what people type: no accents, case, hyphens, order.

    >>> split_name("Lefèvre  Jean-Marie") == split_name("jean marie LEFEVRE")
    True
    """
    return sorted(re.findall(r"\w+", remove_accents(name or "").casefold()))
