from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.base_iban.models.res_partner_bank import validate_iban
from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)

SIGNATURE = {"signed_by", "signed_at", "signed_ip"}
# What the payer has signed: their account, for this creditor, under this reference.
SIGNED_FIELDS = {
    "company_id",
    "format",
    "partner_bank_id",
    "partner_id",
    "signature_date",
    "type",
    "unique_mandate_reference",
}
# A mandate may always be closed by hand, or by the payment order that used it for the last time.
CLOSED = ("expired", "cancel")
GUARDS = (
    Guard(
        SIGNATURE,
        sentence=_lt("%(fields)s of %(record)s: the payer alone signs, on the portal."),
    ),
    Guard(
        SIGNED_FIELDS,
        when="_is_signed_online",
        sentence=_lt(
            "%(record)s was signed online: « %(fields)s » is what the payer has signed. Cancel it,"
            " and ask for another mandate."
        ),
    ),
    Guard(
        {"state"},
        when="_is_opened_by_hand",
        sentence=_lt(
            "%(record)s: « %(fields)s » changes with the buttons of the mandate, « Validate »,"
            " « Cancel », « Back to Draft »."
        ),
    ),
)


class AccountBankingMandate(models.Model):
    """A mandate given on the portal: the account, then the signature."""

    _name = "account.banking.mandate"
    _inherit = ["account.banking.mandate", "tierslieux.guarded.mixin"]
    _guards_readonly = False

    signed_by = fields.Char(copy=False, readonly=True, tracking=True)
    signed_at = fields.Datetime(string="Signed online at", copy=False, readonly=True)
    signed_ip = fields.Char(
        string="Signed from",
        copy=False,
        readonly=True,
        groups="account.group_account_invoice",
        help="Internet address from which it was signed online: part of the proof.",
    )

    # ------------------------------------------------------------------ what was signed stays

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_signed_online(self, _name, _value):
        # sudo: the moment, for whoever may not read it
        return bool(self.sudo().signed_at)

    def _is_opened_by_hand(self, _name, value):
        # At creation the treasurer says in which state a signed paper comes in.
        return bool(self) and value not in CLOSED

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for mandate in self:
            if mandate._is_signed_online("id", False):
                raise UserError(
                    self.env._(
                        "%(mandate)s was signed online: cancel it, so that the proof stays.",
                        mandate=mandate.display_name,
                    )
                )

    def _as_button(self):
        """sudo: states are these buttons' to set; the right to write was just checked."""
        self.check_access("write")
        return self.sudo()

    def validate(self):
        result = super(AccountBankingMandate, self._as_button()).validate()
        self._take_over_debits()
        return result

    def _take_over_debits(self):
        """What was to be collected under a mandate that ended is collected under this one."""
        # sudo: who signs on the portal may read neither invoices' mandates nor payment orders
        for mandate_sudo in self.sudo():
            moves_sudo = mandate_sudo.env["account.move"].search(
                [
                    ("company_id", "=", mandate_sudo.company_id.id),
                    (
                        "commercial_partner_id",
                        "=",
                        mandate_sudo.partner_id.commercial_partner_id.id,
                    ),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    (
                        "preferred_payment_method_line_id.payment_method_id.mandate_required",
                        "=",
                        True,
                    ),
                    ("mandate_id.state", "not in", ("valid", "final")),
                ]
            )
            moves_sudo.mandate_id = mandate_sudo
            lines_sudo = moves_sudo._get_debit_lines()
            lines_sudo.filtered(
                lambda line: line.order_id.state == "draft"
            ).mandate_id = mandate_sudo

    def back2draft(self):
        return super(AccountBankingMandate, self._as_button()).back2draft()

    def valid2final(self):
        return super(AccountBankingMandate, self._as_button()).valid2final()

    def final2valid(self):
        return super(AccountBankingMandate, self._as_button()).final2valid()

    # ------------------------------------------------------------------ online

    @api.model
    def _portal_prepare(self, partner, company, iban):
        """A draft mandate of this person for this account, or the one that waits already.

        :raise UserError: if the IBAN is wrong
        """
        try:
            if not iban.isascii():  # letters of other alphabets make the check digits fail
                raise ValidationError(iban)
            validate_iban(iban)
        except ValidationError as error:
            raise UserError(
                self.env._("This IBAN is not right. Copy it from your bank details (RIB).")
            ) from error
        # sudo: bank details are closed to the portal; the caller answers for whose they are.
        Bank_sudo = self.env["res.partner.bank"].sudo()
        number = "".join(iban.split()).upper()
        bank_sudo = Bank_sudo.search(
            [
                ("partner_id", "=", partner.id),
                ("sanitized_acc_number", "=", number),
                ("company_id", "in", (False, company.id)),
            ],
            limit=1,
        ) or Bank_sudo.create({"partner_id": partner.id, "acc_number": number})
        Mandate_sudo = self.sudo().with_company(company)
        draft_sudo = Mandate_sudo.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        if draft_sudo:
            draft_sudo.partner_bank_id = bank_sudo
            return draft_sudo
        return Mandate_sudo.create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "partner_bank_id": bank_sudo.id,
                "format": "sepa_core",
                "type": "recurrent",
            }
        )

    def _portal_sign(self, name, ip):
        """Sign: the mandate holds from now on, and the next invoices are collected under it."""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("This mandate is signed already."))
        mandate_sudo = self.sudo()
        mandate_sudo.write(
            {
                "signature_date": fields.Date.context_today(self),
                "signed_by": name,
                "signed_at": fields.Datetime.now(),
                "signed_ip": ip,
            }
        )
        others_sudo = mandate_sudo.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("valid", "final")),
                ("id", "!=", self.id),
            ]
        )
        others_sudo.cancel()
        mandate_sudo.validate()
        mandate_sudo._collect_next_invoices()
        mandate_sudo.message_post(
            body=self.env._("Signed online by %(name)s.", name=name),
        )

    def _collect_next_invoices(self):
        """The payer's next invoices name the direct debit as their means of payment."""
        for mandate in self:
            line = mandate.company_id._get_direct_debit_line()
            partner = mandate.partner_id.with_company(mandate.company_id)
            partner.property_inbound_payment_method_line_id = line

    def cancel(self):
        result = super().cancel()
        # sudo: who may cancel a mandate need not be one who may change contacts.
        for mandate_sudo in self.sudo():
            partner_sudo = mandate_sudo.partner_id.with_company(mandate_sudo.company_id)
            line_sudo = partner_sudo.property_inbound_payment_method_line_id
            if line_sudo.payment_method_id.mandate_required and not partner_sudo.valid_mandate_id:
                partner_sudo.property_inbound_payment_method_line_id = False
        return result

    @api.depends("unique_mandate_reference", "partner_bank_id", "state")
    def _compute_display_name(self):
        # sudo: the name holds the last four characters of the account, and no more
        return super(AccountBankingMandate, self.sudo())._compute_display_name()

    def _get_masked_account(self):
        """The account as its owner recognises it: the country and the last four characters."""
        self.ensure_one()
        return self.partner_bank_id.masked_number
