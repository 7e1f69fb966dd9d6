from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.tierslieux_base.models.guarded_mixin import EVERY_FIELD, Guard

from .agreement_document import FILE_READERS

MEANS = [
    ("portal", "on the portal"),
    ("screen", "on a screen of the association"),
    ("button", "with the button « Sign for Us »"),
]


class TierslieuxAgreementSignature(models.Model):
    """Who signed which file, for whom, when: evidence beside the file, which nobody rewrites."""

    _name = "tierslieux.agreement.signature"
    _description = "Signature of a Document"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "id"
    _rec_name = "signer"

    document_id = fields.Many2one(
        "tierslieux.agreement.document", required=True, index=True, ondelete="restrict"
    )
    party_id = fields.Many2one(
        "tierslieux.agreement.party",
        string="For",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the association.",
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True, index=True)
    signer = fields.Char(required=True)
    user_id = fields.Many2one("res.users", string="Login", required=True, ondelete="restrict")
    signed_at = fields.Datetime(required=True)
    zone = fields.Char(string="Clock", help="The time zone of the association on that day.")
    signed_at_text = fields.Char(string="Signed on", compute="_compute_signed_at_text")
    means = fields.Selection(MEANS, string="How", required=True, default="portal")
    network = fields.Char(help="Where it was sent from, without the last part of the address.")
    drawing = fields.Binary(string="Drawn", attachment=True, groups=FILE_READERS)
    fingerprint = fields.Char(string="Of the File", required=True)

    _once = models.UniqueIndex(
        "(document_id, COALESCE(party_id, 0))", "This party has signed this file already."
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), Guard(EVERY_FIELD))

    @api.depends("signed_at", "zone")
    @api.depends_context("lang")
    def _compute_signed_at_text(self):
        """The day and hour on the clock of the association, and which clock that is."""
        for signature in self:
            zone = signature.zone or "UTC"
            if not signature.signed_at:
                signature.signed_at_text = False
                continue
            moment = signature.signed_at.replace(tzinfo=ZoneInfo("UTC"))
            offset = moment.astimezone(ZoneInfo(zone)).strftime("%z")
            text = format_datetime(self.env, signature.signed_at, tz=zone, dt_format="medium")
            signature.signed_at_text = f"{text} ({zone}, UTC{offset[:3]}:{offset[3:]})"
