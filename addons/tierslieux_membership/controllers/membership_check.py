from odoo import fields, http
from odoo.http import request
from odoo.tools import format_date


class MembershipCheck(http.Controller):
    """The public page that a card's QR code opens."""

    @http.route(
        "/membership/check/<int:membership_id>/<int:partner_id>/<string:signature>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def membership_check(self, membership_id, partner_id, signature, **kw):
        """Say whether the card's holder is a member today.

        Strangers read initials and a date; staff, who could open the record anyway, read the
        name. An unknown or forged address is "not found", whatever is wrong with it.
        """
        # sudo: the page is public; the signature says that we printed this address ourselves
        membership_sudo = request.env["tierslieux.membership"].sudo().browse(membership_id).exists()
        partner_sudo = request.env["res.partner"].sudo().browse(partner_id).exists()
        if (
            not membership_sudo
            or not partner_sudo
            or not membership_sudo._is_card_signature_valid(partner_sudo, signature)
        ):
            request.env["tierslieux.rate.limit"]._check_address("card")
            raise request.not_found()
        staff = request.env.user.has_group(
            "tierslieux_base.group_reception"
        ) and membership_sudo.sudo(False).has_access("read")
        valid_until = membership_sudo._get_card_validity(partner_sudo)
        number = ""
        if staff:
            number = (
                request.env["tierslieux.member"]
                .search(
                    [
                        ("partner_id", "=", partner_id),
                        ("company_id", "=", membership_sudo.company_id.id),
                    ],
                    limit=1,
                )
                .number
            )
        values = {
            "page_name": "membership_check",
            "company_name": membership_sudo.company_id.name,
            "valid_until": valid_until and format_date(request.env, valid_until),
            "checked_on": format_date(request.env, fields.Date.context_today(membership_sudo)),
            "initials": partner_sudo._get_initials(),
            "staff": staff,
            "full_name": partner_sudo.name if staff else "",
            "partner_id": partner_id if staff else False,
            "member_number": number,
        }
        return request.render(
            "tierslieux_membership.membership_check",
            values,
            headers={"X-Robots-Tag": "noindex", "Cache-Control": "no-store"},
        )
