from datetime import datetime, timedelta

from odoo import fields, models

from ..tools.availability import Rules


class TierslieuxBookingPolicy(models.Model):
    """The rules under which resources are booked, shared by as many as wish.

    Times are minutes, unless the name says otherwise. 0 means no limit.
    """

    _name = "tierslieux.booking.policy"
    _description = "Booking Rules"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all associations.")
    slot_step = fields.Integer(
        default=30, help="Bookings begin and last by so many minutes: 30 is on the half hour."
    )
    duration_min = fields.Integer(string="Shortest", default=30)
    duration_max = fields.Integer(string="Longest", default=0)
    lead_minutes = fields.Integer(
        string="Lead Time", help="How long before the start it must be booked online."
    )
    horizon_days = fields.Integer(default=90, help="How many days ahead it can be booked online.")
    buffer_before = fields.Integer(help="Kept free before each booking, to set up.")
    buffer_after = fields.Integer(help="Kept free after each booking, to clean.")
    option_hours = fields.Integer(
        string="Option holds (hours)", default=48, help="How long an option keeps the slot."
    )
    spans_closed = fields.Boolean(
        string="May run over Closed Hours",
        help="Only the start and the end must be in opening hours: an office by the month, a"
        " vehicle kept overnight.",
    )
    audience = fields.Selection(
        [
            ("everyone", "Everyone"),
            ("members", "Members"),
            ("subscribers", "Subscribers"),
            ("staff", "The team only"),
        ],
        required=True,
        default="everyone",
        help="Who may book online. The team may book for anybody.",
    )
    checkin_grace = fields.Integer(
        string="No-show after",
        default=0,
        help="Minutes after the start without check-in that make a no-show. 0: never by itself.",
    )
    no_show_percent = fields.Float(string="No-show Fee (%)", default=0.0)
    ladder_ids = fields.One2many(
        "tierslieux.booking.policy.step", "policy_id", string="Cancellation Fees", copy=True
    )

    _positive = models.Constraint(
        "CHECK(slot_step > 0 AND duration_min > 0 AND duration_max >= 0 AND lead_minutes >= 0"
        " AND horizon_days >= 0 AND buffer_before >= 0 AND buffer_after >= 0"
        " AND option_hours >= 0 AND checkin_grace >= 0)",
        "Durations cannot be negative; the step and the shortest booking are above zero.",
    )
    _percent = models.Constraint(
        "CHECK(no_show_percent BETWEEN 0 AND 100)", "A fee is between 0 and 100 %."
    )

    def _get_rules(self):
        """The rules that times follow, as the availability functions take them."""
        self.ensure_one()
        return Rules(
            step=self.slot_step,
            shortest=self.duration_min,
            longest=self.duration_max,
            before=self.buffer_before,
            after=self.buffer_after,
            spans_closed=self.spans_closed,
        )

    def _get_online_bounds(self):
        """The first and the last start that can be booked online now (naive UTC)."""
        self.ensure_one()
        now = fields.Datetime.now()
        return (
            now + timedelta(minutes=self.lead_minutes),
            now + timedelta(days=self.horizon_days) if self.horizon_days else datetime.max,
        )

    def _get_accepted_days(self, partner, days, company):
        """On which of these days somebody may book online under these rules: what counts is who
        they are on the day of the booking, not when they make it.

        :param partner: may be empty
        :param days: dates
        :param company: the association whose member or subscriber they should be
        """
        self.ensure_one()
        if self.audience == "everyone":
            return set(days)
        if self.audience == "staff" or not partner:
            return set()
        # sudo: who is a member is asked for whoever books
        partner_sudo = partner.sudo().with_company(company)
        if self.audience == "subscribers":
            return {day for day in days if partner_sudo._has_booking_subscription(day)}
        members = partner_sudo._get_members_by_day(set(days))
        return {day for day in days if members[day]}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _has_booking_subscription(self, day):
        """Whether a subscription that runs that day lets this person book; told by who knows of
        plans."""
        return False


class TierslieuxBookingPolicyStep(models.Model):
    """One step of the cancellation ladder: cancelled less than so many hours before → fee."""

    _name = "tierslieux.booking.policy.step"
    _description = "Cancellation Fee"
    _order = "hours_before desc, id"

    policy_id = fields.Many2one(
        "tierslieux.booking.policy", required=True, index=True, ondelete="cascade"
    )
    hours_before = fields.Float(string="Less than (hours before)", required=True)
    fee_percent = fields.Float(string="Fee (%)", required=True)

    _step_check = models.Constraint(
        "CHECK(hours_before >= 0 AND fee_percent BETWEEN 0 AND 100)",
        "A cancellation fee is between 0 and 100 %, for a number of hours above zero.",
    )
    _step_uniq = models.Constraint(
        "UNIQUE(policy_id, hours_before)", "Two fees for the same number of hours."
    )
