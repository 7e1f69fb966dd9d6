from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_base.tools.plain_text import text_to_html
from odoo.addons.tierslieux_base.tools.readers import TEAM

from ..tools.health import Facts, get_level, get_reasons
from ..tools.periods import get_exit

NOTICE = "tierslieux_agreement.activity_type_notice"
DUTY = "tierslieux_agreement.activity_type_duty"


class Agreement(models.Model):
    """What is told before it is too late, how it fares, and what was said of it each year."""

    _inherit = "agreement"

    health = fields.Selection(
        [("red", "Red"), ("amber", "Amber"), ("green", "Green")],
        compute="_compute_health",
        search="_search_health",
        groups=TEAM,
    )
    health_reasons = fields.Text(string="Why", compute="_compute_health", groups=TEAM)
    review_ids = fields.One2many(
        "tierslieux.agreement.review", "agreement_id", string="Reviews", groups=TEAM
    )
    decided_for = fields.Date(
        string="Decided for",
        readonly=True,
        copy=False,
        help="The last day to give notice about which it is decided.",
    )
    alerted_for = fields.Date(readonly=True, copy=False)
    deputy_alerted_for = fields.Date(readonly=True, copy=False)
    is_to_decide = fields.Boolean(compute="_compute_is_to_decide", search="_search_is_to_decide")

    # -- how it fares --------------------------------------------------------------------

    def _get_health_facts(self):
        """The :class:`Facts` of each: {agreement: facts}. A room that counts more adds to it."""
        late = {}
        Date = self.env["tierslieux.agreement.duty.date"]
        for agreement, count, first in Date._read_group(
            Domain("agreement_id", "in", self.ids) & Date._get_late_domain(),
            ["agreement_id"],
            ["__count", "date:min"],
        ):
            late[agreement.id] = count, first
        reviews = dict(
            self.env["tierslieux.agreement.review"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["date:max"]
            )
        )
        found = {}
        for agreement in self:
            today = agreement._get_local_day()
            count, first = late.get(agreement._origin.id, (0, today))
            started = agreement.start_date or agreement.signature_date or today
            reviewed = reviews.get(agreement._origin) or started
            deadline = agreement.state == "running" and agreement.notice_deadline
            hours = agreement._get_presence_balance()
            found[agreement] = Facts(
                is_signed=bool(agreement.signature_date) or started > today,
                has_owner=bool(agreement.user_id),
                days_to_notice=(deadline - today).days if deadline else None,
                is_decided=agreement.decided_for == agreement.notice_deadline,
                alert_days=agreement._get_alert_company().agreement_alert_days,
                late_duties=count,
                longest_late_days=(today - first).days,
                hours_promised=hours[0],
                hours_given=hours[1],
                unpaid_moves=agreement._count_unpaid(),
                months_running=_count_months(started, today),
                months_since_review=_count_months(reviewed, today),
            )
        return found

    @api.depends("state", "notice_deadline", "decided_for", "user_id", "duty_date_ids.state")
    @api.depends_context("lang")
    def _compute_health(self):
        followed = self.filtered(
            lambda a: a.state in ("running", "notice") or a.state == "draft" and a.start_date
        )
        (self - followed).health = False
        (self - followed).health_reasons = False
        for agreement, facts in followed._get_health_facts().items():
            reasons = get_reasons(facts)
            agreement.health = get_level(reasons)
            agreement.health_reasons = "\n".join(
                agreement._describe_reason(key, number) for _level, key, number in reasons
            )

    def _describe_reason(self, key, number):
        return {
            "unsigned": lambda: self.env._("It has begun, and nobody has signed it."),
            "notice": lambda: self.env._(
                "Decide whether it goes on: the last day to give notice is in %s days.", number
            ),
            "late": lambda: self.env._("Duties overdue: %s.", number),
            "presence": lambda: self.env._("Hours promised and not given so far: %s.", number),
            "unpaid": lambda: self.env._("Invoices or bills past their date, unpaid: %s.", number),
            "owner": lambda: self.env._("Nobody follows it: say who does."),
            "review": lambda: self.env._("No review for %s months.", number),
        }[key]()

    @api.model
    def _search_health(self, operator, value):
        if operator != "in":
            return NotImplemented
        agreements = self.search(self._get_running_domain() | Domain("state", "in", ["draft"]))
        return Domain("id", "in", agreements.filtered(lambda a: a.health in value).ids)

    # -- to decide -----------------------------------------------------------------------

    def _get_alert_company(self):
        return self.company_id or self.env.company

    @api.depends("state", "notice_deadline", "decided_for")
    def _compute_is_to_decide(self):
        for agreement in self:
            agreement.is_to_decide = agreement._is_to_decide(
                agreement._get_alert_company().agreement_alert_days
            )

    def _is_to_decide(self, days):
        """Whether the last day to give notice comes within so many days, and nothing is decided."""
        self.ensure_one()
        today = self._get_local_day()
        deadline = self.notice_deadline
        return bool(
            deadline
            and self.state == "running"
            and self.decided_for != deadline
            and today <= deadline <= today + timedelta(days=days)
        )

    @api.model
    def _search_is_to_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(map(bool, value))
        if wanted == {True, False}:
            return Domain.TRUE
        found = self.search(self._get_running_domain()).filtered("is_to_decide")
        return Domain("id", "in" if True in wanted else "not in", found.ids)

    # -- every night ---------------------------------------------------------------------

    @api.model
    def _cron_follow(self):
        """Tell who follows an agreement of its notice date, then her deputy, and of duties that
        are overdue: once each, however often the job runs."""
        cron = self.env["ir.cron"]
        running = self.search(self._get_running_domain())
        Date = self.env["tierslieux.agreement.duty.date"]
        late = Date._get_late_domain() & Domain("alerted_at", "=", False)
        cron._commit_progress(remaining=len(running) + Date.search_count(late))
        for agreement in running:
            if agreement.try_lock_for_update():
                agreement.duty_ids._ensure_dates()
                agreement._alert_notice()
            if not cron._commit_progress(1):
                return
        for due in Date.search(late):
            due = due.try_lock_for_update().filtered_domain(late)
            if due:
                due._alert_late()
            if not cron._commit_progress(1):
                return

    def _alert_notice(self):
        """An activity before the *notice* date; another for the deputy when that one comes near."""
        self.ensure_one()
        company = self._get_alert_company()
        deadline = self.notice_deadline
        # Who has left the house reads no to-do: it is her deputy's then.
        deputy = self.deputy_id.filtered("active")
        user = self.user_id.filtered("active") or deputy
        is_to_tell = self._is_to_decide(company.agreement_alert_days)
        # Whom nobody follows is told to nobody, and to whoever takes it up.
        if user and is_to_tell and self.alerted_for != deadline:
            self._tell_notice(user)
            self.alerted_for = deadline
        if (
            deputy
            and deputy != user
            and self._is_to_decide(company.agreement_deputy_days)
            and self.deputy_alerted_for != deadline
        ):
            self._tell_notice(deputy)
            self.deputy_alerted_for = deadline

    def _tell_notice(self, user):
        self.ensure_one()
        lang = user.lang or self.env.lang
        agreement = self.with_context(lang=lang)
        # The end that a notice by that day still reaches
        end = get_exit(self._get_period_terms(), self.notice_deadline).end
        values = {
            "last": agreement._format_day(self.notice_deadline),
            "end": agreement._format_day(end),
        }
        renews = self.renewal == "tacit" and self.final_end != end
        agreement.activity_schedule(
            NOTICE,
            date_deadline=self.notice_deadline,
            summary=agreement.env._("Goes on or not? Say so by %(last)s", **values),
            note=text_to_html(
                agreement.env._(
                    "It renews itself after %(end)s unless somebody gives notice by %(last)s. Let"
                    " it go on, amend it, or give notice.",
                    **values,
                )
                if renews
                else agreement.env._(
                    "It ends on %(end)s and does not renew itself. Agree on what follows, or let"
                    " it end.",
                    **values,
                )
            ),
            user_id=(user or self.env.user).id,
        )


class TierslieuxAgreementDutyDate(models.Model):
    _inherit = "tierslieux.agreement.duty.date"

    def _alert_late(self):
        """An activity on the agreement for who looks after the duty."""
        self.ensure_one()
        user = self.duty_id._get_owner() or self.env.user
        agreement = self.agreement_id.with_context(lang=user.lang or self.env.lang)
        self.activity_id = agreement.activity_schedule(
            DUTY,
            date_deadline=self.date,
            summary=agreement.env._("Overdue: %(duty)s", duty=self.duty_id.name),
            note=text_to_html(
                agreement.env._(
                    "It was due on %(date)s. Write down that it is done, or let it go.",
                    date=agreement._format_day(self.date),
                )
            ),
            user_id=user.id,
        )
        self.alerted_at = fields.Datetime.now()


class TierslieuxAgreementReview(models.Model):
    """What was said of an agreement when its parties looked back on a year."""

    _name = "tierslieux.agreement.review"
    _description = "Review of an Agreement"
    _order = "date desc, id desc"
    _rec_name = "date"

    agreement_id = fields.Many2one("agreement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    date = fields.Date(
        required=True, default=lambda self: self.env["agreement"]._get_local_day(), index=True
    )
    user_id = fields.Many2one("res.users", string="Held by", default=lambda self: self.env.user)
    participants = fields.Char(string="With")
    opinion = fields.Selection(
        [("1", "Bad"), ("2", "Poor"), ("3", "Fair"), ("4", "Good"), ("5", "Very good")],
        string="How It Goes",
    )
    worked = fields.Text(string="What Worked", groups=NOTE_GROUPS)
    improve = fields.Text(string="What to Improve", groups=NOTE_GROUPS)
    decision = fields.Selection(
        [("go_on", "Goes on as it is"), ("amend", "To amend"), ("stop", "To stop")]
    )


def _count_months(first, last):
    delta = relativedelta(last, first)
    return delta.years * 12 + delta.months
