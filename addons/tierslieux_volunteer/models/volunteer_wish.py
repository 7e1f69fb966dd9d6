from odoo import fields, models


class TierslieuxVolunteerWish(models.Model):
    """A mission that a volunteer would like, or does not want."""

    _name = "tierslieux.volunteer.wish"
    _description = "Wish of a Volunteer"
    _order = "kind, mission_id, id"
    _rec_name = "mission_id"

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="volunteer_id.company_id", store=True, precompute=True)
    mission_id = fields.Many2one(
        "tierslieux.mission", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("wish", "Would like it"),
            ("rather_not", "Would rather not"),
            ("refusal", "Does not want it"),
        ],
        required=True,
        default="wish",
    )

    _mission_uniq = models.Constraint(
        "UNIQUE(volunteer_id, mission_id)", "This mission is among the wishes already."
    )
