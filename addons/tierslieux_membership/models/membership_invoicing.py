from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.tierslieux_base.tools.checked import checked_sudo
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS, check_groups


class TierslieuxMembership(models.Model):
    """Confirm, invoice, take the fee, give it back; what is left to pay."""

    _inherit = "tierslieux.membership"

    @api.depends(
        "fee_state",
        "amount",
        "is_cancelled",
        "invoice_id.amount_residual",
        "invoice_id.membership_ids.fee_state",
        "invoice_id.membership_ids.is_cancelled",
    )
    def _compute_amount_due(self):
        for membership in self:
            if membership.fee_state != "due" or membership.is_cancelled:
                membership.amount_due = 0.0
                continue
            due = membership.amount
            invoice = membership.invoice_id
            if invoice.state == "posted":
                # What was paid of a joint invoice settles its fees in their order, so that the
                # total of what is due is the invoice's.
                later = invoice.membership_ids.filtered(
                    lambda m, current=membership: (
                        m.fee_state == "due" and not m.is_cancelled and m.id > current._origin.id
                    )
                )
                rest = invoice.amount_residual - sum(later.mapped("amount"))
                due = min(due, max(rest, 0.0))
            membership.amount_due = due

    @api.depends(
        "amount",
        "is_history",
        "invoice_id.state",
        "invoice_id.payment_state",
        "invoice_id.reversal_move_ids.state",
        "fee_line_ids.parent_state",
        "fee_line_ids.price_total",
    )
    def _compute_fee_state(self):
        for membership in self:
            membership.fee_state = membership._get_fee_state()

    def _get_fee_state(self):
        self.ensure_one()
        invoice = self.invoice_id
        if not invoice:
            return "none" if self.is_history or not self.amount else "due"
        if invoice.state == "cancel" or invoice.payment_state == "reversed":
            return "refunded"
        currency = invoice.currency_id
        refunds = invoice.reversal_move_ids.filtered(lambda m: m.state == "posted")
        refunded = sum(refunds.mapped("amount_total"))
        if refunds and currency.compare_amounts(refunded, invoice.amount_total) >= 0:
            return "refunded"
        # One invoice may hold the fees of several members: this one's lines decide.
        lines = self.fee_line_ids.filtered(lambda line: line.parent_state == "posted")
        refund_lines = lines.filtered(lambda line: line.move_id.move_type == "out_refund")
        if refund_lines:
            balance = sum((lines - refund_lines).mapped("price_total")) - sum(
                refund_lines.mapped("price_total")
            )
            if currency.compare_amounts(balance, 0.0) <= 0:
                return "refunded"
        if invoice.state == "posted" and invoice.payment_state in (
            "paid",
            "in_payment",
            "invoicing_legacy",
        ):
            return "paid"
        return "due"

    # ------------------------------------------------------------------ confirm

    def action_confirm(self):
        """Confirm drafts: number the members, make and post one invoice per payer.

        Memberships confirmed together that have one payer share an invoice. Free ones and
        history need none. Already confirmed memberships are left as they are.

        :raise UserError: if a tier lacks its proof, or a membership was cancelled
        """
        self.check_access("write")
        for membership in self.filtered("is_cancelled"):
            raise UserError(
                self.env._(
                    "The membership of %(name)s is cancelled: record a new one.",
                    name=membership.partner_id.name,
                )
            )
        drafts = self.filtered(lambda m: m.state == "draft")
        drafts._check_confirmable()
        drafts._write_facts({"date_confirmed": fields.Date.context_today(self)})
        drafts._ensure_members()
        drafts._create_invoices()
        return True

    def _check_confirmable(self):
        """Refuse a tier without choice or without a valid proof, unless it was waived."""
        for membership in self:
            if membership.is_history:
                continue
            name = membership.partner_id.name
            membership._check_amount()
            if membership.amount_mode == "scale" and not membership.scale_id:
                raise UserError(
                    self.env._(
                        "%(name)s: choose the tier of « %(type)s » before you confirm.",
                        name=name,
                        type=membership.type_id.name,
                    )
                )
            if not membership.proof_required or membership.proof_waived:
                continue
            if not membership.proof_attachment or not membership.proof_date_end:
                raise UserError(
                    self.env._(
                        "%(name)s: the tier « %(scale)s » needs a proof. Attach the document and "
                        "its end of validity, choose another tier, or ask a coordinator to waive "
                        "the proof.",
                        name=name,
                        scale=membership.scale_id.name,
                    )
                )
            if membership.proof_date_end < membership.date_start:
                raise UserError(
                    self.env._(
                        "%(name)s: the proof for the tier « %(scale)s » was valid until %(date)s. "
                        "Ask for a new one, choose another tier, or ask a coordinator to waive "
                        "the proof.",
                        name=name,
                        scale=membership.scale_id.name,
                        date=format_date(self.env, membership.proof_date_end),
                    )
                )

    def _check_amount(self):
        """Fee and period are the type's; others are a coordinator's decision."""
        self.ensure_one()
        if self.env.su or self.env.user.has_group("tierslieux_base.group_coordinator"):
            return
        period_end = (
            self.type_id._get_next_end(self.date_start)
            or self.type_id._get_period(self.date_start)[1]
        )
        if self.date_end > period_end:
            raise UserError(
                self.env._(
                    "%(name)s: a membership « %(type)s » from %(start)s ends on %(end)s. Ask a "
                    "coordinator to confirm a longer one.",
                    name=self.partner_id.name,
                    type=self.type_id.name,
                    start=format_date(self.env, self.date_start),
                    end=format_date(self.env, period_end),
                )
            )
        if self.amount_mode == "free":
            return
        fee = self.type_id._get_amount(self.date_start, self.date_end, self.scale_id)
        if self.currency_id.compare_amounts(self.amount, fee) != 0:
            raise UserError(
                self.env._(
                    "%(name)s: the fee is %(fee)s, not %(amount)s. Ask a coordinator to "
                    "confirm another amount.",
                    name=self.partner_id.name,
                    fee=self.currency_id.format(fee),
                    amount=self.currency_id.format(self.amount),
                )
            )

    def action_waive_proof(self):
        """Accept these tiers without a valid proof (coordinators); the chatter keeps who did."""
        check_groups(self.env, "tierslieux_base.group_coordinator")
        self._write_facts({"proof_waived": True})
        return True

    # ------------------------------------------------------------------ invoice

    def _create_invoices(self):
        """Post one customer invoice per payer for what is due and not yet invoiced.

        sudo: the front desk has no right on accounting; what it may do here is bounded by its
        right to write the memberships and by their amounts.

        :return: the invoices, as superuser
        """
        todo = self.filtered(lambda m: m.date_confirmed and m.fee_state == "due")
        todo = todo.filtered(lambda m: not m.invoice_id)
        Move_sudo = self.env["account.move"].sudo()
        invoices_sudo = Move_sudo
        for (company, _payer), memberships in todo.grouped(
            lambda m: (m.company_id, m.payer_id)
        ).items():
            invoice_sudo = Move_sudo.with_company(company).create(
                memberships._prepare_invoice_vals()
            )
            memberships._write_facts({"invoice_id": invoice_sudo.id})
            invoices_sudo |= invoice_sudo
        if invoices_sudo:
            invoices_sudo.action_post()
        return invoices_sudo

    def _prepare_invoice_vals(self):
        """Values of the invoice for these memberships of one payer and one company."""
        payer = self.payer_id
        company = self.company_id
        return {
            "move_type": "out_invoice",
            "partner_id": payer.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "invoice_origin": self[:1].name,
            "invoice_line_ids": [
                Command.create(membership._prepare_invoice_line_vals())
                for membership in self.sorted(lambda m: (m.date_start, m.id))
            ],
        }

    def _prepare_invoice_line_vals(self):
        self.ensure_one()
        membership = self.with_context(lang=self.payer_id.lang or self.env.lang)
        account = self.type_id._get_income_account()
        return {
            "product_id": self.type_id.product_id.id,
            "name": membership.env._(
                "%(type)s – %(name)s, from %(start)s to %(end)s",
                type=self.type_id.name,
                name=self.partner_id.name,
                start=format_date(membership.env, self.date_start),
                end=format_date(membership.env, self.date_end),
            ),
            "quantity": 1.0,
            "price_unit": self.amount,
            "tax_ids": [Command.clear()],
            "account_id": account.id,
            "analytic_distribution": self._get_analytic_distribution(),
            "membership_id": self.id,
        }

    def action_open_invoice(self):
        """Open the invoice: in accounting for those who may, as PDF for the front desk.

        :raise AccessError: for who may not be given it
        """
        invoice = self._get_own_invoice()
        if self.env.user._is_internal() and invoice.has_access("read"):
            return {
                "type": "ir.actions.act_window",
                "res_model": "account.move",
                "res_id": invoice.id,
                "view_mode": "form",
            }
        return invoice._get_download_action()

    def action_print_invoice(self):
        """Download the invoice as PDF.

        :raise AccessError: for who may not be given it
        """
        return self._get_own_invoice()._get_download_action()

    def _get_own_invoice(self):
        """The invoice of this membership, with the rights of the user, whatever they are."""
        self.ensure_one()
        # sudo: which invoice it is, not what it says
        invoice = checked_sudo(self).invoice_id.sudo(self.env.su)
        if not invoice:
            raise UserError(
                self.env._("%(name)s: no invoice for this membership.", name=self.display_name)
            )
        return invoice

    # ------------------------------------------------------------------ take the fee

    def action_take_payment(self):
        """Open the desk's payment window with everything filled ("Encaisser")."""
        check_groups(self.env, *DESK_GROUPS)
        payable = self.filtered(lambda m: m.state in ("draft", "to_pay"))
        if not payable:
            raise UserError(
                self.env._("Nothing to take: these memberships are paid, free or ended.")
            )
        if len(payable.company_id) > 1:
            raise UserError(
                self.env._("Take the fees of one association at a time: several are selected.")
            )
        payable._check_desk_journal()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Payment"),
            "res_model": "tierslieux.take.payment",
            "view_mode": "form",
            "target": "new",
            "context": dict(self.env.context, default_membership_ids=payable.ids),
        }

    def _check_desk_journal(self):
        self.env["tierslieux.desk.payment"]._check_desk_journal(self.company_id)

    # ------------------------------------------------------------------ cancel

    def action_cancel(self):
        """Cancel memberships, and their fee with them (coordinators).

        A posted invoice gets a credit note for the lines of these memberships; a draft one is
        cancelled, or loses those lines. The money itself is given back by the treasurer.
        """
        check_groups(self.env, "tierslieux_base.group_coordinator")
        self.check_access("write")
        todo = self.filtered(lambda m: not m.is_cancelled)
        todo._cancel_invoices()
        todo._write_facts({"is_cancelled": True})
        return True

    def _cancel_invoices(self):
        """Take back the fee lines of these memberships (sudo, as for the invoice)."""
        invoiced = self.filtered(lambda m: m.invoice_id and m.fee_state in ("due", "paid"))
        for invoice_sudo, memberships in invoiced.sudo().grouped("invoice_id").items():
            others = invoice_sudo.membership_ids.filtered(
                lambda m, mine=memberships: m not in mine and not m.is_cancelled
            )
            if invoice_sudo.state == "draft":
                if others:
                    memberships.fee_line_ids.unlink()
                else:
                    invoice_sudo.button_cancel()
            elif invoice_sudo.state == "posted":
                memberships._credit_fees(invoice_sudo)

    def _credit_fees(self, invoice_sudo):
        """Post a credit note for these memberships' lines of one posted invoice.

        An unpaid part is settled by the credit note at once; for a paid one the credit note
        stays open, as what is owed to the payer.
        """
        ref = self.env._("Cancelled membership: %(invoice)s", invoice=invoice_sudo.name)
        return invoice_sudo._credit_lines(
            lambda line: line.price_unit if line.membership_id in self else 0.0, ref
        )
