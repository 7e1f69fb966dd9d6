from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal

_lt = LazyTranslate(__name__)


class MembershipPortalGiveUp(TierslieuxPortal):
    """Give up a membership that one took online and has not paid."""

    @http.route(
        "/my/memberships/<int:membership_id>/give-up",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Give up"))
    def portal_membership_give_up(self, membership_id, **post):
        # sudo: a membership that who is logged in pays; the portal writes none
        membership_sudo = (
            request.env["tierslieux.membership"]
            .sudo()
            .search([("id", "=", membership_id), ("payer_id", "in", self._get_my_partners().ids)])
        )
        if not membership_sudo:
            return request.redirect("/my/memberships")
        try:
            with request.env.cr.savepoint():
                membership_sudo._give_up()
        except UserError:
            self._push_portal_message(
                request.env._("This membership cannot be given up online. Ask the desk."), "warning"
            )
        else:
            self._push_portal_message(
                request.env._("Given up: there is nothing to pay. You may join again at any time.")
            )
        return request.redirect("/my/memberships")
