from odoo import fields, models
from odoo.tools import SQL

from .credit_line import MOVES


class TierslieuxCreditReport(models.Model):
    """Credits granted, used and expired: the lines of the ledger, with a measure for each."""

    _name = "tierslieux.credit.report"
    _description = "Credits granted and used"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "subscription_id"
    _depends = {
        "tierslieux.credit.line": [
            "company_id",
            "date",
            "move",
            "partner_id",
            "quantity",
            "subscription_id",
            "type_id",
        ],
        "tierslieux.subscription": ["partner_id", "plan_id"],
    }

    subscription_id = fields.Many2one("tierslieux.subscription", readonly=True)
    holder_id = fields.Many2one("res.partner", string="Subscriber", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Used by", readonly=True)
    plan_id = fields.Many2one("tierslieux.plan", readonly=True)
    type_id = fields.Many2one("tierslieux.credit.type", string="Credit", readonly=True)
    move = fields.Selection(MOVES, string="Movement", readonly=True)
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    granted = fields.Float(readonly=True)
    used = fields.Float(readonly=True, help="Given back ones taken off.")
    expired = fields.Float(readonly=True)
    adjusted = fields.Float(string="Corrected", readonly=True)
    left = fields.Float(readonly=True, help="The sum of all movements.")

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for.
        return SQL(
            """
            SELECT line.id, line.subscription_id, s.partner_id AS holder_id, line.partner_id,
                   s.plan_id, line.type_id, line.move, line.date, line.company_id,
                   CASE WHEN line.move = 'grant' THEN line.quantity ELSE 0 END AS granted,
                   CASE WHEN line.move IN ('use', 'give_back') THEN -line.quantity ELSE 0
                   END AS used,
                   CASE WHEN line.move = 'expire' THEN -line.quantity ELSE 0 END AS expired,
                   CASE WHEN line.move = 'adjust' THEN line.quantity ELSE 0 END AS adjusted,
                   line.quantity AS "left"
              FROM tierslieux_credit_line line
              JOIN tierslieux_subscription s ON s.id = line.subscription_id
            """
        )

    def action_open_record(self):
        """Open the movement that a line counts."""
        self.ensure_one()
        record = self.env["tierslieux.credit.line"].browse(self.id)
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
