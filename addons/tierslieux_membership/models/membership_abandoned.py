from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every


class TierslieuxMembership(models.Model):
    """Taken online and left on the way: taken up again, given up, or over after some days."""

    _inherit = "tierslieux.membership"

    def _filter_abandonable(self):
        """Those taken online of which nothing is paid, nor being paid."""
        # sudo: whether something was paid, for who may not read the invoice
        return self.filtered(
            lambda m: m.state == "to_pay" and m.origin == "portal" and not m.sudo()._has_payment()
        )

    def _has_payment(self):
        """Whether some of its invoice is paid, or a payment is on its way."""
        self.ensure_one()
        invoice = self.invoice_id
        if not invoice:
            return False
        if invoice.currency_id.compare_amounts(invoice.amount_residual, invoice.amount_total) < 0:
            return True
        # On the provider's page a payment is a draft still.
        recently = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        return any(
            transaction.state in ("pending", "authorized", "done")
            or (transaction.state == "draft" and transaction.write_date > recently)
            for transaction in invoice.transaction_ids
        )

    def action_give_up(self):
        """Give up memberships taken online and not paid, for the person at the desk."""
        self.check_access("write")
        self._give_up()
        return True

    def _give_up(self):
        """Cancel them and credit their invoices.

        :raise UserError: if one of them was not taken online, or is being paid
        """
        for membership in self - self._filter_abandonable():
            raise UserError(
                self.env._(
                    "%(name)s: only a membership taken online, of which nothing is paid, is given"
                    " up. Ask a coordinator to cancel this one.",
                    name=membership.display_name,
                )
            )
        # sudo: nothing was paid of what the person took by themselves, and takes back
        self.sudo()._cancel_invoices()
        self.sudo().write({"is_cancelled": True})

    @api.model
    def _get_abandoned_domain(self, company, today):
        limit = fields.Date.subtract(today, days=company.membership_abandon_days)
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "to_pay")
            & Domain("origin", "=", "portal")
            & Domain("date_confirmed", "<", limit)
        )

    @api.model
    def _give_up_abandoned(self, batch_size=200):
        """Daily: what was left on the way for longer than the association's days is over."""
        today = fields.Date.context_today(self)
        Cron = self.env["ir.cron"]
        for company in self.env["res.company"].search([("membership_abandon_days", ">", 0)]):
            found = self.search(self._get_abandoned_domain(company, today), order="id")
            for ids in split_every(batch_size, found._filter_abandonable().ids):
                chunk = self.with_company(company).browse(ids)
                chunk._give_up()
                chunk._message_log_batch(
                    bodies=dict.fromkeys(
                        chunk.ids,
                        self.env._("Taken online and never paid: given up after the delay."),
                    )
                )
                if not Cron._commit_progress(len(chunk)):
                    return
