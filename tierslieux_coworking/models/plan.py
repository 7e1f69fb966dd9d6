from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_duration

# What cuts a plan's time into the periods that are invoiced.
PERIOD_FIELDS = ("period", "period_anchor", "billing")


class TierslieuxPlan(models.Model):
    """What is sold: a monthly subscription, a book of passes, a day, a trial."""

    _name = "tierslieux.plan"
    _description = "Plan"
    _inherit = ["mail.thread", "image.mixin", "tierslieux.sold.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    place_ids = fields.Many2many(
        "tierslieux.place", string="Places", help="Where it is valid. Empty: everywhere."
    )
    kind = fields.Selection(
        [
            ("recurring", "Subscription"),
            ("book", "Pass book"),
            ("day", "Day pass"),
            ("trial", "Trial day"),
        ],
        required=True,
        default="recurring",
    )
    audience = fields.Selection(
        [("person", "Person"), ("team", "Team"), ("telework", "Teleworker paid by the employer")],
        required=True,
        default="person",
    )
    max_persons = fields.Integer(string="Maximum Persons", help="Of a team. 0: no limit.")
    description = fields.Html(translate=True, help="Shown on the portal.")
    portal_open = fields.Boolean(string="Taken Online")
    # Price
    amount = fields.Monetary(string="Price", help="Of one period, a book or a day.")
    price_ids = fields.One2many("tierslieux.plan.price", "plan_id", string="Prices", copy=True)
    product_id = fields.Many2one(
        "product.product",
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="Says the account and the tax of the invoice line. Made on its own when left empty.",
    )
    period = fields.Selection(
        [("month", "Month"), ("year", "Year")], required=True, default="month"
    )
    billing = fields.Selection(
        [("advance", "In advance"), ("arrears", "In arrears")], required=True, default="advance"
    )
    period_anchor = fields.Selection(
        [("calendar", "On the 1st"), ("start", "On the day of the start")],
        string="Period begins",
        required=True,
        default="calendar",
        help="Months from the 1st (years from 1 January), the first and last ones being cut; or"
        " from the day on which each subscription begins.",
    )
    prorata = fields.Selection(
        [("day", "By the day"), ("full", "Any month begun is due"), ("free", "First one free")],
        string="First and last Period",
        required=True,
        default="day",
    )
    setup_amount = fields.Monetary(string="Entry Fee")
    deposit_amount = fields.Monetary(string="Deposit")
    discount_extras = fields.Float(string="Discount on Extras (%)")
    best_price = fields.Boolean(
        help="At the end of the month, day passes that cost more than a book or a plan are billed"
        " at the better price.",
    )
    # Life
    notice_days = fields.Integer(string="Notice (days)", default=30)
    notice_rule = fields.Selection(
        [("day", "To the day"), ("period", "To the end of the period")],
        string="Notice runs",
        required=True,
        default="day",
    )
    commitment_months = fields.Integer(string="Minimum Commitment (months)")
    trial_days = fields.Integer(
        string="Free Trial (days)", help="Days without a fee before one decides. 0: no trial."
    )
    capacity = fields.Integer(help="Subscriptions at once. 0: no limit.")
    # Use
    credit_ids = fields.One2many("tierslieux.plan.credit", "plan_id", copy=True)
    validity_months = fields.Integer(
        string="Valid for (months)", default=12, help="Of a book. 0: without end."
    )
    is_transferable = fields.Boolean(
        string="Shared in a Team", help="Each person of the team may use the book."
    )
    hour_from = fields.Float(
        string="Valid from (hour)",
        help="Of a plan for a part of the day, as nights from 18:00 to 8:00: its credits pay for"
        " what lies within these hours, by the clock of the place. Both 0: the whole day.",
    )
    hour_to = fields.Float(string="Valid until (hour)")
    has_door = fields.Boolean(string="Door Access")
    has_wifi = fields.Boolean(string="Wi-Fi", default=True)
    has_post_box = fields.Boolean(string="Post Box")
    agreement_days = fields.Float(
        string="Days allowed per Month", help="Teleworkers: what the employer's agreement allows."
    )
    subscription_ids = fields.One2many("tierslieux.subscription", "plan_id")

    _code_company_uniq = models.Constraint(
        "UNIQUE(code, company_id)", "Another plan has this code."
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "The hours of a plan are between 0:00 and 24:00.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0 AND setup_amount >= 0 AND deposit_amount >= 0)",
        "A price cannot be negative.",
    )
    _numbers_positive = models.Constraint(
        "CHECK(notice_days >= 0 AND commitment_months >= 0 AND trial_days >= 0 AND capacity >= 0"
        " AND max_persons >= 0 AND validity_months >= 0 AND agreement_days >= 0)",
        "Numbers of days, months or persons cannot be negative.",
    )
    _discount_check = models.Constraint(
        "CHECK(discount_extras >= 0 AND discount_extras <= 100)",
        "A discount is between 0 and 100 %.",
    )

    @api.constrains("kind", "audience")
    def _check_audience(self):
        for plan in self:
            if plan.kind != "recurring" and plan.audience == "telework":
                raise ValidationError(
                    self.env._(
                        "Plan %(name)s: a teleworker's plan is a subscription, not a book or a"
                        " day pass. Choose « Subscription », or « Person » as its audience.",
                        name=plan.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._ensure_product()
        return plans

    def write(self, vals):
        self._check_periods_stay(vals)
        if "name" not in vals:
            return super().write(vals)
        # sudo: products are no business of who sets up plans.
        same_name = self.sudo().filtered(lambda p: p.product_id.name == p.name)
        result = super().write(vals)
        for plan_sudo in same_name:
            plan_sudo.product_id.name = plan_sudo.name
        return result

    def _check_periods_stay(self, vals):
        """:raise UserError: when periods that were invoiced would be cut otherwise"""
        names = [name for name in PERIOD_FIELDS if name in vals]
        changing = self.filtered(lambda plan: any(plan[name] != vals[name] for name in names))
        # sudo: whether anybody was invoiced, of any place
        for plan_sudo in changing.sudo():
            if plan_sudo.subscription_ids.filtered("billed_until"):
                raise UserError(
                    self.env._(
                        "Subscriptions to « %(plan)s » have been invoiced by its periods: with"
                        " others, days would be invoiced twice, or never. Make another plan for"
                        " those who come now.",
                        plan=plan_sudo.name,
                    )
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for plan, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(name)s (copy)", name=plan.name)
        return vals_list

    def _get_access_terms(self):
        """When it is valid and what it opens besides the desks, in words."""
        self.ensure_one()
        terms = (
            (
                self.hour_from or self.hour_to,
                self.env._(
                    "%(opens)s to %(closes)s each day",
                    opens=format_duration(self.hour_from),
                    closes=format_duration(self.hour_to),
                ),
            ),
            (self.has_door, self.env._("door access")),
            (self.has_wifi, self.env._("Wi-Fi")),
            (self.has_post_box, self.env._("post box")),
        )
        return [term for is_given, term in terms if is_given]
