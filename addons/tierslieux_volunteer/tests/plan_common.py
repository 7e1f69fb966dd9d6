from unittest.mock import patch

from odoo.addons.tierslieux_volunteer.models.shift_plan_run import TierslieuxShiftPlan as Run
from odoo.addons.tierslieux_volunteer.tools.planner.inputs import Options

from .volunteer_common import VolunteerCase


class PlanCase(VolunteerCase):
    """Plans of February 2027 at ``cls.place``; the solver's own time ends them, no clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mission.write({"seats_min": 1, "seats_wanted": 1, "seats_max": 2})
        cls.startClassPatcher(
            patch.object(Run, "_get_options", lambda self: Options(effort=2, seconds=100000))
        )

    def shift_on(self, day, hours=(14, 18), mission=None, **vals):
        """A shift on a day of February 2027, by the clock of Paris."""
        start, stop = (f"2027-02-{day:02} {hour}:00" for hour in hours)
        return self.shift(start, stop, mission, **vals)

    def make_plan(self, user=None, **vals):
        Plan = self.as_user(self.env["tierslieux.shift.plan"], user or self.coordinator)
        return Plan.create(
            {
                "place_ids": self.place.ids,
                "date_from": "2027-02-01",
                "date_to": "2027-02-28",
                **vals,
            }
        )

    def work_out(self, plan):
        """The job, as the server runs it."""
        plan.action_propose()
        with self.enter_registry_test_mode():
            self.env.ref("tierslieux_volunteer.cron_plan").method_direct_trigger()
        plan.invalidate_recordset()
        return plan

    def propose(self, **vals):
        plan = self.work_out(self.make_plan(**vals))
        self.assertEqual(plan.state, "proposed", plan.message)
        return plan

    def pairs(self, plan, kind):
        """{(first name, day)} of a kind of lines."""
        lines = plan.sudo().line_ids.filtered(lambda line: line.kind == kind)
        return {(line.partner_id.firstname, line.shift_id.day.day) for line in lines}

    def rows(self, shift):
        return {row.partner_id.firstname: row.state for row in shift.assignment_ids}
