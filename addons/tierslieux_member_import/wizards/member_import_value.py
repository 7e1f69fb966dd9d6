# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class TierslieuxMemberImportValue(models.TransientModel):
    """A membership type as the file writes it, and which type of ours that is."""

    _name = "tierslieux.member.import.value"
    _description = "Membership Type of a Members' File"
    _order = "count desc, label, id"

    import_id = fields.Many2one(
        "tierslieux.member.import", required=True, ondelete="cascade", index=True
    )
    label = fields.Char(string="In the File", readonly=True)
    count = fields.Integer(string="Rows", readonly=True)
    currency_id = fields.Many2one(related="import_id.currency_id", compute_sudo=False)
    usual_amount = fields.Monetary(readonly=True)
    is_organisation = fields.Boolean(string="Organisations only", readonly=True)
    is_calendar = fields.Boolean(readonly=True)
    action = fields.Selection(
        [
            ("use", "Is this type"),
            ("create", "Create this type"),
            ("leave", "Is no membership: leave out"),
            ("refuse", "Refuse these rows"),
        ],
        required=True,
        default="refuse",
    )
    type_id = fields.Many2one(
        "tierslieux.membership.type",
        string="Our Type",
        domain="[('company_id', '=', parent.company_id)]",
    )
    scale_id = fields.Many2one(
        "tierslieux.membership.scale",
        string="Tier",
        domain="[('type_id', '=', type_id)]",
    )

    def _get_choice(self):
        """What the user chose, kept while the file is read again and remembered for the next one.

        A seam: a room that offers another action adds what it needs of it.
        """
        self.ensure_one()
        return {
            "action": self.action,
            "type_id": self.type_id.id,
            "scale_id": self.scale_id.id,
        }

    @api.model
    def _recall_choice(self, memory, company):
        """A remembered choice that is none of ours, if it still holds: values, or {}.

        A seam: a room that offers another action answers for it.
        """
        return {}

    @api.onchange("type_id")
    def _onchange_type_id(self):
        if self.type_id:
            self.action = "use"
        if self.scale_id.type_id != self.type_id:
            self.scale_id = False

    @api.onchange("action")
    def _onchange_action(self):
        if self.action != "use":
            self.type_id = self.scale_id = False
