from odoo import http
from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.tools.typed import to_token

NAME_MAX = 120
MESSAGE_MAX = 2000
# A field that people do not see and that robots fill in.
HONEYPOT = "website"
FIELDS = ("name", "email", "phone")


class MissionPages(http.Controller):
    """« Volunteering »: the missions that are online, one page each, and a form to be called back.

    Anybody reads them: nothing is shown but what a coordinator has put online, and nobody's name.
    """

    @http.route(
        "/volunteering",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def mission_list(self, **kw):
        return self._render_list()

    def _render_list(self, sentence=""):
        missions_sudo = self._get_missions()
        counts = missions_sudo._count_free_shifts()
        values = {
            "page_name": "missions",
            "company_name": request.env.company.sudo().name,
            "missions": [mission._get_public_facts(counts) for mission in missions_sudo],
            "sentence": sentence,
        }
        return request.render("tierslieux_volunteer.mission_list", values)

    @staticmethod
    def _get_missions(slug=None):
        Mission = request.env["tierslieux.mission"].with_context(lang=request.env.lang)
        return Mission._find_published(slug if slug is None else to_token(slug))

    @http.route(
        "/volunteering/<string:slug>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def mission_page(self, slug, thanks=None, **kw):
        mission_sudo = self._get_missions(slug)
        if not mission_sudo:
            return self._answer_not_online()
        return self._render_mission(mission_sudo, thanks=thanks is not None)

    def _answer_not_online(self):
        """The page of a mission that is not online, any more or yet: the others."""
        response = self._render_list(request.env._("This mission is not online any more."))
        response.status_code = 404
        return response

    def _render_mission(self, mission_sudo, typed=None, errors=None, thanks=False):
        values = {
            "page_name": "mission",
            "mission": mission_sudo._get_public_facts(),
            "typed": typed or dict.fromkeys((*FIELDS, "message"), ""),
            "errors": errors or {},
            "thanks": thanks,
        }
        return request.render("tierslieux_volunteer.mission_page", values)

    @http.route(
        "/volunteering/<string:slug>/interested",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once
    def mission_interested(self, slug, refusal="", **post):
        form = Form(post)
        typed = {name: form.line(name, NAME_MAX) for name in FIELDS}
        typed["message"] = form.block("message", MESSAGE_MAX)
        mission_sudo = self._get_missions(slug)
        if not mission_sudo:
            return self._answer_not_online()
        thanks = f"/volunteering/{mission_sudo.public_slug}?thanks=1"
        if form.line(HONEYPOT):
            # A robot reads that all went well, and leaves.
            return request.redirect(thanks)
        errors = self._check_interest(typed) | form.errors
        if refusal:
            errors["form"] = refusal
        if errors:
            return self._render_mission(mission_sudo, typed, errors)
        Limit = request.env["tierslieux.rate.limit"]
        Limit._check_address("interest_address")
        Limit._check_address("interest", email_normalize(typed["email"]) or typed["phone"])
        # known keys only, each checked above; visitors have no rights (see _find_published)
        mission_sudo._note_interest(**typed)
        return request.redirect(thanks)

    @staticmethod
    def _check_interest(typed):
        _ = request.env._
        errors = {}
        if not typed["name"]:
            errors["name"] = _("Enter your first name and your last name.")
        if typed["email"] and not email_normalize(typed["email"]):
            errors["email"] = _("Enter your e-mail address, for instance lou@example.org.")
        elif not typed["email"] and not typed["phone"]:
            errors["email"] = _("Enter an e-mail address or a telephone number: we answer you.")
        elif not typed["email"] and sum(char.isdigit() for char in typed["phone"]) < 6:
            errors["phone"] = _("This is no telephone number: for instance 06 12 34 56 78.")
        return errors
