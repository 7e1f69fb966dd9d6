from odoo import fields, models

# The states in which a subscription gives right to its plan.
RUNNING = ("trial", "active", "notice")


class TierslieuxSubscription(models.Model):
    """A person's, a team's or an employer's plan, from a day on; also a book or a day sold."""

    _name = "tierslieux.subscription"
    _description = "Subscription"
    _inherit = ["tierslieux.activity.mixin", "portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "partner_id"]
    _check_company_auto = True

    name = fields.Char(string="Number", default="/", copy=False, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Subscriber", required=True, index=True, ondelete="restrict",
        tracking=True,
    )  # fmt: skip
    payer_id = fields.Many2one(
        "res.partner", string="Invoiced to", required=True, index=True, ondelete="restrict",
        compute="_compute_payer_id", store=True, readonly=False, precompute=True, tracking=True,
    )  # fmt: skip
    plan_id = fields.Many2one(
        "tierslieux.plan", required=True, index=True, ondelete="restrict", check_company=True,
        tracking=True,
    )  # fmt: skip
    plan_kind = fields.Selection(related="plan_id.kind", store=True, precompute=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("trial", "Trial"),
            ("active", "Active"),
            ("paused", "Paused"),
            ("notice", "Notice given"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        required=True, default="draft", index=True, copy=False, tracking=True, readonly=True,
    )  # fmt: skip
    date_start = fields.Date(
        required=True, default=fields.Date.context_today, index=True, tracking=True
    )
    date_end = fields.Date(
        index=True, copy=False, tracking=True, help="Last day. Empty: until notice is given."
    )
    trial_end = fields.Date(copy=False)
    notice_date = fields.Date(copy=False, readonly=True)
    commitment_end = fields.Date(copy=False, readonly=True)
    # Price
    situation_id = fields.Many2one("tierslieux.situation", ondelete="restrict")
    proof_checked = fields.Boolean(string="Proof seen", copy=False)
    amount = fields.Monetary(
        string="Price", compute="_compute_amount", store=True, readonly=False, precompute=True,
        tracking=True, help="Of one period.",
    )  # fmt: skip
    amount_note = fields.Char(string="How it was computed", copy=False)
    # People
    person_ids = fields.One2many("tierslieux.subscription.person", "subscription_id", copy=True)
    manager_id = fields.Many2one(
        "res.partner", string="Team Manager", help="Invites and removes the team's persons."
    )
    # Employer of a teleworker
    employer_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="restrict")
    agreement_ref = fields.Char(string="Agreement", help="Reference of the employer's agreement.")
    agreement_date = fields.Date()
    agreement_days = fields.Float(string="Days allowed per Month")
    # Life
    change_ids = fields.One2many("tierslieux.subscription.change", "subscription_id")
    billing_line_ids = fields.One2many("tierslieux.billing.line", "subscription_id")
    credit_line_ids = fields.One2many("tierslieux.credit.line", "subscription_id")
    billed_until = fields.Date(
        compute="_compute_billed_until", store=True, help="Last day of the last period invoiced."
    )
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", copy=False)
    note = fields.Text(string="Notes")

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start - 1)",
        "A subscription cannot end before it begins.",
    )
    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A price cannot be negative.")

    def _compute_payer_id(self):
        for subscription in self:
            subscription.payer_id = subscription.employer_id or subscription.partner_id

    def _compute_amount(self):
        for subscription in self:
            subscription.amount = subscription.plan_id.amount

    def _compute_billed_until(self):
        self.billed_until = False
