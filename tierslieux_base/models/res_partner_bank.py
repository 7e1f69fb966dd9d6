from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.masked import mask_number

# Who pays and collects: the treasurer, and who has Odoo's own rights on invoices; and who keeps
# contacts with Odoo's own right, which records these numbers. No role of ours but the treasurer's
# has any of them.
NUMBER_GROUPS = (
    "account.group_account_invoice,account.group_account_readonly,base.group_partner_manager"
)


class ResPartnerBank(models.Model):
    """Bank account numbers, whole for who pays and collects, masked for all others.

    A number that one may not read is not searched either: its first digits would be found one
    after the other.

    The association's own accounts are named whole, whoever opens or prints an invoice: it is
    there to be paid.
    """

    _inherit = "res.partner.bank"

    acc_number = fields.Char(groups=NUMBER_GROUPS)
    sanitized_acc_number = fields.Char(groups=NUMBER_GROUPS)
    clearing_number = fields.Char(groups=NUMBER_GROUPS)
    masked_number = fields.Char(
        string="Account", compute="_compute_masked_number", compute_sudo=True
    )

    def _is_number_shown(self):
        # Names of records are read in superuser mode: it is the user who counts.
        user = self.env.user
        return user._is_superuser() or user.has_groups(NUMBER_GROUPS)

    @api.depends("acc_number")
    def _compute_masked_number(self):
        for account in self:
            account.masked_number = mask_number(account.acc_number)

    @api.depends("acc_number", "bank_id", "allow_out_payment", "partner_id")
    @api.depends_context("uid", "display_account_trust")
    def _compute_display_name(self):
        if self._is_number_shown():
            return super()._compute_display_name()
        # sudo: which contacts are companies of ours
        ours = self.filtered(lambda account: account.sudo().partner_id.ref_company_ids)
        # sudo: the number, which the user has no right to read as a field
        for account, account_sudo in zip(ours, ours.sudo(), strict=True):
            parts = (account_sudo.acc_number, account_sudo.bank_id.name)
            account.display_name = " - ".join(filter(None, parts))
        for account in self - ours:
            parts = (account.masked_number, account.bank_id.name)
            account.display_name = " - ".join(filter(None, parts))

    @api.model
    def _search_display_name(self, operator, value):
        if self._is_number_shown():
            return super()._search_display_name(operator, value)
        return Domain("partner_id", operator, value)

    def unlink(self):
        # The thread of a person is read by the desk: see res.partner._message_log
        return super(ResPartnerBank, self.with_context(tierslieux_bank_log=True)).unlink()
