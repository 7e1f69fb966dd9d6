from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.membership_period import membership_period, prorata_amount


class TierslieuxMembershipType(models.Model):
    """What a person joins for: its fee, its period, its rights."""

    _name = "tierslieux.membership.type"
    _description = "Membership Type"
    _inherit = ["tierslieux.sold.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(help="Short code, used by imports and reports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    audience = fields.Selection(
        [("person", "Person"), ("family", "Family"), ("organisation", "Organisation")],
        required=True,
        default="person",
    )
    max_persons = fields.Integer(
        string="Persons under one Fee",
        help="For families and organisations: how many persons, the member included. 0: no limit.",
    )
    description = fields.Html(help="Shown on the portal.")

    # Fee
    amount_mode = fields.Selection(
        [("fixed", "Fixed"), ("scale", "By scale"), ("free", "Free amount")],
        string="Fee",
        required=True,
        default="fixed",
    )
    amount = fields.Monetary(help="Fee of a full period.")
    amount_min = fields.Monetary(string="Floor", help="Least amount of a free fee.")
    amount_suggested = fields.Monetary(string="Suggested Amount")
    scale_ids = fields.One2many("tierslieux.membership.scale", "type_id", string="Tiers", copy=True)
    prorata = fields.Boolean(
        string="Pro Rata",
        help="Someone who joins during the period pays for the months begun until its end.",
    )
    has_counterpart = fields.Boolean(
        help="The fee gives right to goods or services: it is booked in account 7562 instead "
        "of 7561, and cannot be receipted as a gift."
    )
    product_id = fields.Many2one(
        "product.product",
        copy=False,
        check_company=True,
        help="Product on the invoice, which says the account of the fee. Made on its own when "
        "left empty.",
    )

    # Period
    period_kind = fields.Selection(
        [
            ("calendar", "Calendar year"),
            ("fiscal", "Financial year"),
            ("season", "Season"),
            ("rolling", "Rolling months"),
        ],
        required=True,
        default="calendar",
    )
    season_month = fields.Integer(string="Season begins in Month", default=9)
    season_day = fields.Integer(string="Season begins on Day", default=1)
    rolling_months = fields.Integer(string="Number of Months", default=12)
    next_period_months = fields.Integer(
        string="Next Period offered (months before the end)",
        default=3,
        help="Someone who joins in the last months of a period may take a fee that is valid until "
        "the end of the next one. 0: never.",
    )
    grace_days = fields.Integer(
        default=lambda self: self.env.company.membership_grace_days,
        help="Days after the end during which a member who has not renewed still counts.",
    )

    # Vote
    college_id = fields.Many2one("tierslieux.college", check_company=True, ondelete="restrict")
    voting_after_days = fields.Integer(
        string="Votes after (days)",
        help="Days of continuous membership before a member may vote.",
    )
    voting_min_age = fields.Integer(
        string="Voting Age", help="0: no minimum. Someone without birth date is taken as adult."
    )
    covered_vote = fields.Boolean(
        string="Each Person votes",
        help="In a family, each covered person has a vote; otherwise the member alone.",
    )

    portal_open = fields.Boolean(
        string="Join Online", help="People may join by themselves on the portal."
    )
    place_id = fields.Many2one("tierslieux.place", check_company=True)
    membership_count = fields.Integer(compute="_compute_membership_count")

    _code_company_uniq = models.Constraint(
        "UNIQUE(code, company_id)", "The code of a membership type must be unique."
    )
    _amount_check = models.Constraint(
        "CHECK(amount >= 0 AND amount_min >= 0 AND amount_suggested >= 0)",
        "A fee cannot be negative.",
    )
    _days_check = models.Constraint(
        "CHECK(grace_days >= 0 AND voting_after_days >= 0 AND max_persons >= 0"
        " AND voting_min_age >= 0 AND next_period_months >= 0)",
        "Numbers of days, years or persons cannot be negative.",
    )

    def _compute_membership_count(self):
        counts = {
            membership_type.id: count
            for membership_type, count in self.env["tierslieux.membership"]._read_group(
                [("type_id", "in", self.ids), ("state", "not in", ("draft", "cancelled"))],
                ["type_id"],
                ["__count"],
            )
        }
        for record in self:
            record.membership_count = counts.get(record.id, 0)

    @api.constrains("period_kind", "season_month", "season_day", "rolling_months")
    def _check_period(self):
        for record in self:
            if record.period_kind == "rolling" and record.rolling_months < 1:
                raise ValidationError(
                    self.env._(
                        "Membership type %(name)s: a rolling period lasts at least one month.",
                        name=record.name,
                    )
                )
            if record.period_kind == "season" and not (
                1 <= record.season_month <= 12 and 1 <= record.season_day <= 31
            ):
                raise ValidationError(
                    self.env._(
                        "Membership type %(name)s: the season must begin on an existing date "
                        "(month 1 to 12, day 1 to 31).",
                        name=record.name,
                    )
                )

    @api.constrains("amount_mode", "scale_ids", "amount_min", "amount_suggested")
    def _check_amounts(self):
        for record in self:
            if record.amount_mode == "scale" and not record.scale_ids:
                raise ValidationError(
                    self.env._(
                        "Membership type %(name)s: a fee by scale needs at least one tier.",
                        name=record.name,
                    )
                )
            if record.amount_mode == "free" and (
                record.amount_suggested and record.amount_suggested < record.amount_min
            ):
                raise ValidationError(
                    self.env._(
                        "Membership type %(name)s: the suggested amount is below the floor.",
                        name=record.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        types = super().create(vals_list)
        types._ensure_product()
        return types

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"has_counterpart", "name"}:
            self._sync_product()
        return result

    # ------------------------------------------------------------------ period and fee

    def _get_period(self, day):
        """Full period of this type that contains ``day``: (start, end), inclusive."""
        self.ensure_one()
        return membership_period(
            self.period_kind,
            day,
            rolling_months=self.rolling_months,
            season_month=self.season_month,
            season_day=self.season_day,
            fiscal_last_month=int(self.company_id.fiscalyear_last_month),
            fiscal_last_day=self.company_id.fiscalyear_last_day,
        )

    def _get_next_end(self, day):
        """Last day of the next period, when someone who joins on ``day`` may take it at once.

        :return: date, or None when this type offers the period under way only
        """
        self.ensure_one()
        if self.period_kind == "rolling" or not self.next_period_months:
            return None
        end = self._get_period(day)[1]
        if day <= fields.Date.subtract(end, months=self.next_period_months):
            return None
        return self._get_period(fields.Date.add(end, days=1))[1]

    def _get_amount(self, date_start, date_end, scale=None):
        """Fee for these dates, pro rata applied within the period that ends them.

        Who joins on 27 November until 31 December of the next year pays for that whole year.

        :param scale: record of ``tierslieux.membership.scale`` for a fee by scale
        """
        self.ensure_one()
        if self.amount_mode == "scale":
            full = scale.amount if scale else 0.0
        elif self.amount_mode == "free":
            # A free amount is the giver's choice: never cut by pro rata.
            return max(self.amount_suggested, self.amount_min)
        else:
            full = self.amount
        if not self.prorata or self.period_kind == "rolling" or not (date_start and date_end):
            return full
        return prorata_amount(
            full,
            date_start,
            date_end,
            *self._get_period(date_end),
            self.currency_id.decimal_places,
        )

    # ------------------------------------------------------------------ product and account

    def _get_chart_account(self):
        """Account 7561, or 7562 of fees with a counterpart."""
        self.ensure_one()
        code = "7562" if self.has_counterpart else "7561"
        return self.company_id._find_chart_account(f"asso_{code}", code)

    def _get_no_account_message(self):
        self.ensure_one()
        return self.env._(
            "No account for the fees of %(name)s: choose a chart of accounts for "
            "%(company)s in the accounting settings, or give an income account to the "
            "product of this membership type.",
            name=self.name,
            company=self.company_id.name,
        )
