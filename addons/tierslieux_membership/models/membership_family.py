from odoo import api, models


class ResPartner(models.Model):
    """The family, as fees and the persons whom they cover say it."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any("covered_membership_ids" in vals for vals in vals_list):
            partners.covered_membership_ids._follow_covered(partners)
        return partners

    def write(self, vals):
        if "covered_membership_ids" not in vals:
            return super().write(vals)
        before = {m: m.covered_partner_ids for m in self.covered_membership_ids}
        result = super().write(vals)
        after = self.covered_membership_ids
        for membership in after.filtered(lambda m: m not in before):
            before[membership] = membership.covered_partner_ids - self
        after._follow_covered(self)
        after._follow_cover(before)
        return result

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


class TierslieuxMembership(models.Model):
    _inherit = "tierslieux.membership"

    def _follow_covered(self, partners):
        """Who was added from their own record: within the limit of the fee, and numbered."""
        self._check_covered()
        self._ensure_added_members({m: m._get_card_holders() - partners for m in self})
