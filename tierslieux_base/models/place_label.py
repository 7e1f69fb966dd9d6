from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..tools.plain_text import text_to_html


class TierslieuxPlaceLabel(models.Model):
    """A label held by a place from a date to a date; the daily job reminds of its renewal."""

    _name = "tierslieux.place.label"
    _description = "Label of a Place"
    _order = "date_end desc, id desc"
    _rec_names_search = ["label_type_id.name", "reference"]

    place_id = fields.Many2one("tierslieux.place", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="place_id.company_id", store=True, index=True)
    label_type_id = fields.Many2one(
        "tierslieux.place.label.type", string="Label", required=True, ondelete="restrict"
    )
    reference = fields.Char(help="Number of the agreement or decision, as its issuer writes it.")
    date_start = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_end = fields.Date(string="Until", help="Last day of validity. Empty: without end.")
    reminder_days = fields.Integer(
        string="Remind Before (days)",
        compute="_compute_reminder_days",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_reminder = fields.Date(
        string="Reminder On", compute="_compute_date_reminder", store=True, index="btree_not_null"
    )
    reminded_for = fields.Date(
        string="Reminded For End",
        readonly=True,
        copy=False,
        help="End date for which the manager has been reminded: a new end date reminds again.",
    )
    to_remind = fields.Boolean(
        compute="_compute_to_remind",
        store=True,
        help="No reminder was made yet for the present end date.",
    )
    state = fields.Selection(
        [("future", "To come"), ("valid", "Valid"), ("renew", "To renew"), ("ended", "Ended")],
        compute="_compute_state",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A label cannot end before it starts.",
    )

    @api.depends("label_type_id", "place_id")
    def _compute_display_name(self):
        for label in self:
            label.display_name = self.env._(
                "%(label)s – %(place)s",
                label=label.label_type_id.name or "",
                place=label.place_id.name or "",
            )

    @api.depends("label_type_id")
    def _compute_reminder_days(self):
        for label in self:
            label.reminder_days = label.label_type_id.reminder_days

    @api.depends("date_end", "reminder_days")
    def _compute_date_reminder(self):
        for label in self:
            label.date_reminder = label.date_end and label.date_end - timedelta(
                days=label.reminder_days
            )

    @api.depends("date_end", "reminded_for")
    def _compute_to_remind(self):
        for label in self:
            label.to_remind = bool(label.date_end) and label.reminded_for != label.date_end

    @api.depends("date_start", "date_end", "date_reminder")
    @api.depends_context("tz")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for label in self:
            if label.date_start and label.date_start > today:
                label.state = "future"
            elif label.date_end and label.date_end < today:
                label.state = "ended"
            elif label.date_reminder and label.date_reminder <= today:
                label.state = "renew"
            else:
                label.state = "valid"

    @api.model
    def _get_to_renew_domain(self):
        """Labels to renew, of places that are open still."""
        today = fields.Date.context_today(self)
        return (
            Domain("date_reminder", "<=", today)
            & Domain("date_end", ">=", today)
            & Domain("place_id.active", "=", True)
        )

    def _get_reminder_domain(self):
        """Those among them whose manager was not reminded yet of this end."""
        return self._get_to_renew_domain() & Domain("to_remind", "=", True)

    @api.model
    def _cron_remind_renewals(self, batch_size=100):
        """Give each place's manager one activity per label and end date, N days before."""
        domain = self._get_reminder_domain()
        labels = self.search(domain, limit=batch_size)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        for label in labels:
            label = label.try_lock_for_update().filtered_domain(domain)
            if not label:
                continue
            label._schedule_renewal_activity()
            label.reminded_for = label.date_end
            if not cron._commit_progress(1):
                break

    def _schedule_renewal_activity(self):
        """Create the manager's activity on the place, due on the label's last day."""
        self.ensure_one()
        place = self.place_id
        place.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_end,
            summary=self.env._("Renew the label %(label)s", label=self.label_type_id.name),
            note=text_to_html(
                self.env._(
                    "The label %(label)s of %(place)s ends on %(date)s.",
                    label=self.label_type_id.name,
                    place=place.name,
                    date=format_date(self.env, self.date_end),
                )
            ),
            user_id=(place.manager_id or self.env.user).id,
        )
