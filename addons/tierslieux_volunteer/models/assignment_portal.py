from odoo import api, fields, models


class TierslieuxShiftAssignment(models.Model):
    """A volunteer's shift online: its page opens from a message, without a login."""

    _name = "tierslieux.shift.assignment"
    _inherit = ["tierslieux.link.mixin", "portal.mixin", "tierslieux.shift.assignment"]

    def _get_link_partners(self):
        return self.partner_id

    def _get_link_title(self):
        self.ensure_one()
        return self.shift_id.display_name

    def _get_link_expiry(self):
        # A shift that has begun is answered for no more.
        return self.start

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for row in self:
            row.access_url = f"/my/shifts/{row.id}"
        return result

    def _get_shift_mates(self):
        """Who else is in the shift: first names, and what each chose to show.

        :return: list of dict: ``name``, ``phone``, ``email``
        """
        self.ensure_one()
        # sudo: first names, and what their owners show, to who is in the shift too
        others = self.sudo().shift_id.assignment_ids.filtered(
            lambda a: a.is_holding and a.partner_id != self.partner_id
        )
        if not self.is_holding:
            return []
        mates = [
            {
                "name": row.partner_id.firstname or self.env._("Somebody"),
                "phone": row.volunteer_id.shares_phone and row.partner_id.phone or "",
                "email": row.volunteer_id.shares_email and row.partner_id.email or "",
            }
            for row in others
        ]
        return sorted(mates, key=lambda mate: mate["name"])

    def _portal_yes(self, source):
        """They say yes by themselves to what they were asked: their own wishes and limits do not
        stand in their way; what they take of themselves must fit."""
        self.ensure_one()
        was_asked = self.state == "proposed" or self.to_reconfirm
        self._accept(source, is_forced=was_asked)

    def _is_open_to_answer(self):
        """Whether the shift is still to come and looks for people."""
        self.ensure_one()
        return self.shift_id.state == "open" and self.start > fields.Datetime.now()


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    def _get_coordinator_contact(self):
        """Whom to ring about these shifts: who coordinates them, else the association."""
        # sudo: the name and the number of who coordinates, for those who come
        user = self.sudo().coordinator_id[:1]
        company = self.sudo().company_id[:1]
        reach = user.partner_id.phone or company.phone or company.email
        return " · ".join(filter(None, (user.name or company.name, reach)))


class TierslieuxLinkMixin(models.AbstractModel):
    _inherit = "tierslieux.link.mixin"

    @api.model
    def _get_link_pages(self):
        return {
            **super()._get_link_pages(),
            "shifts": "tierslieux.shift.assignment",
            "swaps": "tierslieux.shift.swap",
        }
