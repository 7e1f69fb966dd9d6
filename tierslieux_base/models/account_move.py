from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..tools.readers import TEAM_AND_PORTAL
from .guarded_mixin import Guard

_lt = LazyTranslate(__name__)


class AccountMove(models.Model):
    _inherit = "account.move"

    membership_ids = fields.One2many(
        "tierslieux.membership",
        "invoice_id",
        string="Memberships",
        readonly=True,
        groups=TEAM_AND_PORTAL,
    )

    # Who sends invoices sends their address, which reads and pays (see portal.mixin).
    access_token = fields.Char(groups="account.group_account_invoice")

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        # sudo: each recipient's e-mail holds the address; who posts need not read its secret
        return super(AccountMove, self.sudo())._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )

    def _get_invoice_legal_documents(self, filetype, allow_fallback=False):
        self._generate_fee_document()
        return super()._get_invoice_legal_documents(filetype, allow_fallback=allow_fallback)

    def _get_invoice_legal_documents_all(self, allow_fallback=False):
        self._generate_fee_document()
        return super()._get_invoice_legal_documents_all(allow_fallback=allow_fallback)

    def _generate_fee_document(self):
        """Make the invoice's final document the first time that somebody takes it away.

        Odoo makes it when the invoice is sent, and prints a pro forma until then; a fee paid at
        the desk or online is never sent, and its payer must leave with an invoice all the same.
        """
        for move in self:
            if (
                move.state == "posted"
                and not move.invoice_pdf_report_id
                and move._is_taken_at_desk()
            ):
                self.env["account.move.send"]._generate_and_send_invoices(
                    move, sending_methods=[], allow_fallback_pdf=True
                )

    def _is_taken_at_desk(self):
        """Whether it is paid at the desk or online, and never sent."""
        self.ensure_one()
        # sudo: an accountant who reads no membership prints its invoice; the answer is yes or no.
        return bool(self.sudo().membership_ids or self.invoice_line_ids.booking_id)

    def _get_receivable_lines(self, account=None):
        """What is still open between the payers and the association (on ``account``, if given)."""
        return self.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and (not account or line.account_id == account)
            )
        )

    def _credit_lines(self, get_price, ref):
        """Post a credit note for a part of this posted invoice.

        What is unpaid is settled by it at once; for what is paid it stays open, as what is owed to
        the payer.

        :param get_price: function(line) that says for which unit price a line is credited, 0 for
            not at all
        :param str ref: why, on the credit note
        :return: the credit note
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        default = {"invoice_date": today, "date": today, "ref": ref}
        credit = self._reverse_moves([default], cancel=False)
        for line in credit.invoice_line_ids:
            price = get_price(line)
            if not price:
                line.unlink()
            elif price != line.price_unit:
                line.price_unit = price
        credit.action_post()
        open_lines = (self | credit)._get_receivable_lines()
        if len(open_lines.move_id) > 1:
            open_lines.reconcile()
        return credit


class AccountMoveLine(models.Model):
    """Each fee knows its membership: one invoice may hold the fees of a whole family.

    The state of a membership follows its lines and its invoice through the ORM's own
    dependencies: no code of ours runs when any other invoice is written.

    What a line bills is said when it is made, and copied to its credit note: see
    ``_get_billed_names``.
    """

    _name = "account.move.line"
    _inherit = ["account.move.line", "tierslieux.guarded.mixin"]
    _guards_readonly = False

    membership_id = fields.Many2one(
        "tierslieux.membership",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    booking_id = fields.Many2one(
        "tierslieux.booking",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )

    # A second line would count as a second payment, or hide that one was given back.
    _membership_uniq = models.UniqueIndex(
        "(move_id, membership_id) WHERE membership_id IS NOT NULL",
        "This membership has its line on this invoice already.",
    )

    @api.model
    def _get_billed_names(self):
        """Fields that say what a line bills: a membership, a booking…"""
        return {"membership_id", "booking_id"}

    @api.model
    def _get_guards(self):
        guard = Guard(
            self._get_billed_names(),
            when="_is_made",
            sentence=_lt(
                "« %(record)s » bills what it was made for (%(fields)s). Make a credit note, and"
                " bill what is right where it is recorded."
            ),
        )
        return (*super()._get_guards(), guard)

    def _is_made(self, _name, _value):
        return bool(self)

    def _get_charged_amount(self):
        """Quantity by price of lines of invoices, those of credit notes taken off."""
        return sum(
            line.quantity * line.price_unit * (-1 if line.move_type == "out_refund" else 1)
            for line in self
        )

    def _give_back(self, amount, ref):
        """Take ``amount`` off what this line charges: by a credit note once it is posted.

        :param float amount: as the price of the line is told, at most what the line charges
        :param str ref: why, on the credit note
        """
        self.ensure_one()
        move, booking = self.move_id, self.booking_id
        left = (self.quantity * self.price_unit - amount) / self.quantity
        if move.state == "posted":
            price = amount / self.quantity
            move._credit_lines(lambda line: price if line.booking_id == booking else 0.0, ref)
        elif left:
            self.price_unit = left
        elif len(move.invoice_line_ids) > 1:
            self.unlink()
        else:
            move.button_cancel()
