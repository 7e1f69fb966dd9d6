"""What people write in the cells of a rota: days, times, names. Plain Python without Odoo.

Each finder gives what it found and the text without it, since one cell holds several things
(« lun. 3/11 matin », « Accueil 9h-12h », « Marie (à confirmer) »).
"""

import re
from dataclasses import dataclass

from odoo.addons.tierslieux_base.tools.person_names import MONTHS
from odoo.addons.tierslieux_base.tools.text_values import clean, plain

DAY_MINUTES = 24 * 60
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "lundi lundis lun lu",
            "mardi mardis mar ma",
            "mercredi mercredis merc mer me",
            "jeudi jeudis jeu je",
            "vendredi vendredis vend ven ve",
            "samedi samedis sam sa",
            "dimanche dimanches dim di",
        )
    )
    for word in words.split()
}
_DAY_WORD = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_MONTH_WORD = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?P<y>(?:19|20)\d\d|\d\d(?!\d|h|:))"
# Tried in this order on the text without case and accents, of the same length.
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})[/.\-](?P<m>\d{{1,2}})[/.\-]{_YEAR}",
        r"(?<![\d/.])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:er)?[ \-]?(?P<w>{_MONTH_WORD})\b\.?(?:[ \-]{_YEAR})?",
        rf"\b(?:{_DAY_WORD})\b\.? *(?P<d>\d{{1,2}})(?:er)?(?!\d| ?h| ?:|[/.]\d| ?-)",
    )
)
_WEEKDAY = re.compile(rf"(?<![a-z])(?P<wd>{_DAY_WORD})(?![a-z'-])\.?")
_WEEKDAY_AFTER = re.compile(rf"[ ,(]*(?P<wd>{_DAY_WORD})(?![a-z'-])\.?\)?")
_WEEK_OF = re.compile(r"\b(?:semaine|sem)\.? (?:du|de)\b")
_WEEK_TO = re.compile(rf"^ *(?:au|-|a) *(?:(?:{_DAY_WORD})\.? )?\d{{1,2}}[^,;]*")
# « Semaine du 3 au 9 novembre »: its first day has the month of the last.
_WEEK_SPAN = re.compile(
    rf"(?<![\d/])(?P<d>\d{{1,2}})(?:er)? (?:au|-|a) (?P<d2>\d{{1,2}})"
    rf"(?:[ \-](?P<w>{_MONTH_WORD})\b\.?|/(?P<m>\d{{1,2}}))(?:[ \-/]{_YEAR})?"
)
_WEEK_NUMBER = re.compile(r"\b(?:semaine|sem\.?|s) ?n?°? ?(?P<n>\d{1,2})\b")
_SPAN = re.compile(
    r"(?:de )?(?P<a>\d{1,2} ?(?:h|:|heures?) ?(?:[0-5]\d)?(?::00)?|midi|minuit|\d{1,2})"
    r" ?(?:-|>|/|a|jusqu'a) ?"
    r"(?P<b>\d{1,2} ?(?:h|:|heures?) ?(?:[0-5]\d)?(?::00)?|midi|minuit)(?![\w:])"
)
_ONE_TIME = re.compile(
    r"(?<![\w:/])(?P<a>\d{1,2} ?(?:h|:|heures?) ?(?:[0-5]\d)?(?::00)?|midi|minuit)(?![\w:])"
)
PARTS = (
    ("afternoon", re.compile(r"\b(?:l')?apres[ -]?midi\b|(?<![\w])(?:aprem|apm)\b")),
    ("morning", re.compile(r"\b(?:le )?matin(?:ee)?s?\b")),
    ("evening", re.compile(r"\b(?:le )?soir(?:ee)?s?\b")),
    ("day", re.compile(r"\b(?:la )?journee(?: entiere)?\b")),
    ("night", re.compile(r"\b(?:la )?nuit\b")),
)
_SMALL_END = re.compile(r"\s(?:du|de|des|le|la|l'|de la)$", re.IGNORECASE)


@dataclass(frozen=True)
class Day:
    """What a text says of a day; what it does not say is None.

    :param int weekday: 0 is Monday
    :param int week: number of an ISO week
    :param bool is_week: the text names the week that holds this day
    """

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    week: int | None = None
    is_week: bool = False

    @property
    def is_known(self):
        """Whether it says which day, if only by its neighbours."""
        return self.day is not None or self.week is not None


@dataclass(frozen=True)
class Slot:
    """Minutes since midnight, ``stop`` after 1440 on the next day; or a part of the day's name."""

    start: int | None = None
    stop: int | None = None
    part: str = ""


@dataclass(frozen=True)
class Mention:
    """Somebody whom a cell names.

    :param bool is_unsure: « Marie ? », « Marie (à confirmer) »
    :param bool is_off: « Marie (absente) », « ANNULÉ Marie »
    """

    name: str
    is_unsure: bool = False
    is_off: bool = False
    slot: Slot | None = None


def fold(text):
    """The text without case and accents, letter for letter.

    >>> fold("Jeudi 3 Août – Après-midi")
    'jeudi 3 aout - apres-midi'
    """
    folded = []
    for char in str(text or ""):
        if char in "’‘ʼ":
            folded.append("'")
        elif char in "–—−‑→":
            folded.append("-")
        elif char in "\u00a0\u202f\n\r\t":
            folded.append(" ")
        else:
            folded.append((plain(char) or char.lower())[:1])
    return "".join(folded)


def _cut(text, start, stop):
    return clean((text[:start] + " " + text[stop:]).strip(" ,;:·|-–—()"))


def find_day(text):
    """(what the text says of a day, the rest of the text); the day is None when it names none.

    >>> find_day("lun. 3/11"), find_day("mardi 4 nov. 2026 matin")
    ((Day(day=3, month=11, year=None, weekday=0, week=None, is_week=False), ''), \
(Day(day=4, month=11, year=2026, weekday=1, week=None, is_week=False), 'matin'))
    >>> find_day("Semaine du 3 au 9 novembre")[0]
    Day(day=3, month=11, year=None, weekday=None, week=None, is_week=True)
    >>> find_day("Marie Dupont"), find_day("9h-12h")
    ((None, 'Marie Dupont'), (None, '9h-12h'))
    """
    text = str(text or "")
    folded = fold(text)
    number = _WEEK_NUMBER.search(folded)
    week = _WEEK_OF.search(folded) or number
    if week:
        span = _WEEK_SPAN.search(folded, week.end())
        if span and _is_day(span):
            found = _make_day(span, None, True)
            return found, _cut(text, week.start(), span.end())
    for pattern in _DAYS:
        match = pattern.search(folded)
        if not match or not _is_day(match):
            continue
        start, stop = match.span()
        before = _WEEKDAY.search(folded[: match.start("d")])
        after = _WEEKDAY_AFTER.match(folded[stop:])
        if before and not folded[before.end() : match.start("d")].strip(" ,.le"):
            start = min(start, before.start())
        elif after:
            stop += after.end()
        weekday = before or after
        number = _WEEKDAYS[weekday["wd"]] if weekday else None
        if week:
            start = min(week.start(), start)
            rest = _WEEK_TO.match(folded[stop:])
            stop += rest.end() if rest else 0
        return _make_day(match, number, bool(week)), _cut(text, start, stop)
    if number and 1 <= int(number["n"]) <= 53:
        found = Day(week=int(number["n"]), is_week=True)
        return found, _cut(text, *number.span())
    weekday = _WEEKDAY.search(folded)
    if weekday and not _WEEKDAY.search(folded, weekday.end()):
        # « Mar », « Sam » are first names too: a short form needs its dot, or to stand alone.
        alone = not folded[: weekday.start()].strip() and not folded[weekday.end() :].strip()
        if alone or len(weekday["wd"]) > 4:
            found = Day(weekday=_WEEKDAYS[weekday["wd"]])
            return found, _cut(text, *weekday.span())
    return None, clean(text)


def _is_day(match):
    groups = match.groupdict()
    month = MONTHS.get(groups.get("w"), 0) if groups.get("w") else int(groups.get("m") or 1)
    return 1 <= int(groups["d"]) <= 31 and 1 <= month <= 12


def _make_day(match, weekday, is_week):
    groups = match.groupdict()
    month = MONTHS[groups["w"]] if groups.get("w") else groups.get("m") and int(groups["m"])
    year = groups.get("y") and int(groups["y"])
    if year and year < 100:
        year += 2000
    if weekday is None and not groups.get("m") and not groups.get("w"):
        weekday = _WEEKDAYS[_WEEKDAY.search(match[0])["wd"]]
    return Day(int(groups["d"]), month or None, year or None, weekday, None, is_week)


def read_time(text):
    """Minutes since midnight of a cell that holds a time alone, or None.

    >>> read_time("9h"), read_time("09:30:00"), read_time("18 h 15"), read_time("minuit")
    (540, 570, 1095, 1440)
    >>> read_time("9"), read_time("0,375"), read_time("14.5"), read_time("25h")
    (540, 540, 870, None)
    """
    text = clean(fold(text))
    # After a day, in one cell of a spreadsheet.
    text = re.sub(r"^\d{4}-\d\d-\d\d ", "", text)
    if text in ("midi", "minuit"):
        return 12 * 60 if text == "midi" else DAY_MINUTES
    match = re.fullmatch(r"(\d{1,2}) ?(?:h|:|heures?) ?([0-5]\d)?(?::\d\d)?(?: ?min)?", text)
    if match:
        minutes = int(match[1]) * 60 + int(match[2] or 0)
        return minutes if minutes <= DAY_MINUTES else None
    match = re.fullmatch(r"(\d{1,2})(?:[.,](\d+))?", text)
    if not match:
        return None
    value = float(f"{match[1]}.{match[2] or 0}")
    # A spreadsheet's time without its format is a part of a day.
    minutes = round(value * (DAY_MINUTES if 0 < value < 1 else 60))
    return minutes if minutes <= DAY_MINUTES else None


def find_slot(text):
    """(from when to when, the rest of the text); the slot is None when the text names none.

    >>> find_slot("Accueil 9h-12h30"), find_slot("22h-2h")
    ((Slot(start=540, stop=750, part=''), 'Accueil'), (Slot(start=1320, stop=1560, part=''), ''))
    >>> find_slot("Bar (soir)"), find_slot("de 14 à 18h"), find_slot("Marie")
    ((Slot(start=None, stop=None, part='evening'), 'Bar'), \
(Slot(start=840, stop=1080, part=''), ''), (None, 'Marie'))
    """
    text = str(text or "")
    folded = fold(text)
    match = _SPAN.search(folded)
    if match:
        start, stop = read_time(match["a"]), read_time(match["b"])
        if start is not None and stop is not None and start < DAY_MINUTES and start != stop:
            stop += DAY_MINUTES if stop < start else 0
            rest = _cut(text, *match.span())
            for _part, pattern in PARTS:
                # « matin 9h-12h »: the hours say it.
                word = pattern.search(fold(rest))
                rest = _cut(rest, *word.span()) if word else rest
            return Slot(start, stop), rest
    for part, pattern in PARTS:
        match = pattern.search(folded)
        if match:
            return Slot(part=part), _SMALL_END.sub("", _cut(text, *match.span()))
    return None, clean(text)


def read_hours(text):
    """Decimal hours of a cell, or None when it holds none.

    >>> read_hours("3"), read_hours("2,5 h"), read_hours("2h30"), read_hours("x")
    (3.0, 2.5, 2.5, None)
    """
    text = clean(fold(text))
    match = re.fullmatch(r"(\d{1,2})(?:[.,](\d+))? ?(?:h|heures?)?", text)
    if match:
        return round(float(f"{match[1]}.{match[2] or 0}"), 2)
    match = re.fullmatch(r"(\d{1,2}) ?(?:h|:) ?([0-5]\d)(?::\d\d)?(?: ?min)?", text)
    return int(match[1]) + int(match[2]) / 60 if match else None


# -- names ---------------------------------------------------------------------------------

_NOBODY = re.compile(
    r"(?:pas d[e'] ?(?:benevoles?|permanences?)|aucune?(?: benevoles?)?|personne|neant|rien|"
    r"fermee?s?|fermeture|ferie|vacances|conges|n ?/ ?a|sans objet|[-_/.x*0 ]*)"
)
_WANTED = re.compile(
    r"\?+|a (?:pourvoir|completer|definir|trouver)|manque.*|recherche.*|besoin.*|libre|"
    r"(?:\d )?(?:benevoles? )?(?:manquants?|recherches?)"
)
_OFF = re.compile(
    r"\b(?:annulee?s?|absente?s?|excusee?s?|malade|desistement|desistee?|n'est pas venue?)\b"
)
_UNSURE = re.compile(
    r"\b(?:a confirmer|a conf\b\.?|a valider|peut[ -]etre|si besoin|sous reserve)|\?"
)
_PHONE = re.compile(r"(?:\+33|0)[ .]?[1-9](?:[ .-]?\d\d){4}")
_SEPARATORS = re.compile(r"\s*(?:[/,;\n\r+&|]|\bet\b|\bavec\b| - )\s*", re.IGNORECASE)
MARKS = {"x", "oui", "ok", "1", "o", "present", "presente", "✓", "✔", "v"}


def is_mark(text):
    """Whether a cell says « yes » and nothing else.

    >>> is_mark("X"), is_mark("oui"), is_mark("✓"), is_mark("Accueil")
    (True, True, True, False)
    """
    return (plain(text) or str(text).strip()) in MARKS


def is_cancelled(text):
    """Whether a text says that the shift does not take place.

    >>> is_cancelled("ANNULÉ"), is_cancelled("annulée (neige)"), is_cancelled("Marie")
    (True, True, False)
    """
    return bool(re.match(r"annule", fold(clean(text))))


def is_nobody(text):
    """Whether a cell says that nobody comes, and nobody is wanted.

    >>> is_nobody("pas de bénévole"), is_nobody("—"), is_nobody("FERMÉ"), is_nobody("?")
    (True, True, True, False)
    """
    return bool(_NOBODY.fullmatch(fold(clean(text))))


def is_wanted(text):
    """Whether a cell says that somebody is still to be found.

    >>> is_wanted("?"), is_wanted("à pourvoir"), is_wanted("Marie ?")
    (True, True, False)
    """
    return bool(_WANTED.fullmatch(fold(clean(text))))


def find_people(text):
    """The persons that a cell names, in order; nobody for « ? », « pas de bénévole », a dash.

    >>> [m.name for m in find_people("Marie / DUPONT Luc, Zoé et Tom\\nAnne")]
    ['Marie', 'DUPONT Luc', 'Zoé', 'Tom', 'Anne']
    >>> find_people("Marie (à confirmer)")
    [Mention(name='Marie', is_unsure=True, is_off=False, slot=None)]
    >>> find_people("Luc ?")[0].is_unsure, find_people("Luc (absent)")[0].is_off
    (True, True)
    >>> find_people("pas de bénévole"), find_people("?"), find_people("ANNULÉ")
    ([], [], [])
    """
    # What stands in brackets belongs to the name before it, separators included.
    text = re.sub(r"\(([^)]*)\)", lambda m: "(" + re.sub(r"[/,;+&|]", " ", m[1]) + ")", str(text))
    slots = _SPAN.findall(fold(text))
    parts = [clean(part) for part in _SEPARATORS.split(text.replace("\r\n", "\n")) if clean(part)]
    if slots:
        # « Marie 9h-12h » holds a dash of its own.
        parts = [clean(part) for part in re.split(r"[,;\n\r+&|]|\bet\b", text) if clean(part)]
    found = []
    for part in parts:
        if is_nobody(part) or is_wanted(part):
            continue
        part = _PHONE.sub(" ", part)
        bracket = re.search(r"\(([^)]*)\)", part)
        slot, name = find_slot(part) if _SPAN.search(fold(part)) else (None, part)
        if bracket and not slot:
            slot = find_slot(bracket[1])[0]
        folded = fold(name)
        off, unsure = _OFF.search(folded), _UNSURE.search(folded)
        for match in sorted(filter(None, (off, unsure)), key=lambda m: -m.start()):
            name = name[: match.start()] + name[match.end() :]
        name = clean(re.sub(r"\([^)]*\)?|[?*✓✔]|\(|\)", " ", name)).strip(" -–:.·")
        if name and not is_nobody(name) and not name.isdigit():
            found.append(Mention(name, bool(unsure), bool(off), slot))
    return found
