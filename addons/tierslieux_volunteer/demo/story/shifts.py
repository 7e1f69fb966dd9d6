from collections import Counter, defaultdict
from datetime import timedelta

from odoo import fields

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter

from ...tools.attended import get_planned_hours
from ...tools.patterns import get_occurrences
from .missions import PATTERNS
from .volunteers import LEAVER, LEFT, NEW_STAGES

# Eight weeks: five that were lived, three to come.
PAST, COMING = 35, 20  # days
# How many are in the shifts to come, in turn: as wanted, the least, fewer than needed.
FILLED = ("wanted", "least", "wanted", "short", "least", "short")
# So many shifts newcomers have come to.
FIRST_SHIFTS = {"lemoine_cyril": 1, "haddad_malika": 2}
# A Saturday of two and a half months ago, of which one of those who came has not come again.
LONG_AGO, LONG_AGO_CREW = 75, ("salaun_paul", "fernandes_paulo", LEAVER)
# Two weeks of one usual shift, so that the first of them can ask the other one to swap.
SWAP_PATTERN, SWAP_CREW = 7, ("sylvestre_kevin", "fernandes_paulo")


class Shifts(Chapter):
    """Eight weeks of shifts: who came, who did not, gaps to come, an absence and a swap."""

    module = "tierslieux_volunteer"

    def tell(self):
        self.now = fields.Datetime.now()
        self.boss = self.ref("user_responsable")
        self.tell_shifts()
        self.read_people()
        self.tell_assignments()
        self.tell_leaving()
        self.tell_absence()
        self.tell_swap()
        self.tell_questions()

    def tell_shifts(self):
        """As « Make shifts » would have made them, week after week."""
        rows = PATTERNS.strip().splitlines()
        self.patterns = [self.ref(f"pattern_{number}") for number in range(len(rows))]
        self.crews = {
            pattern: row.split(";")[-1].split()
            for pattern, row in zip(self.patterns, rows, strict=True)
        }
        school = self.env["tierslieux.school.holiday"].search([])._get_test()
        vals_list = []
        for pattern in self.patterns:
            place = pattern.mission_id.place_id
            vals_list += [
                self.prepare_shift(pattern, found)
                for found in get_occurrences(
                    pattern._get_pattern(),
                    self.ago(PAST),
                    self.ago(-COMING),
                    place._get_tz(),
                    place._get_holiday_test(),
                    school,
                )
            ]
        repair = self.patterns[4]
        saturday = self.ago(LONG_AGO) - timedelta(days=(self.ago(LONG_AGO).weekday() - 5) % 7)
        long_ago = get_occurrences(
            repair._get_pattern(), saturday - timedelta(days=13), saturday, "Europe/Paris"
        )
        vals_list.append(self.prepare_shift(repair, long_ago[0]))
        shifts = self.env["tierslieux.shift"].create(vals_list)
        self.long_ago = shifts[-1]
        self.shifts = shifts.sorted(lambda shift: (shift.start, shift.id))

    def prepare_shift(self, pattern, found):
        is_over, has_begun = found.stop <= self.now, found.start <= self.now
        return {
            "mission_id": pattern.mission_id.id,
            "pattern_id": pattern.id,
            "pattern_date": found.day,
            "start": found.start,
            "stop": found.stop,
            "state": "done" if is_over else "in_progress" if has_begun else "open",
            "seats_min": pattern.seats_min,
            "seats_wanted": pattern.seats_wanted,
            "seats_max": pattern.seats_max,
        }

    # -- who fits ------------------------------------------------------------------------

    def read_people(self):
        """Once for all: what stands against whom in which shift, and who has what already."""
        self.people = {}
        for volunteer in self.env["tierslieux.volunteer"].search([]):
            xmlid = volunteer.get_external_id()[volunteer.id]
            self.people[xmlid.removesuffix("_demo").split(".volunteer_")[1]] = volunteer
        everybody = self.env["tierslieux.volunteer"].union(*self.people.values())
        self.misfits = everybody._get_misfits_of(self.shifts)
        self.days = defaultdict(set)
        self.weeks = Counter()
        self.months = Counter()
        self.first_shifts = Counter()

    def may_come(self, key, shift):
        volunteer = self.people[key]
        if (volunteer.id, shift.id) in self.misfits or shift.day in self.days[key]:
            return False
        if volunteer.joined_on > shift.day:
            return False
        if key == LEAVER and shift.day >= self.ago(LEFT):
            return False
        if shift.start <= self.now and (
            volunteer.stage in NEW_STAGES
            or self.first_shifts[key] >= FIRST_SHIFTS.get(key, len(self.shifts))
        ):
            return False
        week, month = self.get_week(key, shift), self.get_month(key, shift)
        hours = self.months[month] + get_planned_hours(shift.start, shift.stop)
        return (not volunteer.max_per_week or self.weeks[week] < volunteer.max_per_week) and (
            not volunteer.hours_month or hours <= volunteer.hours_month
        )

    def get_week(self, key, shift):
        return key, *shift.day.isocalendar()[:2]

    def get_month(self, key, shift):
        return key, shift.day.year, shift.day.month

    def take(self, key, shift):
        self.days[key].add(shift.day)
        self.weeks[self.get_week(key, shift)] += 1
        self.months[self.get_month(key, shift)] += get_planned_hours(shift.start, shift.stop)
        if shift.start <= self.now:
            self.first_shifts[key] += 1

    # -- who is in -----------------------------------------------------------------------

    def tell_assignments(self):
        turns = Counter()
        coming = 0
        vals_list = []
        kept = self.keep_for_swap()
        for shift in self.shifts - self.long_ago:
            pattern = shift.pattern_id
            crew = self.crews[pattern]
            turn = turns[pattern] % len(crew)
            turns[pattern] += 1
            count = shift.seats_wanted
            if shift.start > self.now:
                count = self.get_count(shift, FILLED[coming % len(FILLED)])
                coming += 1
            chosen = kept.get(shift, [])
            for key in crew[turn:] + crew[:turn]:
                if shift in kept and key in SWAP_CREW:
                    continue  # who swaps is not in both
                if len(chosen) < count and self.may_come(key, shift):
                    chosen.append(key)
                    self.take(key, shift)
            vals_list += [
                self.prepare_assignment(shift, key, seat) for seat, key in enumerate(chosen, 1)
            ]
        vals_list += [
            self.prepare_assignment(self.long_ago, key, seat)
            for seat, key in enumerate(LONG_AGO_CREW, 1)
        ]
        self.vary(vals_list)
        # One batch, as their answers left them.
        self.env["tierslieux.shift.assignment"].create(vals_list)

    def keep_for_swap(self):
        """:return: {shift: who is in it before anybody else}"""
        soon = self.now + timedelta(days=2)
        shifts = self.shifts.filtered(
            lambda s: s.pattern_id == self.patterns[SWAP_PATTERN] and s.start > soon
        )
        kept = {}
        for shift, key in zip(shifts, SWAP_CREW, strict=False):
            if self.may_come(key, shift):
                kept[shift] = [key]
                self.take(key, shift)
        return kept

    def get_count(self, shift, filled):
        if shift.mission_id.is_driving and shift.day <= self.ago(-8):
            return shift.seats_wanted  # somebody will be missing there
        if filled == "short":
            return shift.seats_min - 1
        return shift.seats_min if filled == "least" else shift.seats_wanted

    def prepare_assignment(self, shift, key, seat):
        asked = min(shift.start - timedelta(days=12), self.now - timedelta(days=2))
        volunteer = self.people[key]
        state = "came" if shift.stop <= self.now else "accepted"
        if shift.start > self.now and shift.day <= self.ago(-7):
            state = "confirmed"
        return {
            "shift_id": shift.id,
            "volunteer_id": volunteer.id,
            "state": state,
            "seat_number": seat,
            "asked_at": asked,
            "answered_at": asked + timedelta(hours=26),
            "answered_by_id": self.boss.id,
            "answer_source": "phone" if volunteer.contact_mode == "call" else "portal",
            "answered_start": shift.start,
            "answered_stop": shift.stop,
        }

    def vary(self, vals_list):
        """Of the last weeks: one who did not come, one excused, one late, one nobody knows of."""
        day_of = {shift.id: shift.day for shift in self.shifts}
        regular = {v.id for v in self.people.values() if v.stage == "regular"}
        lived = [
            vals
            for vals in vals_list
            if vals["state"] == "came"
            and vals["volunteer_id"] in regular
            and vals["shift_id"] != self.long_ago.id
        ]
        lived.sort(key=lambda vals: (day_of[vals["shift_id"]], vals["shift_id"]), reverse=True)
        lived[0].update(state="accepted")
        late = self.env["tierslieux.shift"].browse(lived[2]["shift_id"])
        lived[2]["came_at"] = late.start + timedelta(minutes=45)
        for vals, state in ((lived[5], "no_show"), (lived[8], "excused"), (lived[20], "excused")):
            vals.update(state=state, seat_number=False)

    # -- what happened since --------------------------------------------------------------

    def find_coming(self, *keys, mission=None):
        """Rows to come of these people, from the day after tomorrow on, by start."""
        rows = self.env["tierslieux.shift.assignment"].search(
            [
                ("volunteer_id", "in", [self.people[key].id for key in keys]),
                ("is_holding", "=", True),
                ("start", ">", self.now + timedelta(days=2)),
            ],
            order="start, id",
        )
        return rows.filtered(
            lambda row: not mission or row.mission_id == self.ref(f"mission_{mission}")
        )

    def tell_leaving(self):
        self.people[LEAVER]._leave(
            self.ago(LEFT), "Nouveau poste à Rennes ; voir l'entretien de départ."
        )
        # One who goes to the sea, next month.
        self.people["ruellan_sandrine"]._be_away(
            self.ago(-26), self.ago(-33), "away", "Chez sa fille, à Brest"
        )

    def tell_absence(self):
        """Somebody with the flu rang this morning: others are asked for the visit."""
        row = (
            self.find_coming("riou_marcelle", "bouvier_michel", mission="visites")[:1]
            or self.find_coming("lemoine_nadege", mission="visites")[:1]
            or self.find_coming("prigent_monique", "ruellan_sandrine")[:1]
        )
        if row:
            self.env["tierslieux.absence.guard"]._declare(
                row.volunteer_id, row.day, row.day, "phone", reason="Grippe"
            )

    def tell_swap(self):
        """One of the repairers asks the demo's volunteer to swap: the answer waits online."""
        asks, answers = SWAP_CREW
        theirs = self.find_coming(answers)
        for row in self.find_coming(asks):
            other = row._get_swaps() & theirs
            if other:
                self.env["tierslieux.shift.swap"]._propose(row, other[:1])
                return

    def tell_questions(self):
        """Two who were asked and have not answered: one of them is on the call list."""
        Assignment = self.env["tierslieux.shift.assignment"]
        gaps = self.shifts.filtered(
            lambda s: s.start > self.now + timedelta(days=2) and s.coverage != "full"
        )
        for key, mission in (
            ("garnier_simone", "accueil"),
            ("fernandes_paulo", "repair"),
            ("riou_evan", "repair"),
        ):
            volunteer = self.people[key]
            of_mission = gaps.filtered(
                lambda s, name=mission: s.mission_id == self.ref(f"mission_{name}")
            )
            against = volunteer._get_misfits_of(of_mission)
            shift = of_mission.filtered(
                lambda s, v=volunteer, a=against: (
                    (v.id, s.id) not in a and v not in s.assignment_ids.volunteer_id
                )
            )[:1]
            if shift:
                Assignment._propose(shift, volunteer)._queue_messages("asked")
