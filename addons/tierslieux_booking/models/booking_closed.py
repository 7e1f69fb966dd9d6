from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.home import Wait
from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

from ..tools import availability

# Of a transaction: whether somebody up the call is already looking at what a change closes.
WATCHING = "tierslieux_watching_openings"
UNDECIDED_STATES = ("option", "confirmed")


class TierslieuxBooking(models.Model):
    """Bookings that a closing, or other opening hours, leave outside: kept until somebody decides.

    Nothing is cancelled or moved by itself. Whoever changes the hours on a screen decides booking
    by booking before they are saved (``tierslieux.booking.closing``); after any other change the
    coordinator finds them on her list.
    """

    _inherit = "tierslieux.booking"

    closed_decision = fields.Selection(
        [("todo", "To decide"), ("kept", "Kept")],
        string="Outside Opening Hours",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The hours changed after it was booked: it is moved, cancelled, or kept all the same.",
    )

    def _filter_closed(self):
        """Those that are not within the opening hours of their resource."""
        if not self:
            return self
        resources = self.resource_id
        around = timedelta(days=1)
        span = min(self.mapped("start")) - around, max(self.mapped("stop")) + around
        open_intervals = resources._get_open_intervals(*span)
        # sudo: the rules of a resource are no secret
        spans_closed = {r.id: r.sudo().policy_id.spans_closed for r in resources}
        return self.filtered(
            lambda b: (
                not availability.is_open(
                    b.start,
                    b.stop,
                    open_intervals[b.resource_id.id],
                    spans_closed[b.resource_id.id],
                )
            )
        )

    @api.model
    @contextmanager
    def _watching_openings(self, resources):
        """Around a change of hours or closings: bookings left outside are kept, and told.

        :param resources: those whose hours may change
        """
        cache = self.env.cr.cache
        if cache.get(WATCHING):
            yield
            return
        # sudo: whoever changes the hours need not read the bookings
        coming_sudo = (
            resources.sudo()._get_bookings_to_come().filtered(lambda b: b.state in UNDECIDED_STATES)
        )
        before_sudo = coming_sudo._filter_closed()
        cache[WATCHING] = True
        try:
            yield
        finally:
            cache.pop(WATCHING, None)
        after_sudo = coming_sudo._filter_closed()
        (coming_sudo - after_sudo).filtered("closed_decision").closed_decision = False
        (after_sudo - before_sudo).filtered(lambda b: not b.closed_decision)._tell_closed()

    def _tell_closed(self):
        """Put these bookings on the coordinator's list, with one activity for each place.

        Who may read a place reads its activities: names are in the list alone.
        """
        self.closed_decision = "todo"
        for place, bookings in self.grouped("place_id").items():
            place.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                summary=self.env._("Bookings outside opening hours, to decide"),
                note=text_to_html(
                    self.env._(
                        "The opening hours changed. %(count)s booking(s) are kept until you move,"
                        " cancel or keep them: see « Bookings outside opening hours ».",
                        count=len(bookings),
                    )
                ),
                user_id=(place.manager_id or self.env.user).id,
            )

    def action_keep_closed(self):
        """They take place all the same, and are reminded of."""
        self._write_facts({"closed_decision": "kept"})
        return True

    def _keep_forced(self):
        """What the team books outside opening hours was decided as it was booked."""
        forced = self.filtered(lambda b: b.state in UNDECIDED_STATES)._filter_closed()
        # sudo: a fact, whoever of the team books
        forced.sudo().closed_decision = "kept"

    def _forget_closed_decision(self):
        """Where it is now was decided by whoever moved it."""
        # sudo: a fact, whoever moves
        self.sudo().filtered("closed_decision").closed_decision = False

    # ------------------------------------------------------------------ reminders

    def _filter_on_closed_day(self):
        """Those in an exceptional closing or on a public holiday, unless kept by decision."""
        candidates = self.filtered(lambda b: b.closed_decision != "kept")
        if not candidates:
            return candidates
        resources_sudo = candidates.resource_id.sudo()
        span = min(candidates.mapped("start")), max(candidates.mapped("stop"))
        closings = resources_sudo._get_closing_intervals(*span)
        holiday_of = {place: place._get_holiday_test() for place in resources_sudo.place_id}

        def is_closed(booking):
            resource_sudo = booking.resource_id.sudo()
            is_holiday = holiday_of[resource_sudo.place_id]
            return (
                booking.closed_decision == "todo"
                or any(
                    a < booking.stop and booking.start < b
                    for a, b in closings.get(resource_sudo.id, ())
                )
                or (
                    is_holiday
                    and resource_sudo.hours_mode != "always"
                    and is_holiday(booking._localize(booking.start).date())
                )
            )

        return candidates.filtered(is_closed)

    def _filter_to_remind(self):
        """Nobody is asked to come on a closed day: the coordinator is told, once, instead."""
        to_remind = super()._filter_to_remind()
        closed = to_remind._filter_on_closed_day()
        # sudo: the list of the coordinator, whoever runs the job
        closed.sudo().filtered(lambda b: not b.closed_decision)._tell_closed()
        return to_remind - closed


class TierslieuxHome(models.AbstractModel):
    _inherit = "tierslieux.home"

    @api.model
    def _get_home_waits(self):
        waits = super()._get_home_waits()
        if self.env.user.has_group("tierslieux_base.group_coordinator"):
            waits.append(self._get_closed_wait())
        return waits

    @api.model
    def _get_closed_wait(self):
        domain = (
            Domain("closed_decision", "=", "todo")
            & Domain("state", "in", UNDECIDED_STATES)
            & Domain("stop", ">", fields.Datetime.now())
        )
        return Wait(
            self.env._("Bookings outside opening hours, to decide"),
            "fa-calendar-times-o",
            self.env["tierslieux.booking"].search_count(domain),
            "tierslieux_booking.booking_action_closed",
            sequence=15,
        )
