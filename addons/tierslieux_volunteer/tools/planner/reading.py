"""Read a problem strictly, tell two apart, refuse one that cannot be meant.

An option that nobody knows is refused, not ignored: a rule that was misspelt would otherwise be
broken without a word.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections import Counter
from datetime import date, datetime, timedelta
from enum import Enum

from .inputs import BadInput, Need, Problem, Shift


def from_dict(values, kind=Problem):
    """A problem, or any part of it, from plain values as JSON has them.

    >>> from .inputs import Need
    >>> from_dict({"skill": "till", "people": 1}, Need)
    Need(skill='till', level=1, people=1)
    >>> from_dict({"skil": "till"}, Need)
    Traceback (most recent call last):
    ...
    odoo.addons.tierslieux_volunteer.tools.planner.inputs.BadInput: need: unknown key 'skil'

    :raise BadInput: with the way to what is wrong
    """
    return _read(values, kind, kind.__name__.lower())


def _read(value, kind, where):
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _read_union(value, typing.get_args(kind), where)
    if dataclasses.is_dataclass(kind):
        return _read_dataclass(value, kind, where)
    if origin is tuple:
        return _read_tuple(value, typing.get_args(kind), where)
    if origin is dict:
        if not isinstance(value, dict):
            raise BadInput(f"{where}: not a dictionary")
        of_key, of_value = typing.get_args(kind)
        return {
            _read(key, of_key, where): _read(each, of_value, f"{where}.{key}")
            for key, each in value.items()
        }
    return _read_plain(value, kind, where)


def _read_union(value, kinds, where):
    if value is None and type(None) in kinds:
        return None
    error = None
    for kind in kinds:
        if kind is not type(None):
            try:
                return _read(value, kind, where)
            except BadInput as refused:
                error = refused
    raise error


def _read_dataclass(value, kind, where):
    if isinstance(value, kind):
        return value
    if not isinstance(value, dict):
        raise BadInput(f"{where}: not a {kind.__name__.lower()}")
    fields = {field.name: field for field in dataclasses.fields(kind)}
    unknown = sorted(str(key) for key in value if key not in fields)
    if unknown:
        raise BadInput(f"{where}: unknown key {unknown[0]!r}")
    for name, field in fields.items():
        is_needed = (
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        )
        if is_needed and name not in value:
            raise BadInput(f"{where}: {name!r} is missing")
    hints = typing.get_type_hints(kind)
    return kind(**{key: _read(each, hints[key], f"{where}.{key}") for key, each in value.items()})


def _read_tuple(value, kinds, where):
    if not isinstance(value, list | tuple):
        raise BadInput(f"{where}: not a list")
    if kinds[-1] is Ellipsis:
        return tuple(_read(each, kinds[0], f"{where}[{rank}]") for rank, each in enumerate(value))
    if len(value) != len(kinds):
        raise BadInput(f"{where}: not {len(kinds)} values")
    return tuple(_read(each, kind, where) for each, kind in zip(value, kinds, strict=True))


def _read_plain(value, kind, where):
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            raise BadInput(
                f"{where}: {value!r} is none of {[each.value for each in kind]}"
            ) from None
    if kind in (date, datetime) and isinstance(value, str):
        try:
            return kind.fromisoformat(value)
        except ValueError:
            raise BadInput(f"{where}: {value!r} is no {kind.__name__}") from None
    if kind is date and isinstance(value, datetime):
        raise BadInput(f"{where}: an instant where a day is meant")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return value
    is_other_kind = not isinstance(value, kind) or (kind is int and isinstance(value, bool))
    if is_other_kind:
        raise BadInput(f"{where}: {value!r} is no {kind.__name__}")
    return value


def to_plain(value):
    """What JSON can hold, and ``from_dict`` reads back."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {key: to_plain(each) for key, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [to_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


# What has no order of its own
_SETS = ("people", "shifts", "published", "crews", "pairs", "requests", "successions")


def get_fingerprint(*parts):
    """The same for the same problem, in whatever order its people and shifts come."""
    plain = [to_plain(part) for part in parts]
    for part in plain:
        for name in _SETS:
            if isinstance(part.get(name), list):
                part[name].sort(key=lambda each: json.dumps(each, sort_keys=True))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def check_input(problem):
    """Refuse what cannot be meant: ids twice or of nobody, a shift that ends before it begins, a
    place to which no way is known…

    :raise BadInput:
    """
    people = _ids("person", problem.people)
    shifts = _ids("shift", problem.shifts)
    for shift in problem.shifts:
        _check_shift(shift, problem)
    _check_limits("limits", problem.limits)
    for person in problem.people:
        _check_person(person)
    pairs = Counter((each.person, each.shift) for each in problem.published)
    for (person, shift), times in pairs.items():
        if times > 1:
            raise BadInput(f"published: {person!r} is on shift {shift!r} twice")
    named = [
        *(("published", each.person, each.shift) for each in problem.published),
        *(("requests", each.person, each.shift) for each in problem.requests),
        *(("crews", each, None) for crew in problem.crews for each in crew.members),
        *(("pairs", each, None) for pair in problem.pairs for each in _get_both(pair)),
    ]
    for request in problem.requests:
        if request.cost < 0:
            raise BadInput(f"requests: {request.person!r}, shift {request.shift!r}: less than 0")
    for where, person, shift in named:
        if person not in people:
            raise BadInput(f"{where}: no person {person!r}")
        if shift is not None and shift not in shifts:
            raise BadInput(f"{where}: no shift {shift!r}")


def _get_both(pair):
    return (pair.newcomer, *pair.veterans)


def _ids(what, records):
    twice = [each for each, times in Counter(record.id for record in records).items() if times > 1]
    if twice:
        raise BadInput(f"{what} {twice[0]!r} is given twice")
    return {record.id for record in records}


def _check_person(person):
    where = f"person {person.id!r}"
    for span in (*(person.available or ()), *person.busy):
        if _get_length(where, span) < timedelta(0):
            raise BadInput(f"{where}: a time that ends before it begins")
    for name in ("hours_wanted", "history_hours"):
        hours = getattr(person, name)
        if hours is not None and not 0 <= hours < float("inf"):
            raise BadInput(f"{where}: {name}: {hours} is no number of hours")
    if person.limits:
        _check_limits(f"{where}: limits", person.limits)


def _check_limits(where, limits):
    for field in dataclasses.fields(limits):
        value = getattr(limits, field.name)
        for each in value.values() if isinstance(value, dict) else (value or 0,):
            if each < 0:
                raise BadInput(f"{where}: {field.name} is less than 0")
    least, most = limits.least_minutes, limits.most_minutes
    if least is not None and most is not None and least > most:
        raise BadInput(f"{where}: at most {most} minutes, at least {least}")


def _get_length(where, times):
    """How long a span or a shift lasts, whatever the clock did meanwhile."""
    start, stop = times.start, times.stop
    if (start.tzinfo is None) != (stop.tzinfo is None):
        raise BadInput(f"{where}: an instant with a zone and one without")
    if start.tzinfo is None:
        return stop - start
    return timedelta(seconds=stop.timestamp() - start.timestamp())


def _check_shift(shift: Shift, problem):
    where = f"shift {shift.id!r}"
    length = _get_length(where, shift)
    if length < timedelta(0):
        raise BadInput(f"{where} ends before it begins")
    if not length:
        raise BadInput(f"{where} ends when it begins: it lasts no time")
    if shift.most is not None and shift.most < shift.least:
        raise BadInput(f"{where}: at most {shift.most} people, at least {shift.least}")
    if shift.least < 0 or (shift.wanted or 0) < 0:
        raise BadInput(f"{where}: fewer than nobody")
    if (shift.short_cost or 0) < 0 or (shift.over_cost or 0) < 0:
        raise BadInput(f"{where}: costs are not less than 0")
    if problem.first and shift.day < problem.first or problem.last and shift.day > problem.last:
        raise BadInput(f"{where} is out of the horizon")
    needs: tuple[Need, ...] = (*shift.must, *shift.nice)
    if any(need.people is not None and need.people < 1 for need in needs):
        raise BadInput(f"{where}: a skill that nobody needs to have")
