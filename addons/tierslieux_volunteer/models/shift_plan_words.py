from odoo import models

from ..tools.planner.outputs import Rule

# So many names, or ways out, are said; beyond, how many there are.
MOST_NAMES = 4
MOST_FREED = 3
# Rules about somebody's other shifts
LIMITS = (
    Rule.PER_DAY,
    Rule.PER_WEEK,
    Rule.PER_MONTH,
    Rule.MINUTES_PER_MONTH,
    Rule.DAYS_IN_ROW,
    Rule.WEEKENDS_PER_MONTH,
)


class TierslieuxShiftPlan(models.Model):
    """Why a shift stays short, and what would fill it, in sentences.

    All of it comes from the planner's reasons: which rule keeps whom, which shift somebody would
    have to leave, which rule fills the shift when it is lifted.
    """

    _inherit = "tierslieux.shift.plan"

    def _get_words(self, shorts):
        """:return: {shift id: {"reasons": …, "remedies": …}}, sentences each on a line"""
        # sudo: names of those who plan and of their shifts, for who may plan them
        env = self.sudo().env
        Shift, Volunteer = env["tierslieux.shift"], env["tierslieux.volunteer"]
        found = {}
        for short in shorts:
            shift = Shift.browse(short.shift)
            reasons = [self._tell_missing(short, shift)]
            for reason in short.reasons:
                reasons += self._tell_reason(reason, shift, Volunteer)
            remedies = [self._tell_remedy(each, shift, Volunteer) for each in short.remedies]
            found[shift.id] = {
                "reasons": "\n".join(filter(None, reasons)),
                "remedies": "\n".join(filter(None, remedies)) or self._tell_no_remedy(short),
            }
        return found

    def _tell_missing(self, short, shift):
        who = self.env._("%s people are missing.", short.missing)
        if short.missing == 1:
            who = self.env._("One person is missing.")
        if not short.proved:
            return self.env._("%s Perhaps more time would find them.", who)
        return who

    def _tell_reason(self, reason, shift, Volunteer):
        """What one rule does: for everybody, or for those whom it alone keeps; and who could if
        they left another shift."""
        sentences = []
        if reason.everybody:
            sentences.append(self._tell_nobody(reason.rule, shift))
        elif reason.alone and reason.rule not in LIMITS:
            sentences.append(self._tell_alone(reason, shift, Volunteer))
        for freed in reason.freed[:MOST_FREED]:
            sentences.append(self._tell_freed(freed, Volunteer))
        if not sentences and reason.alone:
            sentences.append(self._tell_alone(reason, shift, Volunteer))
        return sentences

    def _tell_alone(self, reason, shift, Volunteer):
        return self.env._(
            "%(names)s: %(why)s",
            names=self._tell_names(Volunteer.browse(reason.alone)),
            why=self._tell_rule(reason.rule, shift),
        )

    def _tell_names(self, volunteers):
        names = volunteers.partner_id.sorted("name").mapped("name")
        if len(names) > MOST_NAMES:
            return self.env._(
                "%(names)s and %(count)s more",
                names=", ".join(names[:MOST_NAMES]),
                count=len(names) - MOST_NAMES,
            )
        return ", ".join(names)

    def _tell_nobody(self, rule, shift):
        when = shift.with_env(self.env)._tell_short()
        if rule == Rule.SKILL:
            return self.env._(
                "Nobody else has all that it takes on %(when)s: %(needs)s.",
                when=when,
                needs=self._tell_needs(shift),
            )
        sentences = {
            Rule.AVAILABILITY: self.env._("Nobody else can come on %s."),
            Rule.DRIVING: self.env._("Nobody else has a licence and an insurance on %s."),
            Rule.AGE: self.env._("Nobody else has the age for it on %s."),
            Rule.DISTANCE: self.env._("Nobody else comes to that place on %s."),
            Rule.REFUSED: self.env._("Nobody else wants this mission on %s."),
            Rule.ALONE: self.env._(
                "All others are new, and nobody who came before is there on %s. On the sheet of"
                " whoever knows the place, choose « First shift » or « Regular »."
            ),
        }
        return sentences.get(rule, self.env._("All others have other shifts around %s.")) % when

    def _tell_needs(self, shift):
        """What the mission asks of each, by name."""
        mission = shift.mission_id.with_env(self.env(su=True))
        needs = mission.need_ids.filtered(lambda need: need.kind == "must")
        names = [
            *needs.volunteer_skill_id.mapped("name"),
            *mission.certification_ids.mapped("name"),
        ]
        return ", ".join(names) or self.env._("a parent's consent, and not having said no")

    def _tell_rule(self, rule, shift):
        """Why a rule keeps somebody, after their name."""
        if rule == Rule.SKILL:
            return self.env._("lack what it takes (%s).", self._tell_needs(shift))
        sentences = {
            Rule.AVAILABILITY: self.env._("are not free then."),
            Rule.AGE: self.env._("are too young for it, or at night."),
            Rule.DRIVING: self.env._("have no valid licence and insurance on that day."),
            Rule.DISTANCE: self.env._("do not come to that place."),
            Rule.REFUSED: self.env._("do not want this mission."),
            Rule.ALONE: self.env._("are new, and nobody who came before is there."),
            Rule.OVERLAP: self.env._("are in another shift at that time."),
            Rule.TRAVEL: self.env._("would not arrive in time from their other shift."),
            Rule.REST: self.env._("would have too little rest."),
            Rule.PER_DAY: self.env._("have all the shifts that they want that day."),
            Rule.PER_WEEK: self.env._("have all the shifts that they want that week."),
            Rule.MINUTES_PER_MONTH: self.env._("have all the hours that they want that month."),
            Rule.DAYS_IN_ROW: self.env._("would have too many days in a row."),
            Rule.WEEKENDS_PER_MONTH: self.env._("have all the weekends that they want that month."),
        }
        return sentences.get(rule, self.env._("cannot (%s).", rule.value))

    def _tell_freed(self, freed, Volunteer):
        who = self._tell_names(Volunteer.browse(freed.person))
        shifts = Volunteer.env["tierslieux.shift"].browse(freed.leaves).with_env(self.env(su=True))
        names = ", ".join(shifts.mapped("display_name"))
        if freed.locked:
            return self.env._("%(who)s could, but has promised: %(shifts)s.", who=who, shifts=names)
        if freed.leaves_short:
            return self.env._(
                "%(who)s could without this shift, which would then be short: %(shifts)s.",
                who=who,
                shifts=names,
            )
        return self.env._("%(who)s could without this shift: %(shifts)s.", who=who, shifts=names)

    def _tell_remedy(self, remedy, shift, Volunteer):
        """Without one rule on this shift: who would take it."""
        people = [who for who, each in remedy.added if each == shift.id]
        names = self._tell_names(Volunteer.browse(people)) if people else ""
        if remedy.rule == Rule.SKILL:
            return self.env._("Somebody who has this: %s.", self._tell_needs(shift))
        if remedy.rule == Rule.DRIVING:
            return self.env._("Valid papers to drive, of: %s.", names)
        if remedy.rule == Rule.AVAILABILITY:
            return self.env._("One of them, if they could come then: %s.", names)
        if remedy.rule == Rule.DISTANCE:
            return self.env._("If they came to this place for once: %s.", names)
        return self.env._("If they agree to one more shift: %s.", names)

    def _tell_no_remedy(self, short):
        if short.could_come:
            return self.env._("Somebody could come: work it out again with more patience.")
        return self.env._("Somebody new, or another time for this shift.")
