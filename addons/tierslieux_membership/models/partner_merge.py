from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


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
        Membership_sudo = self.env["tierslieux.membership"].sudo()
        kept = Member_sudo.search([("partner_id", "=", dst_partner.id)])
        gone = Member_sudo.search(
            [
                ("partner_id", "in", src_partners.ids),
                ("company_id", "in", kept.company_id.ids),
            ]
        )
        for member in kept:  # one by association
            same = gone.filtered(lambda m, c=member.company_id: m.company_id == c)
            member.date_first = min([member.date_first, *same.mapped("date_first")])
        numbers = ", ".join(gone.mapped("number"))
        gone.unlink()
        # Who holds a fee is not covered by it besides, and who was listed twice is one.
        merged = src_partners | dst_partner
        for membership in Membership_sudo.search([("covered_partner_ids", "in", merged.ids)]):
            twice = membership.covered_partner_ids & merged
            if membership.partner_id not in merged:
                twice -= dst_partner if dst_partner in twice else twice[:1]
            if twice:
                membership.covered_partner_ids -= twice
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


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_merged_parts(self):
        # sudo: how many there are, for the preview of a coordinator
        partner_sudo = self.sudo()
        Membership_sudo = partner_sudo.env["tierslieux.membership"]
        return [
            *super()._get_merged_parts(),
            (self.env._("Memberships"), partner_sudo.membership_ids),
            (
                self.env._("Memberships that cover the person"),
                partner_sudo.covered_membership_ids,
            ),
            (
                self.env._("Memberships paid for others"),
                Membership_sudo.search([("payer_id", "=", self.id), ("partner_id", "!=", self.id)]),
            ),
        ]

    def _get_merge_notes(self, other):
        kept, gone = self.sudo().member_ids, other.sudo().member_ids
        notes = []
        for member in gone:
            own = kept.filtered(lambda m, c=member.company_id: m.company_id == c)
            if own:
                notes.append(
                    self.env._(
                        "Member number: %(kept)s stays, %(gone)s is given to nobody again.",
                        kept=own.number,
                        gone=member.number,
                    )
                )
            else:
                notes.append(self.env._("Member number: %(number)s moves.", number=member.number))
        return super()._get_merge_notes(other) + notes

    def _get_merge_obstacles(self, other):
        return super()._get_merge_obstacles(other) + [
            (
                self.env._(
                    "« %(one)s » (%(one_start)s to %(one_end)s) and « %(two)s » (%(two_start)s to"
                    " %(two_end)s) are for the same days. Cancel the one that was recorded twice"
                    " (its fee is credited), or change its dates; then merge.",
                    one=one.display_name,
                    one_start=format_date(self.env, one.date_start),
                    one_end=format_date(self.env, one.date_end),
                    two=two.display_name,
                    two_start=format_date(self.env, two.date_start),
                    two_end=format_date(self.env, two.date_end),
                ),
                one | two,
            )
            for one, two in self._get_overlapping_memberships(other)
        ]

    def _get_overlapping_memberships(self, other):
        """Memberships of one type for the same days, of two records of one person. Renewals that
        were only proposed are none.

        :return: list of (of this one, of the other)
        """
        # sudo: those that a coordinator may not read stand in the way all the same
        memberships = (
            self.env["tierslieux.membership"]
            .sudo()
            .search(
                Domain("partner_id", "in", (self | other).ids)
                & Domain("state", "!=", "cancelled")
                & ~(Domain("state", "=", "draft") & Domain("origin", "=", "renewal"))
            )
        )
        return [
            (one, two)
            for one in memberships.filtered(lambda m: m.partner_id == self)
            for two in memberships.filtered(lambda m: m.partner_id == other)
            if (one.type_id, one.company_id) == (two.type_id, two.company_id)
            and one.date_start <= two.date_end
            and two.date_start <= one.date_end
        ]

    def _prepare_merge(self, other):
        # sudo: renewals that the nightly job proposes, and proposes again to the one person
        self.env["tierslieux.membership"].sudo().search(
            [
                ("partner_id", "in", (self | other).ids),
                ("state", "=", "draft"),
                ("origin", "=", "renewal"),
            ]
        ).unlink()
        return super()._prepare_merge(other)
