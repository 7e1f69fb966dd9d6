from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class TierslieuxCertification(models.Model):
    """What a person must have been shown before using a resource (a laser cutter, a van)."""

    _name = "tierslieux.certification"
    _description = "Certification"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    validity_months = fields.Integer(help="0: for ever.")
    holder_ids = fields.One2many("tierslieux.certification.holder", "certification_id")

    def _is_held_by(self, partner, day):
        """Whether somebody holds this certification on a day."""
        self.ensure_one()
        return any(
            holder.partner_id == partner
            and holder.date_start <= day
            and (not holder.date_end or holder.date_end >= day)
            for holder in self.holder_ids
        )


class TierslieuxCertificationHolder(models.Model):
    """One person who holds a certification, from a day, to a day or for ever."""

    _name = "tierslieux.certification.holder"
    _description = "Certified Person"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date_start desc, id desc"

    certification_id = fields.Many2one(
        "tierslieux.certification", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="certification_id.company_id", store=True)
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date(
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: for ever.",
    )

    _holder_uniq = models.Constraint(
        "UNIQUE(certification_id, partner_id, date_start)",
        "This person has this certification from that day already.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A certification ends after it begins.",
    )

    @api.depends("certification_id", "date_start")
    def _compute_date_end(self):
        """The last day, as the certification says how long it is worth."""
        for holder in self:
            months = holder.certification_id.validity_months
            holder.date_end = (
                holder.date_start + relativedelta(months=months) - timedelta(days=1)
                if months and holder.date_start
                else False
            )
