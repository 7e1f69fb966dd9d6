from odoo import fields, models
from odoo.tools import email_normalize, format_datetime

from ..tools.clock import DEFAULT
from ..tools.masked import mask_email


class ResPartner(models.Model):
    """Whose address changes is told at the old one: whoever else changed it would receive the
    links by which one logs in."""

    _inherit = "res.partner"

    def write(self, vals):
        if "email" not in vals:
            return super().write(vals)
        before = self._get_portal_addresses()
        result = super().write(vals)
        Message = self.env["tierslieux.message"]
        for user_sudo, address in before.items():
            now = email_normalize(user_sudo.partner_id.email)
            if address and email_normalize(address) != now:
                Message._queue_address_change(user_sudo, address)
        return result

    def _get_portal_addresses(self):
        """{user (as superuser) who logs in on the portal: address}"""
        # sudo: who has a login, for whoever may change an address
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .search([("partner_id", "in", self.ids), ("share", "=", True)])
        )
        return {
            user_sudo: user_sudo.partner_id.email
            for user_sudo in users_sudo
            if user_sudo._is_of_a_member()
        }


class TierslieuxMessage(models.Model):
    _inherit = "tierslieux.message"

    kind = fields.Selection(
        selection_add=[("address_changed", "Change of e-mail address")],
        ondelete={"address_changed": "cascade"},
    )

    def _queue_address_change(self, user_sudo, address):
        """Tell it at the address that is no longer theirs.

        sudo: nobody writes the outbox by hand; who changed the address had the right to.
        """
        template = self.env.ref("tierslieux_base.mail_template_address_changed")
        vals = self._prepare_vals(
            "address_changed", user_sudo.company_id, user_sudo.partner_id, template, []
        )
        return self.sudo().create({**vals, "channel": "email", "email": address})

    def _is_to_address(self):
        return super()._is_to_address() or self.kind == "address_changed"

    def _get_new_address(self):
        """For the text: as its owner recognises it, and nobody else learns it."""
        return mask_email(self.partner_id.email)

    def _get_moment(self):
        """For the text: when it was changed, by the clock of the association."""
        zone = self.company_id.partner_id.tz or DEFAULT
        lang = self.partner_id.lang or self.env.lang
        return format_datetime(self.env, self.create_date, tz=zone, lang_code=lang)

    def _get_association_contact(self):
        """For the text: whom to call."""
        company = self.company_id
        return " · ".join(filter(None, (company.phone, company.email)))
