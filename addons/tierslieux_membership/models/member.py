from odoo import api, fields, models
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

    @api.model
    def _ensure_members(self, partners, company, dates=None):
        """Give a number to those of ``partners`` who have none in this company.

        Numbers come from a gapless sequence of the company, in the order of ``partners``; a
        constant number of queries whatever the number of partners.

        :param dict dates: partner id → day of the first membership
        :return: members of all the given partners
        """
        members = self.sudo().search(
            [("partner_id", "in", partners.ids), ("company_id", "=", company.id)]
        )
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
