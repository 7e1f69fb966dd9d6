from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.tools.readers import TEAM


class TierslieuxMembershipCover(models.Model):
    """Somebody whom a fee covers for a part of its period: who came on the way, or left.

    Whoever is covered from the first day to the last has none. Written by the lists of persons of
    the memberships as they change (``_follow_cover``), so that who leaves a family's fee keeps the
    days on which it covered them.
    """

    _name = "tierslieux.membership.cover"
    _description = "Days of a Covered Person"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "membership_id, id"

    membership_id = fields.Many2one(
        "tierslieux.membership", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="membership_id.company_id", store=True, index=True)
    date_start = fields.Date(
        string="Added on", help="Empty: covered from the first day of the membership."
    )
    date_end = fields.Date(string="Last Day", help="Empty: covered still.")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    @api.depends("partner_id", "membership_id")
    def _compute_display_name(self):
        for cover in self:
            parts = [cover.partner_id.name, cover.membership_id.name]
            cover.display_name = " – ".join(part for part in parts if part)

    def _is_on(self, day):
        self.ensure_one()
        return (not self.date_start or self.date_start <= day) and (
            not self.date_end or day <= self.date_end
        )


class TierslieuxMembership(models.Model):
    _inherit = "tierslieux.membership"

    cover_ids = fields.One2many(
        "tierslieux.membership.cover",
        "membership_id",
        string="Came or left on the way",
        readonly=True,
        copy=False,
        groups=TEAM,
    )

    def _follow_cover(self, before):
        """Keep the days of those who came to memberships that run, or left them.

        Who is put back on the day on which they were taken out, or taken out on the day on which
        they were added, was so by mistake: it leaves no trace.

        :param dict before: {membership: persons whom it covered}
        """
        today = fields.Date.context_today(self)
        yesterday = fields.Date.subtract(today, days=1)
        for membership, persons in before.items():
            runs = membership.date_confirmed and not membership.is_cancelled
            if not runs or not membership.date_start < today <= membership.grace_end:
                continue
            # sudo: these follow from who is covered, whoever may say it.
            membership_sudo = membership.sudo()
            now = membership_sudo.covered_partner_ids
            for partner in now - persons.sudo():
                own = membership_sudo.cover_ids.filtered(lambda c, p=partner: c.partner_id == p)
                left = own.filtered("date_end").sorted("date_end")[-1:]
                if left and left.date_end >= yesterday:
                    left.date_end = False
                else:
                    membership_sudo._add_cover(partner, date_start=today)
            for partner in persons.sudo() - now:
                own = membership_sudo.cover_ids.filtered(lambda c, p=partner: c.partner_id == p)
                running = own.filtered(lambda c: not c.date_end)
                of_today = running.filtered(lambda c: c.date_start == today)
                of_today.unlink()
                (running - of_today).date_end = yesterday
                if not running:
                    membership_sudo._add_cover(partner, date_end=yesterday)

    def _add_cover(self, partner, **days):
        self.env["tierslieux.membership.cover"].create(
            {"membership_id": self.id, "partner_id": partner.id, **days}
        )

    def _get_persons_on(self, day):
        """Whom it is for on that day: who holds it, and whom it covers then."""
        self.ensure_one()
        on_it = self.cover_ids.filtered(lambda c: c._is_on(day))
        still = self.cover_ids.filtered(lambda c: not c.date_end)
        return self.partner_id | (self.covered_partner_ids - still.partner_id) | on_it.partner_id
