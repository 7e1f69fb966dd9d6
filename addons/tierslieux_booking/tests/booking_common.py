from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytz
from lxml import html

from odoo.fields import Command

from odoo.addons.tierslieux_base.tests.common import TierslieuxCommon
from odoo.addons.tierslieux_base.tests.portal_common import PortalCase
from odoo.addons.tierslieux_base.tools import clock

from ..tools import booking_need

PARIS = pytz.timezone("Europe/Paris")
# A Monday, at nine in Paris: tests where the date matters freeze it with @freeze_time(NOW).
NOW = "2030-03-04 08:00:00"


class BookingMaker(TierslieuxCommon):
    """Bookings in a word, for cases that have made a place: ``cls.usual`` is (what is booked, who
    books) where a test does not say."""

    usual = ("room", "ada")

    @classmethod
    def at(cls, text, zone=PARIS):
        """The instant (naive UTC) at which a clock in Paris shows "2030-03-05 14:00"."""
        return clock.to_utc(datetime.strptime(text, "%Y-%m-%d %H:%M"), zone)

    @classmethod
    def book(
        cls,
        resource=None,
        start="2030-03-05 14:00",
        stop="2030-03-05 16:00",
        partner=None,
        **vals,
    ):
        """A booking, confirmed unless ``state`` says otherwise; times in Paris, or instants."""
        resource_name, partner_name = cls.usual
        return cls.env["tierslieux.booking"].create(
            {
                "resource_id": (resource or getattr(cls, resource_name)).id,
                "partner_id": (partner or getattr(cls, partner_name)).id,
                "start": cls.at(start) if isinstance(start, str) else start,
                "stop": cls.at(stop) if isinstance(stop, str) else stop,
                **vals,
            }
        )


class BookingCase(BookingMaker):
    """A place and what can be booked in it; `at()` tells hours as people do.

    ``cls.place`` is open from Monday to Friday, 08:00 to 19:00 in Paris, closed on public
    holidays. In it: ``cls.room`` (Salle Rouge, 6 persons), ``cls.desk``, ``cls.space`` (an open
    space of 12 seats), ``cls.big_room`` made of ``cls.left_room`` and ``cls.right_room``.

    ``cls.policy``: by 30 minutes, at least 30, 90 days ahead, fee of 50 % within 24 hours and
    100 % within 2 hours. ``cls.rate``: members pay 10 € an hour, 30 € a half-day (4 h), 50 € a
    day (10 h), 600 € a month; non-members 15 €, 45 €, 75 € and no month.

    ``cls.ada`` books; users are those of :class:`TierslieuxCommon`, one per role.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A place's clock is that of its association.
        cls.company.partner_id.tz = "Europe/Paris"
        cls.place = cls.make_place()
        cls.policy = cls.env["tierslieux.booking.policy"].create(
            {
                "name": "Test rules",
                "slot_step": 30,
                "duration_min": 30,
                "horizon_days": 90,
                "ladder_ids": [
                    Command.create({"hours_before": 24, "fee_percent": 50}),
                    Command.create({"hours_before": 2, "fee_percent": 100}),
                ],
            }
        )
        cls.rate = cls._create_rate()
        cls.ada = cls.person("Ada", "Martin", email="ada@example.com")
        cls.room = cls.resource("Salle Rouge", capacity=6)
        cls.desk = cls.resource("Poste 1", kind="desk")
        cls.space = cls.resource("Open space", kind="open_space", capacity=12, is_shared=True)
        cls.left_room = cls.resource("Petite salle gauche", capacity=8)
        cls.right_room = cls.resource("Petite salle droite", capacity=8)
        cls.big_room = cls.resource(
            "Grande salle",
            capacity=16,
            part_ids=[Command.set((cls.left_room | cls.right_room).ids)],
        )

    @classmethod
    def _create_rate(cls):
        prices = {
            "member": {"hour": 10, "half_day": 30, "day": 50, "month": 600},
            "non_member": {"hour": 15, "half_day": 45, "day": 75},
        }
        return cls.env["tierslieux.booking.rate"].create(
            {
                "name": "Test prices",
                "company_id": cls.company.id,
                "half_day_hours": 4,
                "day_hours": 10,
                "line_ids": [
                    Command.create({"tariff": tariff, "unit": unit, "price": price})
                    for tariff, units in prices.items()
                    for unit, price in units.items()
                ],
            }
        )

    @classmethod
    def resource(cls, name, kind="room", **vals):
        """A resource of the place, under the test rules and prices."""
        return cls.env["tierslieux.resource"].create(
            {
                "name": name,
                "kind_id": cls.env.ref(f"tierslieux_booking.resource_kind_{kind}").id,
                "place_id": cls.place.id,
                "policy_id": cls.policy.id,
                "rate_id": cls.rate.id,
                **vals,
            }
        )


class BookingCommon(BookingMaker):
    """A place open on weekdays from 9:00 to 18:00 in Paris, with two desks and a room.

    ``cls.place``, ``cls.desk``, ``cls.desk2``, ``cls.room``; ``cls.lou`` is a person.
    """

    usual = ("desk", "lou")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["tierslieux.place"].create({"name": "La Fabrique", "code": "TFAB"})
        cls.place.opening_hours = "Mo-Fr 09:00-18:00"
        cls.kind_desk = cls.env.ref("tierslieux_booking.resource_kind_desk")
        cls.kind_room = cls.env.ref("tierslieux_booking.resource_kind_room")
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
        return clock.to_utc(datetime(year, month, day, hour, minute), PARIS)


class PortalBookingCase(BookingCase, PortalCase):
    """Anne and Bob on the portal; it is Monday 4 March 2030, nine in the morning in Paris."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.book(partner=cls.anne.partner_id, title="Weekly meeting")
        cls.foreign = cls.book(
            cls.desk, partner=cls.bob.partner_id, title="Bob's secret", note="Owes us money"
        )

    def find(self, **query):
        values = {
            "kind": self.env.ref("tierslieux_booking.resource_kind_room").id,
            "place": self.place.id,
            "persons": 6,
            "day": "2030-03-05",
            "part": "afternoon",
            "minutes": 120,
            **query,
        }
        return self.url_open("/my/bookings/find?" + "&".join(f"{k}={v}" for k, v in values.items()))

    def slots(self, response):
        """[(resource id, start)] of the slots that a page offers to book."""
        links = html.fromstring(response.text).xpath("//a[contains(@href, '/my/bookings/new?')]")
        queries = [parse_qs(urlsplit(link.get("href")).query) for link in links]
        return [(int(query["resource"][0]), query["start"][0]) for query in queries]

    def choice(self, resource=None, start="2030-03-05 09:00", stop="2030-03-05 11:00", **more):
        return {
            "resource": (resource or self.room).id,
            "start": booking_need.format_moment(self.at(start)),
            "stop": booking_need.format_moment(self.at(stop)),
            "seats": 1,
            **more,
        }

    def book_online(self, **values):
        return self.post("/my/bookings/new", **self.choice(**values))

    def bookings_of(self, user):
        return self.env["tierslieux.booking"].search([("partner_id", "=", user.partner_id.id)])
