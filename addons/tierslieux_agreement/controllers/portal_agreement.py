import base64

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal
from odoo.addons.tierslieux_base.controllers.portal_form import Form

from .signing import sign_from_form

_lt = LazyTranslate(__name__)

DATES_SHOWN = 60


class AgreementPortal(TierslieuxPortal):
    """The partner's side: its agreements, days here, documents and invoices; what it says is done,
    and its signature.

    A party, or the contact written down for it, and nobody else of the same organisation.
    """

    # ------------------------------------------------------------------ what is mine

    def _get_my_agreements_domain(self):
        me = request.env.user.partner_id.id
        mine = Domain("party_ids.partner_id", "=", me) | Domain("party_ids.contact_id", "=", me)
        shown = Domain("signature_date", "!=", False) | Domain("document_ids.state", "=", "signing")
        return mine & shown & Domain("cancelled_on", "=", False) & Domain("is_template", "=", False)

    def _find_my_agreements(self, agreement_id=None):
        """In superuser mode: the portal has no right on agreements but to those of its own."""
        domain = self._get_my_agreements_domain()
        if agreement_id:
            domain &= Domain("id", "=", agreement_id)
        # sudo: those whose party or contact is logged in
        return request.env["agreement"].sudo().with_context(lang=request.env.lang).search(domain)

    def _get_my_parties(self, agreement_sudo):
        me = request.env.user.partner_id
        return agreement_sudo.party_ids.filtered(
            lambda party: me in (party.partner_id, party.contact_id)
        )

    def _find_my_duty_date(self, due_id):
        """A date to come of a duty of mine, in superuser mode; empty when it is not mine."""
        # sudo: the date is of an agreement of mine, which is checked just below
        due_sudo = request.env["tierslieux.agreement.duty.date"].sudo().browse(due_id).exists()
        due_sudo = due_sudo.with_context(lang=request.env.lang)
        agreement_sudo = due_sudo and self._find_my_agreements(due_sudo.agreement_id.id)
        if not agreement_sudo or not self._is_my_duty(due_sudo):
            return due_sudo.browse()
        return due_sudo

    def _is_my_duty(self, due_sudo):
        """Theirs, and of a party that I am or speak for; of nobody in particular: that of the main
        partner."""
        party_sudo = due_sudo.duty_id.party_id
        mine_sudo = self._get_my_parties(due_sudo.agreement_id)
        if due_sudo.side != "theirs":
            return False
        if party_sudo:
            return party_sudo in mine_sudo
        return due_sudo.agreement_id.partner_id in mine_sudo.partner_id

    # ------------------------------------------------------------------ home and list

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "agreement_count" in counters:
            values["agreement_count"] = len(self._find_my_agreements())
        return values

    @http.route(
        "/my/agreements", type="http", auth="user", website=True, methods=["GET"], readonly=True
    )
    def portal_my_agreements(self, **kw):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "agreements",
            "agreements": self._find_my_agreements(),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_agreement.portal_my_agreements", values)

    # ------------------------------------------------------------------ one

    @http.route(
        "/my/agreements/<int:agreement_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_agreement(self, agreement_id, **kw):
        agreement_sudo = self._find_my_agreements(agreement_id)
        if not agreement_sudo:
            return request.redirect("/my/agreements")
        parties_sudo = self._get_my_parties(agreement_sudo)
        bookings_sudo = agreement_sudo.booking_ids.filtered(
            lambda b: (
                b.state in ("option", "confirmed", "checked_in")
                and b.stop > fields.Datetime.now()
                and not b.is_agreement_agent
            )
        ).sorted("start")
        dues_sudo = agreement_sudo.duty_date_ids.filtered(lambda d: d.side == "theirs")
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "agreement",
            "agreement": agreement_sudo,
            "days": bookings_sudo[:DATES_SHOWN],
            "dues": [
                (due, due.state == "todo" and self._is_my_duty(due))
                for due in dues_sudo.sorted("date")[:DATES_SHOWN]
            ],
            "signer_name": request.env.user.name,
            "documents": [
                (document, document.state == "signing" and self._get_to_sign(document))
                for document in agreement_sudo.document_ids.filtered(lambda d: d.state != "void")
            ],
            # Those of the organisation that who looks speaks for, and of no other party.
            "moves": agreement_sudo.instalment_ids.move_id.filtered(
                lambda move: (
                    move.state == "posted"
                    and move.move_type == "out_invoice"
                    and move.commercial_partner_id in parties_sudo.partner_id.commercial_partner_id
                )
            ),
            "summary": agreement_sudo.presence_summary,
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_agreement.portal_my_agreement", values)

    @http.route(
        "/my/agreements/<int:agreement_id>/document/<int:document_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def portal_agreement_document(self, agreement_id, document_id, **kw):
        agreement_sudo = self._find_my_agreements(agreement_id)
        document_sudo = agreement_sudo.document_ids.filtered(
            lambda d: d.id == document_id and d.state != "void"
        )
        if not document_sudo:
            return request.redirect("/my/agreements")
        return request.make_response(
            base64.b64decode(document_sudo.file),
            headers=[
                ("Content-Type", "application/pdf"),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Disposition", http.content_disposition(document_sudo.filename)),
            ],
        )

    @http.route(
        "/my/agreements/<int:agreement_id>/document/<int:document_id>/signatures",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def portal_agreement_signatures(self, agreement_id, document_id, **kw):
        agreement_sudo = self._find_my_agreements(agreement_id)
        document_sudo = agreement_sudo.document_ids.filtered(
            lambda d: d.id == document_id and d.state == "signed" and d.signature_ids
        )
        if not document_sudo:
            return request.redirect("/my/agreements")
        # sudo: who signed a document of an agreement of mine
        report_sudo = request.env["ir.actions.report"].sudo()
        content, _kind = report_sudo._render_qweb_pdf(
            "tierslieux_agreement.report_signatures", document_sudo.ids
        )
        name = request.env._("signatures-%s", document_sudo.filename)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Disposition", http.content_disposition(name)),
            ],
        )

    # ------------------------------------------------------------------ done

    @http.route(
        "/my/agreements/duty/<int:due_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_agreement_duty(self, due_id, **kw):
        return self._render_duty(self._find_my_duty_date(due_id))

    @http.route(
        "/my/agreements/duty/<int:due_id>/done",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_agreement_duty_done(self, due_id, refusal="", **post):
        due_sudo = self._find_my_duty_date(due_id)
        form = Form(post)
        note = form.block("note")
        if refusal or not due_sudo or due_sudo.state != "todo":
            return self._render_duty(due_sudo, note, {"refusal": refusal} if refusal else {})
        errors = form.errors
        missing = (
            request.env._("Add the file that proves it.") if due_sudo.duty_id.proof_needed else ""
        )
        proof = form.proof(errors, missing)
        if errors:
            return self._render_duty(due_sudo, note, errors)
        due_sudo._settle("done", note=note, proof=proof, user=request.env.user)
        self._push_portal_message(request.env._("Thank you: it is written down as done."))
        return request.redirect(f"/my/agreements/{due_sudo.agreement_id.id}")

    def _render_duty(self, due_sudo, note="", errors=None):
        if not due_sudo:
            return request.redirect("/my/agreements")
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "agreement_duty",
            "agreement": due_sudo.agreement_id,
            "due": due_sudo,
            "note": note,
            "errors": errors or {},
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_agreement.portal_agreement_duty", values)

    # ------------------------------------------------------------------ sign

    def _get_to_sign(self, document_sudo):
        """The parties for whom who is logged in has still to sign it."""
        missing = document_sudo._get_missing()
        return self._get_my_parties(document_sudo.agreement_id).filtered(lambda p: p in missing)

    @http.route(
        "/my/agreements/<int:agreement_id>/sign/<int:document_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Sign"))
    def portal_agreement_sign(self, agreement_id, document_id, **post):
        _ = request.env._
        agreement_sudo = self._find_my_agreements(agreement_id)
        document_sudo = agreement_sudo.document_ids.filtered(
            lambda d: d.id == document_id and d.state == "signing"
        )
        parties_sudo = document_sudo and self._get_to_sign(document_sudo)
        if not parties_sudo:
            self._push_portal_message(_("There is nothing for you to sign here."), "warning")
            return request.redirect("/my/agreements")
        url = f"/my/agreements/{agreement_sudo.id}"
        refusal = sign_from_form(document_sudo, parties_sudo, post, "portal")
        if refusal:
            self._push_portal_message(refusal, "warning")
        else:
            self._push_portal_message(_("Signed. Thank you."))
        return request.redirect(url)
