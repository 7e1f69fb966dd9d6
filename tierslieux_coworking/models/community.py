import secrets

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .subscription import RUNNING

STAFF = "tierslieux_base.group_reception"


class ResPartner(models.Model):
    """The community: who shows what of themselves to the others, each for their own part.

    Nothing is shown unless the person ticked it: being in the directory, each way to reach them,
    and being said to be here today are four separate choices.
    """

    _inherit = "res.partner"

    community_visible = fields.Boolean(
        string="In the Directory", help="Chosen by the person, on the portal or at the desk."
    )
    community_activity = fields.Char(string="What they do", size=120)
    community_about = fields.Text(string="About them")
    community_link = fields.Char(string="Their Page", help="A website or a profile.")
    community_skill_ids = fields.Many2many(
        "tierslieux.skill",
        "tierslieux_skill_partner_rel",
        "partner_id",
        "skill_id",
        string="Skills",
        # Who may copy a contact may not read this.
        copy=False,
        groups=STAFF,
    )
    community_show_email = fields.Boolean(string="Shows the E-mail")
    community_show_phone = fields.Boolean(string="Shows the Phone")
    community_show_presence = fields.Boolean(
        string="Says when here", help="Shown in « Who is here today » when checked in."
    )
    referral_token = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS)

    _referral_token_uniq = models.UniqueIndex(
        "(referral_token) WHERE referral_token IS NOT NULL", "Another person has this address."
    )

    # ------------------------------------------------------------------ who is of the community

    @api.model
    def _get_community_domain(self, companies):
        """Those who have a plan that runs, alone or in a team, or who are members today.

        sudo: portal users read neither memberships nor others' subscriptions; the domain holds
        sub-queries of ids and nothing else.
        """
        today = fields.Date.context_today(self)
        running = Domain("state", "in", RUNNING) & Domain("company_id", "in", companies.ids)
        there = (
            Domain("subscription_id", "any", running)
            & Domain("date_start", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today))
        )
        domain = Domain.OR(
            Domain("id", "in", self._select_partners(model, found))
            for model, found in (
                ("tierslieux.subscription", running),
                ("tierslieux.subscription.person", there),
            )
        )
        for company in companies:
            company_sudo = self.sudo().with_company(company)
            members = company_sudo._covered_by(company_sudo._member_domain(today))
            domain |= Domain("id", "in", company_sudo._search(members))
        return domain

    @api.model
    def _select_partners(self, model, domain):
        """The sub-query of the persons of these records; sudo: see ``_get_community_domain``."""
        query = self.env[model].sudo()._search(domain)
        return query.subselect(SQL.identifier(query.table, "partner_id"))

    def _is_in_community(self, companies):
        """Whether this person may see the directory, and be in it."""
        self.ensure_one()
        domain = self._get_community_domain(companies) & Domain("id", "=", self.id)
        return bool(self.sudo().search_count(domain, limit=1))

    @api.model
    def _get_directory_domain(self, companies):
        """People who chose to be in the directory and still are of the community."""
        return (
            Domain("community_visible", "=", True)
            & Domain("is_company", "=", False)
            & self._get_community_domain(companies)
        )

    @api.model
    def _get_directory_search(self, skill_id=0, text=""):
        """Domain of what is searched in the directory; all of it without a word."""
        domain = Domain("community_skill_ids", "in", skill_id) if skill_id else Domain.TRUE
        if text:
            domain &= self._get_words_domain(
                text, ("name", "community_activity", "community_skill_ids.name")
            )
        return domain

    @api.model
    def _get_directory_skills(self, domain):
        """What the people of this domain know: [(id, name)], one query whatever their number."""
        # sudo: names of skills, of people who show them
        groups = self.sudo()._read_group(
            domain & Domain("community_skill_ids", "!=", False), ["community_skill_ids"]
        )
        return (
            self.env["tierslieux.skill"]
            .sudo()
            .union(*(skill for (skill,) in groups))
            .sorted("name")
        )

    def _get_community_card(self):
        """What this person shows, and nothing more.

        :return: dict of strings, empty for what they keep to themselves
        """
        self.ensure_one()
        return {
            "name": self.name,
            "activity": self.community_activity or "",
            "about": self.community_about or "",
            "link": self._get_safe_link(),
            "skills": self.community_skill_ids.mapped("name"),
            "email": (self.community_show_email and self.email) or "",
            "phone": (self.community_show_phone and self.phone) or "",
        }

    def _get_safe_link(self):
        """The page typed, as a web address: never anything that a browser would run."""
        link = (self.community_link or "").strip()
        if not link or " " in link:
            return ""
        if link.lower().startswith(("http://", "https://")):
            return link
        return f"https://{link}" if ":" not in link.partition("/")[0] else ""

    # ------------------------------------------------------------------ who is here

    @api.model
    def _get_here_today(self, companies):
        """Who is here now, of those who agree to it being said.

        :return: presences in superuser mode, by place
        """
        presences_sudo = (
            self.env["tierslieux.presence"]
            .sudo()
            .search(
                [
                    ("checkout_at", "=", False),
                    ("company_id", "in", companies.ids),
                    ("partner_id.community_show_presence", "=", True),
                    ("checkin_at", ">=", fields.Datetime.subtract(fields.Datetime.now(), hours=18)),
                ],
                order="place_id, checkin_at, id",
                limit=500,
            )
        )
        return presences_sudo

    # ------------------------------------------------------------------ referrals

    def _renew_referral_token(self):
        """A new secret in the address by which this person recommends the place."""
        for partner in self:
            partner.sudo().referral_token = secrets.token_urlsafe(12)

    @api.model
    def _find_referrer(self, token):
        """Who recommends the place by that address, in superuser mode; empty when nobody does."""
        if not token or len(token) < 10:
            return self.sudo().browse()
        return self.sudo().search([("referral_token", "=", token)], limit=1)
