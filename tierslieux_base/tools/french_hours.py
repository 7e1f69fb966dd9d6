"""Opening hours as people write them in French: "lundi au vendredi 9h-12h, 14h-18h".

Only sentences understood from one end to the other are read: :func:`read_french` gives back the
words that it could not place instead of leaving any aside. See ``opening_hours`` for what becomes
of them.

>>> read_french("du lundi au mercredi de 9h à 12h30")
([Clause(days=(0, 1, 2), spans=((540, 750),), replaces=False)], None)
>>> read_french("samedi sur rendez-vous")
([], 'sur rendez-vous')
"""

import re
import unicodedata
from typing import NamedTuple

HOLIDAYS = "PH"
DAY_MINUTES = 24 * 60
_DAY_WORDS = {
    word: day
    for day, words in enumerate(
        (
            # also those of OpenStreetMap, before hours written in French
            "lundi lundis lun lu mo",
            "mardi mardis mar ma tu",
            "mercredi mercredis merc mer me we",
            "jeudi jeudis jeu je th",
            "vendredi vendredis vend ven ve fr",
            "samedi samedis sam sa",
            "dimanche dimanches dim di su",
        )
    )
    for word in words.split()
}
_WEEK = tuple(range(7))
# Each kind of word, tried in this order; texts are compared without case and accents.
_TOKENS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("days_all", r"tous les jours|tlj|7 ?j(?:ours)? ?(?:/|sur) ?7|7 ?/ ?7"),
        ("days_open", r"(?:en|la) semaine|jours? ouvres?\b"),
        ("days_end", r"(?:les? )?week-? ?ends?\b"),
        ("holidays", r"(?:jours? )?feries?\b"),
        (
            "all_day",
            r"24 ?h? ?(?:/|sur) ?24 ?h?\b|h24\b|(?:toute )?la journee entiere|jour et nuit",
        ),
        (
            "span",
            r"(?P<bare>\d{1,2}) ?(?:-|a) ?(?P<h>\d{1,2}) ?(?:heures?|h) ?(?P<m>\d{2})?(?![\w:])",
        ),
        (
            "time",
            r"(?P<h>\d{1,2}) ?(?:(?:heures?|h|:) ?(?P<m>\d{2})?|\.(?P<p>\d{2}))"
            r" ?(?:mn|min|h)?(?![\w:])",
        ),
        ("number", r"\d{1,2}(?![\w:.])"),
        ("noon", r"midi\b"),
        ("midnight", r"minuit\b"),
        ("except", r"(?:sauf|excepte|hors)\b"),
        ("closed", r"(?:ferme[es]{0,2}|fermeture)\b"),
        ("part", r"(?:le |l'|les )?(?:matins?|apres-? ?midis?|soirs?|soirees?)\b"),
        ("day", "(?:" + "|".join(sorted(_DAY_WORDS, key=len, reverse=True)) + r")\b\.?"),
        ("to", r"(?:jusqu'?(?:au?|en)|jusqu' a|jusque|au|a|->|>|→)(?!\w)"),
        ("dash", r"-"),
        ("slash", r"/"),
        ("join", r"(?:et|puis|ainsi que|,|\+|&|\||ou)(?!\w)|[,+&|]"),
        ("stop", r"[;\n]|\.(?= |$)"),
        (
            "filler",
            r"(?:ouvert[es]{0,2}|ouverture|horaires?|heures?|du|de|des|les?|l'|la|entre|en|"
            r"toute la journee|uniquement|seulement|:|\(|\))(?!\w)",
        ),
    )
)


DAY_KINDS = ("day", "days_all", "days_open", "days_end", "holidays")


class Clause(NamedTuple):
    """Days (0 = Monday, or ``HOLIDAYS``) and their hours; no hours: closed.

    ``replaces``: whatever was said of these days before; else hours that do not overlap are added.
    """

    days: tuple
    spans: tuple
    replaces: bool = False


class _Unknown(Exception):
    """Holds the words that are not understood."""


def _plain(text):
    """The text without case and accents, letter for letter."""
    folded = []
    for char in text.lower():
        base = unicodedata.normalize("NFD", char)[0]
        folded.append({"’": "'", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "}.get(char, base))
    return "".join(folded)


def read_french(text, days=()):
    """Read a French sentence.

    :param days: those that a sentence before was about: "lundi 9h-12h ; 14h-18h" goes on with them
    :return: (list of :class:`Clause`, None), or ([], the words that are not understood)
    """
    try:
        return _Reader(text, days).get_clauses(), None
    except _Unknown as unknown:
        return [], str(unknown)


def _tokenize(text):
    """[(kind, value, original words)]."""
    plain, tokens, place = _plain(text), [], 0
    while place < len(plain):
        if plain[place] in " \t\r":
            place += 1
            continue
        found = ((kind, pattern.match(plain, place)) for kind, pattern in _TOKENS)
        kind, match = next(((kind, match) for kind, match in found if match), (None, None))
        if not match:
            raise _Unknown(re.match(r"[^,;\n]+", text[place:])[0].strip())
        words = text[place : match.end()]
        tokens.append((kind, _get_value(kind, match, words), words.strip()))
        place = match.end()
    return tokens


def _get_value(kind, match, words):
    if kind == "time":
        return _to_minutes(match["h"], match["m"] or match["p"], words)
    if kind == "span":
        return (
            _to_minutes(match["bare"], None, words),
            _to_minutes(match["h"], match["m"], words),
        )
    return {
        "day": lambda: _DAY_WORDS[match[0].rstrip(".")],
        "number": lambda: _to_minutes(match[0], None, words),
        "noon": lambda: 12 * 60,
        "midnight": lambda: DAY_MINUTES,
    }.get(kind, lambda: None)()


def _to_minutes(hour, minute, words):
    minutes = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or minutes > DAY_MINUTES:
        raise _Unknown(words.strip())
    return minutes


class _Reader:
    """Goes through the words once, and keeps what was said of days and hours so far."""

    def __init__(self, text, days):
        self.tokens = _tokenize(text)
        self.rank = 0
        self.clauses = []
        self.last_days = list(days)
        self.main_days = ()  # what "sauf" takes days from, once the hours of these are told
        self.reset()

    def reset(self):
        self.groups = []  # [(days, whether a comma stood before)]
        self.without, self.spans, self.words = [], [], []
        self.closed = self.excepting = self.hours_first = False

    @property
    def days(self):
        return [day for group, _comma in self.groups for day in group]

    def peek(self, *kinds, ahead=0):
        at = self.rank + ahead
        return at < len(self.tokens) and self.tokens[at][0] in kinds

    def take(self):
        token = self.tokens[self.rank]
        self.words.append(token[2])
        self.rank += 1
        return token

    def get_clauses(self):
        while self.rank < len(self.tokens):
            kind = self.tokens[self.rank][0]
            if kind == "stop" or self._begins_clause(kind):
                self.finish()
            if kind == "stop":
                self.rank += 1
                continue
            _kind, value, words = self.take()
            getattr(self, f"_read_{kind}", lambda *_joins: None)(value, words)
        self.finish()
        if self.main_days:
            raise _Unknown(self.tokens[-1][2])  # "sauf", and nothing more
        return self.clauses

    def _begins_clause(self, kind):
        """Whether this word is about other days than those read so far."""
        if kind in DAY_KINDS:
            told = self.spans or self.closed
            if self.main_days and self._follows_comma() and kind == "day":
                # "9h-18h sauf mercredi, samedi 10h-12h"
                return self.tokens[self.rank][1] not in self.main_days or bool(told)
            return bool(told and self.groups and not self._goes_on())
        if kind == "closed":
            return bool(self.spans or self.main_days)
        if kind in ("time", "span", "all_day", "noon"):
            return bool(self.hours_first and self.groups)
        return False

    def _goes_on(self):
        """Whether a list of days is being read: "fermé dimanche et lundi"."""
        first = self.closed == "first" or self.hours_first
        return first and self._last_kind() in ("join", "to", "dash", "slash")

    def _last_kind(self):
        rank = self.rank - 1
        while rank >= 0 and self.tokens[rank][0] in ("filler", "part"):
            rank -= 1
        return self.tokens[rank][0] if rank >= 0 else None

    def _follows_comma(self):
        rank = self.rank - 1
        while rank >= 0 and self.tokens[rank][0] == "filler":
            rank -= 1
        return rank >= 0 and self.tokens[rank][2] == ","

    # -- days ----------------------------------------------------------------------------

    def _add_days(self, days):
        if self.spans and not self.groups:
            self.hours_first = True
        if self.excepting:
            self.without.extend(days)
        else:
            self.groups.append((list(days), self.comma))

    def _read_day(self, value, _words):
        last, ahead = value, 0
        while self.peek("to", "dash", "filler", ahead=ahead) and ahead < 3:
            if self.tokens[self.rank + ahead][2] == ":":
                break
            ahead += 1
        between = {self.tokens[self.rank + step][0] for step in range(ahead)}
        self.comma = self._comma_before
        if self.peek("day", ahead=ahead) and between & {"to", "dash"}:
            last = self.tokens[self.rank + ahead][1]
            for _step in range(ahead + 1):
                self.take()
        self._add_days([(value + step) % 7 for step in range((last - value) % 7 + 1)])

    def _read_group(self, days):
        self.comma = self._comma_before
        self._add_days(days)

    @property
    def _comma_before(self):
        self.rank -= 1
        comma = self._follows_comma()
        self.rank += 1
        return comma

    def _read_days_all(self, _value, _words):
        self._read_group(_WEEK)

    def _read_days_open(self, _value, _words):
        self._read_group(_WEEK[:5])

    def _read_days_end(self, _value, _words):
        self._read_group(_WEEK[5:])

    def _read_holidays(self, _value, _words):
        self._read_group([HOLIDAYS])

    def _read_except(self, _value, words):
        if self.closed or self.excepting or not (self.groups or self.spans):
            raise _Unknown(words)
        if self.spans:
            # Its days are told: what follows is closed, or has hours of its own.
            main = self.days or list(_WEEK)
            self.finish()
            self.main_days = main
        else:
            self.excepting = True

    # -- hours ---------------------------------------------------------------------------

    def _read_closed(self, _value, _words):
        self.closed = "last" if self.groups else "first"

    def _read_part(self, _value, words):
        """ "le matin" is told by the hours; of a closing, it would be half a day."""
        ahead = 0
        while self.peek("filler", "part", "join", ahead=ahead):
            ahead += 1
        if self.closed or not self.peek("time", "span", "noon", "midnight", ahead=ahead):
            raise _Unknown(words)

    def _read_all_day(self, _value, words):
        self._add_span(0, DAY_MINUTES, words)

    def _read_span(self, value, words):
        self._add_span(*value, words)

    def _read_time(self, value, words):
        while self.peek("to", "dash", "slash", "filler"):
            self.take()
        if not self.peek("time", "noon", "midnight", "number"):
            raise _Unknown(words)
        _kind, stop, more = self.take()
        self._add_span(value, stop, f"{words} {more}")

    _read_noon = _read_time

    def _read_midnight(self, _value, words):
        self._read_time(0, words)

    def _read_number(self, _value, words):
        raise _Unknown(words)

    def _add_span(self, start, stop, words):
        if self.closed:
            self._leave_closed(words)
        if start >= DAY_MINUTES or start == stop or (self.excepting and not self.without):
            raise _Unknown(words)
        self.spans.append((start, stop if stop > start else stop + DAY_MINUTES))

    def _leave_closed(self, words):
        """ "fermé mardi, mercredi 9h-12h": the last days are those of the hours."""
        if self.closed != "first" or len(self.groups) < 2 or not self.groups[-1][1]:
            raise _Unknown(words)
        last = self.groups.pop()
        self.finish()
        self.groups = [last]

    # -- clauses -------------------------------------------------------------------------

    def finish(self):
        """Close the clause: what was said of its days."""
        words = " ".join(self.words)
        days = list(dict.fromkeys(self.days))
        spans = tuple(sorted(self.spans))
        excepted = bool(self.main_days and days)
        if (days or self.without) and not (spans or self.closed or excepted):
            raise _Unknown(words)
        if self.closed and not days:
            raise _Unknown(words)
        if spans or days:
            days = days or self.last_days or list(_WEEK)
            kept = tuple(day for day in days if day not in self.without)
            self.clauses.append(Clause(kept, spans, excepted))
            self.last_days = list(kept)
            if HOLIDAYS in self.without:
                self.clauses.append(Clause((HOLIDAYS,), (), True))
        if spans or days or self.closed:
            self.main_days = ()
        self.reset()


# -- writing -----------------------------------------------------------------------------


def write_days(days, names):
    """Days in words: [0, 1, 2, 3, 4, 6] → "lundi au vendredi et dimanche"."""
    if len(days) == 7:
        return "tous les jours"
    parts = []
    for run in get_runs(days):
        if len(run) > 2:
            parts.append(f"{names[run[0]]} au {names[run[-1]]}")
        else:
            parts += [names[day] for day in run]
    return " et ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def write_spans(spans):
    return ", ".join(f"{write_time(start)}-{write_time(end)}" for start, end in spans)


def write_time(minutes):
    return f"{minutes // 60}h{minutes % 60:02d}" if minutes % 60 else f"{minutes // 60}h"


def get_runs(days):
    """Days that follow each other: [0, 1, 2, 5] → [[0, 1, 2], [5]]."""
    runs = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
