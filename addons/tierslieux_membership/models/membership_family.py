from odoo import models


class ResPartner(models.Model):
    """The family, as fees and the persons whom they cover say it."""

    _inherit = "res.partner"

    def _get_family_ties(self):
        """Add those whose fee this person pays, and those whom this person's memberships cover."""
        memberships_sudo = (
            self.env["tierslieux.membership"]
            .sudo()
            .search(
                [
                    ("state", "not in", ("cancelled", "resigned")),
                    "|",
                    ("payer_id", "=", self.id),
                    ("partner_id", "=", self.id),
                ]
            )
        )
        return (
            super()._get_family_ties()
            | memberships_sudo.partner_id
            | memberships_sudo.covered_partner_ids
        )
