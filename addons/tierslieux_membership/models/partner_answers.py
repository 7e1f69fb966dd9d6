from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Which persons are members, are up to date, may vote: asked as domains, as of today."""

    _inherit = "res.partner"

    @api.model
    def _member_domain(self, day):
        """Memberships that make a member on that day: today, or any other day past or to come.

        Of the facts, since a state is that of today.
        """
        return (
            Domain("company_id", "=", self.env.company.id)
            & Domain("date_confirmed", "!=", False)
            & Domain("is_cancelled", "=", False)
            & Domain("fee_state", "in", ("none", "paid"))
            & (Domain("resign_date", "=", False) | Domain("resign_date", ">", day))
            & Domain("date_start", "<=", day)
            & Domain("grace_end", ">=", day)
        )

    @api.model
    def _valid_domain(self, today):
        """Memberships paid or free that run today."""
        return (
            Domain("company_id", "=", self.env.company.id)
            & Domain("state", "=", "active")
            & Domain("date_start", "<=", today)
            & Domain("date_end", ">=", today)
        )

    @api.model
    def _due_domain(self, today):
        """Memberships begun whose fee is due; one taken online and left on the way asks nothing of
        anybody until it is paid."""
        return (
            Domain("company_id", "=", self.env.company.id)
            & Domain("state", "=", "to_pay")
            & Domain("origin", "!=", "portal")
            & Domain("date_start", "<=", today)
        )

    @api.model
    def _covered_by(self, domain, persons=None):
        """Persons whom a membership of this domain covers.

        :param persons: ids, where it is asked of these alone (beside ``("id", "in", persons)``):
            the memberships of all others are not read
        """
        return self._held_by(domain, domain, persons)

    @api.model
    def _held_by(self, own, covering, persons=None):
        """Persons who hold a membership of the one domain, or whom one of the other covers.

        Asked as a set of persons, which PostgreSQL reads once: asked person by person, it cannot
        tell what that costs, and joins thousands with thousands.
        """
        if persons is not None:
            own &= Domain("partner_id", "in", persons)
            covering &= Domain("covered_partner_ids", "in", persons)
        # sudo: who is a member is the same for all; the searcher's rights hold on what is found
        Membership_sudo = self.env["tierslieux.membership"].sudo().with_context(active_test=False)
        Membership_sudo.flush_model(["partner_id", "covered_partner_ids"])
        held, covered = Membership_sudo._search(own), Membership_sudo._search(covering)
        return Domain(
            "id",
            "in",
            SQL(
                "(%s UNION ALL SELECT partner_id FROM tierslieux_membership_covered_rel"
                " WHERE membership_id IN (%s))",
                held.select(SQL.identifier(held.table, "partner_id")),
                covered.select(),
            ),
        )

    @api.model
    def _get_member_criterion(self, name, persons=None):
        """Domain on persons of one of the three answers, as of today.

        :param persons: see ``_covered_by``
        """
        today = fields.Date.context_today(self)
        here = self._get_here_domain(today)
        if name == "is_member":
            return here & self._covered_by(self._member_domain(today), persons)
        if name == "is_up_to_date":
            return self._get_in_order_domain(today, persons) & self._covered_by(
                self._valid_domain(today), persons
            )
        return Domain("is_company", "=", False) & here & self._get_vote_domain(today, persons)

    @api.model
    def _get_in_order_domain(self, today, persons=None):
        """Persons who are here, and by whom no fee is due."""
        return self._get_here_domain(today) & ~self._covered_by(self._due_domain(today), persons)

    @api.model
    def _get_here_domain(self, day):
        """Persons who are neither dead, gone nor archived on that day."""
        return Domain("active", "=", True) & (
            Domain("departure_date", "=", False) | Domain("departure_date", ">", day)
        )

    @api.model
    def _get_vote_domain(self, today, persons=None):
        """Persons who may vote: own vote, each covered person's, or an organisation's.

        The days of continuous membership are the person's own, whatever fees they came by. They,
        and the fees that are due, are asked once for all types that ask the same: a membership
        that votes is a valid one already.
        """
        types = (
            self.env["tierslieux.membership.type"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.env.company.id)])
        )
        in_order = self._get_in_order_domain(today)
        own, represented = [], []
        for after_days, senior_types in types.grouped("voting_after_days").items():
            votes = []
            for min_age, voting_types in senior_types.grouped("voting_min_age").items():
                aged = self._get_aged_domain(today, min_age)
                votes.append(aged & self._get_voters_domain(today, voting_types, persons))
                organisations = voting_types.filtered(lambda t: t.audience == "organisation")
                if organisations:
                    delegated = self._get_voting_domain(today, organisations) & Domain(
                        "partner_id", "any!", in_order & self._get_senior_domain(today, after_days)
                    )
                    represented.append(aged & self._representing(delegated, persons))
            own.append(self._get_senior_domain(today, after_days, persons) & Domain.OR(votes))
        return self._get_in_order_domain(today, persons) & Domain.OR(own) | Domain.OR(represented)

    @api.model
    def _representing(self, domain, persons=None):
        """Persons who represent an organisation that holds a membership of this domain."""
        domain &= (
            Domain("representative_id", "!=", False)
            if persons is None
            else Domain("representative_id", "in", persons)
        )
        # sudo: as for ``_held_by``
        Membership_sudo = self.env["tierslieux.membership"].sudo().with_context(active_test=False)
        Membership_sudo.flush_model(["representative_id"])
        query = Membership_sudo._search(domain)
        return Domain("id", "in", query.subselect(SQL.identifier(query.table, "representative_id")))

    @api.model
    def _get_voting_domain(self, today, types):
        """Memberships of these types that give a vote today."""
        return (
            self._valid_domain(today)
            & Domain("college_id.has_vote", "=", True)
            & Domain("type_id", "in", types.ids)
        )

    @api.model
    def _get_voters_domain(self, today, types, persons):
        """Persons whom a membership of these types that gives a vote covers."""
        return self._held_by(
            self._get_voting_domain(today, types),
            self._get_voting_domain(today, types.filtered("covered_vote")),
            persons,
        )

    @api.model
    def _get_senior_domain(self, today, days, persons=None):
        """Persons who have been members for so many days without a gap."""
        if not days:
            return Domain.TRUE
        since = fields.Date.subtract(today, days=days)
        return self.env["tierslieux.member.run"]._get_senior_domain(
            self.env.company, since, today, persons
        )

    @api.model
    def _get_aged_domain(self, today, age):
        """Persons of that age, or whose age nobody knows."""
        if not age:
            return Domain.TRUE
        born = fields.Date.subtract(today, years=age)
        return Domain("birthdate_date", "=", False) | Domain("birthdate_date", "<=", born)

    @api.model
    def _search_criterion(self, name, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(map(bool, value))
        if wanted == {True, False}:
            return Domain.TRUE
        found = self._find_as_superuser(self.sudo()._get_member_criterion(name))
        return found if True in wanted else ~found

    @api.model
    def _search_is_member(self, operator, value):
        return self._search_criterion("is_member", operator, value)

    @api.model
    def _search_is_up_to_date(self, operator, value):
        return self._search_criterion("is_up_to_date", operator, value)

    @api.model
    def _search_may_vote(self, operator, value):
        return self._search_criterion("may_vote", operator, value)


class TierslieuxMembership(models.Model):
    _inherit = "tierslieux.membership"

    @api.model
    def _get_domain_of(self, partners):
        """Memberships that these persons hold, or that cover them.

        SQL: two sets, each found by its index; an "or" of the two has all memberships read.
        """
        self.flush_model(["partner_id", "covered_partner_ids"])
        return Domain(
            "id",
            "in",
            SQL(
                "(SELECT id FROM tierslieux_membership WHERE partner_id = ANY(%(ids)s)"
                " UNION ALL SELECT membership_id FROM tierslieux_membership_covered_rel"
                " WHERE partner_id = ANY(%(ids)s))",
                ids=partners.ids,
            ),
        )
