"""The benches of a network keep running: grown by a handful, every gesture is answered, and people
at the desk and at home book and cancel. How long it takes is for ``./tierslieux bench`` to say."""

import sys

import pytest
from harness import databases
from harness.settings import ARTIFACTS, ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))

import bench_load  # noqa: E402
import gestures  # noqa: E402
import network  # noqa: E402
from served import Site  # noqa: E402

# Two places more, and the least of the rest that there can be
SHARE = 0.004


@pytest.fixture(scope="module")
def grown(template_demo):
    """(site of the grown demonstration, its gestures, logins and rooms of the load)"""
    from harness.clients import environment

    from odoo.modules.registry import Registry
    from odoo.tools import config

    with databases.cloned(template_demo, "network") as name:
        # pytest-odoo says that tests run: loading a registry would then start Odoo's own.
        config["test_enable"], running = False, config["test_enable"]
        try:
            registry = Registry(name)
        finally:
            config["test_enable"] = running
        with environment(registry) as env:
            before = network.count(env)
            after = network.grow(env, SHARE)
            wanted = gestures.get_gestures(env)
            logins = bench_load.make_accounts(env, 2)
            rooms = bench_load.get_rooms(env)
        Registry.delete(name)
        with Site(name, ARTIFACTS / "network.log") as site:
            yield {
                "site": site, "before": before, "after": after, "gestures": wanted,
                "logins": logins, "rooms": rooms,
            }  # fmt: skip


def test_everything_grows(grown):
    small = [name for name, number in grown["after"].items() if number < grown["before"][name] + 2]
    assert not small


def test_a_share_of_the_network_is_a_share_of_each_part():
    assert network.Size.of(0.5) == network.Size(10, 150, 2_500, 30_000, 300, 10_000)


def test_nothing_is_held_twice(grown):
    assert bench_load.count_doubles(grown["site"].database, "1970-01-01")[:2] == [0, 0]


def test_every_gesture_is_answered_and_its_cost_read(grown):
    logins = {gesture.login for gesture in grown["gestures"]}
    people = {login: grown["site"].person(login) for login in logins}
    costs = {gesture.what: gestures.ask(people, gesture)[0] for gesture in grown["gestures"]}
    assert len(costs) == len(grown["gestures"]), "two gestures have one name"
    assert not [what for what, cost in costs.items() if not cost.queries or not cost.seconds]


def test_people_at_the_desk_and_at_home_book_and_cancel(grown, monkeypatch):
    monkeypatch.setattr(network, "FIRST_NAMES", network.FIRST_NAMES[:1])  # of who is there
    tally = bench_load.Tally()
    visitors = bench_load.get_visitors(grown["site"], tally, grown["rooms"], 2, grown["logins"])
    for visitor in visitors:
        for _round in range(10):  # a day may be a holiday, an hour may be taken
            before = len(tally.seconds[bench_load.BOOK])
            for step in visitor.get_steps():
                step()
            if len(tally.seconds[bench_load.BOOK]) > before:
                break
    assert not tally.errors
    assert {"accueil", "chercher quelqu'un", "tableau du jour", "liste"} <= set(tally.seconds)
    assert {"chercher", "lire le prix", "mes réservations"} <= set(tally.seconds)
    assert len(tally.seconds[bench_load.BOOK]) == len(visitors)
