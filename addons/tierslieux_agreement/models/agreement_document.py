import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.guarded_mixin import EVERY_FIELD, Guard
from odoo.addons.tierslieux_base.tools.client_address import get_address
from odoo.addons.tierslieux_base.tools.readers import TEAM

from ..tools.contract_text import fill, find_unknown
from ..tools.evidence import mask_address

FILE_READERS = "tierslieux_base.group_reception,tierslieux_base.group_treasurer"
# What a text may say in double braces
FIELDS = (
    "association",
    "code",
    "duties",
    "end",
    "notice",
    "partner",
    "parties",
    "places",
    "prices",
    "renewal",
    "start",
    "subject",
    "title",
)


class TierslieuxAgreementText(models.Model):
    """A text that contracts begin with; words in double braces stand for what each says."""

    _name = "tierslieux.agreement.text"
    _description = "Text of Agreements"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one("res.company", index=True, default=lambda self: self.env.company)
    body = fields.Html(string="Text", required=True, translate=True)
    field_names = fields.Char(string="Fields", compute="_compute_field_names")

    def _compute_field_names(self):
        self.field_names = " ".join(f"{{{{{name}}}}}" for name in FIELDS)

    @api.constrains("body")
    def _check_fields(self):
        for text in self:
            unknown = find_unknown(text.body, FIELDS)
            if unknown:
                raise UserError(
                    self.env._(
                        "This text has fields that are none: %(names)s. There are: %(known)s.",
                        names=", ".join(unknown),
                        known=", ".join(FIELDS),
                    )
                )


class TierslieuxAgreementDocument(models.Model):
    """A file to sign, frozen: all sign the same, known by its fingerprint, and it never changes.

    What is agreed changes after the first signature: the file is void, and stays; it says who had
    signed. Later prints are « unsigned versions ».
    """

    _name = "tierslieux.agreement.document"
    _description = "Document of an Agreement"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "id desc"

    agreement_id = fields.Many2one("agreement", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    name = fields.Char(required=True)
    version = fields.Integer(required=True)
    file = fields.Binary(attachment=True, required=True, groups=FILE_READERS)
    filename = fields.Char(required=True)
    fingerprint = fields.Char(string="Fingerprint (SHA-256)", required=True)
    state = fields.Selection(
        [("signing", "To sign"), ("signed", "Signed"), ("void", "Void")],
        required=True,
        default="signing",
        index=True,
    )
    signed_on = fields.Date()
    is_paper = fields.Boolean(string="On Paper", help="The scan of what was signed by hand.")
    void_note = fields.Char(string="Why Void")
    signature_ids = fields.One2many(
        "tierslieux.agreement.signature", "document_id", string="Signatures"
    )
    waiting = fields.Char(string="Still to Sign", compute="_compute_waiting")

    _signing_uniq = models.UniqueIndex(
        "(agreement_id) WHERE state = 'signing'",
        "A document of this agreement waits for signatures already.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), Guard(EVERY_FIELD))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was to be signed stays: nobody deletes it."))

    @api.depends("signature_ids", "state")
    def _compute_waiting(self):
        for document in self:
            names = [
                party.partner_id.name or self.env._("us") if party else self.env._("us")
                for party in document._get_missing()
            ]
            document.waiting = ", ".join(names) if document.state == "signing" else False

    def _get_missing(self):
        """The parties that have not signed; an empty record stands for the association."""
        self.ensure_one()
        Party = self.env["tierslieux.agreement.party"]
        signed = self.signature_ids
        missing = [
            party
            for party in self.agreement_id.party_ids
            if party.role != "witness" and party not in signed.party_id
        ]
        if not signed.filtered(lambda signature: not signature.party_id):
            missing.append(Party)
        return missing

    def _check_file(self):
        """:raise UserError: when the file is not the one that its fingerprint is of"""
        # sudo: the file itself, to be held against what was kept of it
        for document in self.sudo():
            found = hashlib.sha256(base64.b64decode(document.file)).hexdigest()
            if found != document.fingerprint:
                raise UserError(
                    self.env._("« %s » is not the file that was frozen: nobody signs it.",
                               document.name)
                )  # fmt: skip

    # -- signatures ----------------------------------------------------------------------

    def action_sign_for_us(self):
        """The association signs: who may change agreements does so for it."""
        self.ensure_one()
        self.agreement_id._check_writer()
        nobody = self.env["tierslieux.agreement.party"]
        self._sign(nobody, self.env.user.name, means="button")
        return True

    def action_sign_on_screen(self):
        """Hand a screen over to whoever signs: the page of the portal, on a tablet of ours."""
        self.ensure_one()
        self.agreement_id._check_writer()
        return {
            "type": "ir.actions.act_url",
            "url": f"/agreements/sign/{self.id}",
            "target": "self",
        }

    def _sign(self, party, signer, drawing=None, means="portal"):
        """One party signs this file. The caller has checked that the user acts for it.

        :param party: empty for the association
        :param bytes drawing: the PNG of the drawn signature, where there is one
        :param means: see ``MEANS``
        """
        self.ensure_one()
        # sudo: signatures are written by processes; who may sign was checked by the caller
        document_sudo = self.sudo()
        if not document_sudo.try_lock_for_update() or document_sudo.state != "signing":
            raise UserError(
                self.env._("« %s » is not to be signed any more: look at it again.", self.name)
            )
        document_sudo._check_file()
        if party not in document_sudo._get_missing():
            raise UserError(self.env._("This was signed already."))
        agreement_sudo = document_sudo.agreement_id
        document_sudo.signature_ids = [
            Command.create(
                {
                    "party_id": party.id,
                    "signer": signer,
                    "user_id": self.env.uid,
                    "signed_at": fields.Datetime.now(),
                    "zone": agreement_sudo._get_tz(),
                    "drawing": drawing and base64.b64encode(drawing),
                    "means": means,
                    "network": mask_address(get_address()),
                    "fingerprint": document_sudo.fingerprint,
                }
            )
        ]
        agreement_sudo.message_post(
            body=self.env._(
                "Signed by %(signer)s for %(party)s: %(document)s.",
                signer=signer,
                party=party.sudo().partner_id.name or agreement_sudo.company_id.name,
                document=document_sudo.name,
            )
        )
        if not document_sudo._get_missing():
            document_sudo._finish(agreement_sudo._get_local_day())

    def _finish(self, day):
        self.ensure_one()
        self.write({"state": "signed", "signed_on": day})
        if not self.agreement_id.signature_date:
            self.agreement_id.sudo().write({"signature_date": day})
        self.agreement_id.duty_ids._ensure_dates()

    def _void(self):
        """Nobody signs these any more; they stay, and say who had signed."""
        for document in self:
            names = ", ".join(document.signature_ids.mapped("signer"))
            note = (
                self.env._("Changed after %(names)s had signed: all sign again.", names=names)
                if names
                else self.env._("Changed before anybody signed.")
            )
            document.write({"state": "void", "void_note": note})
            if names:
                document.agreement_id.message_post(
                    body=self.env._(
                        "%(document)s is void. %(note)s", document=document.name, note=note
                    )
                )


class Agreement(models.Model):
    _inherit = "agreement"

    text_id = fields.Many2one(
        "tierslieux.agreement.text",
        string="Text to Begin with",
        ondelete="set null",
        groups=TEAM,
        copy=False,
    )
    body = fields.Html(
        string="Text",
        compute="_compute_body",
        store=True,
        readonly=False,
        copy=True,
        help="Words in double braces are filled in when it is printed.",
    )
    document_ids = fields.One2many(
        "tierslieux.agreement.document",
        "agreement_id",
        string="Documents",
        readonly=True,
        groups=FILE_READERS,
    )

    is_text_signed = fields.Boolean(
        string="Text Signed",
        compute="_compute_is_text_signed",
        compute_sudo=True,
        help="The present version, on paper or on the portal.",
    )

    has_signed_file = fields.Boolean(
        string="Signed File Here", compute="_compute_is_text_signed", compute_sudo=True
    )

    is_signing = fields.Boolean(
        string="To Sign", compute="_compute_is_text_signed", compute_sudo=True
    )

    @api.depends("version", "signature_date", "document_ids.state", "document_ids.version")
    def _compute_is_text_signed(self):
        for agreement in self:
            signed = agreement.document_ids.filtered(lambda doc: doc.state == "signed")
            agreement.is_signing = "signing" in agreement.document_ids.mapped("state")
            agreement.has_signed_file = agreement.version in signed.mapped("version")
            # What was signed before its files were kept here had no other version.
            agreement.is_text_signed = agreement.has_signed_file or (
                agreement.version == 1 and bool(agreement.signature_date)
            )

    @api.depends("text_id", "agreement_type_id")
    def _compute_body(self):
        for agreement in self:
            text = agreement.text_id or agreement.agreement_type_id.text_id
            if not agreement.signature_date and (agreement.text_id or not agreement.body):
                agreement.body = text.body or agreement.body

    def _get_text_values(self):
        """What the fields of the text stand for, in words."""
        self.ensure_one()
        # sudo: what both agreed, as it is printed for who may read the agreement
        agreement = self.sudo()
        labels = dict(agreement._fields["notice_unit"]._description_selection(self.env))
        return {
            "association": agreement.company_id.name or self.env.company.name,
            "code": agreement.code,
            "duties": "; ".join(agreement.duty_ids.mapped("name")),
            "end": agreement._format_day(agreement.end_date),
            "notice": f"{agreement.notice_count} {labels[agreement.notice_unit]}",
            "partner": agreement.partner_id.name or "…",
            "parties": ", ".join(agreement.party_ids.partner_id.mapped("name")),
            "places": ", ".join(agreement.place_ids.mapped("name")),
            "prices": "; ".join(
                f"{price.name}: {price.currency_id.format(price.amount)}"
                for price in agreement.price_ids
            ),
            "renewal": self.env._("renewed by %s months", agreement.renewal_months)
            if agreement.renewal == "tacit"
            else self.env._("not renewed by itself"),
            "start": agreement._format_day(agreement.start_date),
            "subject": agreement.purpose or "",
            "title": agreement.name,
        }

    def _get_contract(self):
        """The text with its fields filled in."""
        return fill(self.body, self._get_text_values())

    def action_prepare_signature(self):
        """Freeze the contract as it stands: the file that all sign."""
        self.ensure_one()
        self._check_writer()
        if self.cancelled_on:
            raise UserError(self.env._("This agreement was given up: nobody signs it."))
        if not self.body:
            raise UserError(self.env._("There is no text to sign yet: choose or write one."))
        if self.renewal == "tacit" and not self.end_date:
            raise UserError(
                self.env._(
                    "%s renews itself: say first on which day its first period ends.",
                    self.display_name,
                )
            )
        # sudo: only a process prints without « unsigned version » (see the report)
        report_sudo = self.env["ir.actions.report"].sudo()
        content, kind = report_sudo._render_qweb_pdf(
            "tierslieux_agreement.report_agreement", self.ids, data={"to_sign": True}
        )
        self._keep_document(content, f"{self.code.replace('/', '-')}-v{self.version}.{kind}")
        return True

    def _keep_document(self, content, filename, **vals):
        """A file of this version, with its fingerprint; what waited for signatures is void."""
        self.ensure_one()
        self._void_documents()
        return self.env["tierslieux.agreement.document"]._create_facts(
            [
                {
                    "agreement_id": self.id,
                    "name": self.env._(
                        "%(code)s, version %(version)s", code=self.code, version=self.version
                    ),
                    "version": self.version,
                    "file": base64.b64encode(content),
                    "filename": filename,
                    "fingerprint": hashlib.sha256(content).hexdigest(),
                    **vals,
                }
            ]
        )

    def _keep_signed_paper(self, content, filename, day):
        """The scan of what all signed by hand."""
        if not content.startswith(b"%PDF-"):
            raise UserError(self.env._("This file is not a PDF: scan the signed pages as one."))
        document = self._keep_document(
            content, filename or f"{self.code.replace('/', '-')}.pdf", is_paper=True
        )
        document.sudo()._finish(day)  # sudo: a process; who may sign was checked by the caller
        self.message_post(
            body=self.env._(
                "Signed on paper on %(day)s: %(name)s.",
                day=self._format_day(day),
                name=document.name,
            )
        )
        return document

    def _void_documents(self):
        """What is agreed has changed: what waits for signatures is not what will be signed."""
        # sudo: documents are written by processes; who changes the agreement changes this
        documents_sudo = self.sudo().document_ids
        documents_sudo.filtered(lambda doc: doc.state == "signing")._void()
        # The index that keeps one document to sign must see which of them are over.
        documents_sudo.flush_recordset(["state"])
