from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.tierslieux_base.report.qr_code import qr_code_data_uri


class ReportMembershipCard(models.AbstractModel):
    """Values of the membership card: one card per person whom the membership covers."""

    _name = "report.tierslieux_membership.report_membership_card"
    _inherit = ["tierslieux.document"]
    _description = "Membership Card"

    @api.model
    def _get_report_values(self, docids, data=None):
        # The code on a card checks its holder in: the desk prints it, the portal gives it to the
        # persons themselves (as superuser).
        if not (self.env.su or self.env.user.has_group("tierslieux_base.group_reception")):
            raise AccessError(self.env._("Only the front desk prints membership cards."))
        # sudo: a card names persons and a company that its reader may have no right on
        memberships = self._get_printed(docids).sudo()
        memberships._check_card_printable()
        return {
            "doc_ids": docids,
            "doc_model": memberships._name,
            "docs": memberships,
            "cards": [
                self._prepare_card(membership, partner)
                for membership in memberships
                for partner in membership._get_card_holders()
            ],
        }

    @api.model
    def _prepare_card(self, membership, partner):
        """What one card says.

        :return: dict ``membership``, ``partner``, ``number``, ``valid_until``, ``qr``,
            ``company``, ``address``, ``lang`` and a CSS class for long names
        """
        company_sudo = membership.company_id
        city = " ".join(filter(None, (company_sudo.zip, company_sudo.city)))
        member = (
            self.env["tierslieux.member"]
            .sudo()
            .search(
                [("partner_id", "=", partner.id), ("company_id", "=", company_sudo.id)], limit=1
            )
        )
        return {
            "membership": membership,
            "partner": partner,
            "number": member.number or "",
            "valid_until": membership._get_valid_until(),
            "qr": qr_code_data_uri(membership._get_card_check_url(partner)),
            "company": company_sudo,
            "address": ", ".join(filter(None, (company_sudo.street, company_sudo.street2, city))),
            "lang": partner.lang or membership.payer_id.lang or self.env.lang,
            "name_class": "o_tl_name_long" if len(partner.name or "") > 28 else "",
        }
