"""Fifty people want the same thing at the same instant, on fifty connections."""

from datetime import datetime, timedelta

import pytest
from harness import databases
from harness.clients import at_once, environment, logged_errors
from psycopg2.errors import SerializationFailure

CLIENTS = 50
# A Tuesday at ten in Paris, far enough for nothing else to be booked.
START = datetime(2030, 3, 5, 9)


@pytest.fixture(scope="module")
def world(registry):
    """Ids, committed: a person per client, a room, seats, a big room and its two parts."""
    with environment(registry) as env:
        place = env["tierslieux.place"].create(
            {"name": "Concurrence", "code": "CONC", "opening_hours": "Mo-Fr 08:00-19:00"}
        )
        place.calendar_id.tz = "Europe/Paris"
        kind = env.ref("tierslieux_booking.resource_kind_room").id
        room, seats, left, right = env["tierslieux.resource"].create(
            [
                {"name": name, "place_id": place.id, "kind_id": kind, **vals}
                for name, vals in (
                    ("Salle Rouge", {}),
                    ("Douze places", {"is_shared": True, "capacity": 12}),
                    ("Gauche", {}),
                    ("Droite", {}),
                )
            ]
        )
        big = env["tierslieux.resource"].create(
            {
                "name": "Grande salle",
                "place_id": place.id,
                "kind_id": kind,
                "part_ids": [(6, 0, (left | right).ids)],
            }
        )
        people = env["res.partner"].create(
            [{"firstname": "Client", "lastname": str(number)} for number in range(CLIENTS)]
        )
        desk = env["res.users"].create(
            {
                "name": "Accueil",
                "login": "accueil_concurrence",
                "group_ids": [(6, 0, env.ref("tierslieux_base.group_reception").ids)],
            }
        )
        env.cr.commit()
        return {
            "room": room.id,
            "seats": seats.id,
            "left": left.id,
            "right": right.id,
            "big": big.id,
            "people": people.ids,
            "desk": desk.id,
        }


@pytest.fixture
def quiet(registry):
    """Nothing is logged as an error, no lock stays."""
    with logged_errors() as errors:
        yield
    assert not errors, errors
    assert not databases.query(
        registry.db_name,
        "SELECT * FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )


def _booking(world, resource, number, day=0, hours=(0, 2), **vals):
    """A client's request: to book a resource, as the desk would."""
    start = START + timedelta(days=day)

    def work(env):
        return (
            env["tierslieux.booking"]
            .create(
                {
                    "resource_id": world[resource],
                    "partner_id": world["people"][number % CLIENTS],
                    "start": start + timedelta(hours=hours[0]),
                    "stop": start + timedelta(hours=hours[1]),
                    **vals,
                }
            )
            .id
        )

    return work


def _sort_out(results):
    """(ids of those who won, conflicts of those who lost); anything else fails the test."""
    from odoo.addons.tierslieux_booking.models.booking_conflict import BookingConflict

    lost = [result for result in results if isinstance(result, BookingConflict)]
    won = [result for result in results if isinstance(result, int)]
    assert len(won) + len(lost) == len(results), [
        result for result in results if result not in won + lost
    ]
    return won, lost


def test_fifty_on_one_slot_leave_one_winner_and_forty_nine_sentences(registry, world, quiet):
    works = [_booking(world, "room", number) for number in range(CLIENTS)]
    won, lost = _sort_out(at_once(registry, *works, user_id=world["desk"]))
    assert len(won) == 1
    assert len(lost) == CLIENTS - 1
    for error in lost:
        assert "Salle Rouge" in str(error)
        assert len(error.alternatives) == 3
        # None of what is proposed is what was just lost.
        assert all(
            resource.id != world["room"] or stop <= START or start >= START + timedelta(hours=2)
            for resource, start, stop in error.alternatives
        )
    assert databases.query(
        registry.db_name,
        "SELECT count(*) FROM tierslieux_booking WHERE resource_id = %s",
        [world["room"]],
    ) == [(1,)]


def test_fifty_on_twelve_seats_fill_them(registry, world, quiet):
    works = [_booking(world, "seats", number) for number in range(CLIENTS)]
    won, lost = _sort_out(at_once(registry, *works, user_id=world["desk"]))
    assert len(won) == 12
    assert all(len(error.alternatives) == 3 for error in lost)
    units = databases.query(
        registry.db_name,
        "SELECT unit FROM tierslieux_booking_claim WHERE resource_id = %s ORDER BY unit",
        [world["seats"]],
    )
    assert units == [(unit,) for unit in range(1, 13)]


def test_a_big_room_and_its_parts_are_never_booked_both(registry, world, quiet):
    """Booked from both sides at once: either the big room won, or parts of it did."""
    works = [
        _booking(world, ("big", "left", "right")[number % 3], number, day=1)
        for number in range(CLIENTS)
    ]
    won, _lost = _sort_out(at_once(registry, *works, user_id=world["desk"]))
    with environment(registry) as env:
        resources = env["tierslieux.booking"].browse(won).resource_id
        if world["big"] in resources.ids:
            assert len(won) == 1
        else:
            assert sorted(resources.ids) == sorted([world["left"], world["right"]])
            assert len(won) == 2


def test_bookings_that_do_not_meet_all_come_through(registry, world, quiet):
    """Waiting for each other is no reason to lose: twenty half-hours of one day, all taken."""
    works = [
        _booking(world, "room", number, day=2, hours=(number / 2 - 1, number / 2 - 0.5))
        for number in range(20)
    ]
    won, lost = _sort_out(at_once(registry, *works, user_id=world["desk"]))
    assert len(won) == 20 and not lost


def test_two_who_swap_their_rooms_end_without_a_lock(registry, world, quiet):
    """Each moves to the room of the other at the same instant: at most one may, none hangs."""
    with environment(registry) as env:
        first = _booking(world, "left", 0, day=3)(env)
        second = _booking(world, "right", 1, day=3)(env)
        env.cr.commit()

    def move(booking, resource):
        def work(env):
            env["tierslieux.booking"].browse(booking).resource_id = world[resource]
            return booking

        return work

    _won, lost = _sort_out(
        at_once(registry, move(first, "right"), move(second, "left"), user_id=world["desk"])
    )
    assert len(lost) == 2
    with environment(registry) as env:
        bookings = env["tierslieux.booking"].browse([first, second])
        assert bookings.resource_id.ids == [world["left"], world["right"]]
        assert bookings.claim_ids.resource_id.ids == [world["left"], world["right"]]


def test_who_bills_a_booking_after_another_finds_it_invoiced(registry, world):
    """The desk, the portal, the month: who began before the other ended begins again."""
    with environment(registry) as env:
        booking = env["tierslieux.booking"].create(
            {
                "resource_id": world["room"],
                "partner_id": world["people"][0],
                "start": START + timedelta(days=20),
                "stop": START + timedelta(days=20, hours=2),
            }
        )
        booking.amount = 30.0
        env.cr.commit()
    with environment(registry) as late, environment(registry) as first:
        late.cr.execute("SELECT 1 FROM tierslieux_booking LIMIT 1")  # what it will see
        assert len(booking.with_env(first)._invoice_apart()) == 1
        first.cr.commit()
        with pytest.raises(SerializationFailure):
            booking.with_env(late)._invoice_apart()
        late.cr.rollback()
        assert not booking.with_env(late)._invoice_apart()
