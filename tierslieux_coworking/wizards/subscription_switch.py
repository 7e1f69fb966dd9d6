from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxSubscriptionSwitch(models.TransientModel):
    """Another plan or price: what it costs, worked out by the day, before it is agreed."""

    _name = "tierslieux.subscription.switch"
    _inherit = "tierslieux.once.mixin"
    _description = "Change of Plan or Price"

    subscription_id = fields.Many2one("tierslieux.subscription", required=True, readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", compute_sudo=False)
    currency_id = fields.Many2one(related="subscription_id.currency_id", compute_sudo=False)
    period = fields.Selection(related="subscription_id.period", compute_sudo=False)
    current_plan_id = fields.Many2one(
        related="subscription_id.plan_id", compute_sudo=False, string="Current Plan"
    )
    current_amount = fields.Monetary(
        related="subscription_id.amount", compute_sudo=False, string="Current Price"
    )
    plan_id = fields.Many2one(
        "tierslieux.plan",
        string="New Plan",
        required=True,
        compute="_compute_plan_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        domain="[('kind', '=', 'recurring'), ('company_id', '=', company_id),"
        " ('period', '=', period)]",
    )
    date = fields.Date(
        string="As of",
        required=True,
        compute="_compute_date",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="The first day of the next period, unless you choose another day.",
    )
    amount = fields.Monetary(
        string="New Price",
        compute="_compute_amount",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    amount_note = fields.Char(string="How it was computed", compute="_compute_notes")
    difference = fields.Monetary(string="On the next Invoice", compute="_compute_notes")
    difference_note = fields.Char(string="Worked out", compute="_compute_notes")
    deposit_note = fields.Char(string="Deposit to pay", compute="_compute_notes")
    reason = fields.Char()

    @api.depends("subscription_id")
    def _compute_plan_id(self):
        for wizard in self:
            wizard.plan_id = wizard.subscription_id.plan_id

    @api.depends("subscription_id")
    def _compute_date(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            subscription = wizard.subscription_id
            if not subscription:
                wizard.date = today
                continue
            day = max(today, subscription.date_start)
            wizard.date = fields.Date.add(subscription._get_period(day)[1], days=1)

    def _get_listed(self):
        """(amount, note) of the price list for the plan chosen, on its day."""
        self.ensure_one()
        subscription = self.subscription_id
        return self.plan_id._get_price(
            subscription.partner_id,
            subscription._get_situation_on(self.date),
            self.date,
            subscription.company_id,
        )

    @api.depends("plan_id", "date")
    def _compute_amount(self):
        for wizard in self:
            if wizard.plan_id and wizard.subscription_id:
                wizard.amount = wizard._get_listed()[0]
            else:
                wizard.amount = 0.0

    @api.depends("plan_id", "date", "amount")
    def _compute_notes(self):
        for wizard in self:
            subscription = wizard.subscription_id
            if not (wizard.plan_id and wizard.date and subscription):
                wizard.amount_note = wizard.difference_note = wizard.deposit_note = False
                wizard.difference = 0.0
                continue
            wizard.amount_note = wizard._get_listed()[1]
            wizard.difference, wizard.difference_note = subscription._get_change_difference(
                wizard.date, wizard.plan_id, wizard.amount
            )
            wizard.deposit_note = wizard._get_deposit_note()

    def _get_deposit_note(self):
        """What is still to pay of the deposit of the plan chosen, in words."""
        subscription, deposit = self.subscription_id, self.plan_id.deposit_amount
        if not deposit or self.plan_id == subscription._get_terms_on(self.date).plan:
            return False
        paid = subscription._get_deposits_paid(subscription.ids).get(subscription.id, 0.0)
        if self.currency_id.compare_amounts(deposit, paid) <= 0:
            return False
        return self.env._(
            "Deposit of « %(plan)s »: %(deposit)s, of which %(paid)s is paid: %(due)s on the next"
            " invoice.",
            plan=self.plan_id.name,
            deposit=self.currency_id.format(deposit),
            paid=self.currency_id.format(paid),
            due=self.currency_id.format(deposit - paid),
        )

    @act_once
    def action_confirm(self):
        """Plan the change; it is made at once when its day has come."""
        self.ensure_one()
        subscription = self.subscription_id
        subscription._check_group()
        subscription._check_recurring()
        subscription._check_state("active", "notice", "paused")
        by_hand = self.currency_id.compare_amounts(self.amount, self._get_listed()[0]) != 0
        if by_hand and not (self.env.su or subscription._is_coordinator()):
            raise UserError(
                self.env._("Only a coordinator agrees on another price than the price list's.")
            )
        terms = subscription._get_terms_on(self.date)
        same_plan = self.plan_id == terms.plan
        same_amount = self.currency_id.compare_amounts(self.amount, terms.amount) == 0
        if same_plan and same_amount:
            raise UserError(
                self.env._("Nothing would change: choose another plan, or another price.")
            )
        subscription._plan_change(self.date, self.plan_id, self.amount, self.reason)
        return {"type": "ir.actions.act_window_close"}
