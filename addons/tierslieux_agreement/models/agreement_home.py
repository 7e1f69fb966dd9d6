from odoo import api, models

from odoo.addons.tierslieux_base.models.home import Wait


class TierslieuxHome(models.AbstractModel):
    """Partners on the front desk's home: what is overdue, what is to be decided."""

    _inherit = "tierslieux.home"

    @api.model
    def _get_home_waits(self):
        waits = super()._get_home_waits()
        if not self.env.user.has_group("tierslieux_base.group_coordinator"):
            return waits
        Date = self.env["tierslieux.agreement.duty.date"]
        late = Date._get_late_domain()
        to_decide = self.env["agreement"].search([("is_to_decide", "=", True)])
        return [
            *waits,
            Wait(
                self.env._("Duties overdue under agreements"),
                "fa-exclamation-triangle",
                Date.search_count(late),
                "tierslieux_agreement.duty_date_action",
                sequence=60,
                domain=list(late),
                context={},
            ),
            Wait(
                self.env._("Agreements to renew or to leave"),
                "fa-handshake-o",
                len(to_decide),
                "tierslieux_agreement.agreement_action",
                sequence=62,
                domain=[("id", "in", to_decide.ids)],
                context={},
            ),
        ]
