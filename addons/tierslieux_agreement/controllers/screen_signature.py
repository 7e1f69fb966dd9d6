import base64

from odoo import http
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.controllers.form_once import once

from .signing import sign_from_form

_lt = LazyTranslate(__name__)

MESSAGE = "tierslieux_message"


class AgreementScreen(http.Controller):
    """Signing on a screen of the association, handed over by who may change agreements.

    The same page as on the portal: the frozen file, a name, a drawn signature.
    """

    def _find_document(self, document_id):
        """The document, with the rights of the user, who may change its agreement; in the language
        of the user.

        :raise AccessError: for anybody else
        """
        document = request.env["tierslieux.agreement.document"].browse(document_id).exists()
        document.check_access("read")
        for agreement in document.agreement_id:
            agreement._check_writer()
        return document.with_context(lang=request.env.lang)

    def _find_missing(self, document, party_id):
        """[the party that has still to sign it], an empty one for the association; [] for none."""
        if document.state != "signing":
            return []
        return [party for party in document._get_missing() if (party.id or 0) == party_id]

    @http.route(
        "/agreements/sign/<int:document_id>", type="http", auth="user", website=True,
        methods=["GET"],
    )  # fmt: skip
    def agreement_screen(self, document_id, **kw):
        document = self._find_document(document_id)
        if not document:
            return request.redirect("/odoo/agreements")
        message, kind = request.session.pop(MESSAGE, None) or ("", "")
        values = {
            "document": document,
            "agreement": document.agreement_id,
            "missing": document._get_missing() if document.state == "signing" else [],
            "message": message,
            "message_kind": kind,
        }
        return request.render("tierslieux_agreement.screen_signatures", values)

    @http.route(
        "/agreements/sign/<int:document_id>/<int:party_id>", type="http", auth="user",
        website=True, methods=["GET"],
    )  # fmt: skip
    def agreement_screen_party(self, document_id, party_id, **kw):
        document = self._find_document(document_id)
        parties = self._find_missing(document, party_id)
        if not parties:
            return request.redirect(f"/agreements/sign/{document_id}")
        message, kind = request.session.pop(MESSAGE, None) or ("", "")
        party = parties[0]
        # The association's signer is who holds the screen; a party's is whom it says it is.
        name = party.contact_id.name or party.partner_id.name if party else request.env.user.name
        values = {
            "document": document,
            "agreement": document.agreement_id,
            "party": party,
            "signer_name": name or "",
            "message": message,
            "message_kind": kind,
        }
        return request.render("tierslieux_agreement.screen_sign", values)

    @http.route(
        "/agreements/sign/<int:document_id>/file", type="http", auth="user", methods=["GET"]
    )
    def agreement_screen_file(self, document_id, **kw):
        document = self._find_document(document_id)
        if not document:
            return request.redirect("/odoo/agreements")
        return request.make_response(
            base64.b64decode(document.file),
            headers=[
                ("Content-Type", "application/pdf"),
                ("X-Content-Type-Options", "nosniff"),
                (
                    "Content-Disposition",
                    http.content_disposition(document.filename, disposition_type="inline"),
                ),
            ],
        )

    @http.route(
        "/agreements/sign/<int:document_id>/<int:party_id>/done", type="http", auth="user",
        website=True, methods=["POST"],
    )  # fmt: skip
    @once(_lt("Sign"))
    def agreement_screen_done(self, document_id, party_id, **post):
        _ = request.env._
        document = self._find_document(document_id)
        parties = self._find_missing(document, party_id)
        url = f"/agreements/sign/{document_id}"
        if not parties:
            request.session[MESSAGE] = [_("There is nothing left to sign here."), "warning"]
            return request.redirect(url)
        # sudo: signatures are written by processes; who hands the screen over was checked
        refusal = sign_from_form(document.sudo(), [parties[0].sudo()], post, "screen")
        if refusal:
            request.session[MESSAGE] = [refusal, "warning"]
            return request.redirect(f"{url}/{party_id}")
        request.session[MESSAGE] = [_("Signed. Thank you."), "success"]
        return request.redirect(url)
