from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

from odoo.addons.tierslieux_billing.tools.bill_part import SERVICE_ACCOUNT

from ..tools.best_price import Offer


class TierslieuxPlanPrice(models.Model):
    """A plan's price for members, or for a situation; the most precise one that fits holds."""

    _name = "tierslieux.plan.price"
    _description = "Price of a Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("tierslieux.plan", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10)
    members_only = fields.Boolean(string="For Members", default=True)
    situation_id = fields.Many2one("tierslieux.situation", ondelete="restrict")
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A price cannot be negative.")
    _precision_check = models.Constraint(
        "CHECK(members_only OR situation_id IS NOT NULL)",
        "Say for whom this price is: members, a situation, or both.",
    )
    _price_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (plan_id, members_only, situation_id)",
        "Two prices for the same persons.",
    )

    @api.depends("plan_id", "members_only", "situation_id", "amount")
    def _compute_display_name(self):
        for price in self:
            price.display_name = price._get_label()

    def _get_label(self):
        """For whom this price is, in words."""
        self.ensure_one()
        situation = self.situation_id.name
        if self.members_only and situation:
            return self.env._("members, %(situation)s", situation=situation)
        return self.env._("members") if self.members_only else situation or ""


class TierslieuxPlan(models.Model):
    """What a person pays for a plan, in figures and in words, and where it is booked."""

    _inherit = "tierslieux.plan"

    # ------------------------------------------------------------------ price

    @api.model
    def _get_members(self, partners, company, date=None):
        """Those of ``partners`` who are members of ``company`` on that day."""
        if not partners:
            return partners
        date = date or fields.Date.context_today(self)
        # sudo: whether somebody is a member decides their price, whoever records it.
        Partner_sudo = self.env["res.partner"].sudo().with_company(company)
        domain = Partner_sudo._covered_by(Partner_sudo._member_domain(date))
        found = Partner_sudo.with_context(active_test=False).search(
            Domain("id", "in", partners.ids) & domain
        )
        return partners.browse(found.ids)

    def _choose_price(self, is_member, situation=None):
        """The most precise row of the price list that fits: an empty record for the plan's own
        price. One for a situation is more precise than one for members, one for both than either.
        """
        self.ensure_one()
        fitting = self.price_ids.filtered(
            lambda price: (
                (is_member or not price.members_only)
                and (not price.situation_id or price.situation_id == situation)
            )
        )
        return max(
            fitting,
            key=lambda price: (bool(price.situation_id), price.members_only),
            default=self.env["tierslieux.plan.price"],
        )

    def _get_price(self, partner, situation=None, date=None, company=None, is_member=None):
        """What ``partner`` pays for one period (a book, a day), and the sentence that says why.

        :param situation: record of ``tierslieux.situation`` whose proof was seen, or nothing
        :param bool is_member: when already known (else looked up on ``date``)
        :return: (amount, note)
        """
        self.ensure_one()
        if is_member is None:
            company = company or self.company_id
            is_member = bool(partner and self._get_members(partner, company, date))
        price = self._choose_price(is_member, situation)
        amount = price.amount if price else self.amount
        return amount, self._get_price_note(amount, price)

    def _get_price_note(self, amount, price=None):
        """How an amount comes from the price list, in one sentence."""
        self.ensure_one()
        values = {
            "amount": format_amount(self.env, amount, self.currency_id),
            "unit": self._get_unit_label(),
            "plan": self.name,
        }
        if not price:
            return self.env._("%(amount)s %(unit)s: price of « %(plan)s ».", **values)
        return self.env._(
            "%(amount)s %(unit)s: price of « %(plan)s » for %(who)s (otherwise %(full)s).",
            who=price._get_label(),
            full=format_amount(self.env, self.amount, self.currency_id),
            **values,
        )

    @api.model
    def _get_offers(self, partner, month, passes):
        """Books of days and monthly plans for one person that hold where these passes do, at the
        price of that person: what may replace the passes.

        :return: list of ``Offer``
        """
        places = {one.place_id for one in passes if one.place_id}
        plans = self.search(
            [
                ("company_id", "=", passes[0].company_id.id),
                ("kind", "in", ("book", "recurring")),
                ("audience", "=", "person"),
                ("credit_ids.type_id.unit", "=", "day"),
            ]
        )
        situation = passes[-1].situation_id
        is_member = bool(plans._get_members(partner, passes[0].company_id, month))
        offers = []
        for plan in plans:
            if plan.kind == "recurring" and plan.period != "month":
                continue
            if plan.place_ids and not places <= set(plan.place_ids):
                continue
            days = [credit for credit in plan.credit_ids if credit.type_id.unit == "day"]
            unlimited = any(credit.is_unlimited for credit in days)
            listed = plan._choose_price(is_member, situation)
            price = listed.amount if listed else plan.amount
            if price > 0:
                quantity = None if unlimited else sum(credit.quantity for credit in days)
                offers.append(Offer(plan, price, quantity))
        return offers

    def _describe_lower_prices(self, amount):
        """The prices of the list below this one, and for whom, the lowest last."""
        self.ensure_one()
        return [
            self.env._(
                "%(amount)s for %(who)s",
                amount=format_amount(self.env, price.amount, self.currency_id),
                who=price._get_label(),
            )
            for price in self.price_ids.sorted("amount", reverse=True)
            if self.currency_id.compare_amounts(price.amount, amount) < 0
        ]

    def _get_unit_label(self):
        """What the price is for: a month, a year, a book, a day, a half-day."""
        self.ensure_one()
        if self.kind == "book":
            return self.env._("the book")
        if self.kind in ("day", "trial"):
            # sudo: on the portal, whoever reads a plan does not read its credits.
            units = set(self.sudo().credit_ids.type_id.mapped("unit"))
            return self.env._("a half-day") if units == {"half_day"} else self.env._("a day")
        return self.env._("a year") if self.period == "year" else self.env._("a month")

    # ------------------------------------------------------------------ product and account

    def _get_chart_account(self):
        """Account 706 (services)."""
        self.ensure_one()
        return self.company_id._find_chart_account(*SERVICE_ACCOUNT)

    def _get_no_account_message(self):
        self.ensure_one()
        return self.env._(
            "No account for the plan %(name)s: choose a chart of accounts for"
            " %(company)s in the accounting settings, or give an income account to the"
            " product of this plan.",
            name=self.name,
            company=self.company_id.name,
        )
