from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Whether a person is a volunteer: who has the tag."""

    _inherit = "res.partner"

    is_volunteer = fields.Boolean(
        string="Volunteer",
        compute="_compute_is_volunteer",
        search="_search_is_volunteer",
        help="Has the contact tag « Volunteer ».",
    )

    @api.depends("category_id")
    def _compute_is_volunteer(self):
        tag = self.env.ref(
            "tierslieux_membership.partner_category_volunteer", raise_if_not_found=False
        )
        for partner in self:
            partner.is_volunteer = bool(tag) and tag in partner.category_id

    @api.model
    def _search_is_volunteer(self, operator, value):
        if operator != "in":
            return NotImplemented
        tag = self.env.ref(
            "tierslieux_membership.partner_category_volunteer", raise_if_not_found=False
        )
        domain = Domain("category_id", "in", tag.ids) if tag else Domain.FALSE
        wanted = set(map(bool, value))
        if wanted == {True, False}:
            return Domain.TRUE
        return domain if True in wanted else ~domain
