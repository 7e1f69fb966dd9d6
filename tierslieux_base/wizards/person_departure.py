from odoo import fields, models
from odoo.exceptions import UserError

from ..models.once_mixin import act_once
from ..models.partner_departure import KINDS
from ..tools.rights import check_groups


class TierslieuxPersonDeparture(models.TransientModel):
    """Somebody died or left: since when."""

    _name = "tierslieux.person.departure"
    _inherit = ["tierslieux.once.mixin"]
    _description = "Death or Departure"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, readonly=True)
    kind = fields.Selection(
        [item for item in KINDS if item[0] != "archived"],
        string="What happened",
        required=True,
        default="left",
    )
    date = fields.Date(string="On", required=True, default=fields.Date.context_today)

    @act_once
    def action_record(self):
        """The person leaves lists, reminders and running memberships on that day."""
        self.ensure_one()
        check_groups(self.env, "tierslieux_base.group_reception")
        if self.date > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "This day is to come. Record a resignation on the membership, or come back"
                    " here on that day."
                )
            )
        self.partner_id._depart(self.kind, self.date)
        return {"type": "ir.actions.act_window_close"}
