from odoo import fields, http
from odoo.http import request

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal
from odoo.addons.tierslieux_base.controllers.portal_form import NAME_MAX, Form, find_birthdate_fault
from odoo.addons.tierslieux_base.tools.typed import to_int

FAMILY_MAX_PERSONS = 20


class MembershipPortalFamily(TierslieuxPortal):
    """The persons whose memberships I look after."""

    @http.route(
        "/my/family", type="http", auth="user", website=True, methods=["GET"], readonly=True
    )
    def portal_my_family(self, **kw):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "family",
            "family": self._prepare_family_entries(),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_membership.portal_my_family", values)

    def _prepare_family_entries(self):
        _ = request.env._
        me = request.env.user.partner_id
        family_sudo = me._get_family()
        up_to_date = family_sudo.filtered("is_up_to_date")
        member = family_sudo.filtered("is_member")
        entries = []
        for person_sudo in family_sudo:
            if person_sudo in up_to_date:
                label, color = _("Up to date"), "success"
            elif person_sudo in member:
                label, color = _("Member"), "warning"
            else:
                label, color = _("Not a member"), "light"
            entries.append(
                {
                    "person": person_sudo,
                    "label": label,
                    "color": color,
                    "editable": person_sudo._is_editable_by_guardian(me),
                    "may_join": person_sudo not in up_to_date,
                }
            )
        return entries

    @http.route(
        ["/my/family/new", "/my/family/<int:person_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_family_form(self, person_id=None, type_id=None, **kw):
        person_sudo = self._get_editable_person(person_id)
        if person_id and not person_sudo:
            return request.redirect("/my/family")
        values = {
            "firstname": person_sudo.firstname or "",
            # A child bears, as a rule, the name of who adds it.
            "lastname": person_sudo.lastname
            or ("" if person_id else request.env.user.partner_id.lastname or ""),
            "birthdate_date": fields.Date.to_string(person_sudo.birthdate_date) or "",
        }
        return self._render_family_form(person_sudo, values, {}, to_int(type_id))

    @http.route(
        ["/my/family/new", "/my/family/<int:person_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_family_submit(self, person_id=None, refusal="", **post):
        person_sudo = self._get_editable_person(person_id)
        if person_id and not person_sudo:
            return request.redirect("/my/family")
        form = Form(post)
        type_id = form.id("type_id")
        values = {
            name: form.line(name, NAME_MAX) for name in ("firstname", "lastname", "birthdate_date")
        }
        errors = self._check_family_form(values, is_new=not person_sudo) | form.errors
        if refusal:
            errors["form"] = refusal
        if errors:
            return self._render_family_form(person_sudo, values, errors, type_id)
        if person_sudo:
            person_sudo.write(values)
            self._push_portal_message(request.env._("Saved."))
        else:
            person_sudo = self._create_family_person(values)
            self._push_portal_message(request.env._("%s is now in your family.", person_sudo.name))
        if type_id:
            return request.redirect(f"/my/memberships/join/{type_id}?person_id={person_sudo.id}")
        return request.redirect("/my/family")

    def _get_editable_person(self, person_id):
        """The person in superuser mode if I may change their details, else an empty record."""
        Partner_sudo = request.env["res.partner"].sudo()
        if not person_id:
            return Partner_sudo
        me = request.env.user.partner_id
        return (
            Partner_sudo.browse(person_id)
            .exists()
            .filtered(lambda p: p._is_editable_by_guardian(me))
        )

    def _create_family_person(self, values):
        """Create the person, or find the one this family already has (sent twice)."""
        me = request.env.user.partner_id
        known_sudo = me.sudo().dependant_ids.filtered(
            lambda p: (
                (p.firstname or "").casefold() == values["firstname"].casefold()
                and (p.lastname or "").casefold() == values["lastname"].casefold()
                and fields.Date.to_string(p.birthdate_date) == values["birthdate_date"]
            )
        )
        if known_sudo:
            return known_sudo[:1]
        # sudo: a portal user creates no contact; only these values come from the form
        return (
            request.env["res.partner"]
            .sudo()
            .create(
                {
                    **values,
                    "guardian_id": me.id,
                    "lang": me.lang,
                    "company_id": me.company_id.id,
                    "street": me.street,
                    "street2": me.street2,
                    "zip": me.zip,
                    "city": me.city,
                    "country_id": me.country_id.id,
                }
            )
        )

    def _check_family_form(self, values, is_new):
        _ = request.env._
        errors = {}
        if not values["firstname"]:
            errors["firstname"] = _("Enter the first name.")
        if not values["lastname"]:
            errors["lastname"] = _("Enter the last name.")
        error = find_birthdate_fault(values["birthdate_date"], required=True)
        if error:
            errors["birthdate_date"] = error
        me = request.env.user.partner_id
        if is_new and not errors and len(me.sudo().dependant_ids) >= FAMILY_MAX_PERSONS:
            errors["form"] = _(
                "You already look after %s persons: ask the front desk to add more.",
                FAMILY_MAX_PERSONS,
            )
        return errors

    def _render_family_form(self, person_sudo, values, errors, type_id):
        page = {
            **self._prepare_portal_layout_values(),
            "page_name": "family",
            "family_form": True,
            "person": person_sudo,
            "form_url": f"/my/family/{person_sudo.id or 'new'}",
            "type_id": type_id,
            "today": fields.Date.to_string(fields.Date.context_today(request.env.user)),
            "values": values,
            "errors": errors,
        }
        return request.render("tierslieux_membership.portal_family_form", page)
