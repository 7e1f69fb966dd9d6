from psycopg2 import Error as DatabaseError

from odoo import models
from odoo.exceptions import UserError


class BookingConflict(UserError):
    """Somebody was quicker: the sentence says it and names the nearest free slots.

    ``resource``, ``start`` and ``stop`` are what was asked for; ``alternatives`` is a list of
    ``(resource, start, stop)``, naive UTC, which the portal offers as buttons.
    """

    def __init__(self, message, resource, start, stop, alternatives=()):
        super().__init__(message)
        self.resource = resource
        self.start = start
        self.stop = stop
        self.alternatives = list(alternatives)
        # The web client picks its dialog by the class named here: a warning, not a crash.
        self.context = {"exception_class": "odoo.exceptions.UserError"}


class SlotTaken(Exception):
    """The database refused the claims of a booking; it becomes a BookingConflict."""

    def __init__(self, booking):
        super().__init__()
        self.resource = booking.resource_id
        self.start, self.stop, self.seats = booking.start, booking.stop, booking.seats
        self.partner, self.online = booking.partner_id, booking.source == "portal"
        self.booking_id = booking.id


class TierslieuxBooking(models.Model):
    """What the one who came second is told."""

    _inherit = "tierslieux.booking"

    def _get_conflict(self, taken):
        """The sentence for the one who came second, with the three nearest free slots.

        When the other booking is too recent for this transaction to see, the slots are looked
        up on a connection of its own; without one left, what is seen here must do.
        """
        resource = taken.resource
        asked = (taken.start, taken.stop, taken.seats)
        slots = None
        if not resource._get_refusal(*asked, ignore=self.browse(taken.booking_id)):
            slots = self._get_fresh_slots(taken)
        if slots is None:
            slots = resource._get_nearest_slots(*asked, taken.partner, taken.online, count=9)
            slots = [
                slot
                for slot in slots
                if slot[0] != resource or slot[2] <= taken.start or slot[1] >= taken.stop
            ]
        return resource._make_conflict(taken.start, taken.stop, slots[:3], taken.seats)

    def _get_fresh_slots(self, taken):
        """The nearest slots, as somebody who begins to look now sees them; None without an
        answer."""
        try:
            with self.env.registry.cursor() as cursor:
                resource = taken.resource.with_env(self.env(cr=cursor))
                if not resource.exists():
                    return None  # made by this transaction, nobody else can have taken it
                return [
                    (self.env["tierslieux.resource"].browse(found.id), start, stop)
                    for found, start, stop in resource._get_nearest_slots(
                        taken.start,
                        taken.stop,
                        taken.seats,
                        taken.partner.with_env(resource.env),
                        taken.online,
                    )
                ]
        except DatabaseError:
            return None
