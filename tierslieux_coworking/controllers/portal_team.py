from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import LazyTranslate, email_normalize

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import NAME_MAX, Form

from .portal_coworking import CoworkingPortal

_lt = LazyTranslate(__name__)


class CoworkingPortalTeam(CoworkingPortal):
    """The page of a team's manager: who is in, what each used, who comes and who leaves."""

    def _get_my_team(self, subscription_id):
        """A team's subscription of which I am the subscriber or the manager (sudo)."""
        return self._get_my_subscription(subscription_id).filtered(
            lambda s: s.plan_id.audience == "team" or s.plan_id.is_transferable
        )

    @http.route(
        "/my/plan/<int:subscription_id>/team",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_team(self, subscription_id, **kw):
        subscription_sudo = self._get_my_team(subscription_id)
        if not subscription_sudo:
            return request.redirect("/my")
        return self._render_team(subscription_sudo, {}, {})

    def _render_team(self, subscription_sudo, typed, errors):
        today = fields.Date.context_today(request.env.user)
        used = self._get_team_uses(subscription_sudo, today.replace(day=1))
        lines_sudo = subscription_sudo.person_ids.sorted(lambda p: (p.partner_id.name or "", p.id))
        current_sudo = lines_sudo.filtered(lambda p: not p.date_end or p.date_end >= today)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "team",
            "subscription": subscription_sudo,
            "persons": [
                {"person": line, "used": used.get(line.partner_id.id, "")} for line in current_sudo
            ],
            "former": [
                {"person": line, "used": used.get(line.partner_id.id, "")}
                for line in lines_sudo - current_sudo
            ],
            "places_left": subscription_sudo.plan_id.max_persons
            and max(subscription_sudo.plan_id.max_persons - len(current_sudo), 0),
            "is_full": bool(subscription_sudo.plan_id.max_persons)
            and len(current_sudo) >= subscription_sudo.plan_id.max_persons,
            "is_open": subscription_sudo.state in ("draft", "trial", "active", "paused"),
            "typed": {"firstname": "", "lastname": "", "email": "", **typed},
            "errors": errors,
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_team", values)

    def _get_team_uses(self, subscription_sudo, since):
        """What each person used of this plan since a day, in words: {partner id: text}."""
        groups = (
            request.env["tierslieux.credit.line"]
            .sudo()
            ._read_group(
                [
                    ("subscription_id", "=", subscription_sudo.id),
                    ("move", "in", ("use", "give_back")),
                    ("use_date", ">=", since),
                ],
                ["partner_id", "type_id"],
                ["quantity:sum"],
            )
        )
        used = {}
        for partner, credit_type, quantity in groups:
            if quantity < 0:
                text = credit_type.with_context(lang=request.env.lang)._format_quantity(-quantity)
                used.setdefault(partner.id, []).append(text)
        return {partner: " · ".join(texts) for partner, texts in used.items()}

    # ------------------------------------------------------------------ in and out

    @http.route(
        "/my/plan/<int:subscription_id>/team/add",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_team_add(self, subscription_id, refusal="", **post):
        _ = request.env._
        subscription_sudo = self._get_my_team(subscription_id)
        if not subscription_sudo or subscription_sudo.state in ("ended", "notice"):
            return request.redirect("/my")
        form = Form(post)
        typed = {name: form.line(name, NAME_MAX) for name in ("firstname", "lastname", "email")}
        errors = {"form": refusal} if refusal else {}
        if not typed["firstname"]:
            errors["firstname"] = _("Enter the first name.")
        if not typed["lastname"]:
            errors["lastname"] = _("Enter the last name.")
        if not email_normalize(typed["email"]):
            errors["email"] = _("Enter the e-mail address, for instance lou@example.org.")
        errors.update(form.errors)
        if errors:
            return self._render_team(subscription_sudo, typed, errors)
        request.env["tierslieux.rate.limit"]._check("invite", request.env.uid)
        try:
            with request.env.cr.savepoint():
                partner_sudo = self._find_or_create_colleague(subscription_sudo, typed)
                today = fields.Date.context_today(request.env.user)
                if partner_sudo not in subscription_sudo.person_ids._filter_on(today).partner_id:
                    subscription_sudo._add_person(partner_sudo)
        except UserError as error:
            return self._render_team(subscription_sudo, typed, {"form": str(error)})
        self._invite_to_portal(partner_sudo)
        self._push_portal_message(_("%s is now in your team.", partner_sudo.name))
        return request.redirect(f"/my/plan/{subscription_sudo.id}/team")

    def _find_or_create_colleague(self, subscription_sudo, typed):
        """Somebody of this team already, or a new contact of the organisation.

        Never another person found by their e-mail: the address of anybody could be typed here,
        and their name would show.
        """
        email = email_normalize(typed["email"])
        organisation_sudo = subscription_sudo.partner_id.commercial_partner_id.filtered(
            "is_company"
        )
        known_sudo = (
            subscription_sudo.person_ids.partner_id | organisation_sudo.child_ids
        ).filtered(lambda p: p.email_normalized == email and not p.is_company)
        if known_sudo:
            return known_sudo[0]
        return (
            request.env["res.partner"]
            .sudo()
            .create(
                {
                    "firstname": typed["firstname"],
                    "lastname": typed["lastname"],
                    "email": typed["email"],
                    "parent_id": organisation_sudo.id,
                    "lang": request.env.user.lang,
                    "company_id": subscription_sudo.partner_id.company_id.id,
                }
            )
        )

    def _invite_to_portal(self, partner_sudo):
        """Send the invitation to open an account, where the address has none yet."""
        if partner_sudo.user_ids:
            return
        try:
            with request.env.cr.savepoint():
                wizard_sudo = (
                    request.env["portal.wizard"]
                    .sudo()
                    .with_context(active_ids=partner_sudo.ids)
                    .create({"partner_ids": [fields.Command.set(partner_sudo.ids)]})
                )
                wizard_sudo.user_ids.action_grant_access()
        except UserError:
            # The address belongs to another account. Who typed it must not learn that: the desk,
            # which sees the contact, gives the access.
            return

    @http.route(
        "/my/plan/<int:subscription_id>/team/<int:person_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Take this person out of the team"))
    def portal_team_remove(self, subscription_id, person_id, **post):
        subscription_sudo = self._get_my_team(subscription_id)
        if not subscription_sudo:
            return request.redirect("/my")
        url = f"/my/plan/{subscription_sudo.id}/team"
        today = fields.Date.context_today(request.env.user)
        line_sudo = subscription_sudo.person_ids.filtered(
            lambda p: p.id == person_id and (not p.date_end or p.date_end >= today)
        )
        if not line_sudo:  # tapped twice
            return request.redirect(url)
        name = line_sudo.partner_id.name
        try:
            with request.env.cr.savepoint():
                subscription_sudo._remove_person(line_sudo.partner_id)
        except UserError as error:
            self._push_portal_message(str(error), "danger")
            return request.redirect(url)
        self._push_portal_message(request.env._("%s is no longer in your team.", name))
        return request.redirect(url)
