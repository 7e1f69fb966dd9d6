from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..tools.proration import round_half_up


class TierslieuxCreditOverrun(models.Model):
    """What was used beyond the credits (prints), at its price, billed with the month."""

    _name = "tierslieux.credit.overrun"
    _description = "Use beyond the Credits"
    _order = "date desc, id desc"
    _rec_name = "type_id"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    type_id = fields.Many2one(
        "tierslieux.credit.type", string="Kind", required=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    quantity = fields.Float(required=True, digits=(12, 2))
    unit_price = fields.Float(required=True, digits="Product Price")
    discount = fields.Float(string="Discount (%)", help="That of the plan, on extras.")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    reason = fields.Char(string="What for")
    invoice_line_ids = fields.One2many("account.move.line", "credit_overrun_id", readonly=True)
    is_billed = fields.Boolean(
        string="Billed", compute="_compute_is_billed", search="_search_is_billed"
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0 AND unit_price >= 0 AND discount >= 0 AND discount <= 100)",
        "What is used beyond the credits has a quantity above zero and a price.",
    )

    @api.depends("quantity", "unit_price", "discount")
    def _compute_amount(self):
        for overrun in self:
            overrun.amount = self._get_amount(
                overrun.quantity, overrun.unit_price, overrun.discount
            )

    @api.model
    def _get_amount(self, quantity, unit_price, discount):
        """What a use comes to, half a cent going up.

        7 prints at 0.05 € less 10 %: 0.315, hence 0.32 €.
        """
        share = 1 - Decimal(str(discount)) / 100
        return round_half_up(Decimal(str(quantity)) * Decimal(str(unit_price)) * share)

    @api.model
    def _get_billed_domain(self):
        return Domain("invoice_line_ids", "any", [("parent_state", "!=", "cancel")])

    @api.depends("invoice_line_ids.parent_state")
    def _compute_is_billed(self):
        # sudo: whether it was billed is no secret of the books
        billed = self.sudo().search(Domain("id", "in", self.ids) & self._get_billed_domain())
        for overrun in self:
            overrun.is_billed = overrun._origin in billed

    @api.model
    def _search_is_billed(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: see above; the records found are still read with the user's rights
        billed = self.sudo()._search(self._get_billed_domain())
        return [("id", "in" if True in value else "not in", billed)]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        if billed := self.filtered("is_billed"):
            raise UserError(
                self.env._(
                    "%(type)s of %(name)s on %(date)s are on an invoice already: make a credit"
                    " note there first.",
                    type=billed[0].type_id.name,
                    name=billed[0].partner_id.name,
                    date=format_date(self.env, billed[0].date),
                )
            )

    def _get_billing_part(self):
        """What this adds to the month's invoice, in the language of the environment."""
        self.ensure_one()
        name = self.env._(
            "%(type)s on %(date)s, beyond what is included: %(how)s",
            type=self.type_id.name,
            date=format_date(self.env, self.date),
            how=self._get_computation(self.type_id, self.quantity, self.unit_price, self.discount),
        )
        return {
            "kind": "other",
            "name": name,
            "quantity": 1.0,
            "price_unit": self.amount,
            "line_vals": {
                "account_id": self.company_id._get_coworking_account("service").id,
                "credit_overrun_id": self.id,
            },
        }

    @api.model
    def _get_computation(self, credit_type, quantity, unit_price, discount):
        """ "8 × 0.05", and the discount where there is one."""
        values = {
            "quantity": credit_type._format_number(quantity),
            "price": formatLang(self.env, unit_price, dp="Product Price"),
            "discount": f"{discount:g}",
        }
        if discount:
            return self.env._("%(quantity)s × %(price)s, less %(discount)s %%", **values)
        return self.env._("%(quantity)s × %(price)s", **values)
