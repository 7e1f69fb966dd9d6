from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.home import Badge, Gesture, Wait

RECEPTION = "tierslieux_base.group_reception"
COORDINATOR = "tierslieux_base.group_coordinator"
# A coordinator is shown what is short so long ahead.
SOON = timedelta(days=14)
# A day anywhere on earth has ended so long after now.
TODAY_AT_MOST = timedelta(hours=36)


class TierslieuxHome(models.AbstractModel):
    """Volunteers at the front desk: who is expected, what is short, whom to ring."""

    _inherit = "tierslieux.home"

    @api.model
    def _get_home_waits(self):
        waits = super()._get_home_waits()
        if not self.env.user.has_group(RECEPTION):
            return waits
        calls = [("channel", "=", "call"), ("state", "=", "todo")]
        waits.append(
            Wait(
                self.env._("Volunteers to ring"),
                "fa-phone",
                self.env["tierslieux.message"].search_count(
                    [*calls, ("kind", "=like", "volunteer_%")]
                ),
                "tierslieux_volunteer.call_action",
                sequence=60,
            )
        )
        if self.env.user.has_group(COORDINATOR):
            domain = self.env["tierslieux.shift"]._get_short_domain()
            waits.append(
                Wait(
                    self.env._("Shifts that are short"),
                    "fa-exclamation-triangle",
                    self.env["tierslieux.shift"].search_count(domain),
                    "tierslieux_volunteer.coverage_action",
                    sequence=25,
                    domain=domain,
                )
            )
        return waits

    @api.model
    def _get_todays_assignments(self, partners):
        """Those of these persons who are expected in a shift today: rows, by start."""
        Assignment = self.env["tierslieux.shift.assignment"]
        if not Assignment.has_access("read"):
            return Assignment
        now = fields.Datetime.now()
        found = Assignment.search(
            [
                ("partner_id", "in", partners.ids),
                ("is_holding", "=", True),
                ("start", "<", now + TODAY_AT_MOST),
                ("stop", ">", now),
            ],
            order="start, id",
        )
        return found.filtered(lambda a: a.day <= a.shift_id._to_place_time(now).date())

    @api.model
    def _get_home_badges(self, partners):
        badges = super()._get_home_badges(partners)
        if not self.env.user.has_group(RECEPTION):
            return badges
        for assignment in self._get_todays_assignments(partners):
            shift = assignment.shift_id
            badges[assignment.partner_id.id].append(
                Badge(
                    self.env._(
                        "Volunteer at %(hour)s: %(mission)s",
                        hour=shift._tell_hour(shift.start),
                        mission=shift.mission_id.name,
                    ),
                    kind="success",
                )
            )
        return badges

    @api.model
    def _get_home_person_gestures(self, partners):
        gestures = super()._get_home_person_gestures(partners)
        if not self.env.user.has_group(RECEPTION):
            return gestures
        for assignment in self._get_todays_assignments(partners):
            if assignment.state != "came":
                gestures[assignment.partner_id.id].append(
                    Gesture(
                        self.env._("Comes for the shift"),
                        "fa-hand-paper-o",
                        sequence=8,
                        model=assignment._name,
                        method="action_came",
                        ids=tuple(assignment.ids),
                        done=self.env._(
                            "%(who)s is in: %(mission)s.",
                            who=assignment.partner_id.name,
                            mission=assignment.mission_id.name,
                        ),
                    )
                )
        return gestures


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    @api.model
    def _get_short_domain(self):
        """Shifts of the next two weeks that lack somebody."""
        now = fields.Datetime.now()
        return [
            ("state", "=", "open"),
            ("start", ">", now),
            ("start", "<", now + SOON),
            ("coverage", "in", ["short"]),
        ]
