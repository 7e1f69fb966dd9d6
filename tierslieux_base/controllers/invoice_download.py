from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.account_payment.controllers.portal import PortalAccount


class InvoiceDownload(PortalAccount):
    """An invoice as PDF, for who may be handed it: the desk leaves with no link that others could
    open without logging in."""

    @http.route("/my/invoices/<int:invoice_id>/download", type="http", auth="user", methods=["GET"])
    def portal_invoice_download(self, invoice_id, **kw):
        """:raise NotFound: for an invoice that is not there, or not for who asks"""
        move = request.env["account.move"].browse(invoice_id).exists()
        try:
            move.ensure_one()._check_handed_out()
        except (AccessError, ValueError):
            raise request.not_found() from None
        # sudo: the right was just checked; Odoo's own page asks for the secret of the invoice
        token = move.sudo()._portal_ensure_token()
        return self.portal_my_invoice_detail(
            invoice_id, access_token=token, report_type="pdf", download=True
        )
