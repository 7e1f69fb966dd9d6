# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class TierslieuxMembership(models.Model):
    """A membership's own college: the type's by default, another one where a file says so."""

    _inherit = "tierslieux.membership"

    college_id = fields.Many2one(
        "tierslieux.college",
        related=None,
        compute="_compute_college_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )

    @api.depends("type_id")
    def _compute_college_id(self):
        for membership in self:
            if membership.type_id.college_id or not membership.college_id:
                membership.college_id = membership.type_id.college_id
