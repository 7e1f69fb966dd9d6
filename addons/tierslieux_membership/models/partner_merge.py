from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging two records of one person: memberships follow, one member number stays.

    Memberships that would overlap stop the merge (the database refuses them); one of them has
    to be cancelled first.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Note on the person the numbers that go, where both had one."""
        # sudo: whoever may merge people merges their numbers.
        Member_sudo = self.env["tierslieux.member"].sudo()
        kept_companies = Member_sudo.search([("partner_id", "=", dst_partner.id)]).company_id
        gone = Member_sudo.search(
            [("partner_id", "in", src_partners.ids), ("company_id", "in", kept_companies.ids)]
        )
        numbers = ", ".join(gone.mapped("number"))
        gone.unlink()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        if numbers:
            dst_partner.message_post(
                body=self.env._(
                    "Merged with the member number(s) %(numbers)s, which are given to nobody "
                    "again.",
                    numbers=numbers,
                )
            )
        return result
