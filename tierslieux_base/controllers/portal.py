import time
from urllib.parse import urlencode

from odoo.exceptions import AccessError, MissingError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.account_payment.controllers.portal import PortalAccount

from ..tools.masked import mask_email
from .form_once import MESSAGE

# How long the browser that used a one-time link may go on with the same record: pay, change
# one's mind.
GRANT_SECONDS = 3600


class TierslieuxPortal(PortalAccount):
    """The frame of our pages on the portal: who looks, by which link, what is said, what is paid.

    The pages of each trade are classes of their own that inherit this one, or the head of their
    room, which has no routes. Odoo makes one class of all those that are installed: no two of them
    give a method the same name, unless it is one of this frame or of Odoo's, which each extends
    through ``super()`` (``tests/test_portal_frame.py``).

    E-mails lead to these pages. The secret of a record (``access_token``) and a link that was used
    open the page, and change nothing. What changes something asks for the person concerned, logged
    in, or for a one-time link, which the first form sent uses up.
    """

    # ------------------------------------------------------------------ who

    def _get_my_partners(self):
        """Myself, and the organisation that I belong to."""
        return request.env.user.partner_id | self._get_my_organisation()

    def _get_my_organisation(self):
        commercial = request.env.user.partner_id.commercial_partner_id
        return commercial if commercial.is_company else commercial.browse()

    # ------------------------------------------------------------------ read

    def _find_document(self, model, document_id, access_token=None, link=None):
        """A record that I may read, or whose address I was sent; empty when it is neither.

        :return: the record in superuser mode, in the language of the page
        """
        # sudo: the secret of the address, checked here, stands for the right to read
        record_sudo = request.env[model].sudo().browse(document_id).exists()
        by_link = record_sudo and (
            self._has_grant(record_sudo) or self._find_link(record_sudo, link)._is_open()
        )
        if not by_link:
            if not isinstance(access_token, str) or not access_token.isascii():
                access_token = None
            try:
                record_sudo = self._document_check_access(model, document_id, access_token)
            except (AccessError, MissingError):
                # A secret that is none: whoever guesses is stopped. What counts writes, so that
                # routes that take a secret are not read-only.
                if access_token or link:
                    request.env["tierslieux.rate.limit"]._check_address("link")
                record_sudo = request.env[model].sudo()
        return record_sudo.with_context(lang=request.env.lang)

    def _is_sent(self, record_sudo, access_token=None, link=None):
        """Whether the record was opened by an address that was sent, whatever my own rights."""
        secret = record_sudo.access_token or ""
        given = access_token if isinstance(access_token, str) else ""
        if secret and consteq(secret.encode(), given.encode("utf-8", "replace")):
            return True
        return self._has_grant(record_sudo) or self._find_link(record_sudo, link)._is_open()

    @staticmethod
    def _get_query(access_token=None, link=None):
        """The query that opens a page of the same record in the same way; "" without a secret."""
        given = {"access_token": access_token, "link": link}
        given = {name: value for name, value in given.items() if value}
        return f"?{urlencode(given)}" if given else ""

    def _get_document_url(self, record_sudo, access_token=None, link=None):
        """The page of a record, opened in the same way."""
        return record_sudo.access_url + self._get_query(access_token, link)

    def _get_next_url(self, record_sudo, access_token=None):
        """Where to go after a record was made: to its payment, or to itself."""
        if access_token:
            access_token = record_sudo._portal_ensure_token()
        page = "/pay" if record_sudo._is_portal_payable() else ""
        return record_sudo.access_url + page + self._get_query(access_token)

    @staticmethod
    def _find_link(record_sudo, link):
        return record_sudo.env["tierslieux.one.time.link"]._find(record_sudo, link)

    # ------------------------------------------------------------------ change

    def _is_concerned(self, record_sudo):
        """Whether who is logged in may act: the person, or who looks after them."""
        if request.env.user._is_public():
            return False
        me = request.env.user.partner_id
        persons = record_sudo._get_link_partners()
        return me in persons or any(p._is_editable_by_guardian(me) for p in persons)

    def _may_change(self, record_sudo, link=None):
        """Whether to show the buttons: nothing is used up by opening a page."""
        link_sudo = self._find_link(record_sudo, link)
        return (
            self._is_concerned(record_sudo)
            or self._has_grant(record_sudo)
            or (link_sudo._is_open() and not link_sudo.used_at)
        )

    def _take_change(self, record_sudo, link=None):
        """Whether a form that changes something goes through; its link is used up."""
        if self._is_concerned(record_sudo) or self._has_grant(record_sudo):
            return True
        link_sudo = self._find_link(record_sudo, link)
        if not link_sudo or not link_sudo._take():
            return False
        self._grant(record_sudo)
        return True

    def _refuse_change(self, url):
        self._push_portal_message(
            request.env._("Nothing was changed: log in, or ask for a link by e-mail below."),
            "warning",
        )
        return request.redirect(url)

    # ------------------------------------------------------------------ this browser, for a while

    @staticmethod
    def _get_grant_key(record_sudo):
        partners = ",".join(map(str, sorted(record_sudo._get_link_partners().ids)))
        return f"{record_sudo._name},{record_sudo.id},{partners}"

    def _grant(self, record_sudo):
        """Let this browser go on with the record, as long as its person is the same."""
        now = time.time()
        grants = request.session.get("tierslieux_links") or {}
        grants = {key: until for key, until in grants.items() if until > now}
        grants[self._get_grant_key(record_sudo)] = now + GRANT_SECONDS
        request.session["tierslieux_links"] = grants

    def _has_grant(self, record_sudo):
        grants = request.session.get("tierslieux_links") or {}
        return grants.get(self._get_grant_key(record_sudo), 0) > time.time()

    # ------------------------------------------------------------------ ask for a link

    def _prepare_link_values(self, record_sudo, access_token=None, link=None):
        """For the page: what to say and offer to who may read and not act.

        :return: dict with ``may_change``, the ``link`` for the forms, and ``ask_sentence``, empty
            where nothing is to be asked for
        """
        _ = request.env._
        may_change = self._may_change(record_sudo, link)
        address = self._get_masked_address(record_sudo)
        sentence = ""
        if not may_change and self._may_ask(record_sudo, access_token, link):
            sentence = (
                _(
                    "To change something here, log in, or receive a link by e-mail. It is sent to"
                    " %s and works once.",
                    address,
                )
                if address
                else _("To change something here, log in, or see the front desk.")
            )
        return {
            "may_change": may_change,
            "query": self._get_query(access_token, link),
            "link": link if isinstance(link, str) else "",
            "ask_sentence": sentence,
            "ask_url": address
            and f"{record_sudo.access_url}/link{self._get_query(access_token, link)}",
            "login_url": f"/web/login?{urlencode({'redirect': record_sudo.access_url})}",
        }

    def _may_ask(self, record_sudo, access_token=None, link=None):
        """Whether a link may be sent: to who came by an address that was sent, even if over."""
        return self._is_sent(record_sudo, access_token, link) or bool(
            self._find_link(record_sudo, link)
        )

    @staticmethod
    def _get_masked_address(record_sudo):
        """Where a link would be sent, as its owner recognises it: "c•••@example.org"."""
        return mask_email(record_sudo._get_link_partners()[:1].email_normalized)

    def _send_link(self, model, record_id, access_token=None, link=None):
        """Send a new one-time link, and go back to the page, or say where to look for it."""
        # sudo: see _find_document; nothing of the record is shown here
        record_sudo = request.env[model].sudo().browse(record_id).exists()
        if not record_sudo or not self._may_ask(record_sudo, access_token, link):
            return request.redirect("/my")
        address = self._get_masked_address(record_sudo)
        if address:
            partner_sudo = record_sudo._get_link_partners()[:1]
            sent = record_sudo.env["tierslieux.one.time.link"]._send_anew(record_sudo, partner_sudo)
            self._push_portal_message(
                request.env._(
                    "A link is on its way to %s. Open it to go on: it works once.", address
                )
                if sent
                else request.env._(
                    "Several links were sent to %s already: look among your e-mails, and in the"
                    " unwanted ones.",
                    address,
                ),
                "success" if sent else "warning",
            )
        return request.redirect(self._get_document_url(record_sudo, access_token, link))

    def _render_link_over(self, record_sudo, link):
        """The page of a link that is over: nothing of the record, and a way to get a new one."""
        _ = request.env._
        address = self._get_masked_address(record_sudo)
        return request.render(
            "tierslieux_base.portal_link_over",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "link_over",
                **self._prepare_link_values(record_sudo, link=link),
                "ask_sentence": _("Ask for a new one: it is sent to %s and works once.", address)
                if address
                else _("To go on, log in, or see the front desk."),
                **self._pop_portal_message(),
            },
        )

    def _answer_unknown(self, model, record_id, link=None):
        """Where somebody goes who may not open the page."""
        # sudo: see _find_document; only the owner of a link that is over learns anything
        record_sudo = request.env[model].sudo().browse(record_id).exists()
        if record_sudo and self._find_link(record_sudo, link):
            return self._render_link_over(record_sudo, link)
        return request.redirect("/my")

    # ------------------------------------------------------------------ messages

    def _push_portal_message(self, message, kind="success"):
        """Keep a sentence for the next page shown."""
        request.session[MESSAGE] = [message, kind]

    def _pop_portal_message(self):
        # Kept with the request: Odoo runs a page anew when it turns out to write something.
        if not hasattr(request, "tierslieux_message"):
            request.tierslieux_message = request.session.pop(MESSAGE, None)
        message, kind = request.tierslieux_message or ("", "")
        return {"message": message, "message_kind": kind}

    # ------------------------------------------------------------------ pay

    def _prepare_payment_values(self, invoice_sudo, landing_url):
        """What the payment page shows of an invoice, and what Odoo's payment form needs."""
        payment_values = self._get_common_page_view_values(
            invoices_data={
                "partner": invoice_sudo.partner_id,
                "company": invoice_sudo.company_id,
                "total_amount": invoice_sudo.amount_residual,
                "currency": invoice_sudo.currency_id,
                "amount_residual": invoice_sudo.amount_residual,
                "landing_route": f"{landing_url}{'&' if '?' in landing_url else '?'}paid=1",
                "transaction_route": f"/invoice/transaction/{invoice_sudo.id}",
            },
            access_token=invoice_sudo._portal_ensure_token(),
        )
        banks_sudo = invoice_sudo.partner_bank_id or invoice_sudo.company_id.bank_ids[:1]
        return {
            **self._prepare_portal_layout_values(),
            **payment_values,
            "paid_invoice": invoice_sudo,
            "invoice_url": invoice_sudo.get_portal_url(),
            "bank_account": banks_sudo.acc_number,
            "amount": invoice_sudo.amount_residual,
            **self._pop_portal_message(),
        }

    @staticmethod
    def _get_payment_message(invoices_sudo):
        """What became of the payment that somebody comes back from; nothing where none is known."""
        _ = request.env._
        transaction_sudo = invoices_sudo.transaction_ids.sorted("id")[-1:]
        received = _("Your payment has been received. Thank you."), "success"
        message, kind = {
            "done": received,
            "authorized": received,
            "pending": (_("Your payment is on its way: there is nothing more to do."), "info"),
            "cancel": (_("The payment was given up: nothing was taken from you."), "warning"),
            "error": (
                _("The payment did not go through: nothing was taken from you. Try again."),
                "danger",
            ),
        }.get(transaction_sudo.state, ("", ""))
        return {"message": message, "message_kind": kind} if message else {}
