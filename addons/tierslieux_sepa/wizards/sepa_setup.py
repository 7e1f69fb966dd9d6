from stdnum.eu.at_02 import is_valid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.tierslieux_base.tools.checked import checked_sudo


class TierslieuxSepaSetup(models.TransientModel):
    """All that direct debits need, on one page: the creditor's number and the bank account."""

    _name = "tierslieux.sepa.setup"
    _description = "Set up Direct Debits"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    creditor_identifier = fields.Char(
        string="Creditor Identifier (ICS)",
        required=True,
        compute="_compute_from_company",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="Given once and for all by your bank, on request: FR, two digits, then ZZZ and six"
        " characters.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Bank Account",
        required=True,
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        compute="_compute_from_company",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="The account on which the money arrives.",
    )
    iban = fields.Char(
        string="IBAN", required=True, compute="_compute_bank", compute_sudo=False, store=True,
        readonly=False, precompute=True,
    )  # fmt: skip
    bic = fields.Char(
        string="BIC", required=True, compute="_compute_bank", compute_sudo=False, store=True,
        readonly=False, precompute=True,
    )  # fmt: skip

    notice_days = fields.Integer(
        string="Notice before a Debit (days)",
        compute="_compute_from_company",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="The invoice tells its payer so long before the debit: 14 days, unless your mandates"
        " or your terms and conditions say less.",
    )

    @api.depends("company_id")
    def _compute_from_company(self):
        for wizard in self:
            company = wizard.company_id or self.env.company
            wizard.notice_days = company.sepa_notice_days
            wizard.creditor_identifier = company.sepa_creditor_identifier
            wizard.journal_id = company._get_direct_debit_line().journal_id or self.env[
                "account.journal"
            ].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)

    @api.depends("journal_id")
    def _compute_bank(self):
        for wizard in self:
            account = wizard.journal_id.bank_account_id
            wizard.iban = account.acc_number
            wizard.bic = account.bank_id.bic

    def action_apply(self):
        """Write it where it belongs: company, bank journal, means of payment."""
        self.ensure_one()
        if not self.env.user.has_group("tierslieux_base.group_treasurer"):
            raise AccessError(self.env._("Only the treasurer sets direct debits up."))
        identifier = "".join(self.creditor_identifier.split()).upper()
        if not is_valid(identifier):
            raise UserError(
                self.env._(
                    "The creditor identifier %(ics)s is not right: copy it from the letter of"
                    " your bank (FR12ZZZ123456).",
                    ics=self.creditor_identifier,
                )
            )
        if self.notice_days < 0:
            raise UserError(self.env._("The notice before a debit is a number of days, 0 or more."))
        self._check_own()
        # sudo: these settings of the company are an administrator's; the treasurer's right was
        # just checked, and nothing else of the company is written.
        checked_sudo(self.company_id).write(
            {"sepa_creditor_identifier": identifier, "sepa_notice_days": self.notice_days}
        )
        self._apply_bank_account()
        self._apply_payment_line()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Direct debits are set up: subscribers can sign their mandate online."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_own(self):
        """Company and journal came through the client, and are written as superuser.

        :raise AccessError: for those of another association
        :raise UserError: for a journal that is no bank's, or not of this company
        """
        self.company_id.check_access("read")
        self.journal_id.check_access("read")
        if self.journal_id.company_id != self.company_id or self.journal_id.type != "bank":
            raise UserError(
                self.env._(
                    "« %(journal)s » is no bank account of %(company)s: choose another one.",
                    journal=self.journal_id.name,
                    company=self.company_id.name,
                )
            )

    def _apply_bank_account(self):
        # sudo: a journal is set up by whoever administers Odoo; checked by ``_check_own``.
        journal = checked_sudo(self.journal_id)
        number = "".join(self.iban.split()).upper()
        bic = "".join(self.bic.split()).upper()
        if journal.bank_account_id.sanitized_acc_number != number:
            journal.set_bank_account(number)
        if journal.bank_account_id.bank_id.bic != bic:
            Bank = self.env["res.bank"].sudo()
            journal.bank_account_id.bank_id = Bank.search(
                [("bic", "=", bic)], limit=1
            ) or Bank.create({"name": bic, "bic": bic})

    def _apply_payment_line(self):
        """The means of payment « direct debit » of the journal, offered on payers."""
        # sudo: means of payment are set up by whoever administers Odoo; see ``_check_own``.
        line = checked_sudo(self.company_id)._get_direct_debit_line()
        vals = {
            "name": self.env._("SEPA direct debit"),
            "journal_id": self.journal_id.id,
            "bank_account_link": "fixed",
            "selectable": True,
            "payment_account_id": self._get_outstanding_account().id,
        }
        if line:
            line.write(vals)
            return
        method = self.env.ref("account_payment_sepa_direct_debit.sepa_direct_debit")
        self.env["account.payment.method.line"].sudo().create(
            {**vals, "payment_method_id": method.id, "company_id": self.company_id.id}
        )

    def _get_outstanding_account(self):
        """Account where debits wait until the bank's statement shows them: 5112 of the chart.

        :raise UserError: if the chart has none
        """
        company = self.company_id
        account = self.env["account.account"].search(
            [
                ("company_ids", "parent_of", company.id),
                ("code", "=like", "511%"),
                ("reconcile", "=", True),
            ],
            order="code",
            limit=1,
        )
        account = account or self.env["account.account"].search(
            [
                ("company_ids", "parent_of", company.id),
                ("account_type", "=", "asset_current"),
                ("reconcile", "=", True),
            ],
            order="code",
            limit=1,
        )
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account 511 (values to be collected): add it to the chart"
                    " of accounts.",
                    company=company.name,
                )
            )
        return account
