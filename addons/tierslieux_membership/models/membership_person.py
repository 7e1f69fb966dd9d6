import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

# What the QR code of a membership card says, whatever the host it was printed for.
CARD_PATTERN = re.compile(r"/membership/check/([0-9]{1,9})/([0-9]{1,9})/([0-9A-Za-z_-]+)")


class ResPartner(models.Model):
    """What other rooms ask about members."""

    _inherit = "res.partner"

    def _filter_members(self):
        return super()._filter_members() | self.filtered("is_member")

    @api.model
    def _get_typed_word_domains(self, word):
        """A member number too."""
        number = Domain("member_number", "ilike", escape_psql(word))
        return super()._get_typed_word_domains(word) + [number]

    @api.model
    def _find_by_card(self, text, company):
        match = CARD_PATTERN.search(text or "")
        if not match:
            return super()._find_by_card(text, company)
        membership_id, partner_id, signature = match.groups()
        membership = self.env["tierslieux.membership"].browse(int(membership_id)).exists()
        partner = self.browse(int(partner_id)).exists()
        if (
            membership
            and partner
            and membership.company_id == company
            and membership._is_card_signature_valid(partner, signature)
        ):
            return partner, True
        return self.browse(), True
