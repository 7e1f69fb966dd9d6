"""What the planner of volunteers reaches, beside its own bound and beside public rosters.

The month is made up from a seed (``volunteers_month.py``); plans are counted again by the checker,
which shares no code with what makes them. The public rosters are files of the « Employee Shift
Scheduling Benchmark Data Sets »: TIERSLIEUX_ROSTERS is the folder that has them (``instance1.txt``
and so on); without it they are left out, and the table says so. What its records cost (publishing,
looking at a week and a month) is in ``volunteers_records.py``.
"""

import os
import re
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import volunteers_records
from volunteers_month import MONDAY, at, make_month
from volunteers_roster import BadRoster, Roster

from odoo.addons.tierslieux_volunteer.tools.planner.absence import publish, with_absence
from odoo.addons.tierslieux_volunteer.tools.planner.checking import check_plan
from odoo.addons.tierslieux_volunteer.tools.planner.explaining import explain
from odoo.addons.tierslieux_volunteer.tools.planner.inputs import Options
from odoo.addons.tierslieux_volunteer.tools.planner.replacing import rank_replacements
from odoo.addons.tierslieux_volunteer.tools.planner.solving import make_plan

SEED = 1
SECONDS, ILL_SECONDS, ROSTER_SECONDS, RANK_SECONDS = 60, 10, 60, 1
# Effort of the plan of a month; of a repair
MONTH = Options(effort=100, seconds=SECONDS, gap=0.004)
REPAIR = Options(effort=3, seconds=ILL_SECONDS, gap=0.004, repair=True)
MOST_GAP, MOST_CHANGES = 0.02, 1.5
COLUMNS = ("seconds", "value", "bound", "gap_percent", "broken", "stopped_by", "wanted", "beyond")
# Best published totals of the public rosters that we know of
PUBLISHED = {"instance1": 607, "instance4": 1716}


def run(env):
    """Return the measures, one dict each."""
    rows = [_row(what, **values) for what, values in volunteers_records.run(env)]
    problem = make_month(seed=SEED)
    plan = make_plan(problem, MONTH)
    rows += [_judge_month(problem, plan), *_explain(problem, plan)]
    rows += _fall_ill(problem, plan)
    rows.append(_rank(plan))
    return rows + list(_solve_rosters())


def _row(what, **values):
    return {"what": what, **{name: values.get(name) for name in COLUMNS}}


def _judge_month(problem, plan):
    """Both stages at once: nobody lacks who need not, and the points near to their bound."""
    gap = max(stage.gap for stage in plan.stages)
    broken = check_plan(problem, plan.assignments)
    beyond = [f"{MOST_GAP:.0%}"] if gap > MOST_GAP else []
    beyond += ["broken"] if broken else []
    return _row(
        f"Month of {len(problem.shifts)} shifts, {len(problem.people)} people",
        seconds=plan.seconds,
        value=plan.stages[-1].value,
        bound=plan.stages[-1].bound,
        gap_percent=100 * gap,
        broken=len(broken),
        stopped_by=plan.stopped_by.value,
        wanted=f"{MOST_GAP:.0%} in {SECONDS} s",
        beyond=", ".join(beyond) or None,
    )


def _explain(problem, plan):
    start = time.monotonic()
    shorts = explain(problem, plan)
    said = sum(bool(short.reasons) for short in shorts)
    helped = sum(bool(short.remedies) for short in shorts)
    yield _row(
        f"{len(shorts)} short shifts: {said} say why, {helped} what would fill them",
        seconds=time.monotonic() - start,
        beyond=None if said == len(shorts) else "why",
    )


def _fall_ill(problem, plan):
    """The one who has most shifts in the second week, ill for that week."""
    start = at(MONDAY + timedelta(days=7), 0)
    stop = start + timedelta(days=7)
    week = {shift.id for shift in problem.shifts if start <= shift.start < stop}
    held = Counter(each.person for each in plan.assignments if each.shift in week)
    person = min(held, key=lambda each: (-held[each], each))
    ill = with_absence(publish(problem, plan), person, start, stop)
    repaired = make_plan(ill, REPAIR)
    # The solver proves how many changes there are at least for as few to lack as can be
    changes = next(stage for stage in repaired.stages if stage.name == "changes")
    ratio = (len(repaired.removed) + len(repaired.added)) / max(1, changes.bound)
    broken = check_plan(ill, repaired.assignments)
    beyond = [f"x {MOST_CHANGES}"] if ratio > MOST_CHANGES else []
    beyond += [f"{ILL_SECONDS} s"] if repaired.seconds > ILL_SECONDS else []
    beyond += ["broken"] if broken else []
    yield _row(
        f"Ill for a week, {held[person]} shifts left: {len(repaired.removed)} taken off, "
        f"{len(repaired.added)} put on",
        seconds=repaired.seconds,
        value=changes.value,
        bound=changes.bound,
        gap_percent=100 * changes.gap,
        broken=len(broken),
        stopped_by=repaired.stopped_by.value,
        wanted=f"x {MOST_CHANGES} in {ILL_SECONDS} s",
        beyond=", ".join(beyond) or None,
    )


def _rank(plan):
    problem = make_month(people=1000, seed=SEED)
    shift = problem.shifts[100]
    start = time.monotonic()
    found = rank_replacements(problem, plan.assignments, shift.id)
    seconds = time.monotonic() - start
    return _row(
        f"{len(found)} people ranked for a shift, {sum(each.fits for each in found)} fit",
        seconds=seconds,
        wanted=f"{RANK_SECONDS} s",
        beyond=f"{RANK_SECONDS} s" if seconds > RANK_SECONDS else None,
    )


def _solve_rosters():
    folder = os.environ.get("TIERSLIEUX_ROSTERS")
    files = sorted(Path(folder).glob("*.txt"), key=_natural) if folder else []
    if not files:
        yield _row("Public rosters: no files (TIERSLIEUX_ROSTERS)")
    for file in files:
        try:
            problem = Roster.read(file.read_text(errors="replace")).get_problem()
        except BadRoster as error:
            yield _row(f"Roster {file.stem}", beyond=str(error))
            continue
        plan = make_plan(problem, Options(effort=1000, seconds=ROSTER_SECONDS))
        yield _judge_roster(file.stem, problem, plan)


def _judge_roster(name, problem, plan):
    if not plan.found:
        return _row(f"Roster {name}", seconds=plan.seconds, beyond="no plan")
    published = PUBLISHED.get(name.lower())
    stage, broken = plan.stages[-1], check_plan(problem, plan.assignments)
    beyond = []
    if published and stage.value > (1 + MOST_GAP) * published:
        beyond.append(f"{published} + {MOST_GAP:.0%}")
    beyond += ["broken"] if broken else []
    return _row(
        f"Roster {name}" + (f", best published {published}" if published else ""),
        seconds=plan.seconds,
        value=stage.value,
        bound=stage.bound,
        gap_percent=100 * stage.gap,
        broken=len(broken),
        stopped_by=plan.stopped_by.value,
        wanted=f"{published} + {MOST_GAP:.0%} in {ROSTER_SECONDS} s" if published else None,
        beyond=", ".join(beyond) or None,
    )


def _natural(path):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.stem)]
