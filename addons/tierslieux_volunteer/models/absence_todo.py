import re

from odoo import api, models

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

ABSENCE = "tierslieux_volunteer.activity_type_absence"
UNCOVERED = "tierslieux_volunteer.activity_type_uncovered"


class TierslieuxShift(models.Model):
    """What somebody's absence leaves to do: one line per shift, over when the seat is taken."""

    _inherit = "tierslieux.shift"

    def _tell_absence(self, names):
        """Tell who coordinates these shifts that somebody cannot come. Who cannot either is added
        to the same to-do; it says how many are missing now.

        :param str names: of those who cannot come
        """
        kind = self._get_absence_kinds(ABSENCE)
        # sudo: what a volunteer does is told to who coordinates, whoever records it
        for shift in self.sudo():
            shift.invalidate_recordset(["taken_count", "missing_count", "coverage"])
            note = shift._tell_shortage()
            known = shift.activity_ids.filtered(lambda a: a.activity_type_id in kind)[:1]
            if not known:
                shift._tell_coordinator(self.env._("Cannot come: %s", names), ABSENCE, note)
                continue
            summary = known.summary or ""
            if f", {names}," not in f", {summary.partition(': ')[2]},":
                summary = f"{summary}, {names}"[:250]
            known.write({"summary": summary, "note": text_to_html(note)})

    @api.model
    def _get_absence_kinds(self, *names):
        """The types of to-dos of these external ids; somebody may have deleted one."""
        kinds = self.env["mail.activity.type"]
        for name in names:
            kinds |= self.env.ref(name, raise_if_not_found=False) or kinds
        return kinds

    def _tell_shortage(self):
        """How many are missing, for the note of the to-do."""
        self.ensure_one()
        if self.coverage == "short":
            return self.env._(
                "%(in)s of %(min)s at least: %(missing)s missing.",
                **{"in": self.taken_count, "min": self.seats_min, "missing": self.missing_count},
            )
        return self.env._("Enough are in without them: %s.", self.taken_count)

    def _end_absence(self, is_over=False, taken_by=None):
        """Nothing is left to do about who cannot come: the seats are taken again. Where some are
        still free, it says how many, and no more of who comes after all.

        :param bool is_over: or the shift is over, or does not take place
        :param taken_by: the rows that took a seat just now
        """
        kinds = self._get_absence_kinds(ABSENCE, UNCOVERED)
        # sudo: as above
        activities_sudo = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "in", kinds.ids),
                ]
            )
        )
        if not activities_sudo:
            return
        self.invalidate_recordset(["taken_count"])
        taken = self.filtered(lambda s: is_over or s.taken_count >= s.seats_wanted)
        over_sudo = activities_sudo.filtered(lambda a: a.res_id in taken.ids)
        absences = self._get_absence_kinds(ABSENCE)
        for activity in (activities_sudo - over_sudo).filtered(
            lambda a: a.activity_type_id in absences and taken_by
        ):
            # sudo: as above
            shift = self.sudo().filtered(lambda s, a=activity: s.id == a.res_id)
            back = taken_by.sudo().filtered(lambda row, s=shift: row.shift_id == s)
            summary = _drop_names(activity.summary or "", back.partner_id.mapped("name"))
            if summary.rstrip().endswith(":"):
                over_sudo |= activity
                continue
            shift.invalidate_recordset(["missing_count", "coverage"])
            note = text_to_html(shift._tell_shortage())
            activity.write({"summary": summary, "note": note})
        over_sudo.unlink()


def _drop_names(summary, names):
    """
    >>> _drop_names("Cannot come: Ana Roy, Bob Roy", ["Ana Roy"])
    'Cannot come: Bob Roy'
    >>> _drop_names("Cannot come: Ana Roy", ["Ana Roy"])
    'Cannot come: '
    """
    for name in names:
        name = re.escape(name)
        summary = re.sub(rf"(?<=: ){name}(?:, |$)|, {name}(?=, |$)", "", summary)
    return summary
