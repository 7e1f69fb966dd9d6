from odoo import fields, models
from odoo.tools import SQL

from .agreement_price import DIRECTIONS


class TierslieuxAgreementMoneyReport(models.Model):
    """What has fallen due under agreements, what of it was invoiced and paid, without taxes.

    One line per instalment; what falls due later is on each agreement (« They owe »), since it
    follows from its prices.
    """

    _name = "tierslieux.agreement.money.report"
    _description = "Due, invoiced and paid under agreements"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "instalment_id"
    _depends = {
        "account.move": ["amount_residual", "amount_total", "payment_state", "state"],
        "agreement": ["agreement_type_id", "partner_id"],
        "tierslieux.agreement.instalment": [
            "agreement_id",
            "amount",
            "company_id",
            "date",
            "direction",
            "is_skipped",
            "move_id",
            "price_id",
        ],
    }

    instalment_id = fields.Many2one("tierslieux.agreement.instalment", readonly=True)
    agreement_id = fields.Many2one("agreement", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    agreement_type_id = fields.Many2one("agreement.type", string="Kind", readonly=True)
    price_id = fields.Many2one("tierslieux.agreement.price", string="What for", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    direction = fields.Selection(DIRECTIONS, readonly=True)
    date = fields.Date(string="Due on", readonly=True)
    amount_due = fields.Monetary(string="Fallen Due", readonly=True)
    amount_invoiced = fields.Monetary(string="Invoiced", readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True)

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for. A credit note settles without money: what
        # it took off is neither invoiced nor paid.
        return SQL(
            """
            SELECT line.id, line.id AS instalment_id, line.agreement_id, a.partner_id,
                   a.agreement_type_id, line.price_id, line.company_id, line.direction, line.date,
                   CASE WHEN line.is_skipped THEN 0 ELSE line.amount END AS amount_due,
                   CASE WHEN m.state = 'posted' THEN line.amount * net.share ELSE 0
                   END AS amount_invoiced,
                   CASE WHEN m.state = 'posted' AND m.amount_total > 0
                         AND m.payment_state IN ('paid', 'in_payment', 'partial')
                        THEN GREATEST(
                            line.amount * (net.share - m.amount_residual / m.amount_total), 0)
                        ELSE 0
                   END AS amount_paid
              FROM tierslieux_agreement_instalment line
              JOIN agreement a ON a.id = line.agreement_id
              LEFT JOIN account_move m ON m.id = line.move_id
              LEFT JOIN LATERAL (
                    SELECT 1 - COALESCE(SUM(r.amount_untaxed), 0) / NULLIF(m.amount_untaxed, 0)
                           AS share
                      FROM account_move r
                     WHERE r.reversed_entry_id = m.id AND r.state = 'posted'
                   ) net ON TRUE
            """
        )

    def action_open_record(self):
        """Open the agreement."""
        self.ensure_one()
        return self.agreement_id.get_formview_action()
