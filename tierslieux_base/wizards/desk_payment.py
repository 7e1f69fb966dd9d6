from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.once_mixin import take_turn

MONEY_JOURNALS = ("cash", "bank", "credit")


class TierslieuxDeskPayment(models.AbstractModel):
    """Take money at the desk for posted invoices: what every such window shares.

    A wizard inherits it, computes ``amount_total`` (and ``company_id`` where the records say
    it), checks the rights of its user, makes and posts its invoices, then calls
    ``_register_desk_payments``.
    """

    _name = "tierslieux.desk.payment"
    _inherit = "tierslieux.once.mixin"
    _description = "Payment taken at the Desk"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id", compute_sudo=False)
    amount_total = fields.Monetary(string="Total due")
    journal_id = fields.Many2one(
        "account.journal",
        string="Means of Payment",
        domain="[('type', 'in', ('cash', 'bank', 'credit')), ('company_id', '=', company_id)]",
        compute="_compute_journal_id",
        compute_sudo=False,
        store=True,
        precompute=True,
        readonly=False,
    )
    payment_date = fields.Date(required=True, default=fields.Date.context_today)
    memo = fields.Char(help="Cheque number, name on the transfer…")

    @api.depends("company_id")
    def _compute_journal_id(self):
        for company, wizards in self.grouped("company_id").items():
            journals = self.env["account.journal"].search(
                [("type", "in", ("cash", "bank")), ("company_id", "=", company.id)]
            )
            cash = journals.filtered(lambda j: j.type == "cash")
            wizards.journal_id = (cash or journals)[:1]

    @api.model
    def _check_desk_journal(self, company):
        """Say what to set where a payment could not be recorded anywhere."""
        # sudo: whether a journal exists is no secret.
        journals_sudo = self.env["account.journal"].sudo()
        if not journals_sudo.search_count(
            [("type", "in", MONEY_JOURNALS), ("company_id", "=", company.id)], limit=1
        ):
            raise UserError(
                self.env._(
                    "%(company)s has no cash or bank journal yet: ask the treasurer to make one "
                    "in accounting (Configuration, Journals).",
                    company=company.name,
                )
            )

    def _register_desk_payments(self, invoices_sudo, amount=None):
        """Register one payment per payer on the posted invoices among these.

        :param invoices_sudo: invoices that the caller has made or may have paid, as superuser:
            the front desk has no right on accounting, and pays here for what is due, in a cash
            or bank journal of their company
        :param float amount: of the payment when there is one payer; None pays what is due
        :return: the payments, as superuser
        """
        self.ensure_one()
        payments_sudo = self.env["account.payment"].sudo()
        company = invoices_sudo.company_id or self.company_id
        if self.journal_id.company_id != company or self.journal_id.type not in MONEY_JOURNALS:
            raise UserError(
                self.env._("Choose a cash or bank journal of %(company)s.", company=company.name)
            )
        take_turn(invoices_sudo)
        due_sudo = invoices_sudo.filtered(
            lambda m: m.state == "posted" and m.payment_state in ("not_paid", "partial")
        )
        for _payer, moves_sudo in due_sudo.grouped("commercial_partner_id").items():
            values = {
                "journal_id": self.journal_id.id,
                "payment_date": self.payment_date,
                "group_payment": True,
                # A journal may be kept in another currency: the price is the association's.
                "currency_id": company.currency_id.id,
            }
            if amount is not None:
                values["amount"] = amount
            register_sudo = (
                self.env["account.payment.register"]
                .sudo()
                .with_company(company)
                .with_context(
                    active_model="account.move",
                    active_ids=moves_sudo.ids,
                    dont_redirect_to_payments=True,
                    tierslieux_desk_payment=True,
                )
                .create(values)
            )
            if self.memo:
                register_sudo.communication = f"{register_sudo.communication} – {self.memo}"
            payments_sudo |= register_sudo._create_payments()
        return payments_sudo
