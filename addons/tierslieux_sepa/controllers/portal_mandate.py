from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal
from odoo.addons.tierslieux_base.controllers.portal_form import NAME_MAX, Form

_lt = LazyTranslate(__name__)

IBAN_MAX_LENGTH = 60


class PortalMandate(TierslieuxPortal):
    """My direct debit: give the account, sign the mandate, stop it."""

    def _get_payer(self):
        """The person who signs, for themselves: an organisation's mandate is signed by it."""
        partner = request.env.user.partner_id
        return partner if partner == partner.commercial_partner_id else partner.browse()

    def _get_creditor(self):
        return request.env.company

    @http.route("/my/direct-debit", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_direct_debit(self, **kw):
        return self._render_mandate()

    def _render_mandate(self, values=None, errors=None):
        payer, company = self._get_payer(), self._get_creditor()
        # sudo: the signer's own mandate, chosen by their partner.
        mandate_sudo = payer._get_direct_debit_mandate(company) if payer else payer.browse()
        return request.render(
            "tierslieux_sepa.portal_my_direct_debit",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "direct_debit",
                "payer": payer,
                # sudo: the mandate names the creditor, their address and their identifier
                "creditor": company.sudo(),
                "is_open": company._collects_direct_debits(),
                "mandate": mandate_sudo,
                "returned": self._get_returned_invoices(payer, company),
                "values": {
                    "iban": "",
                    "name": request.env.user.name,
                    "agree": "",
                    **(values or {}),
                },
                "errors": errors or {},
                **self._pop_portal_message(),
            },
        )

    @staticmethod
    def _get_returned_invoices(payer, company):
        """Invoices whose debit came back, and that are still to be paid."""
        # sudo: the payer's own debits, chosen by their partner.
        returns_sudo = (
            request.env["tierslieux.payment.return"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", payer.ids),
                    ("company_id", "=", company.id),
                    ("state", "=", "done"),
                ]
            )
        )
        return returns_sudo.invoice_ids.filtered(
            lambda move: move.payment_state in ("not_paid", "partial")
        )

    def _check_open(self):
        """The payer and the creditor when a mandate may be signed here, or nothing."""
        payer, company = self._get_payer(), self._get_creditor()
        return (payer, company) if payer and company._collects_direct_debits() else (None, None)

    @http.route("/my/direct-debit", type="http", auth="user", website=True, methods=["POST"])
    @once
    def portal_direct_debit_account(self, refusal="", **post):
        """First step: the account."""
        payer, company = self._check_open()
        if not payer:
            return request.redirect("/my/direct-debit")
        form = Form(post)
        iban = form.line("iban", IBAN_MAX_LENGTH)
        errors = {"iban": refusal} if refusal else form.errors
        if errors:
            return self._render_mandate({"iban": iban}, errors)
        try:
            request.env["account.banking.mandate"]._portal_prepare(payer, company, iban)
        except UserError as error:
            return self._render_mandate({"iban": iban}, {"iban": str(error)})
        return request.redirect("/my/direct-debit#sign")

    @http.route("/my/direct-debit/sign", type="http", auth="user", website=True, methods=["POST"])
    @once
    def portal_direct_debit_sign(self, refusal="", **post):
        """Second step: the signature."""
        payer, company = self._check_open()
        mandate_sudo = payer and payer._get_direct_debit_mandate(company)
        if not mandate_sudo or mandate_sudo.state != "draft":
            return request.redirect("/my/direct-debit")
        form, errors = Form(post), {"form": refusal} if refusal else {}
        name, agree = form.line("name", NAME_MAX), form.flag("agree")
        if not name:
            errors["name"] = request.env._("Write your first and last name: it is your signature.")
        if not form.flag("agree"):
            errors["agree"] = request.env._("Tick the box to authorise the debits.")
        errors.update(form.errors)
        if errors:
            return self._render_mandate({"name": name, "agree": agree}, errors)
        mandate_sudo._portal_sign(name, request.httprequest.remote_addr)
        self._push_portal_message(
            request.env._("Thank you: your mandate is signed. Your next invoices will be debited.")
        )
        return request.redirect("/my/direct-debit")

    @http.route("/my/direct-debit/stop", type="http", auth="user", website=True, methods=["POST"])
    @once(_lt("Withdraw my mandate"))
    def portal_direct_debit_stop(self, **post):
        """Withdraw the mandate, or drop the one that was begun."""
        payer, company = self._get_payer(), self._get_creditor()
        # sudo: the signer's own mandate, chosen by their partner.
        mandate_sudo = payer and payer._get_direct_debit_mandate(company)
        if mandate_sudo:
            mandate_sudo.cancel()
            self._push_portal_message(
                request.env._("Your mandate is withdrawn: nothing more will be debited.")
            )
        return request.redirect("/my/direct-debit")
