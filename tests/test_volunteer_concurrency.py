"""Fifty volunteers say yes to the last seat at the same instant, on fifty connections."""

from datetime import datetime, timedelta

import pytest
from harness import databases
from harness.clients import at_once, environment, logged_errors

CLIENTS = 50
# A Tuesday at ten in Paris.
START = datetime(2030, 3, 5, 9)


@pytest.fixture(scope="module")
def world(registry):
    """Ids, committed: a volunteer per client, missions, shifts with one seat and with twelve."""
    with environment(registry) as env:
        place = env["tierslieux.place"].create(
            {"name": "Bénévoles", "code": "BENC", "opening_hours": "Mo-Su 08:00-22:00"}
        )
        place.calendar_id.tz = "Europe/Paris"
        missions = env["tierslieux.mission"].create(
            [
                {"name": name, "place_id": place.id, "seats_min": 1, "seats_max": 1}
                for name in ("Accueil", "Jardin")
            ]
        )

        def shift(mission, day, seats):
            start = START + timedelta(days=day)
            return env["tierslieux.shift"].create(
                {
                    "mission_id": mission.id,
                    "start": start,
                    "stop": start + timedelta(hours=3),
                    "seats_max": seats,
                }
            )

        one, twelve = shift(missions[0], 0, 1), shift(missions[0], 1, 12)
        needing = shift(missions[0], 2, 1)
        here, there = shift(missions[0], 3, 5), shift(missions[1], 3, 5)
        people = env["res.partner"].create(
            [{"firstname": "Bénévole", "lastname": str(number)} for number in range(CLIENTS)]
        )
        volunteers = env["tierslieux.volunteer"].create(
            [{"partner_id": person.id, "max_per_day": 0} for person in people]
        )
        desk = env["res.users"].create(
            {
                "name": "Coordination",
                "login": "coordination_benevoles",
                "group_ids": [(6, 0, env.ref("tierslieux_base.group_coordinator").ids)],
            }
        )
        ids = {
            "needing": needing.id,
            "volunteers": volunteers.ids,
            "desk": desk.id,
        }
        for name, record in (("one", one), ("twelve", twelve), ("here", here), ("there", there)):
            ids[name] = record.id
        env.cr.commit()
        return ids


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


def _ask(registry, world, shift, numbers):
    """Each was asked before: {number: id of the row}."""
    with environment(registry) as env:
        rows = env["tierslieux.shift.assignment"].create(
            [
                {"shift_id": world[shift], "volunteer_id": world["volunteers"][number]}
                for number in numbers
            ]
        )
        env.cr.commit()
        return dict(zip(numbers, rows.ids, strict=True))


def _yes(row_id):
    def work(env):
        env["tierslieux.shift.assignment"].browse(row_id).action_accept()
        return row_id

    return work


def _sort_out(results):
    """(ids of those who have a seat, refusals of the others); anything else fails the test."""
    from odoo.addons.tierslieux_volunteer.models.shift_seat import ElsewhereThen, ShiftFull

    lost = [result for result in results if isinstance(result, ShiftFull | ElsewhereThen)]
    won = [result for result in results if isinstance(result, int)]
    assert len(won) + len(lost) == len(results), [
        result for result in results if result not in won + lost
    ]
    return won, lost


def _taken(registry, shift_id):
    return databases.query(
        registry.db_name,
        "SELECT seat_number FROM tierslieux_shift_assignment"
        " WHERE shift_id = %s AND is_holding ORDER BY seat_number",
        [shift_id],
    )


def test_of_fifty_for_the_last_seat_one_has_it_and_the_others_read_what_is_left(
    registry, world, quiet
):
    rows = _ask(registry, world, "one", range(CLIENTS))
    won, lost = _sort_out(at_once(registry, *map(_yes, rows.values()), user_id=world["desk"]))
    assert len(won) == 1
    assert len(lost) == CLIENTS - 1
    for error in lost:
        # Not the shift that was just lost; the others still need somebody.
        assert world["one"] not in error.alternatives.ids
        assert world["needing"] in error.alternatives.ids
        assert "Accueil" in str(error)
    assert _taken(registry, world["one"]) == [(1,)]


def test_fifty_for_twelve_seats_fill_them(registry, world, quiet):
    rows = _ask(registry, world, "twelve", range(CLIENTS))
    won, _lost = _sort_out(at_once(registry, *map(_yes, rows.values()), user_id=world["desk"]))
    assert len(won) == 12
    assert _taken(registry, world["twelve"]) == [(number,) for number in range(1, 13)]


def test_one_person_who_says_yes_to_two_shifts_at_once_is_in_one(registry, world, quiet):
    here = _ask(registry, world, "here", [0])[0]
    there = _ask(registry, world, "there", [0])[0]
    won, lost = _sort_out(at_once(registry, _yes(here), _yes(there), user_id=world["desk"]))
    assert len(won) == len(lost) == 1
