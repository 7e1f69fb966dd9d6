from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import LazyTranslate, format_amount

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.tools.typed import to_amount

from ..tools.booking_calendar import build_calendar
from .portal_booking import BookingPortal

_lt = LazyTranslate(__name__)


class BookingPortalDetail(BookingPortal):
    """One of my bookings: its price, its calendar file; cancel it, confirm it, give up waiting.

    Who was sent the address of a booking by e-mail opens it without logging in, and changes it by
    a one-time link.
    """

    # ------------------------------------------------------------------ detail

    @http.route(
        "/my/bookings/<int:booking_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_my_booking(self, booking_id, access_token=None, link=None, paid=None, **kw):
        booking_sudo = self._get_my_booking(booking_id, access_token, link)
        if not booking_sudo:
            return self._answer_unknown("tierslieux.booking", booking_id, link)
        is_coming = (
            booking_sudo.state in ("option", "confirmed")
            and booking_sudo.start > fields.Datetime.now()
        )
        percent, _amount, sentence = (
            booking_sudo._get_cancellation_fee() if is_coming else (0.0, 0.0, "")
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "booking",
            "booking": booking_sudo,
            "item": self._prepare_booking_item(booking_sudo),
            "access_token": access_token,
            **self._prepare_link_values(booking_sudo, access_token, link),
            "is_mine": booking_sudo.partner_id == request.env.user.partner_id,
            "may_cancel": is_coming,
            "may_move": is_coming and booking_sudo.state == "confirmed" and not percent,
            "fee_percent": percent,
            "fee_sentence": sentence,
            "cost_lines": self._get_booking_cost_lines(booking_sudo),
            "payment": self._prepare_booking_payment(booking_sudo),
            **self._pop_portal_message(),
            **(self._get_payment_message(booking_sudo._get_living_lines().move_id) if paid else {}),
        }
        return request.render("tierslieux_booking.portal_my_booking", values)

    def _get_booking_cost_lines(self, booking_sudo):
        """Sentences that say what a booking costs, or what its cancellation did."""
        _ = request.env._
        if booking_sudo.state in ("option", "cancelled", "no_show"):
            if booking_sudo.fee_amount and not booking_sudo.fee_waived:
                fee = format_amount(request.env, booking_sudo.fee_amount, booking_sudo.currency_id)
                return [_("Fee: %s", fee)]
            return []
        note = booking_sudo.amount_note
        if not booking_sudo.amount:
            return [note or _("Nothing to pay")]
        price = format_amount(request.env, booking_sudo.amount, booking_sudo.currency_id)
        return [price, note] if note else [price]

    # ------------------------------------------------------------------ pay

    def _prepare_booking_payment(self, booking_sudo):
        """Where its payment stands, in a sentence, and whether it can be paid here.

        :return: dict; its sentence is empty where nothing is due
        """
        _ = request.env._
        state = booking_sudo.payment_state
        sentences = {
            "due": booking_sudo._get_payment_terms(),
            "invoiced": _("Invoiced, not paid yet."),
            "paid": _("Paid."),
            "refund": _("What you paid is given back to you: see the front desk."),
        }
        pending = state == "invoiced" and self._is_payment_pending(booking_sudo)
        if pending:
            sentences[state] = _("Your payment is on its way: there is nothing more to do.")
        may_pay = (
            not pending
            and self._may_pay_booking(booking_sudo)
            and self._is_online_payment_open(booking_sudo)
        )
        invoice_sudo = self._get_booking_invoice(booking_sudo)
        if state == "invoiced" and invoice_sudo and not pending and not may_pay:
            sentences[state] = _(
                "Invoiced, not paid yet: pay at the front desk, or by bank transfer with the"
                " reference %s.",
                invoice_sudo.payment_reference or invoice_sudo.name,
            )
        return {"state": state, "sentence": sentences.get(state, ""), "may_pay": may_pay}

    def _may_pay_booking(self, booking_sudo):
        """Whether something is due that is not on somebody else's invoice."""
        if booking_sudo.payment_state == "due":
            return True
        return bool(self._get_booking_invoice(booking_sudo))

    @staticmethod
    def _get_booking_invoice(booking_sudo):
        """The open invoice of the booking that its person pays."""
        return booking_sudo._get_open_moves().filtered(
            lambda move: move.commercial_partner_id == booking_sudo.partner_id.commercial_partner_id
        )[:1]

    def _is_payment_pending(self, booking_sudo):
        """Whether a payment made online has not reached the association yet."""
        transactions_sudo = self._get_booking_invoice(booking_sudo).transaction_ids
        return any(transaction.state == "pending" for transaction in transactions_sudo)

    def _find_to_change(self, booking_id, access_token, link):
        """:return: (the booking, empty when it is not mine to change; the address of its page)"""
        booking_sudo = self._get_my_booking(booking_id, access_token, link)
        return booking_sudo, booking_sudo and self._get_document_url(
            booking_sudo, access_token, link
        )

    @staticmethod
    def _is_online_payment_open(booking_sudo):
        # sudo: which means of payment are open is shown to whoever pays.
        return bool(
            request.env["payment.provider"]
            .sudo()
            ._get_compatible_providers(
                booking_sudo.company_id.id,
                booking_sudo.partner_id.id,
                booking_sudo.open_amount,
                currency_id=booking_sudo.currency_id.id,
            )
        )

    @http.route(
        "/my/bookings/<int:booking_id>/pay",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Pay now"))
    def portal_booking_invoice(self, booking_id, access_token=None, link=None, **post):
        """One tap: its invoice, then the payment form."""
        booking_sudo, url = self._find_to_change(booking_id, access_token, link)
        if not booking_sudo:
            return self._answer_unknown("tierslieux.booking", booking_id, link)
        if booking_sudo.payment_state == "due" and self._is_online_payment_open(booking_sudo):
            if not self._take_change(booking_sudo, link):
                return self._refuse_change(url)
            url = self._get_document_url(booking_sudo, access_token)  # the link is used up
            if not self._try(booking_sudo._invoice_apart):
                return request.redirect(url)
        if not self._get_booking_invoice(booking_sudo):
            return request.redirect(url)
        path, _sep, query = url.partition("?")
        return request.redirect(f"{path}/pay" + (f"?{query}" if query else ""))

    @http.route(
        "/my/bookings/<int:booking_id>/pay",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_booking_pay(self, booking_id, access_token=None, link=None, **kw):
        """The payment form of Odoo, on a page that says what is paid."""
        booking_sudo = self._get_my_booking(booking_id, access_token, link)
        if not booking_sudo:
            return request.redirect("/my")
        url = self._get_document_url(booking_sudo, access_token, link)
        invoice_sudo = self._get_booking_invoice(booking_sudo)
        if not invoice_sudo or self._is_payment_pending(booking_sudo):
            return request.redirect(url)
        values = {
            **self._prepare_payment_values(invoice_sudo, url),
            "page_name": "booking_pay",
            "booking": booking_sudo,
            "page_url": url,
            "paid_lines": [
                {"name": line.name, "person": "", "detail": "", "amount": line.price_total}
                for line in invoice_sudo.invoice_line_ids
                if line.display_type == "product"
            ],
        }
        return request.render("tierslieux_base.portal_pay", values)

    # ------------------------------------------------------------------ cancel, confirm

    def _try(self, change, **how):
        """Whether a change could be made; what stands against it is said on the next page."""
        try:
            with request.env.cr.savepoint():
                change(**how)
        except UserError as error:
            self._push_portal_message(str(error), "danger")
            return False
        return True

    @http.route(
        "/my/bookings/<int:booking_id>/cancel",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Cancel this booking"))
    def portal_booking_cancel(
        self, booking_id, access_token=None, link=None, fee_percent=None, **post
    ):
        """One tap: the page has said the fee, and sends back the one that it said."""
        _ = request.env._
        booking_sudo, url = self._find_to_change(booking_id, access_token, link)
        if not booking_sudo:
            return self._answer_unknown("tierslieux.booking", booking_id, link)
        if booking_sudo.state == "cancelled":  # tapped twice
            return request.redirect(url)
        if (
            booking_sudo.state not in ("option", "confirmed")
            or booking_sudo.start <= fields.Datetime.now()
        ):
            self._push_portal_message(
                _("This booking has begun or is over: see the front desk to change it."),
                "warning",
            )
            return request.redirect(url)
        percent = booking_sudo._get_cancellation_fee()[0]
        if percent > to_amount(fee_percent, default=0.0):
            self._push_portal_message(
                _("The fee has changed since the page was opened. Read it again, then cancel."),
                "warning",
            )
            return request.redirect(url)
        if not self._take_change(booking_sudo, link):
            return self._refuse_change(url)
        url = self._get_document_url(booking_sudo, access_token)  # the link is used up
        reason, by = _("Cancelled online"), booking_sudo.partner_id
        if not self._try(booking_sudo._cancel, reason=reason, by=by):
            return request.redirect(url)
        message = booking_sudo._get_portal_cancelled_message()
        if booking_sudo.payment_state == "refund":
            message = f"{message} {_('What you paid is given back to you: see the front desk.')}"
        self._push_portal_message(message)
        return request.redirect(url if access_token or link else "/my/bookings")

    @http.route(
        "/my/bookings/<int:booking_id>/confirm",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Confirm this booking"))
    def portal_booking_confirm(self, booking_id, access_token=None, link=None, **post):
        """Take a slot that is held for me: an option, or an offer of the waiting list."""
        booking_sudo, url = self._find_to_change(booking_id, access_token, link)
        if not booking_sudo:
            return self._answer_unknown("tierslieux.booking", booking_id, link)
        if booking_sudo.state != "option":  # tapped twice
            return request.redirect(url)
        if not self._is_option_to_take(booking_sudo):
            self._push_portal_message(
                request.env._("This slot was held for you until then, and no longer is."),
                "warning",
            )
            return request.redirect(url)
        if not self._take_change(booking_sudo, link):
            return self._refuse_change(url)
        url = self._get_document_url(booking_sudo, access_token)  # the link is used up
        if self._try(booking_sudo._portal_confirm):
            self._push_portal_message(request.env._("It is booked."))
        return request.redirect(url)

    @http.route(
        "/my/bookings/<int:booking_id>/link",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Receive a link by e-mail"))
    def portal_booking_link(self, booking_id, access_token=None, link=None, **post):
        """One tap: a one-time link by e-mail."""
        return self._send_link("tierslieux.booking", booking_id, access_token, link)

    # ------------------------------------------------------------------ calendar

    @http.route(
        "/my/bookings/<int:booking_id>/calendar",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_booking_calendar(self, booking_id, access_token=None, link=None, **kw):
        """The booking as a file that telephones and calendars open."""
        booking_sudo = self._get_my_booking(booking_id, access_token, link)
        if not booking_sudo:
            return request.redirect("/my")
        return request.make_response(
            build_calendar(booking_sudo._prepare_calendar_events(url=True), method="PUBLISH"),
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", http.content_disposition("booking.ics")),
                ("Cache-Control", "no-store"),
            ],
        )
