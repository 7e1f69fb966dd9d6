from decimal import Decimal

from odoo import api, fields, models

from ..tools.mileage import Band

VEHICLES = [
    ("car_3", "Car, up to 3 CV"),
    ("car_4", "Car, 4 CV"),
    ("car_5", "Car, 5 CV"),
    ("car_6", "Car, 6 CV"),
    ("car_7", "Car, 7 CV and more"),
    ("moto_2", "Motorbike, 1 or 2 CV"),
    ("moto_5", "Motorbike, 3 to 5 CV"),
    ("moto_6", "Motorbike, over 5 CV"),
    ("moped", "Moped"),
    ("bike", "Bicycle"),
]


class TierslieuxMileageScale(models.Model):
    """What a kilometre is worth, from a day, to a day; the association's own, or everybody's."""

    _name = "tierslieux.mileage.scale"
    _description = "Mileage Scale"
    _order = "date_start desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        string="Association",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Empty: all of them, unless one has its own.",
    )
    date_start = fields.Date(string="Trips from", required=True)
    date_end = fields.Date(string="Trips until", required=True, help="The last day.")
    source = fields.Char(required=True, help="Law, decision of the board…")
    electric_factor = fields.Float(
        string="Electric vehicle: times", default=1.0, required=True, digits=(6, 3)
    )
    line_ids = fields.One2many("tierslieux.mileage.rate", "scale_id", string="Rates", copy=True)

    _dates_check = models.Constraint(
        "CHECK(date_end >= date_start)", "A scale ends after it begins."
    )
    _factor_check = models.Constraint("CHECK(electric_factor > 0)", "This is more than 0.")
    _dates_once = models.Constraint(
        "EXCLUDE USING gist ((COALESCE(company_id, 0)) WITH =,"
        " daterange(date_start, date_end, '[]') WITH &&)",
        "Another scale holds on some of these days.",
    )

    @api.model
    def _get_scale(self, date, company):
        """The scale of a day: the association's own, else everybody's; empty when there is none.

        :return: a scale in superuser mode
        """
        # sudo: what a kilometre is worth is no secret, and who asks may be a volunteer
        return self.sudo().search(
            [
                ("date_start", "<=", date),
                ("date_end", ">=", date),
                ("company_id", "in", (company.id, False)),
            ],
            order="company_id NULLS LAST",
            limit=1,
        )

    def _get_bands(self, vehicle):
        """:return: the bands of a vehicle, the lowest first"""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.vehicle == vehicle)
        return [
            Band(*(Decimal(str(line[name])) for name in ("km_from", "rate", "fixed")))
            for line in lines.sorted("km_from")
        ]


class TierslieuxMileageRate(models.Model):
    _name = "tierslieux.mileage.rate"
    _description = "Rate of a Mileage Scale"
    _order = "vehicle, km_from, id"
    _rec_name = "vehicle"

    scale_id = fields.Many2one(
        "tierslieux.mileage.scale", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="scale_id.company_id", store=True, precompute=True)
    vehicle = fields.Selection(VEHICLES, required=True)
    km_from = fields.Float(string="Above (km a year)", digits=(12, 1))
    rate = fields.Float(string="€ per km", required=True, digits=(12, 4))
    fixed = fields.Float(string="+ €", digits=(12, 2))

    _rate_check = models.Constraint(
        "CHECK(km_from >= 0 AND rate >= 0)", "Kilometres and rates are not negative."
    )
    _band_uniq = models.Constraint(
        "UNIQUE(scale_id, vehicle, km_from)", "This band is in the scale already."
    )
