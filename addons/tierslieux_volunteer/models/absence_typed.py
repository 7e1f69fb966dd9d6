from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools import clock

SPAN = {"volunteer_id", "kind", "date_from", "date_to", "hour_from", "hour_to"}
# An absence without an end frees what is planned so far ahead.
AHEAD = timedelta(days=3 * 366)


class TierslieuxVolunteerAbsence(models.Model):
    """Days typed on the sheet free the shifts that they cover, as those declared elsewhere do;
    which ones is seen beside them before they are saved."""

    _inherit = "tierslieux.volunteer.absence"

    frees = fields.Text(
        string="Shifts freed",
        compute="_compute_frees",
        help="Saving frees these shifts: the coordinators are told, and others are asked.",
    )

    @api.depends("volunteer_id", "kind", "date_from", "date_to", "hour_from", "hour_to")
    @api.depends_context("lang")
    def _compute_frees(self):
        today = fields.Date.context_today(self)
        for absence in self:
            absence.frees = False
            volunteer = absence.volunteer_id._origin
            is_over = absence.date_to and absence.date_to < today
            if absence.kind == "extra" or is_over or not (volunteer and absence.date_from):
                continue
            if not volunteer.has_access("read"):
                continue  # a window may name any sheet
            titles = [item.title for item in absence._get_covered(volunteer)]
            # sudo: what it has freed already, for who reads the sheet
            freed_sudo = absence._origin.sudo().assignment_ids.shift_id
            titles = [*freed_sudo.mapped("display_name"), *titles]
            absence.frees = "\n".join(titles) or self.env._("None")

    def _get_covered(self, volunteer=None):
        """What they were to do within this absence and has not begun.

        :return: list of ``Uncovered``, by start
        """
        self.ensure_one()
        volunteer = volunteer or self.volunteer_id
        guard = self.env["tierslieux.absence.guard"]
        first, last = self.date_from, self.date_to or self.date_from + AHEAD
        if last < first:
            return []
        # sudo: the person and the clock of the sheet, which the caller may read
        volunteer_sudo = volunteer.sudo()
        found = guard._get_uncovered(
            volunteer_sudo.partner_id, *guard._get_bounds(volunteer_sudo, first, last)
        )
        zone = volunteer_sudo.company_id.partner_id.tz or clock.DEFAULT
        spans = self._get_spans(first, last)

        def is_covered(item):
            start, stop = (clock.to_local(moment, zone) for moment in (item.start, item.stop))
            return any(start < end and stop > begin for begin, end in spans)

        return [item for item in found if is_covered(item)]

    def _note(self, vals_list):
        """Written down by a gesture that frees the shifts by itself."""
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    @api.model_create_multi
    def create(self, vals_list):
        absences = super().create(vals_list)
        absences._free_covered()
        return absences

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & SPAN:
            self._free_covered()
        return result

    def _free_covered(self):
        """Free what these cover: the gesture of the absence guard, see ``_declare``."""
        for absence in self.filtered(lambda a: a.kind != "extra"):
            # sudo: who may write the sheet frees its shifts, of whichever place
            absence_sudo = absence.sudo()
            for item in absence_sudo._get_covered():
                item.record._free_from_absence(absence_sudo, "desk")
