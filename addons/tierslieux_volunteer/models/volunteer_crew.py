from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Stages of those who have not come to a shift yet.
NEWCOMERS = ("met", "trained")


class TierslieuxVolunteerCrew(models.Model):
    """Volunteers who come together: they share a car, or work better side by side.

    The planner puts them on the same shifts as far as what counts more allows. Those who always do
    the same usual shift are said there, on the mission.
    """

    _name = "tierslieux.volunteer.crew"
    _description = "Volunteers who come together"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        string="Association",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    volunteer_ids = fields.Many2many(
        "tierslieux.volunteer", string="Volunteers", required=True, check_company=True
    )
    mission_ids = fields.Many2many(
        "tierslieux.mission", string="Missions", check_company=True, help="Empty: all of them."
    )

    @api.constrains("volunteer_ids")
    def _check_several(self):
        for crew in self:
            # sudo: how many, some of whom may be of places that the user does not run
            if len(crew.sudo().with_context(active_test=False).volunteer_ids) < 2:
                raise ValidationError(
                    self.env._("%s: say at least two people who come together.", crew.name)
                )


class TierslieuxVolunteer(models.Model):
    _inherit = "tierslieux.volunteer"

    is_newcomer = fields.Boolean(compute="_compute_is_newcomer")

    @api.depends("stage")
    def _compute_is_newcomer(self):
        for volunteer in self:
            volunteer.is_newcomer = volunteer.stage in NEWCOMERS
