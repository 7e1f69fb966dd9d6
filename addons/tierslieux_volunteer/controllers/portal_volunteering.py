from odoo import http
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.controllers.form_once import once

from .portal_volunteer import VolunteerPortal

_lt = LazyTranslate(__name__)


class VolunteerPortalHome(VolunteerPortal):
    """« Volunteering »: what I am asked, my next shifts, those that are free and fit me."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        volunteer_sudo = self._get_my_volunteer()
        if not counters:  # the page itself: its script knows counters alone
            values["is_volunteer"] = bool(volunteer_sudo)
        if "volunteer_asked_count" in counters:
            asked = volunteer_sudo._get_portal_assignments().filtered(
                lambda a: a._is_open_to_answer() and (a.state == "proposed" or a.to_reconfirm)
            )
            swaps = [item for item in self._prepare_swap_items(volunteer_sudo) if item["is_asked"]]
            values["volunteer_asked_count"] = len(asked) + len(swaps)
        return values

    @http.route(
        "/my/volunteering",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_volunteering(self, **kw):
        volunteer_sudo = self._get_my_volunteer()
        rows = [
            self._prepare_assignment_item(row) for row in volunteer_sudo._get_portal_assignments()
        ]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "volunteering",
            "volunteer": volunteer_sudo,
            "asked": [item for item in rows if item["is_asked"]],
            "coming": [item for item in rows if not item["is_asked"] and item["row"].is_holding],
            "free": [
                self._prepare_shift_item(shift) for shift in volunteer_sudo._get_free_shifts()
            ],
            "swaps": self._prepare_swap_items(volunteer_sudo),
            "documents": volunteer_sudo._get_portal_documents() if volunteer_sudo else [],
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_volunteer.portal_volunteering", values)

    def _prepare_swap_items(self, volunteer_sudo):
        """Swaps that wait for somebody: mine, and those that I am asked."""
        me = volunteer_sudo.partner_id
        swaps_sudo = volunteer_sudo.env["tierslieux.shift.swap"].search(
            [
                ("state", "in", ("proposed", "to_approve")),
                "|",
                ("partner_id", "=", me.id),
                ("other_partner_id", "=", me.id),
            ]
        )
        return [
            {
                "swap": swap,
                "give": swap._get_sides(me)[0].shift_id.display_name,
                "get": swap._get_sides(me)[1].shift_id.display_name,
                "who": swap._get_sides(me)[1].partner_id.firstname,
                "is_asked": swap.state == "proposed" and swap.other_partner_id == me,
            }
            for swap in swaps_sudo
            if me
        ]

    @http.route(
        "/my/volunteering/take/<int:shift_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Take this shift"))
    def portal_shift_take(self, shift_id, **post):
        """One tap on a free shift: it must be one of those that my page shows."""
        volunteer_sudo = self._get_my_volunteer()
        shift_sudo = volunteer_sudo.env["tierslieux.shift"].search(
            [("id", "=", shift_id), ("company_id", "=", volunteer_sudo.company_id.id)]
        )
        if not volunteer_sudo or not shift_sudo or shift_sudo.state == "draft":
            return request.redirect("/my/volunteering")
        if self._try_answer(volunteer_sudo._take_shift, shift_sudo, "portal"):
            row_sudo = shift_sudo.assignment_ids.filtered(
                lambda a: a.volunteer_id == volunteer_sudo
            )
            self._say_yes_kept(row_sudo)
        return request.redirect("/my/volunteering")
