from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from ..tools.plan_price import choose_price


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
        """The row of the price list that holds: an empty record for the plan's own price."""
        self.ensure_one()
        rows = {
            (price.members_only, price.situation_id.id or None, price.amount): price
            for price in self.price_ids
        }
        chosen = choose_price(list(rows), is_member, situation.id if situation else None)
        return rows[chosen] if chosen else self.env["tierslieux.plan.price"]

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

    def _get_unit_label(self):
        """What the price is for: a month, a year, a book, a day."""
        self.ensure_one()
        if self.kind == "book":
            return self.env._("the book")
        if self.kind in ("day", "trial"):
            return self.env._("a day")
        return self.env._("a year") if self.period == "year" else self.env._("a month")

    # ------------------------------------------------------------------ product and account

    def _prepare_product_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "type": "service",
            "sale_ok": True,
            "purchase_ok": False,
            "list_price": 0.0,
            "company_id": self.company_id.id,
            # Most associations are exempt from VAT: a place that charges it sets the tax here.
            "taxes_id": [fields.Command.clear()],
            "supplier_taxes_id": [fields.Command.clear()],
        }

    def _ensure_product(self):
        """Make the missing products. sudo: products are no business of who sets up plans."""
        for plan in self.filtered(lambda p: not p.product_id):
            plan_sudo = plan.sudo().with_company(plan.company_id)
            product_sudo = plan_sudo.env["product.product"].create(plan._prepare_product_vals())
            plan_sudo.product_id = product_sudo
            account = plan_sudo._get_chart_account()
            if account:
                product_sudo.property_account_income_id = account

    def _get_chart_account(self):
        """Account 706 (services) of the company's chart, or an empty record."""
        self.ensure_one()
        company = self.company_id
        account = (
            self.env["account.chart.template"]
            .sudo()
            .with_company(company)
            .ref("pcg_706", raise_if_not_found=False)
        )
        if account:
            return account
        return (
            self.env["account.account"]
            .sudo()
            .with_company(company)
            .search(
                [
                    ("code", "=like", "706%"),
                    ("company_ids", "parent_of", company.id),
                    ("account_type", "in", ("income", "income_other")),
                ],
                limit=1,
                order="code",
            )
        )

    def _get_income_account(self):
        """Account the fee is booked in: the product's, else 706, else the company's default.

        :raise UserError: if the company has no chart of accounts or no income account
        """
        self.ensure_one()
        self._ensure_product()
        product_sudo = self.product_id.sudo().with_company(self.company_id)
        account = (
            product_sudo.property_account_income_id
            or self._get_chart_account()
            or product_sudo.product_tmpl_id.get_product_accounts()["income"]
        )
        if not account:
            raise UserError(
                self.env._(
                    "No account for the plan %(name)s: choose a chart of accounts for"
                    " %(company)s in the accounting settings, or give an income account to the"
                    " product of this plan.",
                    name=self.name,
                    company=self.company_id.name,
                )
            )
        return account
