from odoo import fields, models

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxLeadLose(models.TransientModel):
    """Why an interest came to nothing: it is what the place learns from."""

    _name = "tierslieux.lead.lose"
    _inherit = "tierslieux.once.mixin"
    _description = "Lost Interest"

    lead_ids = fields.Many2many("crm.lead", required=True)
    reason_id = fields.Many2one("crm.lost.reason", required=True)
    note = fields.Text(string="In their Words")

    @act_once
    def action_lose(self):
        """Archive the interests with their reason."""
        self.ensure_one()
        self.env["tierslieux.subscription"]._check_group()
        if self.note:
            for lead in self.lead_ids:
                lead.message_post(body=self.note)
        self.lead_ids.action_set_lost(lost_reason_id=self.reason_id.id)
        return {"type": "ir.actions.act_window_close"}
