from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class TierslieuxMember(models.Model):
    """A person's membership of one association, for life: its number never changes."""

    _name = "tierslieux.member"
    _description = "Member"
    _order = "number, id"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id"]

    partner_id = fields.Many2one("res.partner", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    number = fields.Char(required=True, index="trigram", copy=False)
    date_first = fields.Date(
        string="First joined on", default=fields.Date.context_today, required=True
    )

    # What a register says besides
    address = fields.Char(compute="_compute_address")
    membership_type_id = fields.Many2one(
        "tierslieux.membership.type",
        string="Membership",
        compute="_compute_last_membership",
        help="Of the last membership.",
    )
    date_left = fields.Date(
        string="Left on",
        compute="_compute_last_membership",
        help="Last day of the last membership of somebody who is no member any more.",
    )

    _number_company_uniq = models.Constraint(
        "UNIQUE(company_id, number)", "This member number is already given."
    )
    _partner_company_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "This person already has a member number."
    )

    @api.depends("number", "partner_id")
    def _compute_display_name(self):
        for member in self:
            member.display_name = f"{member.number} {member.partner_id.name or ''}".strip()

    @api.depends("partner_id.street", "partner_id.street2", "partner_id.zip", "partner_id.city")
    def _compute_address(self):
        for member in self:
            partner = member.partner_id
            town = " ".join(filter(None, (partner.zip, partner.city)))
            member.address = ", ".join(filter(None, (partner.street, partner.street2, town)))

    @api.depends(
        "partner_id.membership_ids.state",
        "partner_id.covered_membership_ids.state",
        "partner_id.departure_date",
    )
    def _compute_last_membership(self):
        """Own memberships, and those that cover the person; one query for all.

        An unpaid fee makes nobody a member, and asks nobody to leave.
        """
        # Archived persons too: they were members.
        Membership = self.env["tierslieux.membership"].with_context(active_test=False)
        memberships = Membership.search_fetch(
            Domain("state", "in", ("active", "grace", "expired", "resigned"))
            & Domain("company_id", "in", self.company_id.ids)
            & Membership._get_domain_of(self.partner_id),
            ["company_id", "covered_partner_ids", "date_end", "partner_id", "state", "type_id"],
            order="date_end, id",
        )
        by_person = defaultdict(lambda: self.env["tierslieux.membership"])
        for membership in memberships:
            for partner in membership.partner_id | membership.covered_partner_ids:
                by_person[partner, membership.company_id] |= membership
        covers = self.env["tierslieux.membership.cover"].search(
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("date_end", "!=", False)
            & Domain("membership_id.state", "in", ("active", "grace", "expired", "resigned")),
            order="date_end, id",
        )
        last_left = {(cover.partner_id, cover.company_id): cover for cover in covers}
        self.partner_id.fetch(["departure_date"])
        for member in self:
            own = by_person[member.partner_id, member.company_id]
            is_member = any(membership.state in ("active", "grace") for membership in own)
            member.membership_type_id = own[-1:].type_id
            member.date_left = own[-1:].date_end if own and not is_member else False
            left = last_left.get((member.partner_id, member.company_id))
            if left and not is_member and (not own or left.date_end > member.date_left):
                member.membership_type_id = left.membership_id.type_id
                member.date_left = left.date_end
            gone = member.partner_id.departure_date
            if gone and (own or left) and (is_member or gone < member.date_left):
                member.date_left = gone

    @api.model
    def _ensure_members(self, partners, company, dates=None):
        """Give a number to those of ``partners`` who have none in this company.

        Numbers come from a gapless sequence of the company, in the order of ``partners``; a
        constant number of queries whatever the number of partners. Who has one and turns out to
        have joined earlier has joined then.

        :param dict dates: partner id → day of the first membership
        :return: members of all the given partners
        """
        members = self.sudo().search(
            [("partner_id", "in", partners.ids), ("company_id", "=", company.id)]
        )
        members._bring_forward(dates or {})
        missing = partners - members.partner_id
        if missing:
            numbers = self._take_numbers(company, len(missing))
            today = fields.Date.context_today(self)
            # sudo: a number is given by the house, not chosen by who records the member.
            members |= self.sudo().create(
                [
                    {
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "number": number,
                        "date_first": (dates or {}).get(partner.id) or today,
                    }
                    for partner, number in zip(missing, numbers, strict=True)
                ]
            )
        return members

    def _bring_forward(self, dates):
        """An earlier membership that is recorded after a later one was the first.

        :param dict dates: partner id → day of the membership
        """
        earlier = self.filtered(
            lambda m: m.partner_id.id in dates and dates[m.partner_id.id] < m.date_first
        )
        for date, members in earlier.grouped(lambda m: dates[m.partner_id.id]).items():
            members.date_first = date

    @api.model
    def _take_numbers(self, company, count):
        """Take ``count`` numbers of the company's sequence at once.

        The row of the sequence is locked until the end of the transaction, so that a number
        taken by a transaction that fails is given again: no gap. Numbers that an import
        brought along are stepped over.
        """
        sequence = company._get_member_sequence()
        sequence.flush_recordset()
        [(number_next,)] = self.env.execute_query(
            SQL("SELECT number_next FROM ir_sequence WHERE id = %s FOR UPDATE", sequence.id)
        )
        taken = []
        while len(taken) < count:
            batch = [
                (rank, sequence.get_next_char(rank))
                for rank in range(number_next, number_next + count - len(taken))
            ]
            existing = set(
                self.sudo()
                .search(
                    [
                        ("company_id", "=", company.id),
                        ("number", "in", [number for _rank, number in batch]),
                    ]
                )
                .mapped("number")
            )
            taken += [number for _rank, number in batch if number not in existing]
            number_next = batch[-1][0] + 1
        self.env.execute_query(
            SQL(
                "UPDATE ir_sequence SET number_next = %s WHERE id = %s RETURNING id",
                number_next,
                sequence.id,
            )
        )
        sequence.invalidate_recordset(["number_next"])
        return taken
