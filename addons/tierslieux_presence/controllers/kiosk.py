from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.tierslieux_base.tools.typed import LINE_MAX, to_int, to_line


class Kiosk(http.Controller):
    """The page of the tablet at the entrance. The secret of its address is all its right."""

    def _get_place(self, token):
        """:raise NotFound: for an unknown secret, like for any address that is none"""
        place_sudo = request.env["tierslieux.place"]._get_kiosk_place(token)
        if not place_sudo:
            request.env["tierslieux.rate.limit"]._check_address("link")
            raise request.not_found()
        return place_sudo

    @http.route(
        "/kiosk/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def kiosk(self, token, **kw):
        place_sudo = self._get_place(token)
        return request.render(
            "tierslieux_presence.kiosk",
            {
                "place_name": place_sudo.name,
                "company_name": place_sudo.company_id.name,
                "token": token,
            },
            headers={
                "X-Robots-Tag": "noindex",
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            },
        )

    @http.route(
        "/kiosk/<string:token>/pass",
        type="jsonrpc",
        auth="public",
        website=True,
        sitemap=False,
        methods=["POST"],
    )
    def kiosk_pass(self, token, card=None, name=None, birth_year=None):
        """Check in or out whoever shows a card, or gives their name and year of birth.

        :return: dict ``kind``, ``title``, ``lines``; the kind "refused" says why
        """
        place_sudo = self._get_place(token)
        if card:
            partner_sudo, refusal = place_sudo._find_kiosk_card(to_line(card))
        else:
            partner_sudo, refusal = place_sudo._find_kiosk_name(
                to_line(name, LINE_MAX), to_int(birth_year)
            )
        if refusal:
            return {"kind": "refused", "title": refusal, "lines": []}
        try:
            with request.env.cr.savepoint():
                return place_sudo._pass_kiosk(partner_sudo)
        except UserError as error:
            return {"kind": "refused", "title": str(error), "lines": []}
