from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.once_mixin import act_once

from ..tools.proration import notice_end


class TierslieuxSubscriptionNotice(models.TransientModel):
    """A notice received: on which day it ends the subscription, and why, before it is recorded."""

    _name = "tierslieux.subscription.notice"
    _inherit = "tierslieux.once.mixin"
    _description = "Notice of a Subscription"

    subscription_id = fields.Many2one("tierslieux.subscription", required=True, readonly=True)
    notice_date = fields.Date(
        string="Notice received on", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="Last Day",
        compute="_compute_date_end",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="A coordinator may agree on another day.",
    )
    date_note = fields.Char(compute="_compute_date_note")
    reason = fields.Char(help="Why they leave: it counts in the figures of departures.")

    def _get_end(self):
        self.ensure_one()
        subscription = self.subscription_id
        plan = subscription.plan_id
        return notice_end(
            self.notice_date,
            plan.notice_days,
            subscription.commitment_end,
            subscription._get_period if plan.notice_rule == "period" else None,
        )

    @api.depends("subscription_id", "notice_date")
    def _compute_date_end(self):
        for wizard in self:
            wizard.date_end = wizard.notice_date and wizard._get_end()

    @api.depends("subscription_id", "notice_date")
    def _compute_date_note(self):
        for wizard in self:
            if not wizard.notice_date:
                wizard.date_note = False
                continue
            wizard.date_note = " ".join(wizard._get_note_parts())

    def _get_note_parts(self):
        subscription = self.subscription_id
        plan = subscription.plan_id
        yield self.env._(
            "Received on %(date)s, %(days)s days of notice: the last day is %(end)s.",
            date=format_date(self.env, self.notice_date),
            days=plan.notice_days,
            end=format_date(self.env, self._get_end()),
        )
        commitment = subscription.commitment_end
        if commitment and commitment > fields.Date.add(self.notice_date, days=plan.notice_days):
            yield self.env._(
                "The minimum commitment runs until %(date)s.",
                date=format_date(self.env, commitment),
            )
        if plan.notice_rule == "period":
            yield self.env._("The notice runs to the end of the period.")

    @act_once
    def action_confirm(self):
        """Record the notice."""
        self.ensure_one()
        subscription = self.subscription_id
        subscription._check_group()
        subscription._check_state("active", "paused", "notice")
        end = self._get_end()
        if self.date_end != end and not (self.env.su or subscription._is_coordinator()):
            raise UserError(
                self.env._(
                    "The last day is %(date)s. Ask a coordinator to agree on another one.",
                    date=format_date(self.env, end),
                )
            )
        if self.date_end < subscription.date_start:
            raise UserError(self.env._("A subscription cannot end before it begins."))
        subscription._give_notice(self.notice_date, self.date_end, self.reason)
        return {"type": "ir.actions.act_window_close"}
