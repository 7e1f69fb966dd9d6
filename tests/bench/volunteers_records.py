"""What the records of a month of volunteers cost: publishing its plan, and looking at it."""

import time
from datetime import date, datetime, timedelta

from association import new_association

from odoo.models import MAGIC_COLUMNS

# Far enough ahead that nothing is past, whatever the day; a Monday
FIRST = date.today() + timedelta(days=60 - date.today().weekday())
SHIFTS, PEOPLE = 500, 120
MOST_TIMES = 3
# Missions of the views that are compared, and days of their month
FEW, MANY, DAYS = 5, 30, 31
MOST_SECONDS = 1
# What the calendar of a month reads of its shifts
CALENDAR = ("mission_id", "place_id", "people", "taken_count", "missing_count", "coverage", "state")


def run(env):
    """[(what, values)] of the measures; what they made is not kept."""
    env = new_association(env)
    place = env["tierslieux.place"].create({"name": "Banc d'essai", "code": "BANC"})
    rows = [_publish(env, place), *_look(env, place)]
    env.cr.rollback()
    return rows


def _make_people(env, number):
    partners = env["res.partner"].create(
        [{"name": f"Bénévole {rank}", "email": f"b{rank}@example.com"} for rank in range(number)]
    )
    return env["tierslieux.volunteer"].create(
        [
            {"partner_id": partner.id, "max_per_day": 0, "stage": "regular", "rest_hours": 0}
            for partner in partners
        ]
    )


def _make_missions(env, place, number):
    return env["tierslieux.mission"].create(
        [
            {
                "name": f"Mission {rank}",
                "place_id": place.id,
                "seats_min": 1,
                "seats_wanted": 2,
                "seats_max": 3,
            }
            for rank in range(number)
        ]
    )


def _make_shifts(env, missions, days):
    shifts = env["tierslieux.shift"].create(
        [
            {"mission_id": mission.id, "start": start, "stop": start + timedelta(hours=2)}
            for day in range(days)
            for rank, mission in enumerate(missions)
            for start in [
                datetime.combine(FIRST, datetime.min.time())
                + timedelta(days=day, hours=7 + 2 * (rank % 6))
            ]
        ]
    )
    shifts.action_open()
    return shifts


def _clear(env):
    env.flush_all()
    env.invalidate_all()


# -- publishing ----------------------------------------------------------------------------------


def _publish(env, place):
    """A plan that asks one person for each shift, beside creating the same rows and messages."""
    volunteers = _make_people(env, PEOPLE)
    shifts = _make_shifts(env, _make_missions(env, place, 20), -(-SHIFTS // 20))[:SHIFTS]
    plan = env["tierslieux.shift.plan"].create(
        {
            "place_ids": place.ids,
            "date_from": FIRST,
            "date_to": FIRST + timedelta(days=DAYS),
        }
    )
    env["tierslieux.shift.plan.line"].create(
        [
            {
                "plan_id": plan.id,
                "shift_id": shift.id,
                # On days apart for each, as a plan would have it
                "volunteer_id": volunteers[rank * 7 % PEOPLE].id,
                "kind": "new",
            }
            for rank, shift in enumerate(shifts.sorted("start"))
        ]
    )
    plan._write_facts({"state": "proposed"})
    _clear(env)
    began = time.monotonic()
    plan.action_publish()
    env.flush_all()
    publishing = time.monotonic() - began
    assert plan.state == "published"
    asked = plan.line_ids.assignment_id
    messages = env["tierslieux.message.line"].search([("assignment_id", "in", asked.ids)])
    messages = messages.message_id
    creating = _create_again(env, asked, messages)
    times = publishing / creating
    return (
        f"Publish {len(asked)} shifts, {len(messages)} messages queued: × {times:.1f} a bare"
        f" create of the same ({creating:.2f} s)",
        {
            "seconds": publishing,
            "wanted": f"× {MOST_TIMES}",
            "beyond": f"× {times:.1f}" if times > MOST_TIMES else None,
        },
    )


def _create_again(env, asked, messages):
    """Seconds that a bare create of the same rows and messages takes."""
    rows = [
        {
            "shift_id": row.shift_id.id,
            "volunteer_id": row.volunteer_id.id,
            "state": row.state,
            "asked_at": row.asked_at,
        }
        for row in asked
    ]
    place_of = {(row["shift_id"], row["volunteer_id"]): rank for rank, row in enumerate(rows)}
    own = [name for name, field in messages._fields.items() if _is_own(field)]
    sent = messages.read(own, load="")
    lines = [
        [
            place_of[line.assignment_id.shift_id.id, line.assignment_id.volunteer_id.id]
            for line in message.line_ids
        ]
        for message in messages
    ]
    messages.unlink()
    asked.unlink()
    _clear(env)
    began = time.monotonic()
    made = env["tierslieux.shift.assignment"].create(rows)
    env["tierslieux.message"].create(
        [
            {
                **{name: value for name, value in values.items() if name != "id"},
                "line_ids": [
                    (0, 0, {"assignment_id": made[rank].id, "shift_start": made[rank].start})
                    for rank in theirs
                ],
            }
            for values, theirs in zip(sent, lines, strict=True)
        ]
    )
    env.flush_all()
    return time.monotonic() - began


def _is_own(field):
    return (
        field.store
        and not field.related
        and field.name not in MAGIC_COLUMNS
        and "2many" not in field.type
    )


# -- looking -------------------------------------------------------------------------------------


def _look(env, place):
    """The board of a week and the calendar of a month, with few missions and with many."""
    volunteers = _make_people(env, PEOPLE)
    found = {}
    for number in (FEW, MANY):
        there = place.create({"name": f"Lieu {number}", "code": f"L{number}"})
        shifts = _make_shifts(env, _make_missions(env, there, number), DAYS)
        env["tierslieux.shift.assignment"].create(
            [
                {"shift_id": shift.id, "volunteer_id": volunteers[rank % PEOPLE].id}
                for rank, shift in enumerate(shifts)
            ]
        )
        for what, look in (("week", _look_at_week), ("month", _look_at_month)):
            _clear(env)
            before, began = env.cr.sql_log_count, time.monotonic()
            rows = look(env, there)
            found[what, number] = (
                rows,
                env.cr.sql_log_count - before,
                time.monotonic() - began,
            )
    for what, name in (("week", "Board of a week"), ("month", "Calendar of a month")):
        few_rows, few, _seconds = found[what, FEW]
        rows, many, seconds = found[what, MANY]
        beyond = [f"{many - few} queries"] if many > few else []
        beyond += [f"{MOST_SECONDS} s"] if seconds > MOST_SECONDS else []
        yield (
            f"{name}: {many} queries for {MANY} missions ({rows} shifts), {few} for {FEW}"
            f" ({few_rows})",
            {
                "seconds": seconds,
                "wanted": f"as many in {MOST_SECONDS} s",
                "beyond": ", ".join(beyond) or None,
            },
        )


def _look_at_week(env, place):
    board = env["tierslieux.shift"].get_board(FIRST.isoformat(), place.id)
    return sum(len(day["shifts"]) for day in board["days"])


def _look_at_month(env, place):
    start = datetime.combine(FIRST, datetime.min.time())
    found = env["tierslieux.shift"].web_search_read(
        [
            ("place_id", "=", place.id),
            ("start", "<", start + timedelta(days=DAYS)),
            ("stop", ">", start),
        ],
        {
            "display_name": {},
            "start": {},
            "stop": {},
            **{name: {"fields": {"display_name": {}}} for name in CALENDAR[:2]},
            **dict.fromkeys(CALENDAR[2:], {}),
        },
    )
    return len(found["records"])
