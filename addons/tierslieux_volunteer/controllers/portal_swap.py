from odoo import http
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.controllers.form_once import once

from .portal_volunteer import VolunteerPortal

_lt = LazyTranslate(__name__)
HOME = "/my/volunteering"
MODEL = "tierslieux.shift.swap"


class VolunteerPortalSwap(VolunteerPortal):
    """I swap a shift of mine with one of somebody else's."""

    def _get_my_row(self, assignment_id):
        """A row of mine in superuser mode, or none."""
        volunteer_sudo = self._get_my_volunteer()
        return volunteer_sudo._get_portal_assignments().filtered(lambda a: a.id == assignment_id)

    @http.route(
        "/my/shifts/<int:assignment_id>/swap",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_swap(self, assignment_id, **kw):
        row_sudo = self._get_my_row(assignment_id)
        if not row_sudo or not row_sudo.is_holding:
            return request.redirect(HOME)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "shift_swap",
            "item": self._prepare_assignment_item(row_sudo),
            "others": [
                {
                    **self._prepare_shift_item(other.shift_id),
                    "other": other,
                    "who": other.partner_id.firstname or request.env._("Somebody"),
                }
                for other in row_sudo._get_swaps()
            ],
            "needs_approval": row_sudo.mission_id.swap_mode == "approval",
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_volunteer.portal_swap", values)

    @http.route(
        "/my/shifts/<int:assignment_id>/swap/<int:other_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Propose this swap"))
    def portal_swap_propose(self, assignment_id, other_id, **post):
        row_sudo = self._get_my_row(assignment_id)
        if not row_sudo:
            return request.redirect(HOME)
        Swap_sudo = row_sudo.env[MODEL]
        other_sudo = row_sudo._get_swaps().filtered(lambda a: a.id == other_id)
        if self._try_answer(Swap_sudo._propose, row_sudo, other_sudo):
            self._push_portal_message(
                request.env._(
                    "Your proposal is on its way. Until it is accepted, you are still expected:"
                    " %s.",
                    row_sudo.shift_id.display_name,
                )
            )
        return request.redirect(HOME)

    # ------------------------------------------------------------------ the other one answers

    def _find_swap(self, swap_id, link=None):
        """A swap that I am part of, or whose link this is; in superuser mode."""
        # sudo: found by its two persons, or by the secret that was sent
        swap_sudo = request.env[MODEL].sudo().with_context(lang=request.env.lang).browse(swap_id)
        swap_sudo = swap_sudo.exists()
        me = request.env.user.partner_id
        is_mine = swap_sudo and me in (swap_sudo.partner_id | swap_sudo.other_partner_id)
        if is_mine or (
            swap_sudo and (self._find_link(swap_sudo, link) or self._has_grant(swap_sudo))
        ):
            return swap_sudo
        if link:
            request.env["tierslieux.rate.limit"]._check_address("link")
        return swap_sudo.browse()

    @http.route(
        "/my/swaps/<int:swap_id>", type="http", auth="public", website=True, methods=["GET"]
    )
    def portal_swap_asked(self, swap_id, link=None, **kw):
        swap_sudo = self._find_swap(swap_id, link)
        if not swap_sudo:
            return request.redirect(HOME)
        me = request.env.user.partner_id
        person = swap_sudo.partner_id if me == swap_sudo.partner_id else swap_sudo.other_partner_id
        gives, gets = swap_sudo._get_sides(person)
        states = dict(swap_sudo._fields["state"]._description_selection(request.env))
        may_act = self._may_change(swap_sudo, link)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "swap",
            "swap": swap_sudo,
            "state": states[swap_sudo.state],
            "give": self._prepare_shift_item(gives.shift_id),
            "get": self._prepare_shift_item(gets.shift_id),
            "who": gets.partner_id.firstname,
            "may_answer": may_act and swap_sudo.state == "proposed",
            "may_give_up": me == swap_sudo.partner_id
            and swap_sudo.state in ("proposed", "to_approve"),
            "link": link if isinstance(link, str) else "",
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_volunteer.portal_swap_asked", values)

    @http.route(
        "/my/swaps/<int:swap_id>/yes",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Swap"))
    def portal_swap_yes(self, swap_id, link=None, **post):
        _ = request.env._
        swap_sudo = self._find_swap(swap_id, link)
        url = swap_sudo and self._get_document_url(swap_sudo, link=link)
        if not swap_sudo or swap_sudo.state != "proposed":
            return request.redirect(url or HOME)
        if not self._take_change(swap_sudo, link):
            return self._refuse_change(url)
        if self._try_answer(swap_sudo._agree):
            self._push_portal_message(
                _("Swapped: each has the other's shift.")
                if swap_sudo.state == "done"
                else _("Thank you. The coordinator approves it, then you are both told.")
            )
        return request.redirect(url)

    @http.route(
        "/my/swaps/<int:swap_id>/no",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Do not swap"))
    def portal_swap_no(self, swap_id, link=None, **post):
        """The other one refuses, or who proposed gives it up."""
        swap_sudo = self._find_swap(swap_id, link)
        url = swap_sudo and self._get_document_url(swap_sudo, link=link)
        if not swap_sudo or swap_sudo.state not in ("proposed", "to_approve"):
            return request.redirect(url or HOME)
        if swap_sudo.partner_id == request.env.user.partner_id:
            done = self._try_answer(swap_sudo._give_up)
        elif not self._take_change(swap_sudo, link):
            return self._refuse_change(url)
        else:
            done = self._try_answer(swap_sudo._refuse)
        if done:
            self._push_portal_message(request.env._("Noted: nothing is swapped."))
        return request.redirect(url)
