from odoo import api, fields, models
from odoo.tools import SQL


class TierslieuxCoworkingRevenue(models.Model):
    """What coworking brings in: one line per line of a posted invoice, before tax.

    Read in the books, and nowhere else: credit notes take off, drafts and cancelled invoices do
    not count, deposits are no income.
    """

    _name = "tierslieux.coworking.revenue"
    _description = "Coworking Revenue"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move.line": [
            "account_id",
            "balance",
            "billing_kind",
            "booking_id",
            "display_type",
            "parent_state",
            "subscription_id",
        ],
        "account.move": ["invoice_date", "move_type", "partner_id"],
        "account.account": ["account_type"],
        "tierslieux.booking": ["kind_id", "place_id"],
        "tierslieux.plan": ["kind"],
        "tierslieux.subscription": ["partner_id", "place_id", "plan_id"],
    }

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    move_name = fields.Char(string="Invoice Number", readonly=True)
    name = fields.Char(string="Label", readonly=True)
    date = fields.Date(string="Invoice Date", readonly=True)
    kind = fields.Selection(
        [
            ("fee", "Subscription"),
            ("setup", "Entry fee"),
            ("change", "Change of plan"),
            ("booking", "Booking"),
            ("cancel_fee", "Cancellation fee"),
            ("pass", "Pass"),
            ("best_price", "Best price"),
            ("return_fee", "Costs of a returned debit"),
            ("other", "Other service"),
        ],
        readonly=True,
    )
    plan_id = fields.Many2one("tierslieux.plan", readonly=True)
    plan_kind = fields.Selection(
        [
            ("recurring", "Subscription"),
            ("book", "Pass book"),
            ("day", "Day pass"),
            ("trial", "Trial day"),
        ],
        string="Kind of Plan",
        readonly=True,
    )
    resource_kind_id = fields.Many2one(
        "tierslieux.resource.kind", string="Kind of Resource", readonly=True
    )
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    subscription_id = fields.Many2one("tierslieux.subscription", readonly=True)
    booking_id = fields.Many2one("tierslieux.booking", readonly=True)
    payer_id = fields.Many2one("res.partner", string="Invoiced to", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Used by", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(string="Revenue", readonly=True, help="Before tax.")

    @api.model
    def _get_kinds_by_link(self):
        """Kinds of lines that are told by the record they bill, rather than by what the month's
        run calls them. Extended by modules that add their own.

        :return: {column of ``account_move_line``: kind}
        """
        return {}

    @property
    def _table_query(self):
        links = {
            SQL.identifier("line", column): kind
            for column, kind in self._get_kinds_by_link().items()
        }
        of_link = SQL().join(
            SQL("CASE WHEN %s IS NOT NULL THEN %s END, ", column, kind)
            for column, kind in links.items()
        )
        is_linked = SQL().join(SQL(" OR %s IS NOT NULL", column) for column in links)
        # SQL: a view, which the ORM has no words for.
        return SQL(
            """
            SELECT line.id, line.move_id, line.move_name, line.name, move.invoice_date AS date,
                   COALESCE(
                       %(of_link)s line.billing_kind,
                       CASE WHEN line.booking_id IS NOT NULL THEN 'booking'
                            WHEN plan.kind IN ('book', 'day', 'trial') THEN 'pass'
                            ELSE 'fee' END
                   ) AS kind,
                   subscription.plan_id, plan.kind AS plan_kind,
                   booking.kind_id AS resource_kind_id,
                   COALESCE(booking.place_id, subscription.place_id) AS place_id,
                   line.subscription_id, line.booking_id, move.partner_id AS payer_id,
                   COALESCE(
                       subscription.partner_id, booking.partner_id, move.partner_id
                   ) AS partner_id,
                   line.company_id, -line.balance AS amount
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
              LEFT JOIN tierslieux_subscription subscription
                     ON subscription.id = line.subscription_id
              LEFT JOIN tierslieux_plan plan ON plan.id = subscription.plan_id
              LEFT JOIN tierslieux_booking booking ON booking.id = line.booking_id
             WHERE line.parent_state = 'posted'
               AND line.display_type = 'product'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND account.account_type IN ('income', 'income_other')
               AND (line.billing_kind IS NOT NULL OR line.subscription_id IS NOT NULL
                    OR line.booking_id IS NOT NULL%(is_linked)s)
            """,
            of_link=of_link,
            is_linked=is_linked,
        )

    def action_open_record(self):
        """Open the invoice; without a right on the books, what it is for."""
        self.ensure_one()
        candidates = (self.sudo().move_id, self.subscription_id, self.booking_id)
        for record in candidates:
            if record and record.sudo(False).has_access("read"):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": record._name,
                    "res_id": record.id,
                    "view_mode": "form",
                }
        self.move_id.check_access("read")
        return False
