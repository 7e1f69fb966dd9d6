from datetime import datetime, time

import pytz

from .common import TierslieuxCommon


class BookingCommon(TierslieuxCommon):
    """A place open on weekdays from 9:00 to 18:00 in Paris, with two desks and a room.

    ``cls.place``, ``cls.desk``, ``cls.desk2``, ``cls.room``; ``cls.lou`` is a person.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["tierslieux.place"].create({"name": "La Fabrique", "code": "TFAB"})
        cls.place.opening_hours = "Mo-Fr 09:00-18:00"
        cls.kind_desk = cls.env.ref("tierslieux_base.resource_kind_desk")
        cls.kind_room = cls.env.ref("tierslieux_base.resource_kind_room")
        cls.desk, cls.desk2, cls.room = cls.env["tierslieux.resource"].create(
            [
                {"name": name, "kind_id": kind.id, "place_id": cls.place.id}
                for name, kind in (
                    ("Desk 1", cls.kind_desk),
                    ("Desk 2", cls.kind_desk),
                    ("Big Room", cls.kind_room),
                )
            ]
        )
        cls.lou = cls.person(birthdate_date="1988-05-12")

    @classmethod
    def utc(cls, year, month, day, hour, minute=0):
        """An hour of the Paris clock, as the naive UTC that the database keeps."""
        local = datetime.combine(datetime(year, month, day), time(hour, minute))
        zone = pytz.timezone("Europe/Paris")
        return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    @classmethod
    def book(cls, resource=None, start=None, stop=None, partner=None, **vals):
        return cls.env["tierslieux.booking"].create(
            {
                "resource_id": (resource or cls.desk).id,
                "start": start,
                "stop": stop,
                "partner_id": (partner or cls.lou).id,
                **vals,
            }
        )
