from contextlib import contextmanager

from odoo import fields
from odoo.tools import mute_logger

from .volunteer_common import VolunteerCase

# A Tuesday, at nine in Paris: January is over.
LATER = "2027-02-02 08:00:00"
JANUARY = "2027-01-01"


class HoursCase(VolunteerCase):
    """Volunteers whose month is over; ``cls.portal`` is Ana's login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal.partner_id = cls.ana.partner_id
        cls.Hours = cls.env["tierslieux.volunteer.hours"]
        cls.Review = cls.env["tierslieux.volunteer.hours.review"]

    @classmethod
    def done(cls, *volunteers, start="2027-01-18 14:00", stop="2027-01-18 18:00", **vals):
        """A finished shift in which these volunteers came. :return: their rows"""
        shift = cls.shift(start, stop, **vals)
        rows = cls.env["tierslieux.shift.assignment"].create(
            [
                {
                    "shift_id": shift.id,
                    "volunteer_id": volunteer.id,
                    "state": "came",
                    "seat_number": seat,
                }
                for seat, volunteer in enumerate(volunteers, start=1)
            ]
        )
        shift._write_facts({"state": "done"})
        return rows

    def declare(self, volunteer=None, start="2027-01-20 14:00", stop="2027-01-20 16:00", **vals):
        return (volunteer or self.ana)._declare_hours(
            start=self.at(start), stop=self.at(stop), **{"mission": self.mission, **vals}
        )

    def by(self, records, user=None):
        return self.as_user(records, user or self.coordinator)

    def issues(self, volunteer=None):
        self.env.flush_all()
        self.Review.invalidate_model()
        domain = [("volunteer_id", "=", volunteer.id)] if volunteer else []
        return self.Review.search(domain).mapped("issue")

    def report(self, partner):
        """{(kind, hours, headcount)} of a person in the activity figures."""
        self.env.flush_all()
        lines = self.env["tierslieux.activity.report"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )
        return sorted((line.kind, line.hours, line.headcount) for line in lines)

    @contextmanager
    def refused(self, error, text=None):
        """What is done inside is refused, in these words, and leaves nothing."""
        with self.assertRaises(error) as caught:
            yield
        if text:
            self.assertRegex(str(caught.exception), text)

    @staticmethod
    def quiet():
        return mute_logger("odoo.sql_db")

    @staticmethod
    def date(text):
        return fields.Date.to_date(text)
