import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.tierslieux_base.tools.secret import show_secret

from ..tools.booking_calendar import Event

STATUS = {"option": "TENTATIVE", "cancelled": "CANCELLED", "no_show": "CANCELLED"}
# What a feed shows: from so many days ago on.
FEED_PAST_DAYS = 31
FEED_LIMIT = 2000
FEED_STATES = ("option", "confirmed", "checked_in", "done")
DESK_GROUP = "tierslieux_base.group_reception"


class TierslieuxBooking(models.Model):
    """Bookings as calendars know them. Notes for the team are never part of it."""

    _inherit = "tierslieux.booking"

    def _prepare_calendar_events(self, url=False, with_name=False):
        """:class:`Event` list of these bookings.

        :param bool url: whether to give the address where the booker manages it, once logged in
        :param bool with_name: whether to say who booked: for the calendar of a resource
        """
        # sudo: a system parameter
        domain = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return [booking._prepare_calendar_event(domain, url, with_name) for booking in self]

    def _prepare_calendar_event(self, domain, url, with_name):
        company = self.company_id
        holder = self.partner_id.name if with_name else self.resource_id.name
        return Event(
            uid=f"booking-{self.id}@{domain}",
            start=self.start,
            stop=self.stop,
            summary=f"{self.title} ({holder})" if self.title else holder,
            stamp=self.write_date or self.create_date,
            sequence=self.calendar_sequence + (self.state == "cancelled"),
            status=STATUS.get(self.state, "CONFIRMED"),
            location=self._get_location(),
            url=self.get_base_url() + self.access_url if url else "",
            organizer_name=company.name,
            organizer_email=company.partner_id.email_normalized or "",
        )


class CalendarTokenMixin(models.AbstractModel):
    """A calendar feed that whoever has the address reads: its secret can be renewed."""

    _name = "tierslieux.calendar.token.mixin"
    _description = "Calendar Feed"

    calendar_token = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS)
    has_calendar_url = fields.Boolean(
        string="Has a Calendar Address", compute="_compute_has_calendar_url", groups=DESK_GROUP
    )

    @api.depends("calendar_token")
    def _compute_has_calendar_url(self):
        # sudo: whether there is an address, not the address
        for record, record_sudo in zip(self, self.sudo(), strict=True):
            record.has_calendar_url = bool(record_sudo.calendar_token)

    def _get_calendar_url(self):
        """The address of the feed; its secret is made on the first call.

        sudo: the person's own feed, asked for by the person or by the desk.
        """
        self.ensure_one()
        record_sudo = self.sudo()
        if not record_sudo.calendar_token:
            record_sudo._renew_calendar_token()
        return (
            f"{self.get_base_url()}/tierslieux/calendar/{self._get_calendar_kind()}"
            f"/{record_sudo.calendar_token}.ics"
        )

    def _get_calendar_kind(self):
        raise NotImplementedError

    def _renew_calendar_token(self):
        """New secrets: the old addresses answer no more."""
        for record in self:
            record.sudo().calendar_token = secrets.token_urlsafe(24)

    def action_renew_calendar_token(self):
        """Make a new address and show it, this once; calendars that use the old one stop."""
        self.ensure_one()
        if not self.env.user.has_group(DESK_GROUP):
            raise AccessError(self.env._("Only the team can renew a calendar address."))
        self.check_access("read")
        self._renew_calendar_token()
        return show_secret(self.env._("Calendar address"), self._get_calendar_url())

    def _get_feed_domain(self):
        raise NotImplementedError

    def _get_feed_bookings(self):
        """Bookings of the feed, from a month ago on, whatever the reader's own rights.

        sudo: the secret of the address stands for the right to read.
        """
        self.ensure_one()
        first = fields.Datetime.subtract(fields.Datetime.now(), days=FEED_PAST_DAYS)
        return (
            self.env["tierslieux.booking"]
            .sudo()
            .search(
                self._get_feed_domain()
                & Domain("state", "in", FEED_STATES)
                & Domain("stop", ">", first),
                order="start, id",
                limit=FEED_LIMIT,
            )
        )


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "tierslieux.calendar.token.mixin"]

    _calendar_token_uniq = models.UniqueIndex(
        "(calendar_token) WHERE calendar_token IS NOT NULL", "Another person has this address."
    )

    def _get_calendar_kind(self):
        return "person"

    def _get_feed_domain(self):
        return Domain("partner_id", "=", self.id) | Domain("attendee_ids", "in", self.ids)


class TierslieuxResource(models.Model):
    _name = "tierslieux.resource"
    _inherit = ["tierslieux.resource", "tierslieux.calendar.token.mixin"]

    _calendar_token_uniq = models.UniqueIndex(
        "(calendar_token) WHERE calendar_token IS NOT NULL", "Another resource has this address."
    )

    def _get_calendar_kind(self):
        return "resource"

    def _get_feed_domain(self):
        """What keeps the resource busy: its own bookings, of its parts, of what it is part of."""
        return Domain("resource_id", "in", (self | self.part_ids | self.whole_ids).ids)
