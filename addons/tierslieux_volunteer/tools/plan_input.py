"""From what ``tools.fit`` knows of a person and of a shift to what the planner is given.

Both rules are one: a pair that the planner makes fits by ``find_misfits`` too. Instants stay what
the clock on the wall shows, as there: a day is the day that people mean. What has no word of its
own among the planner's (certificates, papers over a night, a parent's consent, a no to one shift)
is a skill that a shift needs.
"""

from datetime import date, datetime, time, timedelta

from . import fit
from .planner.inputs import Days, Limits, Need, Person, Shift, Skill, Span

DAY = timedelta(days=1)
# Whose birth date is not known is of any age, as for ``tools.fit``.
UNKNOWN_BIRTH = date(1900, 1, 1)
# Minutes on the way for a kilometre as the crow flies: 40 km/h, and roads that wind.
MINUTES_PER_KM = 2
CONSENT = "consent"


def get_word(shift_id):
    """The « skill » of those who have not said no to a shift."""
    return f"word-{shift_id}"


def get_nights(duty):
    """How many days after its first one a shift ends."""
    return (duty.last_day - duty.day).days


def make_shift(duty, seats, nice=(), word=False):
    """A shift to fill.

    :param seats: (at least, wanted, at most)
    :param nice: [(skill id, level)] that would help
    :param word: whether somebody said no to it
    """
    nights = get_nights(duty)
    must = [Need(CONSENT)]
    must += [Need(f"skill-{skill}", level) for skill, level in sorted(duty.skills.items())]
    must += [Need(f"certificate-{each}+{nights}") for each in sorted(duty.certifications)]
    if duty.is_driving and nights:
        must += [Need(f"{paper}+{nights}") for paper in ("insurance", "licence")]
    if word:
        must.append(Need(get_word(duty.shift_id)))
    night_age = 0
    if fit.touches_night(duty.start, duty.stop, duty.night):
        night_age = fit.ADULT_AGE
    elif fit.touches_night(duty.start, duty.stop, duty.evening):
        night_age = fit.YOUNG_AGE
    return Shift(
        id=duty.shift_id,
        start=duty.start,
        stop=_get_stop(duty),
        day=duty.day,
        mission=str(duty.mission_id),
        place=str(duty.place_id),
        least=seats[0],
        wanted=seats[1],
        most=seats[2],
        must=tuple(must),
        nice=tuple(Need(f"skill-{skill}", level, people=1) for skill, level in nice),
        min_age=max(duty.min_age, night_age) or None,
        driving=duty.is_driving,
    )


def make_closed_shift(duty):
    """A shift that nobody is put on or taken off, and which counts for those who are on it."""
    return Shift(
        id=duty.shift_id,
        start=duty.start,
        stop=_get_stop(duty),
        day=duty.start.date(),
        closed=True,
    )


def _get_stop(duty):
    """An hour that comes twice may show an end before the beginning."""
    return max(duty.stop, duty.start + timedelta(minutes=1))


def make_person(person_id, known, duties, ways, wishes=None, words=(), history=0.0):
    """A volunteer, for these shifts.

    :param known: :class:`fit.Person`
    :param duties: the shifts to fill
    :param ways: {place id: km from home, or None}
    :param wishes: {mission id: Wish}
    :param words: ids of the shifts that others said no to, and she did not
    :param history: hours done in the last three months
    """
    limits = known.limits
    is_bound = bool(known.places or known.max_km)
    return Person(
        id=person_id,
        skills=tuple(_get_skills(known, duties, words)),
        available=_get_available(known, duties),
        busy=tuple(_get_busy(known, duties)),
        birth=known.birthdate or UNKNOWN_BIRTH,
        drives=tuple(_get_drives(known.papers)),
        wishes={str(mission): wish for mission, wish in sorted((wishes or {}).items())},
        # Whether the place is hers and near enough: there is no more to a way than that.
        travel={
            str(place): int(_is_too_far(known, place, km)) for place, km in sorted(ways.items())
        }
        if is_bound
        else {},
        most_travel=0 if is_bound else None,
        hours_wanted=limits.hours_month or None,
        history_hours=round(history, 2),
        limits=Limits(
            per_day=limits.per_day or None,
            per_week=limits.per_week or None,
            minutes_per_month=int(limits.hours_month * 60) or None,
            days_in_row=limits.days_in_row or None,
            weekends_per_month=limits.weekends_month or None,
            rest=-int(-limits.rest_hours * 60 // 1),
            rest_same_day=0,
        ),
    )


def _is_too_far(known, place, km):
    if known.places and place not in known.places:
        return True
    return bool(known.max_km and km is not None and km > known.max_km)


def _get_busy(known, duties):
    for away in known.aways:
        if away.kind != "extra":
            yield Span(away.start, away.stop)
    if known.gone_from:
        end = max([duty.last_day for duty in duties], default=known.gone_from) + 2 * DAY
        if end > known.gone_from:
            yield Span(_midnight(known.gone_from), _midnight(end))


def _midnight(day):
    return datetime.combine(day, time.min)


def _get_available(known, duties):
    if not known.week and not known.is_irregular:
        return None
    spans = [Span(away.start, away.stop) for away in known.aways if away.kind == "extra"]
    for day in sorted({duty.day + step * DAY for duty in duties for step in (-1, 0, 1, 2)}):
        for begin, end in known.week.get(day.weekday(), ()):
            midnight = _midnight(day)
            spans.append(
                Span(midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end))
            )
    return tuple(spans)


# -- skills, and what is one for the planner ----------------------------------------------------


def _get_skills(known, duties, words):
    for skill, level in sorted(known.skills.items()):
        yield Skill(f"skill-{skill}", level)
    nights = sorted({get_nights(duty) for duty in duties})
    held = {f"certificate-{each}": periods for each, periods in known.certifications.items()}
    held |= {paper: known.papers.get(paper, ()) for paper in ("licence", "insurance")}
    for name, periods in sorted(held.items()):
        for first, last in join_periods(periods):
            for count in nights:
                end = last and last - count * DAY
                if first is None or end is None or first <= end:
                    yield Skill(f"{name}+{count}", 1, first, end)
    yield from _get_consents(known)
    for shift_id in sorted(words):
        yield Skill(get_word(shift_id))


def _get_consents(known):
    if known.birthdate is None:
        yield Skill(CONSENT)
        return
    yield Skill(CONSENT, 1, get_birthday(known.birthdate, fit.ADULT_AGE))
    if known.consent:
        yield Skill(CONSENT, 1, known.consent.first, known.consent.last)


def get_birthday(birthdate, age):
    """The first day of an age.

    >>> get_birthday(date(2008, 2, 29), 18)
    datetime.date(2026, 3, 1)
    """
    try:
        return birthdate.replace(year=birthdate.year + age)
    except ValueError:
        return date(birthdate.year + age, 3, 1)


def _get_drives(papers):
    """Days on which licence and insurance hold."""
    for first, last in join_periods(papers.get("licence", ())):
        for begin, end in join_periods(papers.get("insurance", ())):
            start = max(filter(None, (first, begin)), default=None)
            stop = min(filter(None, (last, end)), default=None)
            if start is None or stop is None or start <= stop:
                yield Days(start, stop)


def join_periods(periods):
    """Sorted and disjoint (first, last) days of periods, None being open; what touches is one.

    >>> one, other = fit.Period(None, date(2027, 1, 3)), fit.Period(date(2027, 1, 4), None)
    >>> join_periods([other, one])
    [(None, None)]
    """
    joined = []
    for each in sorted(periods, key=lambda p: (p.first or date.min, p.last or date.max)):
        first, last = each.first, each.last
        if joined:
            before = joined[-1][1]
            if before is None or first is None or first <= before + DAY:
                end = None if before is None or last is None else max(before, last)
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((first, last))
    return joined


def get_travel(points):
    """Minutes between places; none where a way is not known.

    :param points: {place id: {place id: km as the crow flies, or None}}
    """
    return {
        str(one): {str(other): round((km or 0) * MINUTES_PER_KM) for other, km in there.items()}
        for one, there in points.items()
    }
