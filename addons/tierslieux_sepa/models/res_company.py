from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sepa_notice_days = fields.Integer(
        string="Notice before a Debit (days)",
        default=14,
        help="How long before the debit the invoice tells it. The rules of SEPA say 14 days, unless"
        " the association and the payer agreed on less.",
    )

    _sepa_notice_check = models.Constraint(
        "CHECK(sepa_notice_days >= 0)", "The notice before a debit is a number of days."
    )

    def _get_direct_debit_line(self):
        """The means of payment by which this association collects its direct debits.

        :return: a line of a bank journal, empty when direct debits are not set up
        """
        self.ensure_one()
        return self.env["account.payment.method.line"].search(
            [
                ("company_id", "=", self.id),
                ("payment_method_id.code", "=", "sepa_direct_debit"),
                ("payment_type", "=", "inbound"),
                ("journal_id", "!=", False),
            ],
            order="sequence, id",
            limit=1,
        )

    def _collects_direct_debits(self):
        """Whether everything is there for a mandate to be signed and a file to be made."""
        self.ensure_one()
        # sudo: asked for on the portal too; the answer is yes or no.
        company_sudo = self.sudo()
        return bool(company_sudo.sepa_creditor_identifier and company_sudo._get_direct_debit_line())
