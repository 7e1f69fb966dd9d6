from odoo import models


class TierslieuxPlace(models.Model):
    """The tablet at the entrance and the passes of those who leave."""

    _inherit = "tierslieux.place"

    def _pass_kiosk(self, partner):
        """Whoever leaves is told what was taken from their pass, and what is left."""
        result = super()._pass_kiosk(partner)
        if result["kind"] != "out":
            return result
        stay = self.env["tierslieux.presence"].search(
            [("partner_id", "=", partner.id), ("place_id", "=", self.id)],
            order="checkin_at desc, id desc",
            limit=1,
        )
        uses = self.env["tierslieux.credit.line"]._get_uses(presences=stay).get(stay)
        if uses:
            result["lines"] = [
                *result["lines"],
                self.env._(
                    "Taken from your pass: %(used)s. Left: %(left)s.",
                    used=self.env["tierslieux.booking"]._format_uses(uses),
                    left=partner.credit_summary or "0",
                ),
            ]
        return result
