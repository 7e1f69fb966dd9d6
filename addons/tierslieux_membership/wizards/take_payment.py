from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.checked import checked_sudo
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS, check_groups


class TierslieuxTakePayment(models.TransientModel):
    """Take fees at the desk ("Encaisser"): everything is filled, one click pays.

    Drafts are confirmed on the way, so that joining and paying is one gesture.
    """

    _name = "tierslieux.take.payment"
    _inherit = "tierslieux.desk.payment"
    _description = "Take Payment of Fees"

    membership_ids = fields.Many2many("tierslieux.membership", string="Memberships", required=True)
    company_id = fields.Many2one(
        compute="_compute_amount",
        compute_sudo=False,
        store=True,
        precompute=True,
        required=False,
        default=None,
    )
    amount_total = fields.Monetary(
        compute="_compute_amount", compute_sudo=False, store=True, precompute=True
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        compute_sudo=False,
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    payer_count = fields.Integer(
        compute="_compute_amount", compute_sudo=False, store=True, precompute=True
    )
    journal_id = fields.Many2one(required=True)
    summary = fields.Text(compute="_compute_summary")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        if not values.get("membership_ids") and context.get("active_model") == (
            "tierslieux.membership"
        ):
            values["membership_ids"] = [fields.Command.set(context.get("active_ids", []))]
        return values

    def _get_memberships(self):
        """The chosen memberships, and those that share an invoice with them."""
        self.ensure_one()
        chosen = self.membership_ids._origin
        # sudo: invoices are closed to the front desk.
        shared = checked_sudo(chosen).invoice_id.membership_ids
        together = chosen | shared.sudo(self.env.su).filtered(lambda m: m.state == "to_pay")
        return together.filtered(lambda m: m.state in ("draft", "to_pay"))

    @api.depends("membership_ids")
    def _compute_amount(self):
        for wizard in self:
            memberships = wizard._get_memberships()
            wizard.company_id = memberships.company_id[:1] or self.env.company
            invoices_sudo = memberships.filtered(lambda m: m.state == "to_pay").sudo().invoice_id
            posted_sudo = invoices_sudo.filtered(lambda m: m.state == "posted")
            not_invoiced = memberships.filtered(
                lambda m, posted=posted_sudo: m.sudo().invoice_id not in posted
            )
            total = sum(posted_sudo.mapped("amount_residual"))
            total += sum(not_invoiced.filtered(lambda m: not m.is_history).mapped("amount"))
            wizard.amount_total = total
            wizard.amount = total
            wizard.payer_count = len(memberships.payer_id)

    @api.depends("membership_ids")
    def _compute_summary(self):
        for wizard in self:
            wizard.summary = "\n".join(
                f"{m.partner_id.name} – {m.name} : {m.currency_id.format(m.amount)}"
                for m in wizard._get_memberships()
            )

    def _check_payable(self, memberships):
        if not memberships:
            raise UserError(
                self.env._("Nothing to take: these memberships are paid, free or ended.")
            )
        if len(memberships.company_id) > 1:
            raise UserError(
                self.env._("Take the fees of one association at a time: several are selected.")
            )
        # sudo: invoices are closed to the front desk.
        reopened_sudo = memberships.sudo().invoice_id.filtered(lambda m: m.state == "draft")
        if reopened_sudo:
            raise UserError(
                self.env._(
                    "The invoice of %(names)s was put back to draft in accounting: the treasurer "
                    "must validate it before its fee is taken.",
                    names=", ".join(reopened_sudo.membership_ids.partner_id.mapped("name")),
                )
            )
        if self.amount_total and self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            raise UserError(self.env._("The amount to take must be above zero."))
        if self.currency_id.compare_amounts(self.amount, self.amount_total) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is more than what is due, %(total)s. Record a donation apart.",
                    amount=self.currency_id.format(self.amount),
                    total=self.currency_id.format(self.amount_total),
                )
            )
        if (
            self.payer_count > 1
            and self.currency_id.compare_amounts(self.amount, self.amount_total) != 0
        ):
            raise UserError(
                self.env._(
                    "Several persons pay here: take the whole of %(total)s, or take each one's "
                    "fee apart.",
                    total=self.currency_id.format(self.amount_total),
                )
            )

    @act_once
    def action_pay(self):
        """Confirm what is still a draft, pay the invoices, and give the receipt.

        :raise UserError: if nothing is due, or the amount cannot be spread over several payers
        """
        self.ensure_one()
        memberships = self._get_memberships()
        # The right to take fees, checked here since the accounting part runs as superuser.
        check_groups(self.env, *DESK_GROUPS)
        memberships.check_access("read")
        self._check_payable(memberships)
        drafts = memberships.filtered(lambda m: m.state == "draft")
        if drafts:
            drafts._check_confirmable()
            # sudo: taking the fee confirms, for the treasurer too, who only reads memberships.
            drafts.sudo().action_confirm()
        memberships._create_invoices()
        payments = self._pay_invoices(memberships)
        return self._after_payment(memberships, payments)

    def _pay_invoices(self, memberships):
        """Register one payment per payer on the posted invoices of these memberships."""
        return self._register_desk_payments(
            # sudo: see ``_register_desk_payments``; these memberships may be read, checked above.
            memberships.sudo().invoice_id,
            amount=self.amount if self.payer_count <= 1 else None,
        )

    def _after_payment(self, memberships, payments_sudo):
        """Where the desk goes next: to the new member's papers, else to the receipt to print."""
        if self.env.context.get("open_after_payment") and len(memberships) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": memberships._name,
                "res_id": memberships.id,
                "view_mode": "form",
            }
        report = self.env.ref(
            "tierslieux_membership.action_report_membership_receipt", raise_if_not_found=False
        )
        if report and payments_sudo and all(m._has_receipt() for m in memberships.sudo()):
            action = report.report_action(memberships)
            action["close_on_report_download"] = True
            return action
        return {"type": "ir.actions.act_window_close"}
