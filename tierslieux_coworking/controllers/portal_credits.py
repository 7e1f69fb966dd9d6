from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal_coworking import CoworkingPortal


class CoworkingPortalCredits(CoworkingPortal):
    """My credits: what is left, until when, and each movement."""

    def _get_my_credit_lines_domain(self):
        """Movements of my own plans and of the teams that I manage; elsewhere, my uses alone."""
        me = request.env.user.partner_id
        subscriptions_sudo = self._get_my_subscriptions()
        full_sudo = subscriptions_sudo.filtered(lambda s: s._get_portal_role(me) == "full")
        return Domain("subscription_id", "in", full_sudo.ids) | (
            Domain("subscription_id", "in", subscriptions_sudo.ids)
            & Domain("partner_id", "=", me.id)
        )

    @http.route(
        ["/my/credits", "/my/credits/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_my_credits(self, page=1, **kw):
        Line_sudo = request.env["tierslieux.credit.line"].sudo().with_context(lang=request.env.lang)
        domain = self._get_my_credit_lines_domain()
        pager = portal_pager(
            url="/my/credits",
            total=Line_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        lines_sudo = Line_sudo.search(domain, limit=self._items_per_page, offset=pager["offset"])
        moves = dict(Line_sudo._fields["move"]._description_selection(request.env))
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "credits",
            "balances": self._get_my_balances(),
            "lots": self._get_my_lots(domain),
            "lines": [
                {
                    "line": line,
                    "move": moves[line.move],
                    "quantity": line.type_id._format_quantity(abs(line.quantity)),
                    "sign": "+" if line.quantity > 0 else "−",
                    "date": line.use_date or line.date,
                    "by": line.partner_id.name
                    if line.partner_id != request.env.user.partner_id
                    else "",
                }
                for line in lines_sudo
            ],
            "pager": pager if pager["page_count"] > 1 else False,
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_my_credits", values)

    def _get_my_lots(self, domain):
        """What is left of each grant of mine, what expires first on top."""
        today = fields.Date.context_today(request.env.user)
        lots_sudo = (
            request.env["tierslieux.credit.line"]
            .sudo()
            .with_context(lang=request.env.lang)
            .search(
                domain
                & Domain("move", "=", "grant")
                & Domain("is_unlimited", "=", False)
                & (Domain("date_expiry", "=", False) | Domain("date_expiry", ">=", today)),
                order="date_expiry, id",
                limit=200,
            )
        )
        left = lots_sudo._get_left()
        return [
            {
                "lot": lot,
                "left": lot.type_id._format_quantity(left[lot.id]),
                "expiry": lot.date_expiry,
            }
            for lot in lots_sudo
            if left[lot.id] > 0
        ]
