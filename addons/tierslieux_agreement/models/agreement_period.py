from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.periods import Terms, get_committed_end, get_exit, get_final_end, get_period

STATES = [
    ("draft", "Draft"),
    ("signed", "Signed, to come"),
    ("running", "Running"),
    ("notice", "Notice given"),
    ("ended", "Ended"),
    ("cancelled", "Given up"),
]
TERMS_FIELDS = (
    "start_date",
    "end_date",
    "renewal",
    "renewal_months",
    "renewal_most",
    "notice_count",
    "notice_unit",
    "stop_date",
)


class Agreement(models.Model):
    """Its periods and its state, worked out on the day they are asked: nothing here is stored that
    another day makes wrong."""

    _inherit = "agreement"

    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")
    period_start = fields.Date(string="Period from", compute="_compute_period")
    period_end = fields.Date(
        string="Period until", compute="_compute_period", search="_search_period_end"
    )
    notice_deadline = fields.Date(
        string="Last Day to Give Notice",
        compute="_compute_period",
        search="_search_notice_deadline",
        help="To end it with this period.",
    )
    renewed_until = fields.Date(
        compute="_compute_period",
        help="Until when both are bound: past the last day to give notice, the next period counts.",
    )
    period_rank = fields.Integer(string="Period Number", compute="_compute_period")
    final_end = fields.Date(
        string="Ends on",
        compute="_compute_final_end",
        store=True,
        help="Empty: it goes on as long as nobody gives notice.",
    )

    def _get_local_day(self):
        """The day on the clock of the association."""
        return fields.Date.context_today(self.with_context(tz=self._get_tz()))

    def _get_tz(self):
        company = self[:1].company_id or self.env.company
        return company.partner_id.tz or "Europe/Paris"

    def _get_period_terms(self):
        """The :class:`Terms` of one agreement."""
        self.ensure_one()
        return Terms(
            start=self.start_date or None,
            end=self.end_date or None,
            months=self.renewal_months if self.renewal == "tacit" else 0,
            most=self.renewal_most,
            notice=self.notice_count,
            unit=self.notice_unit or "months",
            stop=self.stop_date or None,
        )

    @api.depends(*TERMS_FIELDS)
    def _compute_final_end(self):
        for agreement in self:
            agreement.final_end = get_final_end(agreement._get_period_terms())

    @api.depends(*TERMS_FIELDS)
    def _compute_period(self):
        for agreement in self:
            today = agreement._get_local_day()
            terms = agreement._get_period_terms()
            period = get_period(terms, today)
            agreement.period_rank = period.rank
            agreement.period_start = period.start
            agreement.period_end = period.end
            # A notice longer than a period: one can still leave a later one.
            is_longer = period.start and period.notice_day and period.notice_day < period.start
            leave = is_longer and get_exit(terms, today) or period
            agreement.notice_deadline = leave.notice_day
            agreement.renewed_until = get_committed_end(terms, today)

    @api.depends("signature_date", "start_date", "final_end", "notice_date", "cancelled_on")
    def _compute_state(self):
        for agreement in self:
            today = agreement._get_local_day()
            if agreement.cancelled_on:
                agreement.state = "cancelled"
            elif not agreement.signature_date:
                agreement.state = "draft"
            elif agreement.final_end and agreement.final_end < today:
                agreement.state = "ended"
            elif agreement.start_date and agreement.start_date > today:
                agreement.state = "signed"
            else:
                agreement.state = "notice" if agreement.notice_date else "running"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_state_domain(state) for state in value if state)

    @api.model
    def _get_state_domain(self, state):
        """The agreements in a state today, as ``_compute_state`` says it."""
        today = self._get_local_day()
        kept = Domain("cancelled_on", "=", False)
        signed = kept & Domain("signature_date", "!=", False)
        going = signed & (Domain("final_end", "=", False) | Domain("final_end", ">=", today))
        coming = Domain("start_date", ">", today)
        return {
            "cancelled": ~kept,
            "draft": kept & Domain("signature_date", "=", False),
            "ended": signed & Domain("final_end", "<", today),
            "signed": going & coming,
            "running": going & ~coming & Domain("notice_date", "=", False),
            "notice": going & ~coming & Domain("notice_date", "!=", False),
        }[state]

    @api.model
    def _get_running_domain(self):
        """What is signed and not over: what is followed up, and what money is due for."""
        return Domain("is_template", "=", False) & Domain("state", "in", ["running", "notice"])

    @api.model
    def action_print_running(self):
        """The page of the agreements in force today, for the board."""
        self.check_access("read")
        running = self.search(
            self._get_running_domain() & Domain("company_id", "in", [self.env.company.id, False])
        )
        if not running:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "No agreement is in force today: there is nothing to print."
                    ),
                },
            }
        report = self.env.ref("tierslieux_agreement.action_report_running")
        return report.report_action(running)

    # A place has some dozens of agreements: their days are worked out rather than kept.

    def _search_period_end(self, operator, value):
        return self._search_day("period_end", operator, value)

    def _search_notice_deadline(self, operator, value):
        return self._search_day("notice_deadline", operator, value)

    def _search_day(self, name, operator, value):
        tests = {
            "<": lambda day: bool(day) and day < limit,
            "<=": lambda day: bool(day) and day <= limit,
            ">": lambda day: bool(day) and day > limit,
            ">=": lambda day: bool(day) and day >= limit,
            "in": lambda day: (day or False) in days,
        }
        if operator not in tests:
            return NotImplemented
        days = limit = None
        if operator == "in":
            days = {fields.Date.to_date(one) or False for one in value}
        else:
            limit = fields.Date.to_date(value)
        found = (
            self.with_context(active_test=False)
            .search([("cancelled_on", "=", False)])
            .filtered(lambda agreement: tests[operator](agreement[name]))
        )
        return Domain("id", "in", found.ids)
