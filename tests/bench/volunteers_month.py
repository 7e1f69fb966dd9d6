"""A month of an association's volunteers: three places, ten missions, made up from a seed.

Half of the people work in the day and come in the evening or on Saturday; some are seventeen; one
in three drives; a few are newcomers. About as many hours are wanted by them as needed of them.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.addons.tierslieux_volunteer.tools.planner.inputs import (
    Crew,
    Days,
    Limits,
    Need,
    Pair,
    Person,
    Problem,
    Shift,
    Skill,
    Span,
    Wish,
)

PARIS = ZoneInfo("Europe/Paris")
# Four weeks in which the clock changes (28 March 2027)
MONDAY, WEEKS = date(2027, 3, 8), 4
PLACES = ("Halte", "Ferme", "Gare")
TRAVEL = {"Halte": {"Ferme": 25, "Gare": 10}, "Ferme": {"Gare": 30}}
VILLAGES = {"Bourg": (5, 25, 10), "Lande": (20, 15, 30), "Val": (35, 50, 25), "Moulin": (15, 8, 35)}
PARTS = {"morning": (8, 13), "afternoon": (13, 18), "evening": (18, 23)}

# mission, place, hours it may begin at, hours it lasts, days of the week, least, wanted, most,
# skills each must have, skill that one should have, least age, driving
MISSIONS = (
    ("welcome", "Halte", (9, 14), 3, "012345", 1, 1, 2, (), "english", 16, False),
    ("welcome", "Gare", (9, 15), 3, "01234", 1, 1, 2, (), None, 16, False),
    ("repair", "Halte", (14, 18), 3, "125", 1, 2, 4, ("tools",), "sewing", 16, False),
    ("computers", "Gare", (10, 14, 17), 2, "0123", 1, 2, 3, ("computers",), None, 16, False),
    ("garden", "Ferme", (9, 14), 3, "2356", 1, 3, 5, (), "garden", None, False),
    ("visits", "Halte", (10, 15), 2, "01234", 1, 2, 3, ("listening",), None, 18, False),
    ("rides", "Halte", (8, 13), 4, "0134", 1, 1, 2, (), None, 21, True),
    ("grocery", "Ferme", (16,), 3, "1245", 1, 2, 3, ("till",), None, 16, False),
    ("cafe", "Halte", (18, 20), 3, "2345", 2, 2, 4, (), None, 18, False),
    ("homework", "Gare", (17,), 2, "0134", 1, 2, 3, ("teaching",), None, 18, False),
)
SKILLS = ("tools", "computers", "garden", "listening", "till", "teaching", "english", "sewing")


def make_month(shifts=500, people=120, seed=1):
    """The problem; the same for the same seed.

    :param shifts: so many, spread over the four weeks
    """
    dice = random.Random(seed)
    persons = tuple(_make_person(dice, rank) for rank in range(people))
    made = _make_shifts(dice, shifts)
    newcomers = [person.id for person in persons[:: max(2, people // 8)]]
    veterans = [person.id for person in persons[1 :: max(2, people // 16)]]
    return Problem(
        people=persons,
        shifts=made,
        travel=_make_travel(),
        crews=tuple(
            Crew((persons[rank].id, persons[rank + 1].id), missions=("garden",))
            for rank in range(0, min(8, people - 1), 2)
        ),
        pairs=tuple(Pair(newcomer, tuple(veterans)) for newcomer in newcomers),
        limits=Limits(
            per_day=2,
            per_week=3,
            per_month=10,
            days_in_row=4,
            weekends_per_month=2,
            rest=11 * 60,
            rest_same_day=15,
        ),
    )


def _make_travel():
    travel = {place: dict(there) for place, there in TRAVEL.items()}
    for village, minutes in VILLAGES.items():
        travel[village] = dict(zip(PLACES, minutes, strict=True))
    return travel


def _make_person(dice, rank):
    young = dice.random() < 0.06
    birth = date(2027, 3, 20) - timedelta(days=17 * 365 + dice.randrange(400) if young else 0)
    if not young:
        birth = date(dice.randint(1945, 2006), dice.randint(1, 12), dice.randint(1, 28))
    skills = dice.sample(SKILLS, dice.choice((1, 2, 2, 3, 4)))
    missions = sorted({mission[0] for mission in MISSIONS})
    wishes = dict.fromkeys(dice.sample(missions, dice.randint(1, 3)), Wish.LIKES)
    for mission in dice.sample(missions, dice.randint(0, 2)):
        wishes.setdefault(mission, dice.choice((Wish.REFUSES, Wish.RATHER_NOT)))
    drives = not young and dice.random() < 0.4
    return Person(
        id=f"P{rank:03}",
        skills=tuple(
            Skill(name, dice.randint(1, 3), last=_date_or_none(dice, 0.05)) for name in skills
        ),
        available=_make_availability(dice, young or birth.year > 1964),
        busy=_make_absences(dice),
        birth=birth,
        drives=(Days(None, _date_or_none(dice, 0.1)),) if drives else (),
        wishes=wishes,
        home=dice.choice(sorted(VILLAGES)),
        most_travel=dice.choice((None, None, 30, 40)),
        hours_wanted=dice.choice((6, 8, 10, 12, 16, 16, 20, 24, 30)),
        history_hours=dice.choice((0, 0, 6, 12, 20, 30, 45)),
    )


def _date_or_none(dice, chance):
    return MONDAY + timedelta(days=dice.randrange(28)) if dice.random() < chance else None


def _make_availability(dice, works):
    """A typical week, held over the weeks."""
    week = set()
    for day in range(7):
        for part in PARTS:
            free = part == "evening" or day >= 5
            chance = (0.5 if free else 0.12) if works else (0.35 if free else 0.6)
            if dice.random() < chance:
                week.add((day, part))
    spans = []
    for rank in range(WEEKS * 7):
        day = MONDAY + timedelta(days=rank)
        for part, (start, stop) in PARTS.items():
            if (day.weekday(), part) in week:
                spans.append(Span(at(day, start), at(day, stop)))
    return tuple(spans)


def _make_absences(dice):
    if dice.random() > 0.2:
        return ()
    first = MONDAY + timedelta(days=dice.randrange(WEEKS * 7))
    return (Span(at(first, 0), at(first + timedelta(days=dice.randint(2, 9)), 0)),)


def _make_shifts(dice, number):
    every = [
        (day, hour, mission)
        for rank in range(WEEKS * 7)
        for day in [MONDAY + timedelta(days=rank)]
        for mission in MISSIONS
        if str(day.weekday()) in mission[4]
        for hour in mission[2]
    ]
    # Twice at once where there are more shifts than hours of missions
    chosen = [*every * (number // len(every)), *dice.sample(every, number % len(every))]
    chosen.sort(key=lambda each: (each[0], each[1], each[2][0], each[2][1]))
    return tuple(_make_shift(rank, *each) for rank, each in enumerate(chosen))


def _make_shift(rank, day, hour, mission):
    name, place, _hours, lasts, _days, least, wanted, most, must, nice, age, driving = mission
    return Shift(
        id=f"S{rank:04}",
        start=at(day, hour),
        stop=at(day, hour + lasts),
        day=day,
        mission=name,
        place=place,
        least=least,
        wanted=wanted,
        most=most,
        must=tuple(Need(skill) for skill in must),
        nice=(Need(nice, people=1),) if nice else (),
        min_age=age,
        driving=driving,
    )


def at(day, hour):
    """An instant of the clock of the association, in UTC."""
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)
