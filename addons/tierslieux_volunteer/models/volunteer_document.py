from odoo import fields, models


class TierslieuxVolunteerDocument(models.Model):
    """A background check, a note of an interview: read by a named few, who are given a group of
    its own, and by nobody else."""

    _name = "tierslieux.volunteer.document"
    _description = "Confidential Document of a Volunteer"
    _order = "date desc, id desc"

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="volunteer_id.company_id", store=True, precompute=True)
    kind = fields.Selection(
        [
            ("background", "Background document"),
            ("entry", "Entry interview"),
            ("follow_up", "Follow-up interview"),
            ("leaving", "Leaving interview"),
            ("other", "Other"),
        ],
        required=True,
        default="background",
    )
    name = fields.Char(string="Title", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date(string="Valid until")
    user_id = fields.Many2one(
        "res.users", string="Seen or written by", default=lambda self: self.env.user
    )
    note = fields.Text()
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
