from decimal import Decimal

from odoo import api, fields, models
from odoo.tools.misc import format_amount

TARIFFS = [
    ("member", "Member"),
    ("non_member", "Non-member"),
    ("partner", "Partner organisation"),
    ("free", "Free of charge"),
]


class TierslieuxBookingRate(models.Model):
    """A price list of resources: by tariff and by hour, half-day, day or month."""

    _name = "tierslieux.booking.rate"
    _description = "Booking Prices"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        ondelete="restrict",
        help="Says the account and the tax of the invoice line.",
    )
    half_day_hours = fields.Float(default=4.0, help="A half-day is up to so many hours.")
    day_hours = fields.Float(default=10.0, help="A day is up to so many hours.")
    line_ids = fields.One2many("tierslieux.booking.rate.line", "rate_id", copy=True)
    price_summary = fields.Char(string="Prices", compute="_compute_price_summary")

    @api.depends("line_ids.tariff", "line_ids.unit", "line_ids.price", "currency_id")
    @api.depends_context("lang")
    def _compute_price_summary(self):
        """ "Member: 10.00 € (Hour), 60.00 € (Day) · Non-member: …" """
        Line = self.env["tierslieux.booking.rate.line"]
        tariffs, units = (
            dict(Line._fields[name]._description_selection(self.env)) for name in ("tariff", "unit")
        )
        for rate in self:
            parts = []
            for tariff, label in tariffs.items():
                prices = {line.unit: line for line in rate.line_ids if line.tariff == tariff}
                if prices:
                    said = ", ".join(
                        f"{format_amount(self.env, prices[unit].price, rate.currency_id)} ({name})"
                        for unit, name in units.items()
                        if unit in prices
                    )
                    parts.append(self.env._("%(tariff)s: %(prices)s", tariff=label, prices=said))
            rate.price_summary = " · ".join(parts) or self.env._("Free of charge")

    def _get_prices(self):
        """{tariff: {unit: price as Decimal}} of this list."""
        self.ensure_one()
        prices = {}
        for line in self.line_ids:
            prices.setdefault(line.tariff, {})[line.unit] = Decimal(str(line.price))
        return prices


class TierslieuxBookingRateLine(models.Model):
    """One price: what a tariff pays for one unit of time, taxes as the product says."""

    _name = "tierslieux.booking.rate.line"
    _description = "Booking Price"
    _order = "tariff, unit, id"

    rate_id = fields.Many2one(
        "tierslieux.booking.rate", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="rate_id.currency_id")
    tariff = fields.Selection(
        [item for item in TARIFFS if item[0] != "free"], required=True, default="member"
    )
    unit = fields.Selection(
        [("hour", "Hour"), ("half_day", "Half-day"), ("day", "Day"), ("month", "Month")],
        required=True,
        default="hour",
    )
    price = fields.Monetary(required=True)

    _price_positive = models.Constraint("CHECK(price >= 0)", "A price cannot be negative.")
    _line_uniq = models.Constraint(
        "UNIQUE(rate_id, tariff, unit)", "Two prices for the same tariff and unit."
    )
