from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.tools.readers import TEAM, TEAM_AND_PORTAL

from ..tools.hours import prorate

_lt = LazyTranslate(__name__)


class TierslieuxBooking(models.Model):
    """A day of presence is a booking of a room, and of the partner's agent where the house keeps
    their time too."""

    _inherit = "tierslieux.booking"

    agreement_id = fields.Many2one(
        "agreement",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        groups=TEAM,
        help="The agreement under which somebody is here: its hours of presence.",
    )
    is_agreement_agent = fields.Boolean(
        string="Time of an Agent",
        copy=False,
        groups=TEAM,
        help="Beside a room held under the same agreement: its hours count once.",
    )

    @api.model
    def _get_guards(self):
        # Hours given and days invoiced are counted by these.
        counted = Guard(
            {"agreement_id", "is_agreement_agent"},
            groups=("tierslieux_base.group_coordinator",),
            sentence=_lt(
                "Which agreement a day of presence is under (%(fields)s) is said by a coordinator:"
                " ask one."
            ),
        )
        return (*super()._get_guards(), counted)

    @api.model
    def _get_held_domain(self):
        """Bookings that were kept: those whose time has come, but the no-shows."""
        return Domain("state", "in", ("checked_in", "done")) | (
            Domain("state", "=", "confirmed") & Domain("stop", "<=", fields.Datetime.now())
        )

    @api.model
    def _get_presence_domain(self, agreements):
        """The rooms held under these agreements; the agents' own time counts once, with them."""
        return Domain("agreement_id", "in", agreements.ids) & Domain(
            "is_agreement_agent", "=", False
        )


class TierslieuxBookingSeries(models.Model):
    _inherit = "tierslieux.booking.series"

    agreement_id = fields.Many2one(
        "agreement", index="btree_not_null", ondelete="restrict", readonly=True, groups=TEAM
    )


class Agreement(models.Model):
    _inherit = "agreement"

    booking_ids = fields.One2many(
        "tierslieux.booking", "agreement_id", readonly=True, groups=TEAM_AND_PORTAL
    )
    presence_count = fields.Integer(
        string="Presence Days", compute="_compute_presence", groups=TEAM
    )
    presence_summary = fields.Text(
        string="Hours by Year",
        compute="_compute_presence",
        groups=TEAM,
        help="Given against promised.",
    )

    @api.depends("booking_ids.state", "duty_ids.hours_promised")
    @api.depends_context("lang")
    def _compute_presence(self):
        for agreement in self:
            rows = agreement._get_presence_years()
            agreement.presence_count = sum(row["count"] for row in rows)
            agreement.presence_summary = "\n".join(
                self.env._(
                    "%(year)s: %(given)g h given, %(coming)g h to come, %(promised)g h promised",
                    **row,
                )
                for row in rows
            )

    def _get_presence_years(self):
        """What was given and promised, year by year.

        :return: list of dict ``year``, ``given``, ``coming``, ``promised`` (hours), ``count``
        """
        self.ensure_one()
        Booking = self.env["tierslieux.booking"]
        domain = Booking._get_presence_domain(self._origin)
        held = Booking._get_held_domain()
        counted = Domain("state", "in", ("confirmed", "checked_in", "done"))
        given, coming, counts = {}, {}, {}
        for part, total in ((held, given), (counted & ~held, coming)):
            for start, hours, count in Booking._read_group(
                domain & counted & part,
                ["activity_date:year"],
                ["activity_hours:sum", "activity_date:count_distinct"],
            ):
                total[start.year] = hours
                counts[start.year] = counts.get(start.year, 0) + count
        today = self._get_local_day()
        years = {*given, *coming}
        if self._get_promised_hours(today.year):
            years.add(today.year)
        return [
            {
                "year": year,
                "given": given.get(year, 0.0),
                "coming": coming.get(year, 0.0),
                "promised": self._get_promised_hours(year),
                "count": counts.get(year, 0),
            }
            for year in sorted(years)
        ]

    def _get_promised_hours(self, year, until=None):
        """Hours of presence promised for a year, by the days on which it is in force; up to a day
        where one is given."""
        self.ensure_one()
        promised = sum(
            self.duty_ids.filtered(lambda duty: duty.kind == "presence").mapped("hours_promised")
        )
        ends = [day for day in (self.final_end, until) if day]
        return prorate(promised, year, self.start_date or None, min(ends, default=None))

    def _get_presence_balance(self):
        """(hours promised, hours given) of this year, up to today."""
        self.ensure_one()
        today = self._get_local_day()
        promised = self._get_promised_hours(today.year, until=today)
        if not promised:
            return 0.0, 0.0
        return promised, self._get_given_hours(date(today.year, 1, 1), today)[0]

    def _get_given_hours(self, first, last):
        """(hours, days) of presence held from a day to another, both included."""
        self.ensure_one()
        Booking = self.env["tierslieux.booking"]
        [(hours, days)] = Booking._read_group(
            Booking._get_presence_domain(self._origin)
            & Booking._get_held_domain()
            & Domain("activity_date", ">=", first)
            & Domain("activity_date", "<=", last),
            [],
            ["activity_hours:sum", "activity_date:count_distinct"],
        )
        return hours or 0.0, days

    def action_plan_presence(self):
        """Book the partner's days here: the dates are listed, and clashes decided, before."""
        self.ensure_one()
        self._check_writer()
        if not self.partner_id:
            raise UserError(self.env._("Say first who the partner is."))
        today = self._get_local_day()
        end = self.renewed_until or date(today.year, 12, 31)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_booking.booking_series_wizard_action"
        )
        return {
            **action,
            "name": self.env._("Presence Days"),
            "context": {
                "dialog_size": "extra-large",
                "default_agreement_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_title": self.name,
                "default_date_from": fields.Date.to_string(max(today, self.start_date or today)),
                "default_end_type": "until",
                "default_date_until": fields.Date.to_string(end),
            },
        }

    def action_open_bookings(self):
        """Its days of presence."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Presence: %s", self.name),
            "res_model": "tierslieux.booking",
            "view_mode": "list,calendar,form",
            "domain": [("agreement_id", "=", self.id)],
        }
