from odoo import api, models

from odoo.addons.tierslieux_base.models.home import Gesture


class TierslieuxHome(models.AbstractModel):
    """Passes at the front desk: sold to whoever comes in, or to a person that was found."""

    _inherit = "tierslieux.home"

    @api.model
    def _get_home_gestures(self):
        gestures = super()._get_home_gestures()
        if self.env["tierslieux.sell.pass"].has_access("create"):
            gestures.append(self._get_sale(self.env._("Sell a Pass")))
        return gestures

    @api.model
    def _get_home_person_gestures(self, partners):
        gestures = super()._get_home_person_gestures(partners)
        if self.env["tierslieux.sell.pass"].has_access("create"):
            for partner in partners.filtered(lambda p: not p.is_company):
                gestures[partner.id].append(
                    self._get_sale(self.env._("Sell"), default_partner_id=partner.id)
                )
        return gestures

    @api.model
    def _get_sale(self, name, **context):
        return Gesture(
            name,
            "fa-ticket",
            "tierslieux_coworking.sell_pass_action",
            sequence=30,
            context=context,
        )
