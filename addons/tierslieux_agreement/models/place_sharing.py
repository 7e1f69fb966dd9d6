from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.readers import TEAM


class TierslieuxPlace(models.Model):
    """What is shared there, on the page of the place."""

    _inherit = "tierslieux.place"

    sharing_ids = fields.One2many(
        "tierslieux.sharing", "place_id", string="What is Shared", readonly=True, groups=TEAM
    )
    sharing_count = fields.Integer(string="Sharings", compute="_compute_sharing_count", groups=TEAM)

    @api.depends("sharing_ids")
    def _compute_sharing_count(self):
        counts = dict(
            self.env["tierslieux.sharing"]._read_group(
                [("place_id", "in", self.ids), ("state", "!=", "ended")], ["place_id"], ["__count"]
            )
        )
        for place in self:
            place.sharing_count = counts.get(place._origin, 0)

    def action_open_sharings(self):
        """What is shared there, offered and asked for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_agreement.sharing_action"
        )
        return {
            **action,
            "domain": [("place_id", "=", self.id)],
            "context": {"default_place_id": self.id, "search_default_going": 1},
        }
