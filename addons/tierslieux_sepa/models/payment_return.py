from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_billing.tools.bill_part import SERVICE_ACCOUNT

_lt = LazyTranslate(__name__)


# ISO 20022 codes of the bank's statement, by what the association does about them.
REASONS = [
    ("AM04", "AM04 – Insufficient funds"),
    ("AC04", "AC04 – Account closed"),
    ("AC01", "AC01 – Wrong account number"),
    ("AC06", "AC06 – Account blocked"),
    ("MD01", "MD01 – No mandate"),
    ("MD06", "MD06 – Refund asked for by the payer"),
    ("MD07", "MD07 – Payer deceased"),
    ("MS02", "MS02 – Refused by the payer"),
    ("MS03", "MS03 – Reason not given by the bank"),
    ("SL01", "SL01 – Blocked by the payer's bank"),
]
RECORDED_FIELDS = {"payment_id", "date", "reason", "fee_amount", "cancel_mandate"}
GUARDS = (
    Guard(
        RECORDED_FIELDS,
        when="_is_recorded",
        sentence=_lt(
            "The return of %(record)s is recorded and in the books: « %(fields)s » does not change"
            " any more."
        ),
    ),
)
# After these, another debit under the same mandate would come back too.
ENDING_REASONS = ("AC04", "AC01", "MD01", "MD07", "SL01")


class TierslieuxPaymentReturn(models.Model):
    """A direct debit that the bank sent back: its invoice is due again, and the payer told."""

    _name = "tierslieux.payment.return"
    _description = "Returned Direct Debit"
    _inherit = ["mail.thread", "tierslieux.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "payment_id"

    payment_id = fields.Many2one(
        "account.payment",
        string="Debit",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[
            ("payment_method_code", "=", "sepa_direct_debit"),
            ("state", "in", ("in_process", "paid")),
        ],
    )
    company_id = fields.Many2one(related="payment_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="payment_id.currency_id")
    partner_id = fields.Many2one(related="payment_id.partner_id", store=True)
    amount = fields.Monetary(related="payment_id.amount")
    date = fields.Date(
        string="Returned on",
        required=True,
        default=fields.Date.context_today,
        help="Day on which the bank took the money back.",
    )
    reason = fields.Selection(REASONS, required=True, default="AM04")
    fee_amount = fields.Monetary(
        string="Costs charged to the Payer",
        help="What the bank charges for the return, if your terms and conditions say that the"
        " payer bears it. 0: nothing is charged.",
    )
    cancel_mandate = fields.Boolean(
        compute="_compute_cancel_mandate",
        store=True,
        readonly=False,
        help="The mandate is cancelled: the payer signs another one before the next debit.",
    )
    invoice_ids = fields.Many2many("account.move", string="Invoices due again", readonly=True)
    reversal_id = fields.Many2one(
        "account.move", string="Entry of the Return", readonly=True, index="btree_not_null"
    )
    fee_move_id = fields.Many2one(
        "account.move", string="Invoice of the Costs", readonly=True, index="btree_not_null"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Recorded")], required=True, default="draft", readonly=True
    )

    _payment_uniq = models.Constraint("UNIQUE(payment_id)", "This debit was returned already.")
    _fee_check = models.Constraint("CHECK(fee_amount >= 0)", "Costs cannot be negative.")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_recorded(self, _name, _value):
        return self.state == "done"

    @api.depends("reason")
    def _compute_cancel_mandate(self):
        for record in self:
            record.cancel_mandate = record.reason in ENDING_REASONS

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        if self.filtered(lambda record: record.state == "done"):
            raise UserError(self.env._("A return that is recorded stays: it is in the books."))

    # ------------------------------------------------------------------ record

    def action_record(self):
        """Make the invoices due again, charge the costs, and hasten the next reminder."""
        if not self.env.user.has_group("tierslieux_base.group_treasurer") and not self.env.su:
            raise AccessError(self.env._("Only the treasurer records returned debits."))
        take_turn(self)
        for record in self.filtered(lambda record: record.state != "done"):
            record._record()
        names = ", ".join(self.invoice_ids.mapped("name"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The return is recorded. Due again: %s", names),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _record(self):
        self.ensure_one()
        payment = self.payment_id
        if payment.state not in ("in_process", "paid"):
            raise UserError(
                self.env._(
                    "%(debit)s is not under way: there is nothing to return.",
                    debit=payment.display_name,
                )
            )
        invoices = payment.reconciled_invoice_ids
        mandate = payment.payment_line_ids.mandate_id[:1]
        if payment.move_id:
            self._write_facts({"reversal_id": self._reverse(payment).id})
        else:
            payment.action_reject()
        invoices.dunning_is_urgent = True
        self._write_facts({"state": "done", "invoice_ids": [Command.set(invoices.ids)]})
        if self.fee_amount:
            self._write_facts({"fee_move_id": self._charge_costs(invoices[:1]).id})
        if self.cancel_mandate and mandate.state in ("valid", "final"):
            mandate.cancel()
        label = dict(self._fields["reason"]._description_selection(self.env))[self.reason]
        for invoice in invoices:
            invoice.message_post(
                body=self.env._("The direct debit came back: %(reason)s. Due again.", reason=label)
            )

    def _reverse(self, payment):
        """The entry of the return: the payer owes again; the bank's line is left to match.

        :return: the entry
        """
        receivable = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        receivable.remove_move_reconcile()
        reversal = payment.move_id._reverse_moves(
            [
                {
                    "date": self.date,
                    "ref": self.env._("Returned debit %(debit)s", debit=payment.name),
                }
            ]
        )
        # Posting settles the payment by its reversal, in both accounts…
        reversal.action_post()
        # … but the bank's statement will show the two: they are left to match there.
        reversal.line_ids.filtered(
            lambda line: line.account_id != receivable.account_id
        ).remove_move_reconcile()
        return reversal

    def _charge_costs(self, invoice):
        """Invoice the costs of the return to the payer, outside the scope of VAT."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "invoice_date": self.date,
                "invoice_origin": invoice.name,
                # Not collected by the debit that has just failed.
                "preferred_payment_method_line_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self.env._(
                                "Bank costs of the returned debit (%(invoice)s)",
                                invoice=invoice.name or self.payment_id.name,
                            ),
                            "quantity": 1.0,
                            "price_unit": self.fee_amount,
                            "tax_ids": [Command.clear()],
                            "billing_kind": "return_fee",
                            "account_id": self.company_id._get_chart_account(*SERVICE_ACCOUNT).id,
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move
