"""Seconds to book one of 20 rooms, and to tell what is free in them, as bookings pile up.

Each booking is a request of its own: nothing in the cache at its start, committed at its end, for
a person who has an e-mail address. The bookings that pile up are written by the models too, by
the thousand, and fill eight hours of each working day.

Beside them, OCA ``resource_booking`` with 200 bookings of one type of 20 rooms, made as its form
makes them by default: of the type, the room being assigned. Ours are made of a room, as our
screens do; a row says what it costs to look for a free one first. Free slots are worked out again
and again by one request: what both sides have in the cache stays there.
"""

import time
from datetime import datetime, timedelta
from statistics import median

import odoo
from odoo import Command

ROOMS = 20
FEW, MANY = 1_000, 50_000
PEER_BOOKINGS = 200
REPEAT = 5
# Bookings timed in each turn
TURN = 40
FIRST_DAY = datetime(2031, 1, 6)  # a Monday
HOURS_A_DAY = 8


def _workday(number):
    """The working day of that rank."""
    return FIRST_DAY + timedelta(days=number // 5 * 7 + number % 5)


def _slot(number, first_hour=8):
    """(rank of the room, start, stop) of the booking of that rank: day after day, full."""
    rank, room = divmod(number, ROOMS)
    day, hour = divmod(rank, HOURS_A_DAY)
    start = _workday(day) + timedelta(hours=first_hour + hour)
    return room, start, start + timedelta(hours=1)


def _tidy(env, *tables):
    """What the database does by itself in the minute after so many rows were written."""
    with odoo.sql_db.db_connect(env.cr.dbname).cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute(f"VACUUM ANALYZE {', '.join(tables)}")


def _turns(*works):
    """Median of REPEAT turns of each; they take turns, so that a busy moment slows them all."""
    seconds = [[work(turn) for work in works] for turn in range(REPEAT)]
    return [median(column) for column in zip(*seconds, strict=True)]


class _Ours:
    def __init__(self, env):
        self.env = env
        place = env["tierslieux.place"].create(
            {"name": "Banc", "code": f"K{time.time_ns()}", "opening_hours": "Mo-Fr 08:00-19:00"}
        )
        place.is_closed_on_holidays = False
        self.rooms = env["tierslieux.resource"].create(
            [
                {
                    "name": f"Salle {number:02}",
                    "place_id": place.id,
                    "kind_id": env.ref("tierslieux_booking.resource_kind_room").id,
                }
                for number in range(ROOMS)
            ]
        )
        self.person = env["res.partner"].create({"name": "Banc", "email": "banc@example.org"})
        self.made = 0
        self.timed = 0
        env.cr.commit()

    def _vals(self, room, start, stop):
        return {
            "resource_id": room.id,
            "partner_id": self.person.id,
            "start": start,
            "stop": stop,
            "state": "confirmed",
        }

    def fill(self, count):
        while self.made < count:
            upto = min(self.made + 1000, count)
            self.env["tierslieux.booking"].create(
                [
                    self._vals(self.rooms[room], start, stop)
                    for room, start, stop in map(_slot, range(self.made, upto))
                ]
            )
            self.made = upto
            self.env.cr.commit()
            self.env.invalidate_all()
        _tidy(self.env, "tierslieux_booking", "tierslieux_booking_claim")

    def create(self, _turn, find=False):
        """Seconds of one creation.

        :param bool find: look for a free room first, rather than be given one
        """
        later = timedelta(weeks=200)  # after all that is filled
        start = time.perf_counter()
        for _number in range(TURN):
            room, begin, end = _slot(self.timed)
            begin, end = begin + later, end + later
            self.timed += 1
            self.env.invalidate_all()
            room = self.rooms[room]
            if find:
                room = self.rooms._get_free_slots(begin, end, 60)[0][0]
            self.env["tierslieux.booking"].create(self._vals(room, begin, end))
            self.env.cr.commit()
        return (time.perf_counter() - start) / TURN

    def find_and_create(self, turn):
        return self.create(turn, find=True)

    def search(self, days):
        def work(_turn):
            start = time.perf_counter()
            slots = self.rooms._get_free_slots(FIRST_DAY, FIRST_DAY + timedelta(days=days), 60)
            assert slots, "nothing is free"
            return time.perf_counter() - start

        return work


class _Peer:
    """OCA resource_booking: one type, 20 rooms, the same hours."""

    def __init__(self, env):
        self.env = env = env(context={**env.context, "tz": "UTC"})
        calendar = env["resource.calendar"].create(
            {
                "name": "Banc",
                "tz": "UTC",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": str(day),
                                "dayofweek": str(day),
                                "hour_from": 7,
                                "hour_to": 18,
                                "day_period": "full_day",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        rooms = env["resource.resource"].create(
            [
                {
                    "name": f"Banc {number:02}",
                    "calendar_id": calendar.id,
                    "resource_type": "material",
                    "tz": "UTC",
                }
                for number in range(ROOMS)
            ]
        )
        self.combinations = env["resource.booking.combination"].create(
            [{"resource_ids": [Command.set(room.ids)]} for room in rooms]
        )
        self.type = env["resource.booking.type"].create(
            {
                "name": "Banc",
                "resource_calendar_id": calendar.id,
                "duration": 1.0,
                "slot_duration": 0.5,
                "combination_rel_ids": [
                    Command.create({"combination_id": combination.id, "sequence": rank})
                    for rank, combination in enumerate(self.combinations)
                ],
            }
        )
        self.person = env["res.partner"].create({"name": "Banc", "email": "banc@example.org"})
        self.made = 0
        for _number in range(PEER_BOOKINGS):
            self._create()
        env.cr.commit()

    def _create(self):
        _room, start, stop = _slot(self.made, first_hour=7)
        self.made += 1
        booking = self.env["resource.booking"].create(
            {
                "type_id": self.type.id,
                "partner_ids": [Command.set(self.person.ids)],
                "combination_auto_assign": True,
                "start": start,
                "duration": (stop - start).total_seconds() / 3600,
            }
        )
        booking.action_confirm()
        return booking

    def create(self, _turn):
        start = time.perf_counter()
        for _number in range(TURN // 4):
            self.env.invalidate_all()
            self._create()
            self.env.cr.commit()
        return (time.perf_counter() - start) / (TURN // 4)

    def search(self, _turn):
        import pytz

        start = time.perf_counter()
        booking = self.env["resource.booking"].new({"type_id": self.type.id, "duration": 1.0})
        slots = booking._get_available_slots(
            pytz.utc.localize(FIRST_DAY), pytz.utc.localize(FIRST_DAY + timedelta(days=31))
        )
        assert slots, "nothing is free"
        return time.perf_counter() - start


def run(env):
    """Return the measures, one dict each."""
    ours = _Ours(env)
    ours.fill(FEW)
    ours.create(0)  # the first requests pay for what the server keeps ready
    few_create, few_search = _turns(ours.create, ours.search(5))
    ours.fill(MANY)
    rows = []
    if "resource.booking" in env:
        peer = _Peer(env)
        name = f"OCA resource_booking, {PEER_BOOKINGS} bookings"
        create, found, peer_create = _turns(ours.create, ours.find_and_create, peer.create)
        month, peer_month = _turns(ours.search(31), peer.search)
        rows = [
            _row(
                f"A confirmed booking among {ROOMS} rooms, {MANY} bookings",
                *(create, name, peer_create),
                "at most 0.1",
            ),
            _row(
                "the same, a free room being looked for first",
                *(found, name, peer_create),
                None,
            ),
            _row(
                f"Free slots of {ROOMS} rooms over a month, {MANY} bookings",
                *(month, name, peer_month),
                "at most 0.05",
            ),
        ]
    many_create, many_search = _turns(ours.create, ours.search(5))
    return [
        *rows,
        _row(
            f"A confirmed booking, {MANY} bookings",
            *(many_create, f"the same, {FEW}", few_create),
            "at most 1.3",
        ),
        _row(
            f"Free slots of a week, {MANY} bookings",
            *(many_search, f"the same, {FEW}", few_search),
            "at most 1.3",
        ),
    ]


def _row(what, ours, peer, peer_seconds, target):
    return {
        "what": what,
        "ours_s": round(ours, 5),
        "peer": peer,
        "peer_s": round(peer_seconds, 5),
        "ratio": round(ours / peer_seconds, 3),
        "target": target,
    }
