"""Milliseconds of each main gesture in the demonstration, and in a network of twenty places.

The same gestures about the same place, asked in turns of two servers in one run: one has the
demonstration, the other the same grown (``network.py``). What counts is the server's own time, and
its queries, as its log tells them; neither the network nor the browser. A page that is no longer
than before may cost half as much again; nothing may keep somebody waiting for 300 ms.

``TIERSLIEUX_BENCH_SIZE=0.05`` (or ``--size``) grows to that share of the network.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gestures  # noqa: E402
import network  # noqa: E402
from harness import databases  # noqa: E402
from harness.settings import ARTIFACTS, setting  # noqa: E402
from served import Site  # noqa: E402

# The database of the bench is the demonstration's
ON_DEMO = True
REPEAT = 7
MOST_RATIO, MOST_MS = 1.5, 300


def get_size():
    return float(os.environ.get("TIERSLIEUX_BENCH_SIZE") or 1)


def run(env):
    """Return the measures, one dict each."""
    start = time.monotonic()
    counts = network.grow(env, get_size())
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    rows = [_row(f"Grown in {time.monotonic() - start:.0f} s to {told}", {})]
    wanted = gestures.get_gestures(env)
    env.cr.commit()
    with (
        databases.cloned(setting("TIERSLIEUX_TEMPLATE_DEMO"), "bench") as demo,
        Site(demo, ARTIFACTS / "bench-demo.log") as small,
        Site(env.cr.dbname, ARTIFACTS / "bench-grown.log") as large,
    ):
        logins = {gesture.login for gesture in wanted}
        sites = [{login: site.person(login) for login in logins} for site in (small, large)]
        gestures.make_somebody_to_find(sites[0])
        rows += [_compare(gesture, *sites) for gesture in wanted]
    return rows


def _compare(gesture, small, large):
    """The gesture in turns here and there; a list with as many rows as the demonstration has, then
    with a whole page."""
    rows = gestures.ask(small, gesture)[1]
    page = gestures.PAGE if rows is None else rows
    asked = {"demo": (small, page), "same": (large, page)}
    if rows is not None and rows < gestures.PAGE:
        asked["grown"] = (large, gestures.PAGE)
    costs = {name: [] for name in asked}
    for turn in range(REPEAT + 1):
        for name, (people, limit) in asked.items():
            cost, _rows = gestures.ask(people, gesture, limit)
            if turn:  # the first one pays for what the server keeps ready
                costs[name].append(cost)
    costs.setdefault("grown", costs["same"])
    return _judge(gesture, costs)


def _judge(gesture, costs):
    demo, same, grown = (
        median(cost.seconds for cost in costs[name]) * 1000 for name in ("demo", "same", "grown")
    )
    ratio = same / demo
    beyond = [f"{MOST_MS} ms"] if grown > MOST_MS else []
    if gesture.is_page and ratio > MOST_RATIO:
        beyond.append(f"x {MOST_RATIO}")
    return _row(
        gesture.what,
        {
            "demo_ms": round(demo, 1),
            "same_rows_ms": round(same, 1),
            "ratio": round(ratio, 2),
            "full_page_ms": round(grown, 1),
            "demo_queries": costs["demo"][-1].queries,
            "grown_queries": costs["grown"][-1].queries,
            "wanted": f"x {MOST_RATIO}, {MOST_MS} ms" if gesture.is_page else f"{MOST_MS} ms",
            "beyond": ", ".join(beyond) or None,
        },
    )


def _row(what, values):
    columns = ("demo_ms", "same_rows_ms", "ratio", "full_page_ms", "demo_queries", "grown_queries")
    return {"what": what, **{name: values.get(name) for name in (*columns, "wanted", "beyond")}}
