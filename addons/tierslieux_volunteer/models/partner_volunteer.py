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
        result = super()._on_left(kind, date)
        # sudo: who is gone does not come any more, whoever records it
        volunteers_sudo = self.sudo().volunteer_ids.filtered(lambda v: not v._is_gone(date))
        volunteers_sudo._leave(date)
        return result

    def _on_back(self, dates):
        result = super()._on_back(dates)
        # sudo: as when they left
        for partner, date in dates.items():
            partner.sudo().volunteer_ids.filtered(lambda v, d=date: v.left_on == d)._come_back()
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
