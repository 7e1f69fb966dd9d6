"""Several people plan the same shifts at the same instant, on connections of their own."""

from datetime import date

import pytest
from harness.clients import at_once, environment, logged_errors

CLIENTS = 6


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
