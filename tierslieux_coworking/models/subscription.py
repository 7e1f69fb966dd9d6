from odoo import api, fields, models
from odoo.tools import format_amount

from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS

# The states in which a subscription gives right to its plan.
RUNNING = ("trial", "active", "notice")
# The states in which it takes one of the plan's places.
HOLDING = ("trial", "active", "paused", "notice")


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
            ("active", "Under way"),
            ("paused", "Paused"),
            ("notice", "Notice given"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        required=True, default="draft", index=True, copy=False, tracking=True, readonly=True,
        group_expand="_group_expand_state",
    )  # fmt: skip
    date_start = fields.Date(
        string="First Day",
        required=True,
        default=fields.Date.context_today,
        index=True,
        tracking=True,
    )
    date_end = fields.Date(
        string="Last Day",
        index=True,
        copy=False,
        tracking=True,
        help="Last day. Empty: until notice is given.",
    )
    trial_end = fields.Date(string="Trial until", copy=False, readonly=True)
    date_billed_from = fields.Date(
        string="Billed from",
        compute="_compute_date_billed_from",
        store=True,
        precompute=True,
        help="First day that is invoiced: the start, or the day after the free trial.",
    )
    notice_date = fields.Date(string="Notice given on", copy=False, readonly=True)
    commitment_end = fields.Date(string="Committed until", copy=False, readonly=True)
    end_reason = fields.Char(string="Reason of the End", copy=False, groups=NOTE_GROUPS)
    # Price
    situation_id = fields.Many2one("tierslieux.situation", ondelete="restrict")
    proof_required = fields.Boolean(related="situation_id.proof_required")
    proof_note = fields.Char(related="situation_id.proof_note")
    proof_checked = fields.Boolean(
        string="Proof seen", copy=False, tracking=True,
        help="Tick once you have seen it: no copy of the document is kept.",
    )  # fmt: skip
    proof_date_end = fields.Date(string="Proof valid until", copy=False, groups=NOTE_GROUPS)
    amount = fields.Monetary(
        string="Price", compute="_compute_amount", store=True, readonly=False, precompute=True,
        tracking=True, help="Of one period.",
    )  # fmt: skip
    amount_note = fields.Char(
        string="How it was computed", compute="_compute_amount_note", store=True, readonly=False,
        precompute=True, copy=False,
    )  # fmt: skip
    is_price_agreed = fields.Boolean(
        string="Price agreed by hand", compute="_compute_amount_note", store=True, readonly=False,
        precompute=True, copy=False,
    )  # fmt: skip
    period = fields.Selection(related="plan_id.period")
    trial_days = fields.Integer(related="plan_id.trial_days")
    first_fee_note = fields.Char(
        string="First Invoice", compute="_compute_first_fee_note",
        help="What the first period comes to, when it does not begin on its first day.",
    )  # fmt: skip
    # People
    audience = fields.Selection(related="plan_id.audience")
    person_ids = fields.One2many("tierslieux.subscription.person", "subscription_id", copy=True)
    manager_id = fields.Many2one(
        "res.partner", string="Team Manager", help="Invites and removes the team's persons."
    )
    # Employer of a teleworker
    employer_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="restrict")
    agreement_ref = fields.Char(string="Agreement", help="Reference of the employer's agreement.")
    agreement_date = fields.Date()
    agreement_days = fields.Float(
        string="Days allowed per Month", compute="_compute_agreement_days", store=True,
        readonly=False, precompute=True,
    )  # fmt: skip
    # Life
    change_ids = fields.One2many("tierslieux.subscription.change", "subscription_id")
    billing_line_ids = fields.One2many("tierslieux.billing.line", "subscription_id")
    credit_line_ids = fields.One2many("tierslieux.credit.line", "subscription_id")
    billed_until = fields.Date(
        string="Invoiced until",
        compute="_compute_billed_until",
        store=True,
        help="Last day of the last period invoiced.",
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Interest", index="btree_not_null", copy=False, ondelete="set null"
    )
    note = fields.Text(string="Notes", groups=NOTE_GROUPS)

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start - 1)",
        "A subscription cannot end before it begins.",
    )
    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A price cannot be negative.")

    _state_date_idx = models.Index("(state, date_end)")

    # ------------------------------------------------------------------ compute

    @api.depends("name", "partner_id", "plan_id")
    def _compute_display_name(self):
        for subscription in self:
            number = subscription.name if subscription.name != "/" else subscription.plan_id.name
            parts = [number, subscription.partner_id.name]
            subscription.display_name = " – ".join(part for part in parts if part)

    @api.depends("partner_id", "employer_id")
    def _compute_payer_id(self):
        for subscription in self:
            origin = subscription._origin
            # A payer chosen by hand stays.
            usual = (origin.employer_id, origin.partner_id, origin.partner_id.guardian_id)
            if subscription.payer_id and origin and subscription.payer_id not in usual:
                continue
            partner = subscription.partner_id
            subscription.payer_id = subscription.employer_id or partner.guardian_id or partner

    @api.depends("date_start", "trial_end")
    def _compute_date_billed_from(self):
        for subscription in self:
            if subscription.trial_end and subscription.date_start:
                day_after = fields.Date.add(subscription.trial_end, days=1)
                subscription.date_billed_from = max(day_after, subscription.date_start)
            else:
                subscription.date_billed_from = subscription.date_start

    @api.depends("plan_id", "partner_id", "situation_id", "date_start")
    def _compute_amount(self):
        for subscription, (amount, _note) in self._get_list_prices().items():
            # Imports and coordinators create subscriptions that have begun already.
            if subscription.state == "draft" or not subscription._origin:
                subscription.amount = amount
            else:
                # What was agreed at the start holds, until a change says otherwise.
                subscription.amount = subscription.amount

    @api.depends("amount", "plan_id", "partner_id", "situation_id", "date_start")
    def _compute_amount_note(self):
        for subscription, (amount, note) in self._get_list_prices().items():
            if subscription.state != "draft" and subscription._origin:
                # Said when it was agreed, see above: another situation is no agreement.
                subscription.is_price_agreed = subscription.is_price_agreed
                subscription.amount_note = subscription.amount_note
                continue
            currency = subscription.currency_id or self.env.company.currency_id
            same = currency.compare_amounts(amount, subscription.amount) == 0
            subscription.is_price_agreed = bool(subscription.plan_id) and not same
            if not subscription.plan_id:
                subscription.amount_note = False
            elif same:
                subscription.amount_note = note
            else:
                subscription.amount_note = self.env._(
                    "%(amount)s %(unit)s agreed by hand; the price list says %(list)s.",
                    amount=format_amount(self.env, subscription.amount, currency),
                    unit=subscription.plan_id._get_unit_label(),
                    list=format_amount(self.env, amount, currency),
                )

    def _get_list_prices(self, date=None):
        """What the price list says for each, as on its first day, or on ``date``.

        :return: {subscription: (amount, note)}
        """
        result = {subscription: (0.0, "") for subscription in self}
        priced = self.filtered("plan_id")
        groups = priced.grouped(lambda s: (s.company_id or self.env.company, date or s.date_start))
        for (company, day), subscriptions in groups.items():
            members = self.env["tierslieux.plan"]._get_members(
                subscriptions.partner_id._origin, company, day
            )
            for subscription in subscriptions:
                result[subscription] = subscription.plan_id._get_price(
                    subscription.partner_id,
                    subscription._get_situation_on(day),
                    is_member=subscription.partner_id._origin in members,
                )
        return result

    def _get_situation_on(self, day):
        """The situation, unless its proof is out of date on that day."""
        self.ensure_one()
        # sudo: until when a proof is good is the team's; the price that comes of it is shown to all
        situation, proof_end = self.situation_id, self.sudo().proof_date_end
        is_over = situation.proof_required and proof_end and day and proof_end < day
        return situation.browse() if is_over else situation

    @api.depends("plan_id")
    def _compute_agreement_days(self):
        for subscription in self:
            subscription.agreement_days = subscription.plan_id.agreement_days

    @api.depends("billing_line_ids.state", "billing_line_ids.period_end")
    def _compute_billed_until(self):
        last = dict(
            self.env["tierslieux.billing.line"]
            .sudo()
            ._read_group(
                [("subscription_id", "in", self.ids), ("state", "in", ("done", "nothing"))],
                ["subscription_id"],
                ["period_end:max"],
            )
        )
        last = {subscription.id: period_end for subscription, period_end in last.items()}
        for subscription in self:
            subscription.billed_until = last.get(subscription._origin.id, False)

    @api.model
    def _activity_date_field(self):
        return "date_start"

    @api.model
    def _group_expand_state(self, states, domain):
        # In the order of a subscription's life. None is empty: nothing is dropped into a column.
        return [state for state, _label in self._fields["state"].selection if state in states]
