from odoo import api, fields, models
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_billing.tools.bill_part import SERVICE_ACCOUNT, BillPart

_lt = LazyTranslate(__name__)
GUARDS = (
    Guard(
        {"partner_id", "quarters", "unit_price", "is_free", "company_id"},
        when="_is_on_invoice",
        sentence=_lt(
            "« %(record)s » is on an invoice already (%(fields)s): make a credit note there first."
        ),
    ),
)


class TierslieuxSecretariatTime(models.Model):
    """Secretarial work for somebody, by the quarter of an hour begun, billed with the month."""

    _name = "tierslieux.secretariat.time"
    _description = "Secretarial Work"
    _inherit = [
        "tierslieux.activity.mixin",
        "tierslieux.extra.mixin",
        "tierslieux.guarded.mixin",
    ]
    _order = "date desc, id desc"
    _rec_name = "description"

    partner_id = fields.Many2one(string="For")
    user_id = fields.Many2one(
        "res.users", string="Done by", default=lambda self: self.env.user, ondelete="restrict"
    )
    description = fields.Char(required=True, help="What was done, as the invoice says it.")
    quarters = fields.Integer(
        string="Quarters of an Hour", required=True, default=1, help="Each one begun counts."
    )
    activity_hours = fields.Float(compute="_compute_activity_hours", store=True)
    unit_price = fields.Monetary(
        string="Price of a Quarter",
        required=True,
        default=lambda self: self.env.company.secretariat_quarter_price,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    is_free = fields.Boolean(string="Free of Charge")
    invoice_line_ids = fields.One2many("account.move.line", "secretariat_id", readonly=True)

    _quarters_positive = models.Constraint(
        "CHECK(quarters > 0 AND unit_price >= 0)",
        "Work lasts a quarter of an hour at least, and its price is not negative.",
    )

    @api.depends("quarters")
    def _compute_activity_hours(self):
        for work in self:
            work.activity_hours = work.quarters / 4

    @api.depends("quarters", "unit_price", "is_free")
    def _compute_amount(self):
        for work in self:
            amount = 0.0 if work.is_free else work.quarters * work.unit_price
            work.amount = work.currency_id.round(amount) if work.currency_id else amount

    @api.model
    def _activity_date_field(self):
        return "date"

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_on_invoice(self, _name, _value):
        return bool(self) and self.is_billed

    def _get_billed_sentence(self):
        return self.env._(
            "« %(work)s » is on an invoice already: make a credit note there first.",
            work=self.description,
        )

    def _get_bill_part(self):
        self.ensure_one()
        account = self.company_id._get_chart_account(*SERVICE_ACCOUNT)
        return BillPart(
            kind="other",
            name=self.env._(
                "Secretarial work on %(date)s: %(work)s (quarters of an hour)",
                date=format_date(self.env, self.date),
                work=self.description,
            ),
            quantity=self.quarters,
            price_unit=self.unit_price,
            line_vals={"account_id": account.id, "secretariat_id": self.id},
        )
