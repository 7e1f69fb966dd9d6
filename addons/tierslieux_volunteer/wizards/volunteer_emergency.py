from odoo import fields, models


class TierslieuxVolunteerEmergency(models.TransientModel):
    """Whom to call for a volunteer, on the screen of who asked, who is written down."""

    _name = "tierslieux.volunteer.emergency"
    _description = "In an Emergency"

    volunteer_name = fields.Char(string="For")
    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", ondelete="cascade", help="Empty: for reading only."
    )
    name = fields.Char(string="Whom to call")
    phone = fields.Char(string="Telephone")
    note = fields.Char(string="To know", help="What helps those who come: a treatment, an allergy…")

    def action_save(self):
        """Keep what was changed; who changed it is written down."""
        self.ensure_one()
        volunteer = self.volunteer_id
        volunteer.check_access("write")
        volunteer._log_emergency("write")
        # sudo: closed to all; the right to write the sheet was checked just now
        volunteer.sudo().write(
            {
                "emergency_name": self.name,
                "emergency_phone": self.phone,
                "emergency_note": self.note,
            }
        )
        return {"type": "ir.actions.act_window_close"}
