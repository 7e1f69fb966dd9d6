from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.tools.readers import TEAM, TEAM_AND_PORTAL


class ResPartner(models.Model):
    """Three separate answers about a person, each searchable, for the current company.

    *Member*: covered today by a membership that is active or in its days of grace.
    *Up to date*: covered today by an active one (paid or free), and no fee of a membership
    already begun is due.
    *May vote*: a natural person, up to date, whose membership's type belongs to a college that
    votes, with the days of continuous membership (and the age) that the type asks; for an
    organisation, its representative.

    "Covered" means the member, and the persons a family's or an organisation's fee covers.
    """

    _inherit = "res.partner"

    membership_ids = fields.One2many(
        "tierslieux.membership", "partner_id", string="Memberships", groups=TEAM_AND_PORTAL
    )
    covered_membership_ids = fields.Many2many(
        "tierslieux.membership",
        "tierslieux_membership_covered_rel",
        "partner_id",
        "membership_id",
        string="Covered by",
        # The same person written down twice is not covered twice.
        copy=False,
        groups=TEAM_AND_PORTAL,
    )
    represented_membership_ids = fields.One2many(
        "tierslieux.membership",
        "representative_id",
        string="Represents",
        groups=TEAM_AND_PORTAL,
    )
    member_ids = fields.One2many(
        "tierslieux.member", "partner_id", string="Member Numbers", groups=TEAM
    )
    member_number = fields.Char(compute="_compute_member_number", search="_search_member_number")
    is_member = fields.Boolean(
        string="Member", compute="_compute_is_member", search="_search_is_member"
    )
    is_up_to_date = fields.Boolean(
        string="Up to Date", compute="_compute_may_vote", search="_search_is_up_to_date"
    )
    may_vote = fields.Boolean(compute="_compute_may_vote", search="_search_may_vote")
    membership_count = fields.Integer(compute="_compute_membership_count")
    current_membership_id = fields.Many2one(
        "tierslieux.membership",
        compute="_compute_current_membership_id",
        groups=TEAM_AND_PORTAL,
    )
    membership_date_end = fields.Date(
        string="Member until",
        compute="_compute_current_membership_id",
        search="_search_membership_date_end",
    )
    membership_state = fields.Selection(
        selection=lambda self: self.env["tierslieux.membership"]._fields["state"].selection,
        compute="_compute_current_membership_id",
    )

    membership_amount_due = fields.Monetary(
        string="Fees due",
        compute="_compute_membership_amount_due",
        currency_field="membership_currency_id",
    )
    membership_currency_id = fields.Many2one(
        "res.currency", compute="_compute_membership_amount_due"
    )
    # ------------------------------------------------------------------ number

    @api.depends("member_ids.number")
    @api.depends_context("company")
    def _compute_member_number(self):
        # sudo: a number may be shown wherever the person's name is.
        numbers = {
            member.partner_id.id: member.number
            for member in self.env["tierslieux.member"]
            .sudo()
            .search_fetch(
                [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)],
                ["partner_id", "number"],
            )
        }
        for partner in self:
            partner.member_number = numbers.get(partner._origin.id, False)

    @api.model
    def _search_member_number(self, operator, value):
        if operator.startswith("not"):
            return NotImplemented
        company_domain = Domain("company_id", "=", self.env.company.id)
        without = Domain.FALSE
        if operator == "in" and not all(value):
            without = Domain("member_ids", "not any!", company_domain)
            value = [number for number in value if number]
        return self._find_as_superuser(
            without
            | Domain("member_ids", "any!", company_domain & Domain("number", operator, value))
        )

    @api.model
    def _find_as_superuser(self, domain):
        """Domain on the persons that ``domain`` finds, for searches on what is shown to all.

        sudo: same answer for all; what comes out is filtered by the caller's own rights.
        """
        Partner_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        return Domain("id", "in", Partner_sudo._search(domain))

    # ------------------------------------------------------------------ current membership

    @api.depends("membership_ids", "covered_membership_ids")
    def _compute_membership_count(self):
        Membership = self.env["tierslieux.membership"]
        counts = {}
        if Membership.has_access("read"):
            counts = {
                partner.id: count
                for partner, count in Membership._read_group(
                    [("partner_id", "in", self.ids), ("state", "!=", "cancelled")],
                    ["partner_id"],
                    ["__count"],
                )
            }
        for partner in self:
            partner.membership_count = counts.get(partner._origin.id, 0)

    @api.depends("membership_ids.state", "membership_ids.date_end", "covered_membership_ids.state")
    @api.depends_context("company")
    def _compute_current_membership_id(self):
        """The membership that says where a person stands.

        The valid one that ends last, else what is to pay, else the last one that ended; own
        memberships and those that cover the person.
        """
        rank = {"active": 0, "grace": 1, "to_pay": 2, "resigned": 3, "expired": 3}
        best = {}
        ids = set(self.ids)
        memberships = (
            self.env["tierslieux.membership"]
            .sudo()
            .search_fetch(
                Domain("company_id", "=", self.env.company.id)
                & Domain("state", "in", list(rank))
                & self.env["tierslieux.membership"]._get_domain_of(self),
                ["partner_id", "covered_partner_ids", "state", "date_end"],
            )
        )
        for membership in memberships:
            key = (-rank[membership.state], membership.date_end, membership.id)
            for partner in membership.partner_id | membership.covered_partner_ids:
                if partner.id in ids and key > best.get(partner.id, ((-9,), None))[0]:
                    best[partner.id] = (key, membership)
        for partner in self:
            membership = best.get(partner._origin.id, (None, memberships.browse()))[1]
            membership = membership.sudo(self.env.su)
            partner.current_membership_id = membership
            partner.membership_date_end = membership.sudo().date_end
            partner.membership_state = membership.sudo().state

    @api.model
    def _search_membership_date_end(self, operator, value):
        domain = Domain("company_id", "=", self.env.company.id) & Domain(
            "state", "in", ("active", "grace")
        )
        return self._find_as_superuser(
            self._covered_by(domain & Domain("date_end", operator, value))
        )

    @api.depends("membership_ids.amount_due")
    @api.depends_context("company")
    def _compute_membership_amount_due(self):
        """What this person owes on memberships, their own and those they pay for."""
        Membership = self.env["tierslieux.membership"]
        due = dict.fromkeys(self.ids, 0.0)
        # A portal user reads who is a member, not what somebody else owes for them.
        if (self.env.su or self.env.user._is_internal()) and Membership.has_access("read"):
            for membership in Membership.search_fetch(
                Domain("company_id", "=", self.env.company.id)
                & Domain("state", "=", "to_pay")
                & (Domain("partner_id", "in", self.ids) | Domain("payer_id", "in", self.ids)),
                ["partner_id", "payer_id", "amount_due"],
            ):
                for partner in membership.partner_id | membership.payer_id:
                    if partner.id in due:
                        due[partner.id] += membership.amount_due
        for partner in self:
            partner.membership_amount_due = due.get(partner._origin.id, 0.0)
            partner.membership_currency_id = self.env.company.currency_id

    # ------------------------------------------------------------------ actions

    def action_view_memberships(self):
        """Open the memberships that this person holds, pays or is covered by."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_membership.membership_action"
        )
        action["domain"] = [
            "|",
            "|",
            ("partner_id", "=", self.id),
            ("payer_id", "=", self.id),
            ("covered_partner_ids", "in", self.ids),
        ]
        action["context"] = {"default_partner_id": self.id}
        return action

    def action_take_fee(self):
        """Take what this person owes on memberships, in two clicks ("Encaisser")."""
        self.ensure_one()
        due = self.env["tierslieux.membership"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "to_pay"),
                "|",
                ("partner_id", "=", self.id),
                ("payer_id", "=", self.id),
            ]
        )
        return due.action_take_payment()

    def action_renew_membership(self):
        """Renew the membership that says where this person stands."""
        self.ensure_one()
        return self.current_membership_id.action_renew()
