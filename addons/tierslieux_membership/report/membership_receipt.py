from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.tierslieux_base.report.amount_words import amount_in_words


class ReportMembershipReceipt(models.AbstractModel):
    """Values of the receipt of payment."""

    _name = "report.tierslieux_membership.report_membership_receipt"
    _inherit = ["tierslieux.document"]
    _description = "Membership Receipt"

    @api.model
    def _get_report_values(self, docids, data=None):
        # sudo: the front desk gives receipts and has no right on accounting
        memberships = self._get_printed(docids).sudo()
        memberships._check_receipt_printable()
        return {
            "doc_ids": docids,
            "doc_model": memberships._name,
            # One invoice may hold the fees of a whole family: one receipt each.
            "docs": memberships.browse(
                fees[0].id for fees in memberships.grouped("invoice_id").values()
            ),
            "get_receipt": self._prepare_receipt,
        }

    @api.model
    def _prepare_receipt(self, membership):
        """What one receipt says.

        :param membership: record in the language of the document
        :return: dict ``fees`` (the memberships paid together), ``payments`` (see
            ``_get_receipt_payments``), ``total``, ``words``, ``left``
            (to pay) and ``issued`` (place and day)
        """
        payments = membership._get_receipt_payments()
        currency = membership.currency_id
        total = currency.round(sum(payment["amount"] for payment in payments))
        today = format_date(membership.env, fields.Date.context_today(membership))
        city = membership.company_id.city
        return {
            "issued": membership.env._("Issued in %(city)s on %(date)s.", city=city, date=today)
            if city
            else membership.env._("Issued on %(date)s.", date=today),
            "fees": membership.invoice_id.membership_ids or membership,
            "payments": payments,
            "total": total,
            "words": amount_in_words(total, currency),
            "left": membership.invoice_id.amount_residual,
        }
