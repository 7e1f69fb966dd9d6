"""Thirty people at once, for three minutes, on a server of two workers.

Six stand at the desk (the home, a search, the board, the list, a booking, its cancellation), the
others are at home and book by the pages of the portal. All want the rooms of one place in the same
days, so that they meet: whoever comes second is told so, which is no error. What may not be: an
answer that is an error, and two who hold one thing at one time, which is counted in SQL.

Each of them reads for two seconds and a half, then goes on: twelve requests a second. On a machine
that has other work, or where the workers are never idle, one mostly waits for one's turn: the load
at the start, how busy the workers were and the server's own time say which.

``--size``, ``--seconds`` and ``--people`` (or ``TIERSLIEUX_BENCH_…``) for less.
"""

import os
import random
import sys
import threading
import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import network  # noqa: E402
from harness import databases  # noqa: E402
from harness.settings import ARTIFACTS  # noqa: E402
from lxml import html  # noqa: E402
from served import Refused, Site  # noqa: E402

ON_DEMO = True
SIZE, SECONDS, PEOPLE, WORKERS = 1.0, 180, 30, 2
WARM_SECONDS = 10
MOST_MS = 1000  # of « réserver », at the 95th percentile
# One in so many stands at the desk.
DESK_SHARE = 5
# How long somebody reads before they go on
PAUSE = (1, 4)
DAYS = 20
BOOK = "réserver"
# What « réserver » asks of the server
BOOKING = ("POST /my/bookings/new", "POST /web/dataset/call_kw/tierslieux.booking/create")

# Two claims on one unit at one time, and two holders of one thing.
DOUBLE_CLAIMS = """
SELECT count(*) FROM tierslieux_booking_claim a
  JOIN tierslieux_booking_claim b
    ON a.id < b.id AND a.resource_id = b.resource_id AND a.unit = b.unit
   AND tsrange(a.start, a.stop) && tsrange(b.start, b.stop)
"""
DOUBLE_BOOKINGS = """
SELECT count(*) FROM tierslieux_booking a
  JOIN tierslieux_booking b
    ON a.id < b.id AND a.resource_id = b.resource_id AND a.is_exclusive AND b.is_exclusive
   AND tsrange(a.start, a.stop) && tsrange(b.start, b.stop)
 WHERE a.state IN ('option', 'confirmed', 'checked_in')
   AND b.state IN ('option', 'confirmed', 'checked_in')
"""
UNCLAIMED = """
SELECT count(*) FROM tierslieux_booking b
 WHERE b.state IN ('confirmed', 'checked_in') AND b.create_date >= %s
   AND NOT EXISTS (SELECT FROM tierslieux_booking_claim c WHERE c.booking_id = b.id)
"""


def _option(name, default):
    return type(default)(os.environ.get(f"TIERSLIEUX_BENCH_{name}") or default)


class Tally:
    """What everybody met, told by threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seconds = defaultdict(list)
        self.refused = defaultdict(int)
        self.errors = []

    def forget_times(self):
        """Errors stay: there is no time at which they may be."""
        self.seconds.clear()
        self.refused.clear()

    def time(self, what, work, *args, **options):
        """Do it; None when it was refused or broke down."""
        start = time.perf_counter()
        try:
            result = work(*args, **options)
        except Refused as error:
            with self.lock:
                if error.is_refusal:
                    self.refused[what] += 1
                else:
                    self.errors.append(f"{what}: {error}")
            return None
        except Exception as error:  # noqa: BLE001 - whatever breaks is counted
            with self.lock:
                self.errors.append(f"{what}: {error!r}")
            return None
        with self.lock:
            self.seconds[what].append(time.perf_counter() - start)
        return result


class Visitor:
    """Somebody who goes on until the time is over."""

    def __init__(self, person, tally, rooms, seed):
        self.person = person
        self.tally = tally
        self.rooms = rooms
        self.random = random.Random(seed)

    def live(self, end, pause=PAUSE):
        while time.monotonic() < end:
            for step in self.get_steps():
                if time.monotonic() >= end:
                    return
                step()
                time.sleep(self.random.uniform(*pause))

    def get_day(self):
        days = [date.today() + timedelta(days=rank) for rank in range(1, DAYS + 5)]
        return self.random.choice([day for day in days if day.weekday() < 5])


class AtHome(Visitor):
    """A member on the portal: finds a slot, books it, looks at the list, mostly cancels."""

    def get_steps(self):
        self.choice = self.booking = None
        return (self.find, self.book, self.look, self.cancel)

    def find(self):
        room = self.random.choice(self.rooms)
        page = self.tally.time(
            "chercher", self.person.get, "/my/bookings/find",
            kind=room["kind_id"][0], place=room["place_id"][0], persons=1, part="any", minutes=60,
            day=str(self.get_day()),
        )  # fmt: skip
        links = page and html.fromstring(page).xpath(
            "//a[contains(@href, '/my/bookings/new?')]/@href"
        )
        self.choice = self.random.choice(links) if links else None

    def book(self):
        page = self.choice and self.tally.time("lire le prix", self.person.get, self.choice)
        values = page and read_form(page, "/my/bookings/new")
        if not values:
            return
        answer = self.tally.time(BOOK, self.person.post, "/my/bookings/new", values)
        if answer is None:
            return
        if answer.is_redirect:
            self.booking = (
                answer.headers["Location"].partition("?")[0].removeprefix(self.person.url)
            )
        else:  # somebody has just taken it
            self.tally.refused[BOOK] += 1

    def look(self):
        self.tally.time("mes réservations", self.person.get, "/my/bookings")

    def cancel(self):
        if not self.booking or self.random.random() < 0.3:
            return
        page = self.tally.time("ouvrir la réservation", self.person.get, self.booking)
        values = page and read_form(page, f"{self.booking}/cancel")
        if values:
            self.tally.time("annuler", self.person.post, f"{self.booking}/cancel", values)


class AtDesk(Visitor):
    """The front desk: searches somebody, books for them, looks at the day."""

    def get_steps(self):
        self.found = self.booking = None
        return (self.open_home, self.search, self.book, self.open_board, self.list, self.cancel)

    def call(self, what, model, method, *args, **options):
        return self.tally.time(what, self.person.call, model, method, *args, **options)

    def open_home(self):
        self.call("accueil", "tierslieux.home", "get_home")

    def search(self):
        name = self.random.choice(network.FIRST_NAMES).lower()
        found = self.call("chercher quelqu'un", "tierslieux.home", "search_people", name)
        people = found and found["people"]
        self.found = self.random.choice(people)["id"] if people else None

    def book(self):
        if not self.found:
            return
        hour = self.random.randint(9, 15)
        start = datetime.combine(self.get_day(), datetime.min.time()) + timedelta(hours=hour)
        made = self.call(
            BOOK, "tierslieux.booking", "create",
            [{
                "resource_id": self.random.choice(self.rooms)["id"],
                "partner_id": self.found,
                "start": str(start),
                "stop": str(start + timedelta(hours=1)),
            }],
        )  # fmt: skip
        self.booking = made and made[0]

    def open_board(self):
        place = self.random.choice(self.rooms)["place_id"][0]
        self.call("tableau du jour", "tierslieux.place", "get_today_board", place)

    def list(self):
        self.tally.time(
            "liste",
            self.person.read_list,
            "tierslieux.booking",
            [("stop", ">=", str(date.today()))],
        )

    def cancel(self):
        if self.booking:
            window = self.call("annuler", "tierslieux.booking", "action_cancel", [self.booking])
            if window:
                self._confirm(window)

    def _confirm(self, window):
        model = window["res_model"]
        context = window.get("context") or {}
        wizard = self.call("annuler", model, "create", [{}], context=context)
        if wizard:
            self.call("annuler", model, "action_cancel_bookings", wizard, context=context)


def read_form(page, action):
    """What the form of a page sends when nothing is typed; None when there is no such form."""
    for form in html.fromstring(page).forms:
        if form.action == action:
            return dict(form.form_values())
    return None


def run(env):
    """Return the measures, one dict each."""
    network.grow(env, _option("SIZE", SIZE))
    tally, people, seconds = Tally(), _option("PEOPLE", PEOPLE), _option("SECONDS", SECONDS)
    logins = make_accounts(env, people)
    rooms = get_rooms(env)
    began = datetime.utcnow()
    with Site(env.cr.dbname, ARTIFACTS / "bench-load.log", workers=WORKERS) as site:
        visitors = get_visitors(site, tally, rooms, people, logins)
        live_together(visitors, min(WARM_SECONDS, seconds))
        tally.forget_times()  # the first ones pay for what the workers keep ready
        others = os.getloadavg()[0]
        offset = site.server.log_path.stat().st_size
        start = time.monotonic()
        live_together(visitors, seconds)
        seconds = time.monotonic() - start
        costs, meetings = site.get_costs(offset), site.get_meetings()
    return [
        *_tell_errors(tally, env.cr.dbname, began),
        *(
            _tell_times(what, times, tally.refused[what])
            for what, times in sorted(tally.seconds.items())
        ),
        _tell_server([cost.seconds for asked, cost in costs if asked in BOOKING]),
        _count("requests a second", round(len(costs) / seconds, 1)),
        _count(
            "workers busy, per cent",
            round(sum(cost.seconds for _asked, cost in costs) / seconds / WORKERS * 100),
        ),
        _count("load of the machine at the start", round(others, 1)),
        *(_count(f"{what}, as the log tells", number) for what, number in meetings.items()),
    ]


def make_accounts(env, people):
    """An account of the portal, its login being its password, for each of so many members."""
    env.cr.execute(
        "SELECT p.id, p.email FROM res_partner p JOIN res_users u ON u.login = 'adherent'"
        " WHERE p.email LIKE 'r%%@reseau.example.org' ORDER BY p.id LIMIT %s",
        [people],
    )
    rows = env.cr.fetchall()
    users = (
        env["res.users"]
        .with_context(no_reset_password=True, tracking_disable=True)
        .create(
            [
                {
                    "partner_id": partner_id,
                    "login": email,
                    "company_id": env.company.id,
                    "company_ids": env.company.ids,
                    "group_ids": env.ref("base.group_portal").ids,
                }
                for partner_id, email in rows
            ]
        )
    )
    env.flush_all()
    # The same password as the demonstration's member: a hash takes a third of a second.
    env.cr.execute(
        "UPDATE res_users SET password = (SELECT password FROM res_users WHERE login = 'adherent')"
        " WHERE id = ANY(%s)",
        [users.ids],
    )
    # Nobody who waits for a page sends sixty forms in ten minutes; somebody in a bench does.
    env["ir.config_parameter"].set_param("tierslieux.rate.form", "0")
    env.cr.commit()
    return users.mapped("login")


def get_rooms(env):
    """The rooms of one place, all of which are booked online: what everybody wants."""
    place = env.ref("tierslieux_base.place_fabrique_demo")
    return env["tierslieux.resource"].search_read(
        [("place_id", "=", place.id), ("portal_open", "=", True), ("kind_id", "in", (
            env.ref("tierslieux_booking.resource_kind_room") +
            env.ref("tierslieux_booking.resource_kind_office")
        ).ids)],
        ["name", "place_id", "kind_id"],
    )  # fmt: skip


def get_visitors(site, tally, rooms, people, logins):
    """One in DESK_SHARE at the desk, the others at home; all of them logged in."""
    visitors = []
    for rank, login in zip(range(people), logins, strict=True):
        at_desk = rank % DESK_SHARE == 0
        person = site.person("accueil") if at_desk else site.person(login, "adherent")
        visitors.append((AtDesk if at_desk else AtHome)(person, tally, rooms, rank))
    return visitors


def live_together(visitors, seconds, pause=PAUSE):
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=visitor.live, args=(end, pause)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def count_doubles(database, began):
    """(claims that overlap, bookings that overlap, new bookings that hold nothing): all wanted 0"""
    return [
        databases.query(database, statement, parameters)[0][0]
        for statement, parameters in (
            (DOUBLE_CLAIMS, None),
            (DOUBLE_BOOKINGS, None),
            (UNCLAIMED, [began]),
        )
    ]


def _tell_errors(tally, database, began):
    claims, bookings, unclaimed = count_doubles(database, began)
    return [
        _count("errors", len(tally.errors), 0),
        *(_count(f"the error « {error[:150]} »", 1) for error in tally.errors[:3]),
        _count("double bookings, by their claims", claims, 0),
        _count("double bookings, by their times", bookings, 0),
        _count("bookings that hold nothing", unclaimed, 0),
    ]


def _count(what, count, wanted=None):
    return {"what": what, "count": count, "wanted": wanted}


def _tell_times(what, times, refused=None):
    last = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return {
        **_count(what, len(times), f"{MOST_MS} ms" if what == BOOK else None),
        "refused": refused,
        "median_ms": round(median(times) * 1000),
        "p95_ms": round(last * 1000),
    }


def _tell_server(times):
    """What « réserver » took once a worker was free to do it."""
    return _tell_times(f"{BOOK}, on the server alone", times) if times else _count(BOOK, 0)
