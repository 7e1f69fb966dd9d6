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
