from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..models.hours_review import AGREES, COORDINATOR


class TierslieuxVolunteerMonth(models.TransientModel):
    """The hours of a month on one screen: what does not agree first, the rest in one gesture."""

    _name = "tierslieux.volunteer.month"
    _description = "Hours of a Month"

    month = fields.Date(
        required=True, default=lambda self: self._get_last_month(), help="Any day of it."
    )
    place_id = fields.Many2one("tierslieux.place")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    summary = fields.Char(compute="_compute_items", compute_sudo=False)
    issue_count = fields.Integer(compute="_compute_items", compute_sudo=False)
    agreeing_count = fields.Integer(compute="_compute_items", compute_sudo=False)
    issue_ids = fields.Many2many(
        "tierslieux.volunteer.hours.review",
        compute="_compute_items",
        string="To look at",
        compute_sudo=False,
    )
    agreeing_ids = fields.Many2many(
        "tierslieux.volunteer.hours.review",
        compute="_compute_items",
        string="As planned",
        compute_sudo=False,
    )

    @api.model
    def _get_last_month(self):
        """Hours are validated when the month is over; in its last days, those of this month."""
        today = fields.Date.context_today(self)
        return (today - relativedelta(days=20)).replace(day=1)

    def _get_domain(self):
        self.ensure_one()
        first = self.month.replace(day=1)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("date", ">=", first),
            ("date", "<", first + relativedelta(months=1)),
        ]
        return domain + ([("place_id", "=", self.place_id.id)] if self.place_id else [])

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for window in self:
            month = window.month and window._tell_month()
            window.display_name = month or self.env._("Hours of the month")

    def _tell_month(self):
        text = format_date(self.env, self.month, date_format="MMMM y")
        return text[:1].upper() + text[1:]

    @api.depends("month", "place_id")
    def _compute_items(self):
        Review = self.env["tierslieux.volunteer.hours.review"]
        Volunteer = self.env["tierslieux.volunteer"]
        for window in self:
            items = Review.search(window._get_domain()) if window.month else Review
            agreeing = items.filtered(lambda item: item.issue == AGREES)
            window.agreeing_ids = agreeing
            window.issue_ids = items - agreeing
            window.agreeing_count = len(agreeing)
            window.issue_count = len(items - agreeing)
            window.summary = bool(items) and self.env._(
                "%(month)s: %(people)s people. %(agreeing)s as planned (%(hours)s),"
                " %(issues)s to look at.",
                month=window._tell_month(),
                people=len(items.partner_id),
                agreeing=len(agreeing),
                hours=Volunteer._format_hours(sum(agreeing.mapped("hours"))),
                issues=len(items - agreeing),
            )

    def action_validate_agreeing(self):
        """Count all that is as planned; one's own hours are left to another coordinator."""
        self.ensure_one()
        check_groups(self.env, COORDINATOR)
        self.check_access("read")
        take_turn(self)
        me = self.env.user.partner_id
        self.agreeing_ids.filtered(lambda item: item.partner_id != me)._validate()
        self.invalidate_recordset()
        return False

    def action_open_items(self):
        """The same, by person."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "tierslieux_volunteer.hours_review_action"
            ),
            "domain": self._get_domain(),
            "context": {"group_by": ["partner_id"]},
        }

    def action_open_hours(self):
        """What is validated in the month."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("tierslieux_volunteer.hours_action"),
            "domain": [*self._get_domain(), ("state", "=", "validated")],
            "context": {"group_by": ["partner_id"]},
        }
