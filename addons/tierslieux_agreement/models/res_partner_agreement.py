from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.readers import TEAM


class ResPartner(models.Model):
    """Who may read agreements sees how many a partner has, in whatever part."""

    _inherit = "res.partner"

    agreement_ids = fields.One2many(groups=TEAM)
    agreement_party_ids = fields.One2many(
        "tierslieux.agreement.party", "partner_id", string="Parts in Agreements", groups=TEAM
    )
    agreements_count = fields.Integer(groups=TEAM)

    @api.depends("agreement_party_ids", "agreement_ids")
    def _compute_agreements_count(self):
        counts = dict(
            self.env["tierslieux.agreement.party"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["agreement_id:count_distinct"]
            )
        )
        for partner in self:
            partner.agreements_count = counts.get(partner._origin, 0)

    def action_open_agreement(self):
        """The agreements in which this partner is a party."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_agreement.agreement_action"
        )
        return {
            **action,
            "domain": [("party_ids.partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }
