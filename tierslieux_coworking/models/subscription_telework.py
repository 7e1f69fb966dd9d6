from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.tierslieux_billing.tools.bill_part import NOTE, BillPart

from ..tools.telework import beyond_agreement, telework_days


class TierslieuxSubscription(models.Model):
    """Teleworkers sent by their employer: days that the agreement allows, and days used."""

    _inherit = "tierslieux.subscription"

    telework_used = fields.Float(
        string="Days this Month", compute="_compute_telework_used", digits=(8, 1)
    )
    telework_note = fields.Char(string="Agreement this Month", compute="_compute_telework_used")

    @api.depends("agreement_days", "partner_id", "audience")
    @api.depends_context("lang")
    def _compute_telework_used(self):
        today = fields.Date.context_today(self)
        first, last = fields.Date.start_of(today, "month"), fields.Date.end_of(today, "month")
        telework = self.filtered(lambda s: s.audience == "telework" and s._origin)
        (self - telework).telework_used = 0.0
        (self - telework).telework_note = False
        days = telework._get_telework_days_by_person(first, last)
        for subscription in telework:
            own = [
                day
                for partner in subscription._get_teleworkers()
                for day in days.get((subscription._origin.id, partner.id), ())
            ]
            used = sum(count for _day, count in own)
            subscription.telework_used = float(used)
            subscription.telework_note = subscription._get_agreement_note(own)

    def _get_agreement_note(self, days):
        """ "6 of 8 days", or by how much the agreement is exceeded."""
        self.ensure_one()
        number = self.env["tierslieux.credit.type"]._format_number
        used = sum(count for _day, count in days)
        allowed = self.agreement_days
        if not allowed:
            return self.env._("%(used)s days, without a limit", used=number(used))
        over = beyond_agreement(days, allowed)
        values = {"used": number(used), "allowed": number(allowed), "over": number(over)}
        if over:
            return self.env._(
                "%(used)s days for %(allowed)s allowed: %(over)s above the agreement", **values
            )
        return self.env._("%(used)s of %(allowed)s days", **values)

    def _get_teleworkers(self):
        """The persons whose days are counted: the subscriber, and those of a team."""
        self.ensure_one()
        people = self.partner_id | self.person_ids.partner_id
        return people.filtered(lambda p: not p.is_company) or people

    def _get_telework_days(self, start, end):
        """Days of this teleworker between two days, for the invoice and the attendance list.

        Those on which they were in the place, or kept a booking of a desk; each counts for a
        half or a whole by the time spent there.

        :return: list of (date, 0.5 or 1.0), in order; several persons have their days each
        """
        self.ensure_one()
        days = self._get_telework_days_by_person(start, end)
        return sorted(
            (day, float(count))
            for partner in self._get_teleworkers()
            for day, count in days.get((self.id, partner.id), ())
        )

    def _get_telework_days_by_person(self, start, end):
        """{(subscription id, partner id): [(day, Decimal)]}; two queries for all."""
        people = self.partner_id | self.person_ids.partner_id
        if not people:
            return {}
        people.fetch(["is_company"])
        stays = self._get_telework_stays(people, start, end)
        booked = self._get_telework_bookings(people, start, end)
        result = {}
        for subscription in self:
            first = max(start, subscription.date_start)
            last = min(end, subscription.date_end) if subscription.date_end else end
            for partner in subscription._get_teleworkers():
                key = (partner.id, subscription.company_id.id)
                result[subscription._origin.id, partner.id] = telework_days(
                    [(p.day, p.day_count) for p in stays.get(key, ())],
                    [row for booking in booked.get(key, ()) for row in booking._get_day_shares()],
                    first,
                    last,
                )
        return result

    @api.model
    def _get_telework_stays(self, people, start, end):
        """{(partner id, company id): presences that are over, oldest first}."""
        # sudo: the treasurer bills days without a right on who came in.
        stays = (
            self.env["tierslieux.presence"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", people.ids),
                    ("day", ">=", start),
                    ("day", "<=", end),
                    ("checkout_at", "!=", False),
                ],
                order="checkin_at",
            )
        )
        return stays.grouped(lambda p: (p.partner_id.id, p.company_id.id))

    @api.model
    def _get_telework_bookings(self, people, start, end):
        """{(partner id, company id): desks booked and kept, that no presence tells}."""
        # sudo: the treasurer bills days without a right on bookings.
        kinds = self.env["tierslieux.plan"].sudo()._get_day_type().kind_ids
        bookings = (
            self.env["tierslieux.booking"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", people.ids),
                    ("kind_id", "in", kinds.ids),
                    ("state", "in", ("checked_in", "done")),
                    ("start", ">=", fields.Datetime.to_datetime(start) - timedelta(days=1)),
                    ("start", "<", fields.Datetime.to_datetime(end) + timedelta(days=2)),
                ],
                order="start",
            )
        )
        return bookings.grouped(lambda b: (b.partner_id.id, b.company_id.id))

    # ------------------------------------------------------------------ invoice of the employer

    def _get_telework_notes(self, period_start, period_end):
        """On the employer's invoice, a note per teleworker: the days of the period, or of the
        month before it when it is billed in advance.

        :return: {subscription id: [``BillPart``]}
        """
        notes = {}
        telework = self.filtered(lambda one: one.audience == "telework")
        for billing, subscriptions in telework.grouped(lambda one: one.plan_id.billing).items():
            first, last = period_start, period_end
            if billing == "advance":
                last = fields.Date.subtract(period_start, days=1)
                first = fields.Date.start_of(last, "month")
            begun = subscriptions.filtered(lambda one, last=last: one.date_start <= last)
            days = begun._get_telework_days_by_person(first, last)
            for subscription in begun:
                notes[subscription.id] = [
                    subscription._get_telework_note(partner, own, first, last)
                    for partner in subscription._get_teleworkers()
                    if (own := days.get((subscription.id, partner.id)))
                ]
        return notes

    def _get_telework_note(self, partner, days, first, last):
        """One teleworker's days, from the first to the last day that the note tells of."""
        return BillPart(
            kind=NOTE,
            name=self.env._(
                "%(name)s, from %(start)s to %(end)s: %(agreement)s (%(days)s)",
                name=partner.name,
                start=format_date(self.env, first),
                end=format_date(self.env, last),
                agreement=self._get_agreement_note(days),
                days=self._format_telework_days(days),
            ),
        )

    def action_attendance_list(self):
        """Choose the month of the list to sign."""
        self.ensure_one()
        if self.audience != "telework":
            raise UserError(
                self.env._(
                    "%(name)s is not paid by an employer: there is no attendance list.",
                    name=self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Attendance List"),
            "res_model": "tierslieux.attendance.list",
            "view_mode": "form",
            "target": "new",
            "context": {"default_subscription_ids": [fields.Command.set(self.ids)]},
        }

    def _format_telework_days(self, days):
        """ "2/3, 5/3 (half)": days and months, for the invoice."""
        return ", ".join(
            format_date(self.env, day, date_format="d/M")
            if count >= 1
            else self.env._("%(day)s (half)", day=format_date(self.env, day, date_format="d/M"))
            for day, count in days
        )
