from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.tierslieux_base.tools import clock

from ..tools.attended import get_planned_hours
from .assignment import HOLDING
from .hours import LIVE

# Two figures that are so near are the same.
NEAR = 0.01
DAY = 24


class TierslieuxVolunteerHours(models.Model):
    """What hours can be true: over, within a day, not told already."""

    _inherit = "tierslieux.volunteer.hours"

    def _occupy(self):
        """Lines with a time keep their person from being elsewhere then: the database has the last
        word (``_time_once``); who is told is told by what."""
        for line in self.filtered(lambda each: each.kind != "correction"):
            occupies = bool(line.state in LIVE and line.start and line.stop)
            if occupies:
                line._refuse_overlap()
            if line.occupies != occupies:
                # sudo: technical
                line.sudo().occupies = occupies

    def _refuse_impossible(self, vals):
        """In words, before the database refuses it.

        :raise ValidationError: for more than a day, less than nothing, an end before the beginning
        """
        if vals.get("corrects_id") or self.corrects_id:
            return
        start, stop = (
            fields.Datetime.to_datetime(vals.get(name, self[name])) for name in ("start", "stop")
        )
        hours = vals.get("hours") or 0.0
        if hours < 0:
            raise ValidationError(self.env._("Say how long: from when to when, or how many hours."))
        if start and stop and stop <= start:
            raise ValidationError(self.env._("Hours end after they begin."))
        if hours > DAY or (start and stop and get_planned_hours(start, stop) > DAY):
            raise ValidationError(self.env._("A day has 24 hours: declare each day by itself."))

    def _refuse_overlap(self):
        """:raise ValidationError: naming what is counted for that time already"""
        self.ensure_one()
        if self.kind == "shift":
            return  # written in one go for many: what overlaps was left out before
        at_that_time = [
            ("partner_id", "=", self.partner_id.id),
            ("start", "<", self.stop),
            ("stop", ">", self.start),
        ]
        # sudo: the person's own hours and shifts, whoever declares
        other = self.sudo().search(
            [*at_that_time, ("occupies", "=", True), ("id", "!=", self.id)], limit=1
        )
        if other:
            raise ValidationError(
                self.env._(
                    "%s: some of this time is counted already. Nobody is in two places at once.",
                    other.display_name,
                )
            )
        shifts = self.env["tierslieux.shift.assignment"].sudo()
        row = shifts.search(
            [
                *at_that_time,
                ("is_holding", "=", True),
                ("state", "in", HOLDING),
                ("id", "!=", self.assignment_id.id),
            ],
            limit=1,
        )
        if row:
            raise ValidationError(
                self.env._(
                    "%(who)s is in a shift at that time: %(shift)s. Its hours count by themselves;"
                    " declare what you did before or after.",
                    who=row.partner_id.name,
                    shift=row.shift_id.display_name,
                )
            )

    def _check_truth(self):
        """:raise ValidationError: for hours to come, without length, or too many in a day"""
        now = fields.Datetime.now()
        live = self.filtered(lambda line: line.state in LIVE)
        for line in live.filtered(lambda each: each.kind != "correction"):
            line._check_past(now)
            line._check_length()
            line._check_belongs()
        live._check_day_totals()
        for root in live.corrects_id:
            if root.net_hours < -NEAR:
                raise ValidationError(
                    self.env._(
                        "%s: a correction takes off no more than there is.", root.display_name
                    )
                )

    def _check_past(self, now):
        self.ensure_one()
        today = clock.get_day(now, self._get_tz())
        is_to_come = self.date > today or (self.stop and self.stop > now)
        if is_to_come or (self.start and self.start > now):
            raise ValidationError(
                self.env._(
                    "%s is to come: hours are declared once they are given.",
                    format_date(self.env, self.date)
                    if self.date > today
                    else self.env._("The end of these hours"),
                )
            )
        if self.start and self.date != clock.get_day(self.start, self._get_tz()):
            raise ValidationError(self.env._("The day is that on which these hours begin."))

    def _check_length(self):
        self.ensure_one()
        if self.hours <= 0:
            raise ValidationError(self.env._("Say how long: from when to when, or how many hours."))
        if bool(self.start) != bool(self.stop):
            raise ValidationError(self.env._("Say from when to when, or only how many hours."))
        if self.start and self.hours > get_planned_hours(self.start, self.stop) + NEAR:
            raise ValidationError(
                self.env._("There are not so many hours between the beginning and the end.")
            )

    def _check_belongs(self):
        self.ensure_one()
        # sudo: the person's own row
        row = self.sudo().assignment_id
        if row and row.volunteer_id != self.sudo().volunteer_id:
            raise ValidationError(self.env._("This shift is somebody else's."))
        if row and row.shift_id.state == "cancelled":
            raise ValidationError(
                self.env._("%s was cancelled: it gives no hours.", row.shift_id.display_name)
            )
        if self.place_id.company_id != self.company_id:
            raise ValidationError(
                self.env._("%s belongs to another association.", self.place_id.name)
            )

    def _check_day_totals(self):
        """A day of one person has no more hours than the association says.

        Counted with what is there: declared, validated, corrected, and attended shifts whose hours
        are not validated yet.
        """
        if not self:
            return
        totals = self._get_day_totals()
        for company, lines in self.grouped("company_id").items():
            limits = self.env["tierslieux.volunteer.parameter"]._get_values(
                "day_hours", lines.mapped("date"), company
            )
            for line in lines:
                total = totals.get((line.partner_id.id, line.date), 0.0)
                if total > limits[line.date] + NEAR and (
                    line.kind != "correction" or line.hours > 0
                ):
                    raise ValidationError(
                        self.env._(
                            "%(who)s would have %(total)s hours on %(date)s, and a day has"
                            " %(limit)s at most. Declare each day by itself, or correct what is"
                            " there.",
                            who=line.sudo().partner_id.name,
                            total=f"{round(total, 2):g}",
                            date=format_date(self.env, line.date),
                            limit=f"{limits[line.date]:g}",
                        )
                    )

    def _get_day_totals(self):
        """SQL: two ledgers in one sum, for many persons and days at once.

        :return: {(person's id, day): hours}
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, date, SUM(hours)
                  FROM (
                    SELECT partner_id, date, hours FROM tierslieux_volunteer_hours
                     WHERE state IN %(live)s AND partner_id IN %(persons)s AND date IN %(days)s
                 UNION ALL
                    SELECT a.partner_id, a.day, a.attended_hours
                      FROM tierslieux_shift_assignment a
                     WHERE a.attended_hours > 0
                       AND a.partner_id IN %(persons)s AND a.day IN %(days)s
                       AND NOT EXISTS (
                           SELECT 1 FROM tierslieux_volunteer_hours h
                            WHERE h.assignment_id = a.id AND h.state IN %(live)s
                       )
                  ) AS given
                 GROUP BY partner_id, date
                """,
                live=LIVE,
                persons=tuple(self.partner_id.ids),
                days=tuple(set(self.mapped("date"))),
            )
        )
        return {(person, day): float(total) for person, day, total in rows}
