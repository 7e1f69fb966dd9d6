from datetime import datetime, time, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter
from odoo.addons.tierslieux_base.tools.clock import to_utc


class CoworkingChapter(Chapter):
    """A chapter whose records are those of this module, in the months that were lived so far."""

    seed = 2019
    module = "tierslieux_coworking"
    folder = Path(__file__).parent

    def __init__(self, env):
        super().__init__(env)
        self.known = {}

    def ref(self, key):
        # A day of bookings asks for the same records dozens of times.
        if key not in self.known:
            self.known[key] = super().ref(key)
        return self.known[key]

    def month(self, offset=0):
        """First day of the running month, or of one before (-1)."""
        return self.today.replace(day=1) + relativedelta(months=offset)

    @staticmethod
    def utc(day, hours):
        """A local hour of a day (9.5: half past nine) as a naive UTC moment."""
        local = datetime.combine(day, time()) + timedelta(hours=hours)
        return to_utc(local, "Europe/Paris")

    def dated(self, model, day):
        """``model``, whose new lines of credits bear that day; what is to come is booked today."""
        return self.env[model].with_context(default_date=min(day, self.today))
