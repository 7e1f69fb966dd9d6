from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_direct_debit_mandate(self, company):
        """The mandate under which this person's invoices are collected, or the one they have
        begun to fill in; empty when there is none.

        sudo: bank details are closed to the portal; the caller answers for whose they are.
        """
        self.ensure_one()
        mandates_sudo = (
            self.env["account.banking.mandate"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.id),
                    ("company_id", "=", company.id),
                    ("state", "in", ("draft", "valid", "final")),
                ],
                order="id desc",
            )
        )
        valid_sudo = mandates_sudo.filtered(lambda mandate: mandate.state != "draft")
        return (valid_sudo or mandates_sudo)[:1]
