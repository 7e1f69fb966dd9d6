from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_billing.tools.bill_part import SERVICE_ACCOUNT, BillPart

from ..tools.proration import round_half_up


class TierslieuxCreditOverrun(models.Model):
    """What was used beyond the credits (prints), at its price, billed with the month."""

    _name = "tierslieux.credit.overrun"
    _description = "Use beyond the Credits"
    _inherit = ["tierslieux.extra.mixin", "tierslieux.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "type_id"

    partner_id = fields.Many2one(string="Person")
    type_id = fields.Many2one(
        "tierslieux.credit.type", string="Kind", required=True, ondelete="restrict"
    )
    quantity = fields.Float(required=True, digits=(12, 2))
    unit_price = fields.Float(required=True, digits="Product Price")
    discount = fields.Float(string="Discount (%)", help="That of the plan, on extras.")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    reason = fields.Char(string="What for", groups=NOTE_GROUPS)
    invoice_line_ids = fields.One2many("account.move.line", "credit_overrun_id", readonly=True)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0 AND unit_price >= 0 AND discount >= 0 AND discount <= 100)",
        "What is used beyond the credits has a quantity above zero and a price.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

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

    def _get_billed_sentence(self):
        return self.env._(
            "%(type)s of %(name)s on %(date)s are on an invoice already: make a credit"
            " note there first.",
            type=self.type_id.name,
            name=self.partner_id.name,
            date=format_date(self.env, self.date),
        )

    def _get_bill_part(self):
        self.ensure_one()
        name = self.env._(
            "%(type)s on %(date)s, beyond what is included: %(how)s",
            type=self.type_id.name,
            date=format_date(self.env, self.date),
            how=self._get_computation(self.type_id, self.quantity, self.unit_price, self.discount),
        )
        account = self.company_id._get_chart_account(*SERVICE_ACCOUNT)
        return BillPart(
            kind="other",
            name=name,
            price_unit=self.amount,
            line_vals={"account_id": account.id, "credit_overrun_id": self.id},
        )

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
