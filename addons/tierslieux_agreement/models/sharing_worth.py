from decimal import Decimal

from odoo import fields, models

from ..tools.sharing import Worth


class TierslieuxSharingWorth(models.Model):
    """What a shared thing is worth, from a day on: what is no longer true gets another line."""

    _name = "tierslieux.sharing.worth"
    _description = "Worth of what is Shared"
    _order = "date_start desc, id desc"
    _rec_name = "date_start"

    sharing_id = fields.Many2one(
        "tierslieux.sharing", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="sharing_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="sharing_id.currency_id")
    date_start = fields.Date(string="From", required=True)
    unit = fields.Selection(
        [("hour", "An hour"), ("day", "A day begun"), ("use", "Each time")],
        string="For",
        required=True,
        default="hour",
    )
    amount = fields.Monetary(required=True)
    source = fields.Char(string="How It Is Known", help="A quote, a price list, the minimum wage…")

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "What a shared thing is worth is not below zero."
    )
    _date_uniq = models.Constraint(
        "UNIQUE(sharing_id, date_start)", "Its worth from that day on is said already: see it."
    )

    def _get_worths(self):
        """:return: {sharing: [:class:`Worth`]}"""
        return {
            sharing: [
                Worth(line.date_start, line.unit, Decimal(str(line.amount))) for line in lines
            ]
            for sharing, lines in self.grouped("sharing_id").items()
        }
