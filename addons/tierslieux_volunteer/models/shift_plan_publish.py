from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import take_turn

from .shift_plan_problem import LOCKED, PUBLISHED

# A publication may be taken back for so long, while nobody was told or has answered.
UNDO = timedelta(minutes=15)


class TierslieuxShiftPlan(models.Model):
    """From the proposal to what people are told.

    Only what changes is written, and only those whose plan changes are told. What is not true any
    more since the plan was made is left out, by name; the rest is published.
    """

    _inherit = "tierslieux.shift.plan"

    can_undo = fields.Boolean(compute="_compute_can_undo")

    def action_publish(self):
        """Ask those who are new, tell those who are not needed; pressed again, nothing more."""
        self._check_planner()
        take_turn(self)
        # Two plans of one place: the later reads whom the other asked, and leaves them the seat.
        take_turn(self.place_ids)
        if self.state == "published":
            return True
        if self.state != "proposed":
            raise UserError(self.env._("There is no proposal to publish yet."))
        # sudo: the right to plan these shifts was checked; answers are closed to writing by hand
        self.sudo()._publish()
        self._write_facts(
            {
                "state": "published",
                "published_at": fields.Datetime.now(),
                "published_by_id": self.env.uid,
            }
        )
        return True

    def _publish(self):
        lines = self.line_ids.filtered(lambda line: line.kind != "kept")
        rows = {
            (row.volunteer_id, row.shift_id): row
            for row in self.env["tierslieux.shift.assignment"].search(
                [("shift_id", "in", lines.shift_id.ids)]
            )
        }
        removed = lines.filtered(lambda line: line.kind == "removed")
        self._publish_removed(removed, rows)
        # Who stays after all has the seat that somebody else was to be asked for.
        stay = removed.filtered(lambda line: line.outcome == "left_out" and line._is_coming())
        self._publish_new(lines.filtered(lambda line: line.kind == "new"), rows, stay.shift_id)

    # -- not any more ------------------------------------------------------------------------

    def _publish_removed(self, lines, rows):
        done = self.env["tierslieux.shift.assignment"]
        pairs = {(line.volunteer_id.id, line.shift_id.id) for line in lines}
        misfits = lines.volunteer_id._get_misfits_of(lines.shift_id, pairs)
        for line in lines:
            row = rows.get((line.volunteer_id, line.shift_id), done)
            found = misfits.get((line.volunteer_id.id, line.shift_id.id), [])
            if row.state not in PUBLISHED or line.shift_id.state == "cancelled":
                line.outcome = "same"
            elif row.state in LOCKED or row.is_fixed:
                line._leave_out(self.env._("Was confirmed in the meantime: stays."))
            elif row.state == "accepted" and not (
                self.moves_accepted or any(each.is_blocking for each in found)
            ):
                line._leave_out(self.env._("Said yes in the meantime: stays."))
            elif not line._is_coming():
                line._leave_out(self.env._("The shift has begun."))
            else:
                line._note_before(row)
                line.assignment_id = row
                done |= row
        untold = done._get_untold()
        done._release_seats({"state": "excused", "answer_source": "planner"})
        # Who was not told yet that they were asked is told nothing.
        untold_message_sudo = self.env["tierslieux.message"].sudo()  # sudo: the house's outbox
        untold_message_sudo._forget_shifts(untold)
        (done - untold)._queue_messages("freed")

    # -- new ---------------------------------------------------------------------------------

    def _publish_new(self, lines, rows, settled):
        none = self.env["tierslieux.shift.assignment"]
        wanted = {(line.volunteer_id.id, line.shift_id.id) for line in lines}
        misfits = lines.volunteer_id._get_misfits_of(lines.shift_id, wanted)
        free = lines.shift_id._get_free_seats()
        for shift in lines.shift_id & settled:
            free[shift] -= max(0, shift.seats_max - shift.seats_wanted)
        pairs = []
        for line in lines:
            row = rows.get((line.volunteer_id, line.shift_id), none)
            found = misfits.get((line.volunteer_id.id, line.shift_id.id), [])
            if row.state in PUBLISHED:
                line.outcome = "same"
            elif reason := line._get_obstacle(row, found, free[line.shift_id], settled):
                line._leave_out(reason)
            else:
                free[line.shift_id] -= 1
                pairs.append(line)
        pairs = self._leave_out_alone(pairs, rows)
        for line in pairs:
            line._note_before(rows.get((line.volunteer_id, line.shift_id), none))
        asked = none._propose_pairs([(line.shift_id, line.volunteer_id) for line in pairs])
        for line in pairs:
            line.assignment_id = asked[line.shift_id, line.volunteer_id]
        none.union(*asked.values())._queue_messages("asked")

    def _leave_out_alone(self, lines, rows):
        """Newcomers whose veteran cannot come any more, where the mission never leaves them alone.

        :return: the others
        """
        there = {(who, shift) for (who, shift), row in rows.items() if row.state in PUBLISHED}
        there |= {(line.volunteer_id, line.shift_id) for line in lines}
        accompanied = {shift for who, shift in there if not who.is_newcomer}
        found = []
        for line in lines:
            asks = line.shift_id.mission_id.pairs_newcomers and line.volunteer_id.is_newcomer
            if asks and line.shift_id not in accompanied:
                line._leave_out(self.env._("Is new, and nobody who came before is there any more."))
            else:
                found.append(line)
        return found

    # -- taken back --------------------------------------------------------------------------

    @api.depends("state", "published_at")
    def _compute_can_undo(self):
        for plan in self:
            plan.can_undo = plan.state == "published" and not plan._get_told()

    def _get_told(self):
        """Why a publication cannot be taken back, or nothing."""
        self.ensure_one()
        # sudo: whether somebody was told or has answered
        lines = self.sudo().line_ids.filtered(lambda line: line.outcome == "published")
        if not self.published_at or self.published_at + UNDO < fields.Datetime.now():
            return self.env._("It was published too long ago.")
        rows = lines.assignment_id
        told = rows - rows._get_untold(("volunteer_asked", "volunteer_freed"))
        forgotten = lines.filtered(
            lambda line: line.kind == "removed" and line.state_before == "proposed"
        )
        told -= forgotten.assignment_id
        if told:
            return self.env._("Some were told already: %s.", told[0].sudo().partner_id.name)
        for line in lines:
            expected = "proposed" if line.kind == "new" else "excused"
            if line.assignment_id.state != expected:
                return self.env._("%s has answered.", line.partner_id.name)
        return ""

    def action_undo(self):
        """As it was before the publication, as long as no message has left."""
        self._check_planner()
        take_turn(self)
        if self.state != "published":
            return True
        told = self._get_told()
        if told:
            raise UserError(self.env._("It cannot be taken back any more. %s", told))
        # sudo: as for publishing
        self.sudo()._take_back()
        self._write_facts({"state": "proposed", "published_at": False, "published_by_id": False})
        return True

    def _take_back(self):
        lines = self.line_ids.filtered(lambda line: line.outcome == "published")
        self.env["tierslieux.message"].sudo()._forget_shifts(lines.assignment_id)  # sudo: as above
        for line in lines:
            row = line.assignment_id
            if line.kind == "removed" and line.state_before == "proposed":
                row.write(line._get_before())
                row._queue_messages("asked")
            elif line.kind == "removed":
                row._hold_seats(line._get_before())
            elif line.state_before:
                row.write(line._get_before())
            else:
                row.unlink()
        self.line_ids.write(
            dict.fromkeys(("outcome", "note", "state_before", "source_before"), False)
        )


class TierslieuxShiftPlanLine(models.Model):
    _inherit = "tierslieux.shift.plan.line"

    def _leave_out(self, reason):
        self.write({"outcome": "left_out", "note": reason})

    def _note_before(self, row):
        self.write(
            {
                "outcome": "published",
                "state_before": row.state,
                "source_before": row.answer_source,
            }
        )

    def _get_before(self):
        return {"state": self.state_before, "answer_source": self.source_before}

    def _is_coming(self):
        shift = self.shift_id
        return shift.state == "open" and shift.start > fields.Datetime.now()

    def _get_obstacle(self, row, misfits, free, settled):
        """What has changed since the plan was made, in words, or nothing.

        :param settled: shifts that somebody was to leave and who stays
        """
        self.ensure_one()
        if self.shift_id.state == "cancelled":
            return self.env._("The shift was cancelled.")
        if not self._is_coming():
            return self.env._("The shift is not open any more.")
        if row._is_final() if row else False:
            return self.env._("Said no in the meantime.")
        if misfits:
            return " ".join(self.volunteer_id._tell_misfits(misfits, self.shift_id))
        if free <= 0 and self.shift_id in settled:
            return self.env._("Enough are in: who was to leave stays.")
        if free <= 0:
            return self.env._("The shift is full in the meantime.")
        return ""


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    def _get_free_seats(self):
        """Seats that nobody has or is asked for: {shift: how many}."""
        # sudo: how many, for who plans these shifts
        counts = dict(
            self.env["tierslieux.shift.assignment"]
            .sudo()
            ._read_group(
                [("shift_id", "in", self.ids), ("state", "in", PUBLISHED)],
                ["shift_id"],
                ["__count"],
            )
        )
        return {shift: shift.seats_max - counts.get(shift, 0) for shift in self}


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    @api.model
    def _propose_pairs(self, pairs):
        """``_propose`` for many at once: as many queries whatever their number.

        :param pairs: [(shift, volunteer)], none of whom has a seat or said no
        :return: {(shift, volunteer): row}
        """
        now = fields.Datetime.now()
        # sudo: the caller has checked who may ask
        rows_sudo = self.sudo().search(
            [
                ("shift_id", "in", [shift.id for shift, _who in pairs]),
                ("volunteer_id", "in", [who.id for _shift, who in pairs]),
            ]
        )
        found = {(row.shift_id.id, row.volunteer_id.id): row for row in rows_sudo}
        again = rows_sudo.browse(
            found[shift.id, who.id].id for shift, who in pairs if (shift.id, who.id) in found
        )
        again.write(
            {"state": "proposed", "asked_at": now, "absence_id": False, "answer_source": False}
        )
        new_sudo = rows_sudo.create(
            [
                {"shift_id": shift.id, "volunteer_id": who.id, "asked_at": now}
                for shift, who in pairs
                if (shift.id, who.id) not in found
            ]
        )
        asked = (again | new_sudo).sudo(self.env.su)
        return {(row.shift_id, row.volunteer_id): row for row in asked}

    def _get_untold(self, kinds=("volunteer_asked",)):
        """Those of these whose message waits in the outbox."""
        # sudo: whether, in the house's own outbox
        lines_sudo = (
            self.env["tierslieux.message.line"]
            .sudo()
            .search(
                [
                    ("assignment_id", "in", self.ids),
                    ("message_id.state", "=", "todo"),
                    ("message_id.kind", "in", kinds),
                ]
            )
        )
        return self.filtered(lambda row: row.id in lines_sudo.assignment_id.ids)
