from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command, Domain

from odoo.addons.tierslieux_base.tools import clock

from ..tools.fit import find_misfits
from ..tools.patterns import get_span
from ..tools.rota.entries import Entry
from ..tools.rota.layout import get_letter

# Hours of the parts of a day in which a known shift begins.
PART_BEGINS = {
    "morning": (5, 12),
    "afternoon": (12, 17.5),
    "evening": (17, 24),
    "day": (6, 12),
    "night": (20, 24),
}
DAY = timedelta(days=1)


@dataclass
class Judged:
    """Somebody and a shift of the file, and what becomes of it.

    :param str status: one of ``STATUSES``
    :param shift: the shift that is there, or an empty record
    :param tuple slot: (mission's id, start, stop): one shift
    :param person: id of a volunteer, or ("new", id of the value) before they are made
    :param list reasons: why it is refused, left out or recorded already, in words
    :param list notes: what is to be looked at
    """

    entry: Entry
    status: str = "new"
    mission: object = None
    slot: tuple = ()
    shift: object = None
    row: object = None
    person: object = None
    person_name: str = ""
    state: str = ""
    seat: int = 0
    is_past: bool = False
    reasons: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def end(self, status, reason):
        self.status = status
        self.reasons.append(reason)
        return self


@dataclass
class Context:
    """What is read once for all rows.

    :param dict values: {(kind, key): value} that the user answered
    :param dict shifts: {(mission's id, start, stop): shifts}; ``by_day``: {(mission's id, day): …}
    :param dict rows: {(shift's id, volunteer's id): assignment}
    :param dict taken: {shift's id: numbers of seats}
    :param dict partners: {volunteer's id: partner's id}
    :param dict busy: {partner's id: [(start, stop, shift or slot, row of the file or 0)]}
    :param dict opened: {slot: row of the file that asks for somebody}
    """

    values: dict
    people: object
    missions: object
    now: object
    shifts: dict = field(default_factory=dict)
    by_day: dict = field(default_factory=dict)
    patterns: dict = field(default_factory=lambda: defaultdict(list))
    rows: dict = field(default_factory=dict)
    taken: dict = field(default_factory=lambda: defaultdict(set))
    partners: dict = field(default_factory=dict)
    busy: dict = field(default_factory=lambda: defaultdict(list))
    opened: dict = field(default_factory=dict)


class TierslieuxRotaImport(models.TransientModel):
    """The dry run: what is new, recorded already, to look at or refused, and why."""

    _inherit = "tierslieux.rota.import"

    def _judge(self, reading):
        """Judge each person and shift of the file; reads the database, writes how many are over.

        As many queries whatever the number of rows.

        :return: list of :class:`Judged`, in the order of the file
        """
        context = Context(
            values={(value.kind, value.key): value for value in self.value_ids},
            people=self._get_people(),
            missions=self._get_missions(),
            now=fields.Datetime.now(),
        )
        judged = [Judged(entry) for entry in reading.entries]
        for item in judged:
            self._judge_mission(item, context)
        self._read_shifts(judged, context)
        for item in judged:
            if item.status == "new":
                self._judge_time(item, context)
        timed = [item for item in judged if item.status == "new" and item.slot]
        self.count_past = sum(item.is_past for item in timed)
        self.count_future = len(timed) - self.count_past
        for item in timed:
            self._judge_person(item, context)
        self._read_seats(judged, context)
        for item in judged:
            if item.status in ("new", "open"):
                self._judge_seat(item, context)
        self._judge_fit(judged, context)
        return judged

    # -- what, when ----------------------------------------------------------------------------

    def _judge_mission(self, item, context):
        entry = item.entry
        for code, text in entry.problems:
            item.end("refused", self._problem_message(code, text))
        value = context.values.get(("mission", self._make_key(entry.mission, entry.place)))
        if value and value.action == "leave":
            item.end("skipped", self.env._("This mission is left out."))
        elif value and value.action == "use" and value.mission_id in context.missions:
            item.mission = value.mission_id
        elif item.status == "new":
            item.end("refused", self._problem_message("mission", entry.mission))

    def _read_shifts(self, judged, context):
        """The shifts of these missions around these days, and their usual ones."""
        missions = self.env["tierslieux.mission"].union(
            *(item.mission for item in judged if item.mission)
        )
        days = [item.entry.day for item in judged if item.entry.day]
        if not missions or not days:
            return
        first, last = min(days) - 2 * DAY, max(days) + 3 * DAY
        found = self.env["tierslieux.shift"].search(
            Domain("mission_id", "in", missions.ids)
            & Domain("start", ">=", fields.Datetime.to_datetime(first))
            & Domain("start", "<", fields.Datetime.to_datetime(last))
            & Domain("state", "!=", "cancelled")
        )
        context.shifts = found.grouped(lambda s: (s.mission_id.id, s.start, s.stop))
        context.by_day = found.grouped(lambda s: (s.mission_id.id, s.day))
        for pattern in missions.pattern_ids.filtered("active"):
            context.patterns[pattern.mission_id.id, int(pattern.weekday)].append(pattern)

    def _judge_time(self, item, context):
        entry = item.entry
        span = self._get_span(item, context)
        if not span:
            text = entry.slot.part if entry.slot else ""
            item.end("refused", self._problem_message("time", text))
            return
        item.slot = (item.mission.id, *span)
        item.shift = context.shifts.get(item.slot, self.env["tierslieux.shift"])[:1]
        item.is_past = span[1] <= context.now
        if entry.is_off:
            item.notes.append(self._problem_message("weekday", entry.day_text, entry.day))

    def _get_span(self, item, context):
        """(start, stop) of a row, in UTC, or None when nothing says it."""
        entry, zone = item.entry, self._get_zone(item.mission)
        slot = entry.slot
        if slot and slot.start is not None:
            return get_span(entry.day, slot.start / 60, slot.stop / 60 % 24 or 24, zone)
        part = slot.part if slot else ""
        value = context.values.get(("time", self._get_time_key(entry)))
        if self.use_usual and (not part or part in PART_BEGINS):
            known = self._get_known_span(item, part, zone, context)
            if known:
                return known
        if not value or value.hour_from == value.hour_to:
            return None
        return get_span(entry.day, value.hour_from, value.hour_to, zone)

    def _get_known_span(self, item, part, zone, context):
        """The time of the only shift, else of the only usual one, that this can be."""
        mission, day = item.mission, item.entry.day
        least, most = PART_BEGINS.get(part, (0, 24))

        def fits(hour):
            return least <= hour < most

        def get_hour(shift):
            local = clock.to_local(shift.start, zone)
            return local.hour + local.minute / 60

        shifts = [s for s in context.by_day.get((mission.id, day), ()) if fits(get_hour(s))]
        if len({(s.start, s.stop) for s in shifts}) == 1:
            return shifts[0].start, shifts[0].stop
        usual = {
            (p.hour_from, p.hour_to)
            for p in context.patterns.get((mission.id, day.weekday()), ())
            if fits(p.hour_from) and p.date_from <= day and (not p.date_to or day <= p.date_to)
        }
        if len(usual) == 1 and not shifts:
            return get_span(day, *usual.pop(), zone)
        return None

    # -- who -----------------------------------------------------------------------------------

    def _judge_person(self, item, context):
        entry = item.entry
        if item.is_past and self.past == "skip":
            item.end("skipped", self.env._("This shift is over, and left out."))
            return
        if not entry.mention:
            if item.is_past:
                item.end("skipped", self.env._("This shift is over, and nobody is named."))
            elif item.shift:
                item.end("known", self.env._("This shift is there already, and looks for people."))
            else:
                item.status = "open"
            return
        label = entry.mention.name
        key, _place = self._get_person_key(context.people, label, item.mission)
        value = context.values.get(("person", key))
        item.person_name = label
        if not value or value.needs_answer:
            code = "person_several" if value and value.note else "person_unknown"
            item.end("refused", self._problem_message(code, label))
        elif value.action == "leave":
            item.end("skipped", self.env._("This person is left out."))
        elif value.action == "use":
            item.person = value.volunteer_id.id
            if item.person not in context.people.known:
                item.end("refused", self._problem_message("person_unknown", label))
                return
            item.person_name = value.volunteer_id.display_name
        else:
            item.person = ("new", value.id)
            item.person_name = value.new_name or label
            item.notes.append(self.env._("New volunteer."))
        if item.is_past:
            item.state = "confirmed" if entry.mention.is_unsure else "came"
        else:
            item.state = "proposed" if entry.mention.is_unsure else self.future_state

    # -- does it fit ---------------------------------------------------------------------------

    def _judge_fit(self, judged, context):
        """What is the law or safety refuses; what is a wish, a limit or a closed door is told."""
        coming = [i for i in judged if i.status in ("new", "open") and not i.is_past]
        Shift = self.env["tierslieux.shift"]
        shifts = {}
        for item in judged:
            if item.status in ("new", "open") and item.slot not in shifts:
                shifts[item.slot] = item.shift or Shift.new(
                    {"mission_id": item.mission.id, "start": item.slot[1], "stop": item.slot[2]}
                )
        warnings = {slot: shift._get_opening_warning() for slot, shift in shifts.items()}
        for item in judged:
            if item.status in ("new", "open") and warnings[item.slot]:
                item.notes.append(warnings[item.slot])
        known = [item for item in coming if isinstance(item.person, int)]
        if not known:
            return
        # sudo: reasons in words, of volunteers whom the user may read
        volunteers_sudo = self.env["tierslieux.volunteer"].sudo().browse({i.person for i in known})
        shifts_sudo = {item.slot: shifts[item.slot].sudo() for item in known}
        persons = volunteers_sudo._get_fit_persons(Shift.sudo().union(*shifts_sudo.values()))
        duties = {slot: shift._get_fit_duty() for slot, shift in shifts_sudo.items()}
        for item in known:
            volunteer = volunteers_sudo.browse(item.person)
            found = [
                misfit
                for misfit in find_misfits(persons[volunteer], duties[item.slot])
                if misfit.code != "clash"
            ]
            sentences = volunteer._tell_misfits(found, shifts_sudo[item.slot])
            blocking = [s for m, s in zip(found, sentences, strict=True) if m.is_blocking]
            if blocking:
                item.end("refused", f"{item.person_name}: {' '.join(blocking)}")
            item.notes += sentences

    # -- shown ---------------------------------------------------------------------------------

    def _write_lines(self, judged):
        created = {
            item.slot for item in judged if item.status in ("new", "open") and not item.shift
        }
        self.write(
            {
                "count_shifts": len(created),
                "count_volunteers": len(
                    {i.person for i in judged if i.status == "new" and isinstance(i.person, tuple)}
                ),
                "line_ids": [Command.clear()]
                + [Command.create(self._prepare_line(item)) for item in judged],
            }
        )

    def _prepare_line(self, item):
        entry = item.entry
        return {
            "row_number": entry.row,
            "column_letter": get_letter(entry.at),
            "status": item.status,
            "is_warned": bool(item.notes),
            "day": entry.day or False,
            "time_text": self._time_message(item),
            "mission_text": item.mission.display_name if item.mission else entry.mission,
            "person_text": item.person_name or (entry.mention.name if entry.mention else False),
            "becomes": self._becomes_message(item),
            "reason": " ".join(map(str, item.reasons or item.notes)) or False,
        }
