from datetime import date as Date

from odoo import api, fields, models
from odoo.exceptions import UserError


class TierslieuxSubscription(models.Model):
    """Who may use a subscription: the subscriber, and the persons of a team, each from a day on."""

    _inherit = "tierslieux.subscription"

    person_count = fields.Integer(string="Persons of the Team", compute="_compute_person_count")

    @api.depends("person_ids.date_start", "person_ids.date_end")
    def _compute_person_count(self):
        today = fields.Date.context_today(self)
        for subscription in self:
            subscription.person_count = len(subscription.person_ids._filter_on(today))

    def _get_persons(self, date):
        """Natural persons who may use these subscriptions on ``date``.

        :return: the subscribers who are no organisation, and the persons of the teams
        """
        subscribers = self.partner_id.filtered(lambda partner: not partner.is_company)
        return subscribers | self.person_ids._filter_on(date).partner_id

    def _get_person_days(self, partners, first):
        """Which of these persons may use a shared subscription from a day on, and when.

        A subscription of a team is for all its persons, a book only when it is transferable. The
        subscriber's own days are not told here.

        :return: list of (partner id, subscription, first day, last day)
        """
        self.ensure_one()
        plan = self.plan_id
        if not (plan.is_transferable or (plan.kind == "recurring" and plan.audience == "team")):
            return []
        days = []
        for line in self.person_ids:
            if line.partner_id not in partners or line.partner_id == self.partner_id:
                continue
            ends = [end for end in (line.date_end, self.date_end) if end]
            last = min(ends, default=Date.max)
            if last >= first:
                start = max(line.date_start, self.date_start)
                days.append((line.partner_id.id, self, start, last))
        return days

    @api.constrains("person_ids", "plan_id")
    def _check_person_count(self):
        self.person_ids._check_max_persons()

    def _add_person(self, partner, date=None, has_door=True):
        """Let ``partner`` use the subscription from ``date`` (today) on.

        :return: the line of the person
        """
        self.ensure_one()
        return self.env["tierslieux.subscription.person"].create(
            {
                "subscription_id": self.id,
                "partner_id": partner.id,
                "date_start": date or fields.Date.context_today(self),
                "has_door": has_door,
            }
        )

    def _remove_person(self, partner, date=None):
        """Take ``partner`` out of the team: yesterday was their last day (or ``date`` is)."""
        self.ensure_one()
        self.check_access("write")
        last = date or fields.Date.subtract(fields.Date.context_today(self), days=1)
        lines = self.person_ids.filtered(
            lambda line: line.partner_id == partner and (not line.date_end or line.date_end > last)
        )
        if not lines:
            raise UserError(
                self.env._(
                    "%(name)s is not in the team of %(subscription)s.",
                    name=partner.name,
                    subscription=self.display_name,
                )
            )
        not_begun = lines.filtered(lambda line: line.date_start > last)
        # sudo: the desk deletes nothing; a person who never came leaves no trace, whoever may
        # write the subscription.
        not_begun.sudo().unlink()
        (lines - not_begun).date_end = last
        return True
