from odoo import http
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.controllers.form_once import once

from .portal_volunteer import VolunteerPortal

_lt = LazyTranslate(__name__)
MODEL = "tierslieux.shift.assignment"
# So many free shifts are shown to who comes by a link.
OTHERS = 5


class VolunteerPortalShift(VolunteerPortal):
    """One shift of mine: opened by a link of a message, without a login, or from my pages.

    Opening it changes nothing. A link answers once; used, over, of a shift that was cancelled or
    deleted, it says so, and which shifts still need someone.
    """

    # ------------------------------------------------------------------ which

    def _find_row(self, assignment_id, link=None):
        """The row that is mine, or whose link this is, used or over; empty when it is neither.

        :return: (row in superuser mode, in the language of the page; its link, maybe empty)
        """
        # sudo: found by its person, or by the secret that was sent
        env_sudo = request.env[MODEL].sudo().with_context(lang=request.env.lang).env
        row_sudo = env_sudo[MODEL].browse(assignment_id).exists()
        link_sudo = row_sudo and self._find_link(row_sudo, link)
        if row_sudo and (link_sudo or self._has_grant(row_sudo) or self._is_concerned(row_sudo)):
            return row_sudo, link_sudo
        return env_sudo[MODEL], env_sudo["tierslieux.one.time.link"]

    def _answer_no_row(self, assignment_id, link):
        """Who asks for a row that is none of theirs: a page, with a door or two, and nothing of
        what others do."""
        volunteer_sudo = self._find_former_volunteer(assignment_id, link)
        if link and not volunteer_sudo:
            request.env["tierslieux.rate.limit"]._check_address("link")
        if not volunteer_sudo and not request.env.user._is_public():
            return request.redirect("/my/volunteering")
        return self._render_shift(
            request.env[MODEL].sudo(),
            volunteer_sudo,
            request.env._("This shift does not exist any more: there is nothing to answer.")
            if volunteer_sudo
            else request.env._("This link is not known here. Log in to see your shifts."),
        )

    def _find_former_volunteer(self, assignment_id, link):
        """Whose link it was to a row that was deleted since."""
        # sudo: the secret, found by its hash, stands for its person
        Link_sudo = request.env["tierslieux.one.time.link"].sudo()
        if not isinstance(link, str) or not link:
            return request.env["tierslieux.volunteer"].sudo()
        link_sudo = Link_sudo.search(
            [
                ("token_hash", "=", Link_sudo._hash(link)),
                ("res_model", "=", MODEL),
                ("res_id", "=", assignment_id),
            ],
            limit=1,
        )
        if Link_sudo.env[MODEL].browse(assignment_id).exists():
            return request.env["tierslieux.volunteer"].sudo()
        return link_sudo.partner_id.volunteer_ids[:1]

    # ------------------------------------------------------------------ page

    @http.route(
        "/my/shifts/<int:assignment_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_shift(self, assignment_id, link=None, **kw):
        row_sudo, link_sudo = self._find_row(assignment_id, link)
        if not row_sudo:
            return self._answer_no_row(assignment_id, link)
        return self._render_shift(
            row_sudo, row_sudo.volunteer_id, self._get_shift_sentence(row_sudo, link_sudo), link
        )

    def _get_shift_sentence(self, row_sudo, link_sudo):
        """Why nothing can be answered here any more; "" when something can."""
        _ = request.env._
        if row_sudo.shift_state == "cancelled":
            return _("This shift does not take place: you need not come.")
        if not row_sudo._is_open_to_answer():
            return _("This shift has begun or is over: there is nothing to answer any more.")
        if row_sudo._may_take_back():
            return _(
                "We read in your e-mail that you do not come. If that is wrong, undo it below."
            )
        if row_sudo._is_final():
            return _("You said no to this shift. Ring us if you can come after all.")
        if row_sudo.state == "excused":
            return _("You said that you cannot come. Ring us if you can after all.")
        full = row_sudo.shift_id.coverage == "full"
        if row_sudo.state == "proposed" and full:
            return _("Thank you, this shift is full now: somebody was quicker.")
        if link_sudo.used_at and not self._may_change(row_sudo):
            return _("This link was used already: your answer is noted.")
        return ""

    def _render_shift(self, row_sudo, volunteer_sudo, sentence, link=None):
        may_act = bool(row_sudo) and self._may_change(row_sudo, link)
        item = self._prepare_assignment_item(row_sudo) if row_sudo else {}
        free = volunteer_sudo._get_free_shifts(limit=OTHERS) if sentence or not row_sudo else ()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "shift",
            "item": item,
            "sentence": sentence,
            "mates": row_sudo._get_shift_mates() if row_sudo and not sentence else [],
            "may_act": may_act,
            "may_yes": may_act and not sentence and item["is_asked"],
            "may_no": may_act and not sentence and (item["is_asked"] or item["may_leave"]),
            "may_take": bool(row_sudo) and may_act,
            "may_undo": bool(row_sudo) and may_act and row_sudo._may_take_back(),
            "may_swap": bool(row_sudo) and self._is_concerned(row_sudo) and item["may_leave"],
            "free": [self._prepare_shift_item(shift) for shift in free],
            "contact": row_sudo and row_sudo.shift_id._get_coordinator_contact(),
            "link": link if isinstance(link, str) else "",
            "ask_sentence": "",
            "is_public": request.env.user._is_public(),
            **(self._prepare_ask(row_sudo, link) if row_sudo and not may_act else {}),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_volunteer.portal_shift", values)

    def _prepare_ask(self, row_sudo, link):
        """How to go on for who may read and not act: a new link, while there is something to do."""
        values = self._prepare_link_values(row_sudo, link=link)
        if not row_sudo._is_open_to_answer():
            values["ask_sentence"] = ""
        return values

    # ------------------------------------------------------------------ one tap

    def _begin_answer(self, assignment_id, link):
        """:return: (row, empty when it is not for me to answer; where to go)"""
        row_sudo, link_sudo = self._find_row(assignment_id, link)
        if not row_sudo:
            return row_sudo, None
        url = self._get_document_url(row_sudo, link=link)
        if self._get_shift_sentence(row_sudo, link_sudo):
            return row_sudo.browse(), url  # the page says why
        if not self._take_change(row_sudo, link):
            self._refuse_change(url)
            return row_sudo.browse(), url
        return row_sudo, url

    def _get_way(self, row_sudo):
        """How the answer came."""
        return "portal" if self._is_concerned(row_sudo) else "link"

    @http.route(
        "/my/shifts/<int:assignment_id>/yes",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Yes, I come"))
    def portal_shift_yes(self, assignment_id, link=None, **post):
        row_sudo, url = self._begin_answer(assignment_id, link)
        if not row_sudo:
            return request.redirect(url) if url else self._answer_no_row(assignment_id, link)
        if self._try_answer(row_sudo._portal_yes, self._get_way(row_sudo)):
            self._say_yes_kept(row_sudo)
        return request.redirect(url)

    @http.route(
        "/my/shifts/<int:assignment_id>/no",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("I can't come"))
    def portal_shift_no(self, assignment_id, link=None, **post):
        """No to a question, or « I can't come » after a yes."""
        row_sudo, url = self._begin_answer(assignment_id, link)
        if not row_sudo:
            return request.redirect(url) if url else self._answer_no_row(assignment_id, link)
        had_seat = row_sudo.is_holding
        if self._try_answer(row_sudo._cannot_come, self._get_way(row_sudo)):
            self._say_no_kept(row_sudo, had_seat)
        return request.redirect(url)

    @http.route(
        "/my/shifts/<int:assignment_id>/undo",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("I come after all"))
    def portal_shift_undo(self, assignment_id, link=None, **post):
        """What was read in an e-mail was not meant."""
        row_sudo, _link_sudo = self._find_row(assignment_id, link)
        if not row_sudo:
            return self._answer_no_row(assignment_id, link)
        url = self._get_document_url(row_sudo, link=link)
        if not row_sudo._may_take_back():
            return request.redirect(url)  # the page says how things stand
        if not self._take_change(row_sudo, link):
            return self._refuse_change(url)
        if self._try_answer(row_sudo._take_back, self._get_way(row_sudo)):
            if row_sudo.is_holding:
                self._say_yes_kept(row_sudo)
            else:
                self._push_portal_message(request.env._("Undone: say below whether you come."))
        return request.redirect(url)

    @http.route(
        "/my/shifts/<int:assignment_id>/other/<int:shift_id>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Take this shift"))
    def portal_shift_other(self, assignment_id, shift_id, link=None, **post):
        """Another shift than the one that the link was for: one of those that its page shows."""
        row_sudo, _link_sudo = self._find_row(assignment_id, link)
        if not row_sudo:
            return self._answer_no_row(assignment_id, link)
        url = self._get_document_url(row_sudo, link=link)
        shift_sudo = row_sudo.volunteer_id._get_free_shifts(limit=None).filtered(
            lambda s: s.id == shift_id
        )
        if not shift_sudo:
            self._push_portal_message(
                request.env._("This shift is taken, or does not fit any more."), "warning"
            )
            return request.redirect(url)
        if not self._take_change(row_sudo, link):
            return self._refuse_change(url)
        way = self._get_way(row_sudo)
        if self._try_answer(row_sudo.volunteer_id._take_shift, shift_sudo, way):
            self._say_yes_kept(
                shift_sudo.assignment_ids.filtered(
                    lambda a: a.volunteer_id == row_sudo.volunteer_id
                )
            )
        return request.redirect(url)

    @http.route(
        "/my/shifts/<int:assignment_id>/link",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Receive a link by e-mail"))
    def portal_shift_link(self, assignment_id, link=None, **post):
        """A new link, for who was sent one before."""
        row_sudo, _link_sudo = self._find_row(assignment_id, link)
        if not row_sudo or not row_sudo._is_open_to_answer():
            return self._answer_no_row(assignment_id, link)
        return self._send_link(MODEL, assignment_id, link=link)
