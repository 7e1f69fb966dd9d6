from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.once_mixin import act_once

from ..tools.recurrence import MAX_OCCURRENCES, Rule, occurrences
from .booking_series_line import to_clock

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class TierslieuxBookingSeriesWizard(models.TransientModel):
    """Book what comes back: the dates are listed first, those that clash are decided one by one.

    Hours are on the clock of the place, whatever the user's own time zone.
    """

    _name = "tierslieux.booking.series.wizard"
    _inherit = "tierslieux.once.mixin"
    _description = "New Series of Bookings"

    resource_id = fields.Many2one("tierslieux.resource", required=True)
    partner_id = fields.Many2one("res.partner", string="For", required=True)
    title = fields.Char(help="What it is for, shown in the calendar.")
    is_shared = fields.Boolean(related="resource_id.is_shared", compute_sudo=False)
    seats = fields.Integer(default=1)
    origin_id = fields.Many2one("tierslieux.booking", help="The booking that is repeated.")
    date_from = fields.Date(string="First Day", required=True, default=fields.Date.context_today)
    hour_from = fields.Float(string="Start", required=True, default=9.0)
    hour_to = fields.Float(string="End", required=True, default=10.0)
    freq = fields.Selection(
        [
            ("daily", "Every day"),
            ("weekly", "Every week"),
            ("monthly_day", "Every month, on the same day"),
            ("monthly_weekday", "Every month, on the same weekday"),
        ],
        string="Repeat",
        required=True,
        default="weekly",
    )
    interval = fields.Integer(string="One in", required=True, default=1)
    monday = fields.Boolean()
    tuesday = fields.Boolean()
    wednesday = fields.Boolean()
    thursday = fields.Boolean()
    friday = fields.Boolean()
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    end_type = fields.Selection(
        [("until", "Until"), ("count", "Number of times")],
        string="End of the Series",
        required=True,
        default="count",
    )
    date_until = fields.Date(string="Last Day")
    count = fields.Integer(string="Times", default=10)
    line_ids = fields.One2many("tierslieux.booking.series.line", "wizard_id", string="Dates")
    book_count = fields.Integer(string="To book", compute="_compute_counts")
    todo_count = fields.Integer(string="To decide", compute="_compute_counts")
    summary = fields.Char(compute="_compute_counts")
    rule_text = fields.Char(string="Rule", compute="_compute_rule_text")

    _numbers_check = models.Constraint(
        "CHECK(interval > 0 AND count > 0 AND seats > 0)",
        "Number of times, seats and rhythm are above zero.",
    )

    @api.depends("line_ids.decision")
    def _compute_counts(self):
        for wizard in self:
            decisions = wizard.line_ids.mapped("decision")
            wizard.book_count = decisions.count("book")
            wizard.todo_count = decisions.count("todo")
            wizard.summary = self.env._(
                "%(count)s dates: %(book)s to book, %(skip)s left out, %(todo)s to decide.",
                count=len(decisions),
                book=wizard.book_count,
                skip=decisions.count("skip"),
                todo=wizard.todo_count,
            )

    @api.depends("freq", "interval", "hour_from", "hour_to", "date_from", "line_ids.day", *WEEKDAYS)
    @api.depends_context("lang")
    def _compute_rule_text(self):
        for wizard in self:
            wizard.rule_text = wizard._describe_rule() if wizard.line_ids else False

    # ------------------------------------------------------------------ dates

    def _get_rule(self):
        return Rule(
            freq=self.freq,
            interval=self.interval,
            weekdays=tuple(n for n, name in enumerate(WEEKDAYS) if self[name]),
            start=to_clock(self.hour_from),
            stop=to_clock(self.hour_to),
        )

    def _get_slots(self):
        """The dates of the rule, without the booking that is repeated.

        :raise UserError: if there is none, or if the rule cannot be read
        """
        self.ensure_one()
        until = self.date_until if self.end_type == "until" else None
        if self.end_type == "until" and not until:
            raise UserError(self.env._("Give the last day of the series."))
        if self.end_type == "count" and self.count > MAX_OCCURRENCES:
            raise UserError(
                self.env._(
                    "A series has at most %(count)s dates. Give fewer, and go on later.",
                    count=MAX_OCCURRENCES,
                )
            )
        count = self.count if self.end_type == "count" else None
        slots = occurrences(
            self._get_rule(), self.date_from, self.resource_id._get_tz(), until, count
        )
        slots = [slot for slot in slots if slot.start != self.origin_id.start]
        if not slots:
            raise UserError(
                self.env._("This rule gives no date: check the days and the end of the series.")
            )
        return slots

    def action_preview(self):
        """List the dates: those that are free, those that clash and with what."""
        self.ensure_one()
        slots = self._get_slots()
        self.line_ids.unlink()
        self.line_ids = [
            Command.create(
                {
                    "day": slot.day,
                    "hour_from": self.hour_from,
                    "hour_to": self.hour_to,
                    "resource_id": self.resource_id.id,
                }
            )
            for slot in slots
        ]
        for refused, lines in self.line_ids.grouped(lambda line: bool(line.refusal)).items():
            lines.decision = "todo" if refused else "book"
        self.line_ids.filtered("refusal")._fill_proposals()
        return self._reopen()

    def action_back(self):
        """Forget the dates, to change the rule."""
        self.ensure_one()
        self.line_ids.unlink()
        return self._reopen()

    def action_skip_conflicts(self):
        """Leave out all the dates that clash."""
        self.ensure_one()
        self.line_ids.filtered(lambda line: line.decision == "todo").decision = "skip"
        return self._reopen()

    def action_take_proposals(self):
        """Take what is proposed wherever a date clashes."""
        self.ensure_one()
        self.line_ids.filtered(lambda line: line.decision == "todo").action_take_proposal()
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Series of Bookings"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # ------------------------------------------------------------------ booking

    def action_book(self):
        """List the dates first, then book those that are kept."""
        self.ensure_one()
        return self._book() if self.line_ids else self.action_preview()

    @act_once
    def _book(self):
        """Book the dates that are kept, all or none, and show the series."""
        self._check_decided()
        lines = self.line_ids.filtered(lambda line: line.decision == "book")
        series = self._get_series()
        self.env["tierslieux.booking"].create(
            [
                dict(vals, series_id=series.id)
                for line in lines
                for vals in line._prepare_date_vals()
            ]
        )
        if self.origin_id and not self.origin_id.series_id:
            self.origin_id.series_id = series
        return series.get_formview_action()

    def _get_series(self):
        """The series of these dates: a new one."""
        return self.env["tierslieux.booking.series"]._create_facts(
            [
                {
                    "name": self._describe_rule(),
                    "resource_id": self.resource_id.id,
                    "partner_id": self.partner_id.id,
                }
            ]
        )

    def _check_decided(self):
        """:raise UserError: naming the dates that wait for a decision, or that clash"""
        undecided = self.line_ids.filtered(lambda line: line.decision == "todo")
        if undecided:
            raise UserError(
                self.env._(
                    "%(count)s date(s) clash and wait for your decision: %(dates)s. Leave them"
                    " out, or choose another resource or other hours.",
                    count=len(undecided),
                    dates=self._list_days(undecided),
                )
            )
        lines = self.line_ids.filtered(lambda line: line.decision == "book")
        if not lines:
            raise UserError(self.env._("All the dates are left out: there is nothing to book."))
        refused = lines.filtered("refusal")
        if refused:
            raise UserError(
                self.env._(
                    "%(count)s date(s) cannot be booked: %(dates)s. %(reason)s",
                    count=len(refused),
                    dates=self._list_days(refused),
                    reason=refused[0].refusal,
                )
            )

    def _list_days(self, lines):
        days = [format_date(self.env, line.day) for line in lines[:5]]
        return ", ".join(days) + ("…" if len(lines) > 5 else "")

    def _describe_rule(self):
        """ "Every week on Tuesday, 14:00 to 16:00, until 30/06/2026" """
        self.ensure_one()
        names = dict(self._fields["freq"]._description_selection(self.env))
        text = names[self.freq]
        if self.interval > 1:
            text = self.env._("%(rhythm)s, one in %(count)s", rhythm=text, count=self.interval)
        if self.freq == "weekly":
            days = self._get_rule().weekdays or (self.date_from.weekday(),)
            labels = [self._fields[WEEKDAYS[day]]._description_string(self.env) for day in days]
            text = self.env._("%(rhythm)s: %(days)s", rhythm=text, days=", ".join(labels))
        last = max(self.line_ids.mapped("day"), default=self.date_until)
        start, stop = to_clock(self.hour_from), to_clock(self.hour_to)
        return self.env._(
            "%(rule)s, %(start)s to %(stop)s, until %(date)s",
            rule=text,
            start=start.strftime("%H:%M"),
            stop=stop.strftime("%H:%M"),
            date=format_date(self.env, last),
        )

    @api.constrains("hour_from", "hour_to")
    def _check_hours(self):
        for wizard in self:
            if not (0 <= wizard.hour_from < 24 and 0 <= wizard.hour_to <= 24):
                raise UserError(self.env._("Hours go from 00:00 to 24:00."))

    @api.onchange("date_from")
    def _onchange_date_from(self):
        """The weekday of the first day is ticked; a last day before it cannot be meant."""
        if self.date_from and not any(self[name] for name in WEEKDAYS):
            self[WEEKDAYS[self.date_from.weekday()]] = True
        if self.date_until and self.date_from and self.date_until < self.date_from:
            self.date_until = self.date_from + timedelta(days=90)
