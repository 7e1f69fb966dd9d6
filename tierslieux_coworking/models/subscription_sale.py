from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS, check_groups

# What the desk sells in one gesture; subscriptions have their own form and their monthly bill.
DESK_KINDS = ("day", "book", "trial")


class TierslieuxSubscription(models.Model):
    """A day pass, a book or a trial sold at the desk: its invoice, and how to print it."""

    _inherit = "tierslieux.subscription"

    sale_invoice_id = fields.Many2one(
        "account.move", string="Invoice of the Sale", compute="_compute_sale_invoice_id"
    )

    def _compute_sale_invoice_id(self):
        # sudo: who may read what was sold may know its invoice, without a right on accounting.
        lines_sudo = (
            self.env["account.move.line"]
            .sudo()
            .search_fetch(
                [
                    ("subscription_id", "in", self.ids),
                    ("billing_kind", "=", "pass"),
                    ("parent_state", "!=", "cancel"),
                    ("move_id.move_type", "=", "out_invoice"),
                ],
                ["subscription_id", "move_id"],
                order="id",
            )
        )
        invoices = {line.subscription_id.id: line.move_id.id for line in lines_sudo}
        for subscription in self:
            subscription.sale_invoice_id = invoices.get(subscription._origin.id, False)

    def _invoice_sale(self):
        """Post the invoice of what was just sold, one per payer.

        sudo: the front desk has no right on accounting; what it may do here is bounded by its
        right to sell, and by the price that the plan says.

        :return: the invoices, as superuser
        """
        take_turn(self)
        Move_sudo = self.env["account.move"].sudo()
        for sold in self:
            if sold.plan_kind not in DESK_KINDS or sold.sale_invoice_id:
                raise UserError(
                    self.env._(
                        "%(name)s: it is invoiced already, or with the subscriptions of the month.",
                        name=sold.display_name,
                    )
                )
        invoices_sudo = Move_sudo
        due = self.filtered(lambda s: not s.currency_id.is_zero(s.amount))
        for (company, payer), sold in due.grouped(lambda s: (s.company_id, s.payer_id)).items():
            invoices_sudo |= Move_sudo.with_company(company).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": payer.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "invoice_date": fields.Date.context_today(self),
                    "invoice_origin": sold[:1].name,
                    "invoice_line_ids": [Command.create(one._prepare_sale_line()) for one in sold],
                }
            )
        if invoices_sudo:
            invoices_sudo.action_post()
        self.invalidate_recordset(["sale_invoice_id"])
        return invoices_sudo

    def _prepare_sale_line(self):
        """Values of the invoice line of a pass: account and tax are those of its plan."""
        self.ensure_one()
        subscription = self.with_context(lang=self.payer_id.lang or self.env.lang)
        plan = subscription.plan_id
        values = {
            "plan": plan.name,
            "name": self.partner_id.name,
            "start": format_date(subscription.env, self.date_start),
            "end": format_date(subscription.env, self.date_end) if self.date_end else "",
        }
        if self.date_end == self.date_start:
            label = subscription.env._("%(plan)s – %(name)s, on %(start)s", **values)
        elif self.date_end:
            label = subscription.env._(
                "%(plan)s – %(name)s, usable from %(start)s to %(end)s", **values
            )
        else:
            label = subscription.env._("%(plan)s – %(name)s, from %(start)s", **values)
        return {
            "product_id": plan._get_sale_product().id,
            "name": label,
            "quantity": 1.0,
            "price_unit": self.amount,
            "account_id": plan._get_income_account().id,
            "analytic_distribution": self.sudo()._get_analytic_distribution(),
            "subscription_id": self.id,
            "billing_kind": "pass",
        }

    def action_print_sale_invoice(self):
        """Download the invoice, paid or not, as PDF.

        :raise AccessError: for who may not be given it
        """
        self.ensure_one()
        self.check_access("read")
        if not self.sale_invoice_id:
            raise UserError(
                self.env._(
                    "%(name)s has no invoice of its own: it is free, or comes with the invoice"
                    " of the month.",
                    name=self.display_name,
                )
            )
        return self.sale_invoice_id._get_download_action()

    def _check_desk_group(self):
        """The right to sell, checked here since the accounting part runs as superuser."""
        check_groups(self.env, *DESK_GROUPS)
