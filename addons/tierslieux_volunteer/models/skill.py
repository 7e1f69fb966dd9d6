from odoo import fields, models

LEVELS = [("1", "Beginner"), ("2", "On their own"), ("3", "Can teach it")]


class TierslieuxVolunteerSkill(models.Model):
    """Something that volunteers know how to do, and that missions need."""

    _name = "tierslieux.volunteer.skill"
    _description = "Volunteers' Skill"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    _name_uniq = models.Constraint("UNIQUE(name, company_id)", "This skill is in the list already.")


class TierslieuxVolunteerSkillLine(models.Model):
    """How well a volunteer knows something."""

    _name = "tierslieux.volunteer.skill.line"
    _description = "Skill of a Volunteer"
    _order = "volunteer_skill_id, id"
    _rec_name = "volunteer_skill_id"

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="volunteer_id.company_id", store=True, precompute=True)
    volunteer_skill_id = fields.Many2one(
        "tierslieux.volunteer.skill", required=True, index=True, ondelete="restrict"
    )
    level = fields.Selection(LEVELS, required=True, default="2")

    _skill_uniq = models.Constraint(
        "UNIQUE(volunteer_id, volunteer_skill_id)", "This skill is on the sheet already."
    )
