from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

from ..tools import plan_input
from ..tools.distance import get_km
from ..tools.fit import Duty, find_misfits
from ..tools.planner.inputs import Assignment, Crew, Level, Pair, Problem, Weights, Wish
from .shift_plan import WEIGHTS

# Answers that nobody takes back for the volunteer.
LOCKED = ("confirmed", "came")
# Who is asked, or said yes: what is published.
PUBLISHED = ("proposed", "accepted", "confirmed", "came")
HISTORY_MONTHS = 3
# Other shifts so near to the plan's months count for its weeks and its days in a row.
MARGIN = timedelta(days=14)


def get_keys(missions):
    """What the planner calls missions, see ``plan_input.make_shift``."""
    return tuple(str(each) for each in sorted(missions.ids))


class TierslieuxShiftPlan(models.Model):
    """What the records say, as a problem for the planner. As many queries whatever their number.

    Read in superuser mode: the plan says who comes, not why somebody else does not.
    """

    _inherit = "tierslieux.shift.plan"

    def _prepare_problem(self):
        """:return: :class:`Problem`; ids are those of volunteers and shifts, None without a shift
        to fill"""
        self.ensure_one()
        # sudo: see the class; who asked for the plan was checked
        plan = self.sudo()
        shifts = plan._get_shifts()
        now = fields.Datetime.now()
        to_fill = shifts.filtered(lambda s: s.state == "open" and s.start > now)
        if not to_fill:
            return None
        rows = shifts.assignment_ids
        published = rows.filtered(lambda a: a.state in PUBLISHED)
        volunteers = (plan._get_volunteers() | published.volunteer_id).sorted("id")
        known = volunteers._get_fit_persons(shifts)
        duties = {shift: shift._get_fit_duty() for shift in shifts}
        open_duties = [duties[shift] for shift in to_fill]
        refused = self._get_refused_shifts(rows)
        words = {shift_id for shift_ids in refused.values() for shift_id in shift_ids}
        ways = self._get_ways(volunteers, to_fill.place_id)
        history = self._get_history(volunteers)
        others = self._get_other_duties(known, shifts)
        people = tuple(
            plan_input.make_person(
                volunteer.id,
                known[volunteer],
                open_duties,
                ways[volunteer],
                self._get_wishes(volunteer),
                words - refused[volunteer.id],
                history.get(volunteer, 0.0),
            )
            for volunteer in volunteers
        )
        problem_shifts = [
            plan_input.make_shift(
                duties[shift],
                (shift.seats_min, shift.seats_wanted, shift.seats_max),
                self._get_nice(shift.mission_id),
                shift.id in words,
            )
            for shift in to_fill
        ]
        problem_shifts += [plan_input.make_closed_shift(duties[s]) for s in shifts - to_fill]
        problem_shifts += [plan_input.make_closed_shift(duty) for duty, _who in others.values()]
        days = [shift.day for shift in problem_shifts]
        return Problem(
            people=people,
            shifts=tuple(problem_shifts),
            published=(
                *self._get_published(published, known, duties),
                *(
                    Assignment(volunteer_id, duty.shift_id, locked=True)
                    for duty, who in others.values()
                    for volunteer_id in who
                ),
            ),
            travel=self._get_travel(to_fill.place_id),
            crews=tuple(self._get_crews(volunteers, to_fill.mission_id)),
            pairs=self._get_pairs(volunteers, to_fill.mission_id),
            weights=Weights(**{name: Level(plan[f"weight_{name}"]) for name in WEIGHTS}),
            first=min(plan.date_from, *days),
            last=max(plan.date_to, *days),
        )

    def _get_shifts(self):
        """The shifts of the plan, past ones too; those that are cancelled or in draft are none."""
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("place_id", "in", self.place_ids.ids)
            & Domain("day", ">=", self.date_from)
            & Domain("day", "<=", self.date_to)
            & Domain("state", "in", ("open", "in_progress", "done"))
        )
        if self.mission_ids:
            domain &= Domain("mission_id", "in", self.mission_ids.ids)
        return self.env["tierslieux.shift"].search(domain, order="id")

    def _get_volunteers(self):
        """Those who may come to one of the places, whom somebody has met, and who have not left
        before."""
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & (Domain("is_to_meet", "=", False) | Domain("stage", "!=", "met"))
            & (Domain("left_on", "=", False) | Domain("left_on", ">", self.date_from))
            & (Domain("place_ids", "=", False) | Domain("place_ids", "in", self.place_ids.ids))
        )
        return self.env["tierslieux.volunteer"].search(domain, order="id")

    # -- what is published -------------------------------------------------------------------

    def _get_published(self, rows, known, duties):
        """Who was confirmed, came or is of a fixed crew stays. So does who said yes, unless they
        cannot come any more: what they were promised is not taken back to be fairer, or to fill
        another shift. Where the plan may move them, it stays for those whom a wish or a limit is
        against, which the team lifted when they talked."""
        for row in rows.sorted(lambda a: (a.volunteer_id.id, a.shift_id.id)):
            locked = row.state in LOCKED or row.is_fixed
            if row.state == "accepted" and not locked:
                misfits = find_misfits(known[row.volunteer_id], duties[row.shift_id])
                locked = bool(misfits) or not self.moves_accepted
                locked &= not any(each.is_blocking for each in misfits)
            yield Assignment(row.volunteer_id.id, row.shift_id.id, locked=locked)

    def _get_refused_shifts(self, rows):
        """{volunteer id: ids of the shifts that they said no to, or took their word back for}"""
        refused = defaultdict(set)
        for row in rows:
            is_out = row.state == "excused" and row.answer_source != "planner"
            if row._is_final() or is_out:
                refused[row.volunteer_id.id].add(row.shift_id.id)
        return refused

    def _get_other_duties(self, known, shifts):
        """Shifts that are not the plan's, in which its people are at that time.

        :return: {shift id: (:class:`Duty`, ids of those in it)}
        """
        first = self.date_from.replace(day=1) - MARGIN
        last = self.date_to + relativedelta(months=1, day=1) + MARGIN
        mine, found = set(shifts.ids), {}
        for volunteer, person in known.items():
            for busy in person.busy:
                if busy.shift_id in mine or not first <= busy.start.date() <= last:
                    continue
                duty = Duty(busy.start, busy.stop, busy.shift_id)
                found.setdefault(busy.shift_id, (duty, []))[1].append(volunteer.id)
        return dict(sorted(found.items()))

    # -- people ------------------------------------------------------------------------------

    def _get_history(self, volunteers):
        """Hours done in the three months before: {volunteer: hours}."""
        since = self.date_from - relativedelta(months=HISTORY_MONTHS)
        return dict(
            self.env["tierslieux.shift.assignment"]
            .sudo()  # sudo: see the class
            ._read_group(
                [
                    ("volunteer_id", "in", volunteers.ids),
                    ("day", ">=", since),
                    ("day", "<", self.date_from),
                ],
                ["volunteer_id"],
                ["attended_hours:sum"],
            )
        )

    def _get_wishes(self, volunteer):
        kinds = {
            "wish": Wish.LIKES,
            "rather_not": Wish.RATHER_NOT,
            "refusal": Wish.REFUSES,
        }
        return {wish.mission_id.id: kinds[wish.kind] for wish in volunteer.wish_ids}

    def _get_nice(self, mission):
        return [
            (need.volunteer_skill_id.id, int(need.level))
            for need in mission.need_ids.sorted("id")
            if need.kind == "nice"
        ]

    def _get_pairs(self, volunteers, missions):
        """Newcomers and those who may be beside them: a rule of the missions that ask for it, a
        preference elsewhere, as long as there is somebody who knows the place."""
        newcomers = volunteers.filtered("is_newcomer")
        veterans = tuple((volunteers - newcomers).ids)
        asking = missions.filtered("pairs_newcomers")
        kinds = [(asking, True), (missions - asking if veterans else asking.browse(), False)]
        return tuple(
            Pair(newcomer.id, veterans, get_keys(those), never_alone)
            for newcomer in newcomers
            for those, never_alone in kinds
            if those
        )

    def _get_crews(self, volunteers, missions):
        """Those who said that they come together, to these missions."""
        crews = self.env["tierslieux.volunteer.crew"].search(
            [("volunteer_ids", "in", volunteers.ids)], order="id"
        )
        for crew in crews:
            members = crew.volunteer_ids & volunteers
            asked = crew.mission_ids & missions
            if len(members) > 1 and (asked or not crew.mission_ids):
                yield Crew(tuple(members.sorted("id").ids), get_keys(asked))

    # -- ways --------------------------------------------------------------------------------

    def _get_ways(self, volunteers, places):
        """{volunteer: {place id: km, or None where it is not known}}"""
        points = {place: place.partner_id._get_point() for place in places}
        homes = {volunteer: volunteer.partner_id._get_point() for volunteer in volunteers}
        return {
            volunteer: {place.id: get_km(home, points[place]) for place in places}
            for volunteer, home in homes.items()
        }

    def _get_travel(self, places):
        points = {place.id: place.partner_id._get_point() for place in places.sorted("id")}
        return plan_input.get_travel(
            {
                one: {other: get_km(here, there) for other, there in points.items()}
                for one, here in points.items()
            }
        )
