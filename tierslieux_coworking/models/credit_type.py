from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.credit_allocation import STEPS


class TierslieuxCreditType(models.Model):
    """What a credit is counted in, and what it pays for: days at a desk, meeting hours, prints."""

    _name = "tierslieux.credit.type"
    _description = "Kind of Credit"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Selection(
        [("day", "Day"), ("half_day", "Half-day"), ("hour", "Hour"), ("piece", "Piece")],
        required=True,
        default="hour",
        help="A day may be used by halves; an hour by the minute; a piece (a print) whole.",
    )
    kind_ids = fields.Many2many(
        "tierslieux.resource.kind",
        string="Pays for",
        help="Bookings of these kinds of resources are paid with it. Empty: no booking.",
    )

    extra_price = fields.Float(
        string="Price beyond",
        digits="Product Price",
        company_dependent=True,
        help="Of a piece used once the credits are used up, billed with the month. 0: nothing may"
        " be used beyond the credits.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Another kind of credit has this code.")

    @api.constrains("extra_price", "unit")
    def _check_extra_price(self):
        for kind in self:
            if kind.extra_price < 0:
                raise ValidationError(
                    self.env._("%(type)s: give a price of zero or above.", type=kind.name)
                )
            if kind.extra_price and kind.unit != "piece":
                raise ValidationError(
                    self.env._(
                        "%(type)s: only pieces have a price here. Days are sold as passes, and"
                        " hours have the price of the room.",
                        type=kind.name,
                    )
                )

    def _get_step(self):
        """The smallest quantity of it that can be used."""
        self.ensure_one()
        return STEPS[self.unit]

    def _format_quantity(self, quantity):
        """ "Days: 2", which holds for one as for many."""
        self.ensure_one()
        return self.env._(
            "%(type)s: %(quantity)s", type=self.name, quantity=self._format_number(quantity)
        )

    @api.model
    def _format_number(self, quantity):
        """A quantity without useless zeros, as the user's language writes it."""
        text = f"{quantity:.2f}".rstrip("0").rstrip(".")
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return text.replace(".", lang.decimal_point or ".")
