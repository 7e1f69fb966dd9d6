"""Several people plan the same shifts at the same instant, on connections of their own."""

from datetime import date, datetime
from itertools import count
from unittest.mock import patch

import psycopg2
import pytest
from harness.clients import at_once, environment, logged_errors

CLIENTS = 6
_number = count(1)


@pytest.fixture(scope="module")
def world(registry):
    """Ids, committed: a place, and a plan of it for each month of half a year."""
    with environment(registry) as env:
        place = env["tierslieux.place"].create({"name": "Plannings", "code": "PLANC"})
        plans = env["tierslieux.shift.plan"].create(
            [
                {
                    "place_ids": place.ids,
                    "date_from": date(2030, 3, number),
                    "date_to": date(2030, 3, 31),
                }
                for number in range(1, CLIENTS + 1)
            ]
        )
        env.cr.commit()
        return plans.ids


def _restart(registry, world):
    with environment(registry) as env:
        plans = env["tierslieux.shift.plan"].browse(world)
        plans.write({"state": "draft"})
        cron = env.ref("tierslieux_volunteer.cron_plan")
        env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        env.cr.commit()


def _read(registry, world):
    """(states of the plans, how often the job was called)"""
    with environment(registry) as env:
        cron = env.ref("tierslieux_volunteer.cron_plan")
        plans = env["tierslieux.shift.plan"].browse(world)
        triggers = env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        return plans.mapped("state"), triggers


@pytest.fixture(autouse=True)
def quiet(registry, world):
    _restart(registry, world)
    with logged_errors() as errors:
        yield
    assert not errors, errors
    _restart(registry, world)


def _propose(plan_id):
    return lambda env: env["tierslieux.shift.plan"].browse(plan_id).action_propose()


def test_a_button_tapped_by_six_at_once_starts_one_run(registry, world):
    results = at_once(registry, *[_propose(world[0])] * CLIENTS)
    assert results == [True] * CLIENTS
    states, calls = _read(registry, world)
    assert (states[0], calls) == ("todo", 1)


def test_of_six_plans_of_the_same_shifts_one_is_worked_out(registry, world):
    """The others read who plans them."""
    from odoo.exceptions import UserError

    results = at_once(registry, *map(_propose, world))
    refused = [result for result in results if isinstance(result, UserError)]
    assert results.count(True) == 1, results
    assert len(refused) == CLIENTS - 1
    assert all("OdooBot" in str(error) for error in refused)
    states, calls = _read(registry, world)
    assert sorted(states) == ["draft"] * (CLIENTS - 1) + ["todo"]
    assert calls == 1


def _propose_by_hand(env, shift, volunteer):
    """A proposal that puts somebody on a shift, as the job would have written it."""
    plan = env["tierslieux.shift.plan"].create(
        {"place_ids": shift.place_id.ids, "date_from": shift.day, "date_to": shift.day}
    )
    env["tierslieux.shift.plan.line"].create(
        {
            "plan_id": plan.id,
            "shift_id": shift.id,
            "volunteer_id": volunteer.id,
            "kind": "new",
        }
    )
    plan.state = "proposed"
    return plan


@pytest.fixture
def seat(registry):
    """(a shift of one seat, volunteers): a place of its own for each test, committed."""
    with environment(registry) as env:
        number = next(_number)
        place = env["tierslieux.place"].create({"name": f"Seats {number}", "code": f"SEAT{number}"})
        mission = env["tierslieux.mission"].create(
            {"name": "Desk", "place_id": place.id, "seats_max": 1}
        )
        shift = env["tierslieux.shift"].create(
            {
                "mission_id": mission.id,
                "start": datetime(2031, 3, 4, 9),
                "stop": datetime(2031, 3, 4, 12),
            }
        )
        shift.action_open()
        partners = env["res.partner"].create(
            [
                {"name": f"{name} {number}", "email": f"{name}{number}@example.com"}
                for name in ("ana", "bob")
            ]
        )
        volunteers = env["tierslieux.volunteer"].create(
            [{"partner_id": each.id, "place_ids": place.ids} for each in partners]
        )
        env.cr.commit()
        return shift.id, volunteers.ids


def _publish(plan_id):
    return lambda env: env["tierslieux.shift.plan"].browse(plan_id).action_publish()


def _tell(env, shift_id):
    """(how many are asked, how many messages wait about it)"""
    rows = env["tierslieux.shift.assignment"].search([("shift_id", "=", shift_id)])
    lines = env["tierslieux.message.line"].search([("assignment_id", "in", rows.ids)])
    return len(rows.filtered(lambda row: row.state == "proposed")), len(lines)


def test_a_plan_published_by_six_at_once_tells_people_once(registry, seat):
    shift_id, volunteer_ids = seat
    with environment(registry) as env:
        shift = env["tierslieux.shift"].browse(shift_id)
        ana = env["tierslieux.volunteer"].browse(volunteer_ids[0])
        plan_id = _propose_by_hand(env, shift, ana).id
        env.cr.commit()
    assert at_once(registry, *[_publish(plan_id)] * CLIENTS) == [True] * CLIENTS
    with environment(registry) as env:
        assert _tell(env, shift_id) == (1, 1)
        assert env["tierslieux.shift.plan"].browse(plan_id).line_ids.outcome == "published"


def test_of_two_plans_of_the_last_seat_published_at_once_one_asks(registry, seat):
    """The other leaves the person out: the shift is full in the meantime."""
    shift_id, volunteer_ids = seat
    with environment(registry) as env:
        shift = env["tierslieux.shift"].browse(shift_id)
        plan_ids = [
            _propose_by_hand(env, shift, each).id
            for each in env["tierslieux.volunteer"].browse(volunteer_ids)
        ]
        env.cr.commit()
    assert at_once(registry, *map(_publish, plan_ids)) == [True, True]
    with environment(registry) as env:
        assert _tell(env, shift_id) == (1, 1)
        plans = env["tierslieux.shift.plan"].browse(plan_ids)
        assert sorted(plans.line_ids.mapped("outcome")) == ["left_out", "published"]
        assert set(plans.mapped("state")) == {"published"}


def test_a_job_killed_while_it_searches_begins_again(registry, seat):
    """Its connection ends under it, as when the system kills it: the plan says that it is being
    worked out, and the next run of the job does it from the start."""
    shift_id, _volunteer_ids = seat
    with environment(registry) as env:
        shift = env["tierslieux.shift"].browse(shift_id)
        plan = env["tierslieux.shift.plan"].create(
            {"place_ids": shift.place_id.ids, "date_from": shift.day, "date_to": shift.day}
        )
        plan.action_propose()
        plan_id = plan.id
        env.cr.commit()

    def die(plan, _problem):
        pid = plan.env.cr._cnx.info.backend_pid
        with environment(registry) as other:
            other.cr.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        raise ZeroDivisionError

    with pytest.raises(psycopg2.Error), environment(registry) as env:
        Plan = env["tierslieux.shift.plan"]
        with patch.object(type(Plan), "_solve", die):
            Plan._cron_plan()
    with environment(registry) as env:
        plan = env["tierslieux.shift.plan"].browse(plan_id)
        assert (plan.state, plan.attempts) == ("running", 1)
        plan._cron_plan()
        env.cr.commit()
    with environment(registry) as env:
        plan = env["tierslieux.shift.plan"].browse(plan_id)
        assert (plan.state, plan.attempts) == ("proposed", 2)
        assert len(plan.line_ids) == 1
