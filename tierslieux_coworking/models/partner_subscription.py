from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.tools.readers import TEAM

from .subscription import RUNNING

# States in which a subscription may have run on a day of the past.
EVER_RUNNING = (*RUNNING, "paused", "ended")


class ResPartner(models.Model):
    """A person's subscriptions: their own, and those of the teams they are in."""

    _inherit = "res.partner"

    subscription_ids = fields.One2many(
        "tierslieux.subscription", "partner_id", string="Subscriptions", groups=TEAM
    )
    subscription_count = fields.Integer(compute="_compute_subscription_count")

    def _get_subscription_domain(self, date):
        """Subscriptions that these persons may use on ``date``, pauses left aside."""
        in_team = (
            Domain("partner_id", "in", self.ids)
            & Domain("date_start", "<=", date)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", date))
        )
        return (
            Domain("state", "in", EVER_RUNNING)
            & Domain("date_start", "<=", date)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", date))
            & (Domain("partner_id", "in", self.ids) | Domain("person_ids", "any", in_team))
        )

    def _get_running_subscriptions(self, date=None, company=None):
        """Subscriptions, books and days that give right to something on ``date`` (today).

        Those of the teams in which the persons are on that day included; those paused on that
        day left out. Three queries whatever the number of persons.
        """
        date = date or fields.Date.context_today(self)
        domain = self._get_subscription_domain(date)
        if company:
            domain &= Domain("company_id", "=", company.id)
        subscriptions = self.env["tierslieux.subscription"].search(domain, order="date_start, id")
        pauses = subscriptions._get_pauses()
        return subscriptions.filtered(
            lambda s: (
                not any(start <= date and (not end or end >= date) for start, end in pauses[s.id])
            )
        )

    def _has_booking_subscription(self, day):
        """Who may book what is kept for subscribers: whoever has a plan, a book or a day that
        runs on the day of the booking, alone or in a team."""
        self.ensure_one()
        # sudo: who may book is decided by a plan that they may not read
        running_sudo = self.sudo()._get_running_subscriptions(day, self.env.company)
        return bool(running_sudo) or super()._has_booking_subscription(day)

    def _compute_subscription_count(self):
        Subscription = self.env["tierslieux.subscription"]
        if not Subscription.has_access("read"):
            self.subscription_count = 0
            return
        counts = {
            partner.id: count
            for partner, count in Subscription._read_group(
                [("partner_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["partner_id"],
                ["__count"],
            )
        }
        for partner in self:
            partner.subscription_count = counts.get(partner.id, 0)

    def action_open_subscriptions(self):
        """The person's subscriptions, books and days, those of their teams included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.subscription_action_all"
        )
        action["domain"] = [
            "|",
            ("partner_id", "=", self.id),
            ("person_ids.partner_id", "=", self.id),
        ]
        action["context"] = {"default_partner_id": self.id}
        return action
