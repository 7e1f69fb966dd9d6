import re
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

# What the QR code of a membership card says, whatever the host it was printed for.
CARD_PATTERN = re.compile(r"/membership/check/([0-9]{1,9})/([0-9]{1,9})/([0-9A-Za-z_-]+)")
# What the answers about a person follow from.
ANSWERED_BY = (
    "membership_ids.state",
    "membership_ids.date_start",
    "membership_ids.date_end",
    "covered_membership_ids.state",
    "represented_membership_ids.state",
    "departure_date",
)


class ResPartner(models.Model):
    """Whether a person is a member, is up to date, may vote; what other rooms ask of it."""

    _inherit = "res.partner"

    @api.depends(*ANSWERED_BY)
    @api.depends_context("company")
    def _compute_is_member(self):
        self._answer("is_member")

    @api.depends(*ANSWERED_BY)
    @api.depends_context("company")
    def _compute_may_vote(self):
        """Apart: who books is asked whether they are a member, and no more."""
        self._answer("is_up_to_date")
        self._answer("may_vote")

    def _answer(self, name):
        """Fill in one of the answers: one query, whatever the number of persons."""
        # sudo: the answer is the same for whoever may see the person.
        Partner_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        found = set(
            Partner_sudo._search(
                Domain("id", "in", self.ids) & Partner_sudo._get_member_criterion(name, self.ids)
            )
        )
        for partner in self:
            partner[name] = partner._origin.id in found

    def _get_members_by_day(self, days):
        """One query, whatever the number of persons and of days."""
        members = super()._get_members_by_day(days)
        if not days or not self.ids:
            return members
        ids = set(self.ids)
        covered = defaultdict(set)
        # sudo: whether somebody is a member decides their price, whoever asks.
        Partner_sudo = self.env["res.partner"].sudo()
        # Who was archived since was a member as well.
        Membership_sudo = Partner_sudo.env["tierslieux.membership"].with_context(active_test=False)
        for membership in Membership_sudo.search_fetch(
            Domain.OR(Partner_sudo._member_domain(day) for day in days)
            & (
                Domain("partner_id", "in", self.ids)
                | Domain("covered_partner_ids", "in", self.ids)
                | Domain("cover_ids", "any", [("partner_id", "in", self.ids)])
            ),
            ["partner_id", "covered_partner_ids", "date_start", "grace_end", "resign_date"],
        ):
            for day in days:
                if membership._counts_on(day):
                    covered[day] |= ids.intersection(membership._get_persons_on(day).ids)
        return {
            day: members[day]
            | self.filtered(
                lambda p, d=day: (
                    p._origin.id in covered[d] and not (p.departure_date and p.departure_date <= d)
                )
            )
            for day in days
        }

    @api.model
    def _get_typed_word_domains(self, word):
        """A member number too."""
        number = Domain("member_number", "ilike", escape_psql(word))
        return super()._get_typed_word_domains(word) + [number]

    @api.model
    def _find_by_card(self, text, company):
        match = CARD_PATTERN.search(text or "")
        if not match:
            return super()._find_by_card(text, company)
        membership_id, partner_id, signature = match.groups()
        membership = self.env["tierslieux.membership"].browse(int(membership_id)).exists()
        partner = self.browse(int(partner_id)).exists()
        if (
            membership
            and partner
            and membership.company_id == company
            and membership._is_card_signature_valid(partner, signature)
        ):
            return partner, True
        return self.browse(), True
