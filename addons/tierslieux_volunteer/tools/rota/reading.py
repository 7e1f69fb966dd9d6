"""From the rows of a rota to who is where when: one :class:`Entry` for each person and shift.

Plain Python without Odoo.
"""

from odoo.addons.tierslieux_base.tools.text_values import clean, plain

from .cells import (
    Mention,
    Slot,
    find_day,
    find_people,
    find_slot,
    is_cancelled,
    is_mark,
    is_nobody,
    is_wanted,
    read_hours,
    read_time,
)
from .days import Settled, in_week, read_title, settle_days
from .entries import Entry, Reading

_TOTAL_WORDS = ("total", "totaux", "sous total", "nombre de", "nombre d", "nb ", "nb de", "moyenne")
_AWAY = {"absent", "absente", "conge", "conges", "malade", "vacances", "indisponible", "non", "abs"}
MAX_ENTRIES = 20_000


class TooManyEntries(ValueError):
    """More than ``MAX_ENTRIES``."""


def read_rota(rows, layout, today, missions=()):
    """
    :param rows: all rows of the sheet
    :param Layout layout: where the body begins, and the roles of the columns
    :param date today: near which a day without its year is
    :param missions: ``plain`` names of missions: « Bar du soir » is one, no evening at « Bar »
    :return: :class:`Reading`
    """
    return _Reader(rows, layout, today, frozenset(missions)).read_rows()


def is_total(cells):
    """
    >>> is_total(["", "TOTAL", "12"]), is_total(["Totally"]), is_total(["Nb de bénévoles", "3"])
    (True, False, True)
    """
    first = plain(next((cell for cell in cells if clean(cell)), ""))
    return any(
        first == word.strip() or first.startswith(word.strip() + " ") for word in _TOTAL_WORDS
    )


class _Reader:
    def __init__(self, rows, layout, today, missions):
        self.layout, self.today, self.missions = layout, today, missions
        self.title = read_title(layout.titles)
        # Titles above the headings may name the week.
        named = [find_day(text)[0] for text in layout.titles]
        named += [column.day for column in layout.columns if column.role != "day"]
        self.first_week = next((day for day in named if day and day.is_week), None)
        start = layout.skipped
        self.rows = [row for row in rows[start:] if any(clean(cell) for cell in row.cells)]
        self.result = Reading()
        self.carried = {}
        # Of a list without a column of its own, the day stands with its time.
        own = layout.get("date") or (None if layout.all("day") else layout.get("slot"))
        self.date_column = own or (None if layout.all("day") else layout.get("start"))

    def read_rows(self):
        blocks = self._get_blocks()
        days = self._settle(blocks)
        for number, (kind, row, _day) in enumerate(blocks):
            if kind == "row":
                self._read_row(row, days[number])
        return self.result

    # -- which row is what, and of which day ---------------------------------------------

    def _get_blocks(self):
        """[(kind, row, day)]: rows of the body, lines that name a day or a week for what follows,
        and lines that head the columns again."""
        found = []
        date_column = self.date_column
        for row in self.rows:
            texts = [clean(cell) for cell in row.cells]
            filled = {text for text in texts if text}
            if is_total(texts):
                self.result.skipped.append(row.number)
            elif self._is_repeated(texts):
                found.append(("headings", row, None))
            elif len(filled) == 1 and self._is_section(texts, date_column):
                day = find_day(next(iter(filled)))[0]
                found.append(("section", row, day))
            else:
                day = self._get_day(texts, date_column)
                found.append(("row", row, day))
        return found

    def _is_repeated(self, texts):
        columns = self.layout.columns
        same = sum(
            _at(texts, c.at) in (c.heading, c.upper) and bool(_at(texts, c.at)) for c in columns
        )
        days = sum(find_day(_at(texts, c.at))[0] is not None for c in columns if c.role == "day")
        return same * 2 > sum(map(bool, texts)) and same > 1 or days > 1

    def _is_section(self, texts, date_column):
        text = next(text for text in texts if text)
        day, rest = find_day(text)
        if day and (day.is_known or day.weekday is not None) and not rest:
            return True
        title = read_title([text])
        if title.is_known and len(plain(text).split()) <= 3:
            return True
        if date_column and texts.index(text) == date_column.at or len(set(texts) - {""}) == 1:
            # A remark across the sheet: read by nobody else.
            shape = self.layout.shape
            return shape != "list" and texts.count(text) > 1 or self._is_remark(texts, date_column)
        return False

    def _is_remark(self, texts, date_column):
        """One cell that is neither a name under a mission nor a mark under a day."""
        at = next(rank for rank, text in enumerate(texts) if text)
        column = next((c for c in self.layout.columns if c.at == at), None)
        if column is None or not column.role:
            return True
        return column.role not in ("people", "day", "person") or (
            column.role == "person" and self.layout.shape == "persons"
        )

    def _get_day(self, texts, column):
        text = _at(texts, column.at) if column else ""
        if not text:
            return None
        if plain(column.heading).startswith("semaine") and text.isdigit():
            text = f"semaine {text}"
        day = find_day(text)[0]
        return day or (text if column.role == "date" else None)

    def _settle(self, blocks):
        """{rank of the block: (Settled of its row or week, text)}, columns of days settled too."""
        sequence, where = [], []
        if self.first_week:
            sequence.append(self.first_week)
            where.append(None)
        heads = self.layout.all("day")
        if heads:
            for column in heads:
                sequence.append(column.day)
                where.append(("column", -1, column.at))
        for rank, (kind, row, day) in enumerate(blocks):
            if kind == "headings":
                for at, cell in enumerate(row.cells):
                    found = find_day(cell)[0]
                    if found and (found.is_week or any(c.at == at for c in heads)):
                        sequence.append(found)
                        kind = "row" if found.is_week else "column"
                        where.append((kind, rank, at))
            elif day is not None and not isinstance(day, str):
                sequence.append(day)
                where.append(("row", rank, None))
        settled = settle_days(sequence, self.today, self.title)
        rows, self.heads = {}, {}
        for place, found, day in zip(where, settled, sequence, strict=True):
            if place and place[0] == "row":
                rows[place[1]] = found, day
            elif place:
                self.heads.setdefault(place[1], {})[place[2]] = found, day
        return self._carry_days(blocks, rows, settled if self.first_week else ())

    def _carry_days(self, blocks, rows, first):
        """What each row knows of its day: its own, or that of the last line that named one."""
        last = (first[0], self.first_week) if first else None
        heads, result = self.heads.get(-1, {}), []
        for rank, (kind, _row, day) in enumerate(blocks):
            if kind == "headings":
                heads = heads | self.heads.get(rank, {})
            bad = day if isinstance(day, str) else ""
            last = rows.get(rank, last)
            result.append((last, heads, bad))
        return result

    # -- one row -----------------------------------------------------------------------------

    def _read_row(self, row, known):
        texts = [clean(cell) for cell in row.cells]
        raws = list(row.cells)
        base = self._get_base(texts)
        remark = base["remark"]
        if is_cancelled(remark) or is_cancelled(_at(texts, self._at("date"))):
            self.result.cancelled.append(row.number)
            return
        columns = self.layout.all("day") or self.layout.all("people")
        if self.layout.shape == "list":
            columns = self.layout.all("person")
        before = len(self.result.entries)
        for column in columns:
            raw = _at(raws, column.at)
            if clean(raw):
                self._read_cell(row.number, column, raw, dict(base), texts, known)
        if len(self.result.entries) > MAX_ENTRIES:
            raise TooManyEntries
        empty = len(self.result.entries) == before
        if (
            empty
            and self.layout.shape == "list"
            and not any(clean(_at(raws, c.at)) for c in columns)
        ):
            # A shift without anybody: it is to be filled, or the row says nothing.
            if base["mission"] or base["slot"]:
                self._add(row.number, self._at("date"), "", base, None, known, None)
            else:
                self.result.skipped.append(row.number)

    def _at(self, role):
        column = self.layout.get(role)
        return column.at if column else 0

    def _get_base(self, texts):
        """What the columns of a row say beside its persons."""
        grid = bool(self.layout.all("day"))
        values = {}
        for role in ("mission", "place", "slot", "remark", "hours", "start", "stop", "person"):
            column = self.layout.get(role)
            text = _at(texts, column.at) if column else ""
            if grid and role in ("mission", "place", "slot"):
                # Merged down the side of the grid, and lost in a CSV.
                text = text or self.carried.get(role, "")
                self.carried[role] = text
            values[role] = _without_day(text) if role in ("slot", "start", "stop") else text
        problems = []
        slot = self._get_slot(values, problems)
        if not slot and not problems and self.date_column:
            slot = find_slot(_without_day(_at(texts, self.date_column.at)))[0]
        mission = values["mission"]
        if not slot and mission and plain(mission) not in self.missions:
            slot, mission = find_slot(mission)
        hours = read_hours(values["hours"]) if values["hours"] else None
        if values["hours"] and hours is None:
            problems.append(("hours", values["hours"]))
        return {
            "mission": mission,
            "place": values["place"],
            "slot": slot,
            "remark": values["remark"],
            "hours": hours,
            "person": values["person"],
            "problems": problems,
        }

    def _get_slot(self, values, problems):
        if values["start"] or values["stop"]:
            both = find_slot(values["start"])[0]
            if both and not values["stop"]:
                return both
            start, stop = read_time(values["start"]), read_time(values["stop"])
            hours = read_hours(values["hours"]) if values["hours"] else None
            if start is not None and stop is None and not values["stop"] and hours:
                stop = start + round(hours * 60)
            if start is None or stop is None or start == stop:
                problems.append(("slot", f"{values['start']} – {values['stop']}"))
                return None
            return Slot(start, stop + (24 * 60 if stop < start else 0))
        text = values["slot"]
        if not text:
            return None
        slot, rest = find_slot(text)
        if not slot or rest and not slot.part and any(map(str.isdigit, rest)):
            # Something that people know and the house does not (« ouverture »): asked.
            return Slot(part=text)
        return slot

    # -- one cell ----------------------------------------------------------------------------

    def _read_cell(self, number, column, raw, base, texts, known):
        """Who, or for a grid of persons what, one cell says."""
        text = clean(raw)
        if is_cancelled(text):
            self.result.cancelled.append(number)
            return
        if column.role in ("day", "people"):
            base["slot"] = base["slot"] or column.slot
            label = column.label
            if column.role == "day" and column.lower and not base["mission"]:
                label = column.label
            base["mission"] = base["mission"] or label
        if self.layout.shape == "persons":
            self._read_mark(number, column, text, base, known)
            return
        if column.role == "person" and self.layout.get("firstname"):
            first = _at(texts, self._at("firstname"))
            raw = f"{first} {text}".strip()
        if is_wanted(text):
            self._add(number, column.at, text, base, None, known, column)
            return
        people = find_people(raw)
        for mention in people:
            if mention.is_off:
                self.result.absent.append(number)
            else:
                own = dict(base, slot=mention.slot or base["slot"])
                self._add(number, column.at, text, own, mention, known, column)

    def _read_mark(self, number, column, text, base, known):
        who = base["person"]
        if not who or plain(text) in _AWAY or (is_nobody(text) and not is_mark(text)):
            return
        unsure = "?" in text or "confirmer" in plain(text)
        text = clean(text.replace("?", " "))
        rest = text
        if is_mark(text) or not text:
            rest = ""
        elif read_hours(text) is not None:
            base["hours"], rest = read_hours(text), ""
        elif plain(text) not in self.missions:
            slot, rest = find_slot(text)
            base["slot"] = slot or base["slot"]
        if rest and not is_mark(rest):
            base["mission"] = rest
        for mention in find_people(who):
            own = Mention(mention.name, unsure or mention.is_unsure)
            self._add(number, column.at, text, base, own, known, column)

    def _add(self, number, at, text, base, mention, known, column):
        settled, day_text, bad = self._get_date(known, column)
        problems = list(base["problems"])
        if bad or not settled.day:
            problems.append(("day", bad or day_text))
        self.result.entries.append(
            Entry(
                row=number,
                at=at,
                cell=text,
                day=None if bad else settled.day,
                day_text=day_text,
                slot=base["slot"],
                mission=base["mission"],
                place=base["place"],
                mention=mention,
                hours=base["hours"],
                remark=base["remark"],
                is_guessed=settled.is_guessed,
                is_off=settled.is_off,
                problems=problems,
            )
        )

    def _get_date(self, known, column):
        """(Settled, text, what is no day) of a cell: of its column, in the week of its row."""
        last, heads, bad = known
        if column is None or column.role != "day":
            if column is not None and column.day and last and last[1].is_week:
                return Settled(in_week(last[0].day, column.day)), column.heading, bad
            return (last[0] if last else Settled()), "", bad
        found, day = heads.get(column.at, (Settled(), column.day))
        if last and last[0].day and day and day.day is None:
            return Settled(in_week(last[0].day, day), last[0].is_guessed), column.heading, bad
        return found, column.heading, ""


def _without_day(text):
    """« sam. 7/11 14h-18h » without its day."""
    day, rest = find_day(text)
    return rest if day and day.is_known and not day.is_week else text


def _at(cells, rank):
    return cells[rank] if rank < len(cells) else ""
