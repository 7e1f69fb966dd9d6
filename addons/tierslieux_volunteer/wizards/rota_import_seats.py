from odoo import models

from ..tools.attended import get_planned_hours

HELD = ("accepted", "confirmed")
NEAR = 0.01


class TierslieuxRotaImport(models.TransientModel):
    """The dry run, of seats: who is in these shifts already, elsewhere then, or has no seat."""

    _inherit = "tierslieux.rota.import"

    def _read_seats(self, judged, context):
        """Who is in these shifts, and elsewhere at that time, whichever association's."""
        timed = [item for item in judged if item.status == "new" and item.slot]
        ids = {item.person for item in timed if isinstance(item.person, int)}
        shifts = self.env["tierslieux.shift"].union(*(i.shift for i in timed if i.shift))
        # sudo: where these persons are, so that nobody is put in two places at once
        Row_sudo = self.env["tierslieux.shift.assignment"].sudo()
        rows_sudo = Row_sudo.search([("shift_id", "in", shifts.ids)])
        context.rows = {(row.shift_id.id, row.volunteer_id.id): row for row in rows_sudo}
        for row in rows_sudo.filtered("is_holding"):
            context.taken[row.shift_id.id].add(row.seat_number)
        if not ids:
            return
        volunteers_sudo = self.env["tierslieux.volunteer"].sudo().browse(ids)
        context.partners = {v.id: v.partner_id.id for v in volunteers_sudo}
        found = Row_sudo.search(
            [
                ("partner_id", "in", list(context.partners.values())),
                ("is_holding", "=", True),
                ("start", "<", max(item.slot[2] for item in timed)),
                ("stop", ">", min(item.slot[1] for item in timed)),
            ]
        )
        for row in found:
            context.busy[row.partner_id.id].append((row.start, row.stop, row.shift_id, 0))

    def _judge_seat(self, item, context):
        """Whether they are in it already, elsewhere, or have no seat."""
        if item.status == "open":
            first = context.opened.setdefault(item.slot, item.entry.row)
            if first != item.entry.row:
                item.end("known", self.env._("The same as row %s.", first))
            return
        row = item.shift and context.rows.get((item.shift.id, item.person))
        if row:
            self._judge_known(item, row)
        who = context.partners.get(item.person, item.person)
        for busy in context.busy[who]:
            if item.status == "new":
                self._judge_busy(item, row, *busy)
        if item.status == "new" and item.shift and item.state != "proposed" and not row:
            self._take_seat(item, context)
        if item.status == "new":
            context.busy[who].append((item.slot[1], item.slot[2], item.slot, item.entry.row))
            self._judge_hours(item)

    def _judge_known(self, item, row):
        """Somebody who is in the list of the shift: nothing changes, but a yes becomes « came »."""
        if item.is_past and row.state in HELD and item.state == "came":
            item.row = row
            item.notes.append(self.env._("Had said yes: noted as come."))
            return
        states = dict(row._fields["state"]._description_selection(self.env))
        item.end("known", self.env._("In this shift already: %s.", states[row.state]))

    def _judge_busy(self, item, row, start, stop, shift, number):
        """Compare with another time at which the person is somewhere.

        :param shift: the shift, or, of the file, (mission's id, start, stop)
        :param int number: the row of the file, or 0
        """
        if start >= item.slot[2] or stop <= item.slot[1]:
            return
        if number and shift == item.slot:
            item.end("known", self.env._("The same as row %s.", number))
        elif number:
            item.end(
                "refused",
                self.env._(
                    "%(who)s is elsewhere at that time: row %(row)s of the file.",
                    who=item.person_name,
                    row=number,
                ),
            )
        elif not row or shift.id != item.shift.id:
            item.end(
                "refused",
                self.env._(
                    "%(who)s is in another shift at that time: %(shift)s.",
                    who=item.person_name,
                    shift=shift.display_name,
                ),
            )

    def _take_seat(self, item, context):
        """A seat of a shift that is there."""
        taken = context.taken[item.shift.id]
        free = set(range(1, item.shift.seats_max + 1)) - taken
        if free:
            item.seat = min(free)
            taken.add(item.seat)
            return
        item.end(
            "refused",
            self.env._(
                "This shift has %s seats, and all are taken: use « Change » to have more.",
                item.shift.seats_max,
            ),
        )

    def _judge_hours(self, item):
        hours = item.entry.hours
        if hours is None or not item.is_past:
            return
        planned = get_planned_hours(*item.slot[1:])
        if hours > planned + NEAR:
            item.notes.append(
                self.env._(
                    "%(hours)s hours in the file, and the shift has %(planned)s: those of the"
                    " shift are kept. Correct them when you validate the month.",
                    hours=f"{hours:g}",
                    planned=f"{planned:g}",
                )
            )
