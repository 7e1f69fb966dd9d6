from odoo import fields, models

from .skill import LEVELS


class TierslieuxMissionNeed(models.Model):
    """A skill that a mission needs, or would be glad of."""

    _name = "tierslieux.mission.need"
    _description = "Skill needed by a Mission"
    _order = "kind, volunteer_skill_id, id"
    _rec_name = "volunteer_skill_id"

    mission_id = fields.Many2one(
        "tierslieux.mission", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="mission_id.company_id", store=True, precompute=True)
    volunteer_skill_id = fields.Many2one(
        "tierslieux.volunteer.skill", required=True, index=True, ondelete="restrict"
    )
    level = fields.Selection(LEVELS, string="At least", required=True, default="1")
    kind = fields.Selection(
        [("must", "Each volunteer needs it"), ("nice", "Would help")],
        required=True,
        default="must",
    )

    _skill_uniq = models.Constraint(
        "UNIQUE(mission_id, volunteer_skill_id)", "This skill is in the list already."
    )
