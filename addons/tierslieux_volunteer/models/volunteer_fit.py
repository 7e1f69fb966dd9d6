from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.distance import get_km
from ..tools.fit import Away, Busy, Duty, Limits, Period, Person, find_misfits

# Other shifts are read so long around: a month and the days in a row before it.
AROUND = timedelta(days=45)


class TierslieuxVolunteer(models.Model):
    """Does a shift fit? What ``tools.fit`` needs to know is read here, once for many.

    Everything is read in superuser mode: the answer is reasons in words, of which a screen shows
    those that its reader may know.
    """

    _inherit = "tierslieux.volunteer"

    def _get_misfits(self, shift):
        """Why a shift does not fit this volunteer.

        :return: list of :class:`Misfit`, the gravest first; empty when it fits. ``_tell_misfits``
            puts them in words.
        """
        self.ensure_one()
        return self._get_misfits_of(shift).get((self.id, shift.id), [])

    def _get_misfits_of(self, shifts, pairs=None):
        """The same for many: as many queries whatever their number.

        :param pairs: {(volunteer id, shift id)}, to look at these alone
        :return: {(volunteer id, shift id): list of misfits}, of those that have some
        """
        # sudo: see the class
        volunteers, shifts = self.sudo()._origin, shifts.sudo()
        if not volunteers or not shifts:
            return {}
        persons = volunteers._get_fit_persons(shifts)
        duties = {shift: shift._get_fit_duty() for shift in shifts}
        points = {volunteer: volunteer.partner_id._get_point() for volunteer in volunteers}
        found = {}
        for shift, duty in duties.items():
            place = shift.place_id.partner_id._get_point()
            for volunteer in volunteers:
                if pairs is not None and (volunteer.id, shift.id) not in pairs:
                    continue
                person = persons[volunteer]
                km = get_km(points[volunteer], place) if person.max_km else None
                misfits = find_misfits(person, duty if km is None else duty.at_km(km))
                if misfits:
                    found[volunteer._origin.id, shift._origin.id or shift.id] = misfits
        return found

    # -- what is known of people --------------------------------------------------------------

    def _get_fit_persons(self, shifts):
        """:return: {volunteer: :class:`Person`} around the time of these shifts"""
        first, last = min(shifts.mapped("start")) - AROUND, max(shifts.mapped("stop")) + AROUND
        busy = self._get_fit_busy(first, last)
        certifications = self._get_fit_certifications()
        days = first.date(), last.date()
        return {
            volunteer: Person(
                birthdate=volunteer.partner_id.birthdate_date or None,
                consent=volunteer._get_fit_consent(),
                gone_from=volunteer.left_on or None,
                week=volunteer._get_week(),
                aways=tuple(
                    Away(start, stop, absence.kind)
                    for absence in volunteer.absence_ids
                    for start, stop in absence._get_spans(*days)
                ),
                skills={
                    line.volunteer_skill_id.id: int(line.level) for line in volunteer.skill_line_ids
                },
                certifications=certifications[volunteer.partner_id.id, volunteer.company_id.id],
                papers=volunteer._get_fit_papers(),
                refusals=frozenset(
                    volunteer.wish_ids.filtered(lambda w: w.kind == "refusal").mission_id.ids
                ),
                places=frozenset(volunteer.place_ids.ids),
                max_km=volunteer.max_km,
                limits=Limits(
                    per_day=volunteer.max_per_day,
                    per_week=volunteer.max_per_week,
                    days_in_row=volunteer.max_days_in_row,
                    weekends_month=volunteer.max_weekends_month,
                    rest_hours=volunteer.rest_hours,
                    hours_month=volunteer.hours_month,
                ),
                busy=tuple(busy[volunteer.partner_id.id]),
                is_irregular=volunteer.is_irregular,
            )
            for volunteer in self
        }

    def _get_fit_busy(self, first, last):
        """Shifts that these persons have a seat in, whichever association's."""
        rows = self.env["tierslieux.shift.assignment"].search(
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("is_holding", "=", True)
            & Domain("start", "<", last)
            & Domain("stop", ">", first)
        )
        busy = defaultdict(list)
        for row in rows:
            localize = row.shift_id._to_place_time
            busy[row.partner_id.id].append(
                Busy(localize(row.start), localize(row.stop), row.shift_id.id)
            )
        return busy

    def _get_fit_certifications(self):
        holders = self.env["tierslieux.certification.holder"].search(
            [("partner_id", "in", self.partner_id.ids)]
        )
        found = defaultdict(lambda: defaultdict(list))
        for holder in holders:
            periods = found[holder.partner_id.id, holder.company_id.id]
            periods[holder.certification_id.id].append(
                Period(holder.date_start or None, holder.date_end or None)
            )
        return found

    def _get_fit_papers(self):
        papers = defaultdict(list)
        for paper in self.paper_ids:
            papers[paper.kind].append(Period(paper.date_start or None, paper.date_end or None))
        return papers

    def _get_fit_consent(self):
        """A consent without a day of its own holds from the day that it was given."""
        if not (self.consent_by_id and self.consent_from):
            return None
        return Period(self.consent_from, self.consent_to or None)

    # -- in words -----------------------------------------------------------------------------

    def _tell_misfits(self, misfits, shift):
        """:return: a sentence for each misfit, in order"""
        return [self._tell_misfit(misfit, shift) for misfit in misfits]

    def _tell_misfit(self, misfit, shift):
        # sudo: names of what the sentence is about
        self, shift = self.sudo(), shift.sudo()
        about = misfit.about
        if misfit.code in ("skill", "certification", "refused", "place", "clash", "rest"):
            return self._tell_named_misfit(misfit, shift)
        if misfit.code == "gone":
            return self.env._("Has left, from %s on.", format_date(self.env, about))
        if misfit.code in ("too_young", "far"):
            sentences = {
                "too_young": self.env._("Must be %(number)s years old on that day."),
                "far": self.env._("Lives %(number)s km away: further than they go."),
            }
            return sentences[misfit.code] % {"number": round(about)}
        limits = {
            "per_day": self.env._("Has %(number)s shift(s) that day already: no more, they said."),
            "per_week": self.env._("Has %(number)s shift(s) that week already: no more."),
            "days_in_row": self.env._("More than %(number)s days in a row."),
            "weekends_month": self.env._("More than %(number)s weekend(s) that month."),
            "hours_month": self.env._("More than the %(number)s hours a month that they want."),
        }
        if misfit.code in limits:
            return limits[misfit.code] % {"number": f"{about:g}"}
        return self._get_plain_misfits()[misfit.code]

    def _get_plain_misfits(self):
        return {
            "paused": self.env._("Takes a pause then."),
            "away": self.env._("Is away then."),
            "minor_night": self.env._("Is under 18 on that day, and this is at night."),
            "young_evening": self.env._("Is under 16 on that day, and this is late."),
            "no_consent": self.env._("Is under 18: a parent's consent is missing for that day."),
            "licence": self.env._("No valid driving licence on that day."),
            "insurance": self.env._("No valid insurance of the vehicle on that day."),
            "hours": self.env._("Not within the hours when they can come."),
        }

    def _tell_named_misfit(self, misfit, shift):
        about = misfit.about
        if misfit.code == "skill":
            skill = self.env["tierslieux.volunteer.skill"].browse(about)
            return self.env._("Needs this skill: %s.", skill.name)
        if misfit.code == "certification":
            certification = self.env["tierslieux.certification"].browse(about)
            return self.env._("No valid certificate on that day: %s.", certification.name)
        if misfit.code == "refused":
            return self.env._("Does not want this mission.")
        if misfit.code == "place":
            return self.env._("Does not come to %s.", shift.place_id.name)
        other = shift.browse(about.shift_id).display_name
        if misfit.code == "clash":
            return self.env._("Is in another shift at that time: %s.", other)
        return self.env._("Too little rest before or after another shift: %s.", other)


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    def _get_fit_duty(self):
        """:return: :class:`Duty`, in the time of the place"""
        self.ensure_one()
        mission = self.mission_id
        return Duty(
            start=self._to_place_time(self.start),
            stop=self._to_place_time(self.stop),
            shift_id=self._origin.id or 0,
            mission_id=mission.id,
            place_id=self.place_id.id,
            skills={
                need.volunteer_skill_id.id: int(need.level)
                for need in mission.need_ids
                if need.kind == "must"
            },
            certifications=frozenset(mission.certification_ids.ids),
            min_age=mission.min_age,
            night=(mission.night_from, mission.night_to),
            evening=(mission.night_from_young, mission.night_to),
            is_driving=mission.is_driving,
        )

    def _get_misfitting(self):
        """Those in these shifts whom they do not fit (any more): a condition changed, a paper ends.

        :return: {assignment: list of misfits}
        """
        # sudo: who reads the shifts is told which of those in them do not fit
        rows = self.sudo().assignment_ids.filtered("is_holding")
        found = rows.volunteer_id._get_misfits_of(rows.shift_id)
        return {
            row: found[row.volunteer_id.id, row.shift_id.id]
            for row in rows
            if (row.volunteer_id.id, row.shift_id.id) in found
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_point(self):
        return self.partner_latitude, self.partner_longitude
