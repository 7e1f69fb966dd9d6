from odoo import fields, models

COORDINATORS = "tierslieux_base.group_coordinator,base.group_portal"


class ResPartner(models.Model):
    """A person who is a volunteer: what becomes of it when they go, or when two records are one."""

    _inherit = "res.partner"

    volunteer_ids = fields.One2many(
        "tierslieux.volunteer",
        "partner_id",
        string="Volunteer's Sheets",
        groups=COORDINATORS,
    )

    def _on_left(self, kind, date):
        """Who is gone does not come any more, from that day on."""
        result = super()._on_left(kind, date)
        # sudo: their shifts are freed, whoever records that they are gone
        leaving_sudo = (
            self.sudo()
            .volunteer_ids.filtered_domain(self._get_ended_domain(kind))
            .filtered(lambda v: not v._is_gone(date))
        )
        leaving_sudo._leave(date)
        leaving_sudo._write_facts({"is_gone_by_departure": True})
        return result

    def _on_back(self, kind):
        """Who had stopped before their departure has stopped still."""
        result = super()._on_back(kind)
        # sudo: as they left
        gone_sudo = self.sudo().volunteer_ids.filtered("is_gone_by_departure")
        gone_sudo._write_facts({"is_gone_by_departure": False})
        gone_sudo.filtered_domain(self._get_resumed_domain(kind))._come_back()
        return result

    def _get_merged_parts(self):
        # sudo: how many there are, for the preview of a coordinator
        return [
            *super()._get_merged_parts(),
            (self.env._("Volunteers' sheets"), self.sudo().volunteer_ids),
        ]

    def _get_merge_obstacles(self, other):
        # sudo: whether both are volunteers of one association, and no more
        both = self.sudo().volunteer_ids.company_id & other.sudo().volunteer_ids.company_id
        if not both:
            return super()._get_merge_obstacles(other)
        sheet = other.sudo().volunteer_ids.filtered(lambda v: v.company_id in both)[:1]
        return super()._get_merge_obstacles(other) + [
            (
                self.env._(
                    "Both have a volunteer's sheet: the shifts of one would be lost. Keep one"
                    " sheet, and delete or archive the other first."
                ),
                sheet,
            )
        ]
