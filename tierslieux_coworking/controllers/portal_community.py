from odoo import http
from odoo.fields import Command
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.tools.typed import to_int, to_line

from .portal_coworking import CoworkingPortal

_lt = LazyTranslate(__name__)
SKILLS_MAX = 12
SKILLS_MAX_LENGTH = 500
FLAGS = (
    "community_visible",
    "community_show_email",
    "community_show_phone",
    "community_show_presence",
)
TEXTS = {"community_activity": 120, "community_link": 200}
ABOUT_MAX = 1000
CARDS_SHOWN = 24


class CoworkingPortalCommunity(CoworkingPortal):
    """The community: a directory of skills, who is here today, recommending the place.

    Those of the community see it: who has a plan, or is a member. Each person shows what they
    ticked and nothing else: pages are made from ``_get_community_card``, never from partners.
    """

    def _is_in_community(self):
        user = request.env.user
        return user.partner_id._is_in_community(user.company_ids)

    @http.route(
        ["/my/community", "/my/community/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_community(self, page=1, skill=None, q=None, **kw):
        if not self._is_in_community():
            return self._render_outside()
        companies = request.env.user.company_ids
        Partner = request.env["res.partner"]
        text = to_line(q, 80)
        skill_id = to_int(skill)
        everybody = Partner._get_directory_domain(companies)
        found = everybody & Partner._get_directory_search(skill_id, text)
        # sudo: of those who chose to be in the directory, what ``_get_community_card`` shows
        Partner_sudo = Partner.sudo()
        pager = portal_pager(
            url="/my/community",
            url_args={key: value for key, value in (("skill", skill_id), ("q", text)) if value},
            total=Partner_sudo.search_count(found),
            page=page,
            step=CARDS_SHOWN,
        )
        found_sudo = Partner_sudo.search(
            found, order="name, id", limit=CARDS_SHOWN, offset=pager["offset"]
        )
        me_sudo = request.env.user.partner_id.sudo()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "community",
            "cards": [partner._get_community_card() for partner in found_sudo],
            "pager": pager if pager["page_count"] > 1 else False,
            "skills": Partner._get_directory_skills(everybody),
            "skill_id": skill_id,
            "text": text,
            "here": self._get_here_by_place(companies),
            "is_visible": me_sudo.community_visible,
            "says_here": me_sudo.community_show_presence,
            "referral_url": me_sudo.referral_token
            and f"{me_sudo.get_base_url()}/coworking/trial?ref={me_sudo.referral_token}",
            "referrals": self._get_my_referrals(),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_community", values)

    def _render_outside(self):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "community",
            "may_take": bool(self._get_portal_plans()),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_community_outside", values)

    def _get_here_by_place(self, companies):
        """[(name of the place, names of those who agree)]: names only, no hours."""
        presences_sudo = request.env["res.partner"]._get_here_today(companies)
        return [
            (place.name, sorted(set(presences.partner_id.mapped("name"))))
            for place, presences in presences_sudo.grouped("place_id").items()
        ]

    def _get_my_referrals(self):
        """Who came thanks to me: a first name, a day and how far it went."""
        leads_sudo = (
            request.env["crm.lead"]
            .sudo()
            .with_context(lang=request.env.lang, active_test=False)
            .search([("referrer_id", "=", request.env.user.partner_id.id)], limit=50)
        )
        return [
            {
                "name": (lead.contact_name or lead.partner_id.firstname or "").split(" ")[0],
                "date": lead.create_date,
                "joined": lead.stage_id.is_won,
            }
            for lead in leads_sudo
        ]

    # ------------------------------------------------------------------ what I show

    @http.route(
        "/my/community/profile",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_community_profile(self, **kw):
        if not self._is_in_community():
            return request.redirect("/my/community")
        me_sudo = request.env.user.partner_id.sudo()
        shown = {
            **{name: me_sudo[name] for name in FLAGS},
            **{name: me_sudo[name] or "" for name in (*TEXTS, "community_about")},
            "skills": ", ".join(me_sudo.community_skill_ids.mapped("name")),
        }
        return self._render_profile(shown)

    def _render_profile(self, shown, errors=()):
        """:param errors: sentences"""
        me_sudo = request.env.user.partner_id.sudo()
        Skill_sudo = request.env["tierslieux.skill"].sudo()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "community_profile",
            "me": me_sudo,
            "shown": shown,
            "errors": errors,
            "known_skills": Skill_sudo.search([], limit=200).mapped("name"),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_community_profile", values)

    @http.route("/my/community/profile", type="http", auth="user", website=True, methods=["POST"])
    @once
    def portal_community_profile_submit(self, refusal="", **post):
        """Write what I show, on my own record: known keys only."""
        if not self._is_in_community():
            return request.redirect("/my/community")
        form = Form(post)
        vals = {name: form.flag(name) for name in FLAGS}
        for name, size in TEXTS.items():
            vals[name] = form.line(name, size)
        vals["community_about"] = form.block("community_about", ABOUT_MAX)
        skills = form.line("skills", SKILLS_MAX_LENGTH)
        errors = [refusal] if refusal else list(form.errors.values())
        if errors:
            return self._render_profile({**vals, "skills": skills}, errors)
        # sudo: whoever is in the community may add a word to the list
        skills_sudo = (
            request.env["tierslieux.skill"].sudo()._find_or_create(skills.split(",")[:SKILLS_MAX])
        )
        vals["community_skill_ids"] = [Command.set(skills_sudo.ids)]
        # sudo: a portal user writes no contact; their own, and only these values
        request.env.user.partner_id.sudo().write(vals)
        self._push_portal_message(
            request.env._("Saved: the others of the community see it.")
            if vals["community_visible"]
            else request.env._("Saved: you are not in the directory.")
        )
        return request.redirect("/my/community")

    @http.route("/my/community/referral", type="http", auth="user", website=True, methods=["POST"])
    @once(_lt("Make a new address"))
    def portal_community_referral(self, **post):
        """My address to recommend the place; asked again, a new one."""
        if self._is_in_community():
            request.env.user.partner_id._renew_referral_token()
        return request.redirect("/my/community#referral")
