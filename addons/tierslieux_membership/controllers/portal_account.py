from odoo.http import request

from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal
from odoo.addons.tierslieux_base.controllers.portal_form import NAME_MAX, Form, find_birthdate_fault
from odoo.addons.tierslieux_base.tools.typed import to_day

OWN_FIELDS = ("firstname", "lastname", "birthdate_date")


class MembershipPortalAccount(TierslieuxPortal):
    """My details: Odoo's own form, with the first and last name apart and the birth date."""

    def _create_or_update_address(self, partner_sudo, **form_data):
        """Check and write the fields that the form adds, for one's own record only.

        They are taken out of what Odoo writes: ``name`` is computed from the two names, and
        writing both at once would split it anew at the wrong space.
        """
        form = Form({name: form_data.pop(name) for name in OWN_FIELDS if name in form_data})
        typed = {name: form.line(name, NAME_MAX) for name in form.sent}
        is_own = partner_sudo == request.env.user.partner_id
        if not typed or not is_own or partner_sudo.is_company:
            return super()._create_or_update_address(partner_sudo, **form_data)
        errors = self._check_own_fields(typed) | form.errors
        if errors:
            return partner_sudo, {
                "invalid_fields": list(errors),
                "messages": list(dict.fromkeys(errors.values())),
            }
        has_names = "firstname" in typed and "lastname" in typed
        if has_names:
            form_data["name"] = partner_sudo._get_computed_name(
                typed["lastname"], typed["firstname"]
            )
        partner_sudo, feedback = super()._create_or_update_address(partner_sudo, **form_data)
        if "redirectUrl" in feedback:
            self._write_own_fields(partner_sudo, typed, has_names)
        return partner_sudo, feedback

    def _check_own_fields(self, typed):
        _ = request.env._
        errors = {}
        for name in ("firstname", "lastname"):
            if name in typed and not typed[name]:
                errors[name] = _("Enter your first name and your last name.")
        error = find_birthdate_fault(typed.get("birthdate_date", ""))
        if error:
            errors["birthdate_date"] = error
        return errors

    def _write_own_fields(self, partner_sudo, typed, has_names):
        vals = {}
        if has_names:
            vals = {
                name: typed[name]
                for name in ("firstname", "lastname")
                if typed[name] != (partner_sudo[name] or "")
            }
        if "birthdate_date" in typed:
            day = to_day(typed["birthdate_date"], False, first_year=1)
            if day != partner_sudo.birthdate_date:
                vals["birthdate_date"] = day
        if vals:
            partner_sudo.write(vals)
