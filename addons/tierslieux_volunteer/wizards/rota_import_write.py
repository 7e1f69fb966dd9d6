import base64

from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.tierslieux_base.tools import clock, table_file
from odoo.addons.tierslieux_base.tools.person_names import proper_name, split_full_name
from odoo.addons.tierslieux_booking.models.booking_conflict import BookingConflict

from ..models.shift_seat import LOCK_SPACE
from ..tools.attended import get_planned_hours

HOLDING = ("accepted", "confirmed", "came")
# A thousand shifts that come from a file are no news of a discussion.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


class TierslieuxRotaImport(models.TransientModel):
    """Writing what the dry run has judged: people, shifts, seats; and the rows given back."""

    _inherit = "tierslieux.rota.import"

    def _create_volunteers(self):
        """Those whom the user took for new volunteers, from now on known.

        :raise UserError: when one of them is a volunteer whom the user may not read
        """
        values = self.value_ids.filtered(
            lambda v: v.kind == "person" and v.action == "create" and not v.volunteer_id
        )
        if not values:
            return
        new = values.filtered(lambda v: not v.partner_id)
        partners = self.env["res.partner"].create([self._prepare_person(value) for value in new])
        for value, partner in zip(new, partners, strict=True):
            value.partner_id = partner
        # sudo: whether they are volunteers already, perhaps of a place of somebody else
        Volunteer = self.env["tierslieux.volunteer"].with_context(**QUIET)
        known_sudo = (
            Volunteer.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "in", values.partner_id.ids),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        if known_sudo:
            raise UserError(
                self.env._(
                    "%s is a volunteer already, archived or of a place that is not yours. Choose"
                    " « Leave out » for them, or ask who coordinates that place.",
                    known_sudo[0].partner_id.name,
                )
            )
        vals_list = [
            {"partner_id": partner.id, "company_id": self.company_id.id}
            for partner in values.partner_id
        ]
        created = Volunteer.create(vals_list)
        by_partner = {volunteer.partner_id: volunteer for volunteer in created}
        for value in values:
            value.write({"volunteer_id": by_partner[value.partner_id].id, "action": "use"})
        self.volunteer_ids = [Command.set(created.ids)]

    def _prepare_person(self, value):
        first, last = split_full_name(value.new_name or value.label)
        # One word alone is how people call them.
        first, last = proper_name(first), proper_name(last)
        return {"firstname": first or last, "lastname": last if first else False}

    def _write(self, judged):
        """
        :raise UserError: when somebody took one of these seats in the meantime
        """
        items = [item for item in judged if item.status in ("new", "open")]
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                made = self._create_shifts(items)
                rows = self._create_rows([item for item in items if item.status == "new"])
                self.env.flush_all()
        except (ExclusionViolation, UniqueViolation):
            raise UserError(
                self.env._(
                    "Somebody changed these shifts in the meantime, and nothing was written."
                    " Check the file again."
                )
            ) from None
        self._book_people(rows)
        # sudo: first shifts and regular ones follow from who came
        rows.volunteer_id.with_context(**QUIET)._follow_coming()
        asked = rows.filtered(lambda row: row.state == "proposed")
        if self.send_messages and asked:
            asked._queue_messages("asked")
        self.write(
            {
                "shift_ids": [Command.set(self.env["tierslieux.shift"].union(
                    *(item.shift for item in items)).ids)],
                "result": self._result_message(judged, made, rows),
            }
        )  # fmt: skip

    def _create_shifts(self, items):
        """Those that are not there yet; each row knows its shift afterwards.

        :return: how many were made
        """
        new = {}
        for item in items:
            if not item.shift:
                new.setdefault(item.slot, []).append(item)
        vals_list = []
        for (mission_id, start, stop), group in new.items():
            mission = group[0].mission
            vals_list.append(
                {
                    "mission_id": mission_id,
                    "start": start,
                    "stop": stop,
                    # Who is in the file has a seat, and who is still looked for.
                    "seats_max": max(mission.seats_max, len(group)),
                }
            )
        shifts = self.env["tierslieux.shift"].with_context(**QUIET).create(vals_list)
        for shift, group in zip(shifts, new.values(), strict=True):
            for seat, item in enumerate(group, start=1):
                item.shift, item.seat = shift.with_env(self.env), seat
        now = fields.Datetime.now()
        shifts.filtered(lambda s: s.stop <= now)._write_facts({"state": "done"})
        return len(shifts)

    def _create_rows(self, items):
        """Who is in which shift. :return: the rows, in superuser mode"""
        shift_ids = sorted({item.shift.id for item in items}) or [0]
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s) AS id ORDER BY id",
            [LOCK_SPACE, shift_ids],
        )
        # sudo: the rights to make shifts were checked; answers are closed to writing by hand
        Row_sudo = self.env["tierslieux.shift.assignment"].sudo()
        now = fields.Datetime.now()
        there = [item for item in items if item.row]
        plain_ids = []
        for item in there:
            times = self._get_times(item)
            if times:
                item.row.write({"state": "came", **times})
            else:
                plain_ids.append(item.row.id)
        Row_sudo.browse(plain_ids).write({"state": "came"})
        created = Row_sudo.create([self._prepare_row(item, now) for item in items if not item.row])
        return created | Row_sudo.union(*(item.row for item in there))

    def _prepare_row(self, item, now):
        vals = {
            "shift_id": item.shift.id,
            "volunteer_id": item.person,
            "state": item.state,
            "asked_at": now if item.state == "proposed" else False,
        }
        if item.state in HOLDING:
            vals |= {
                "seat_number": item.seat,
                "answered_at": now,
                "answered_by_id": self.env.uid,
                "answer_source": "import",
                "answered_start": item.slot[1],
                "answered_stop": item.slot[2],
                **self._get_times(item),
            }
        return vals

    def _get_times(self, item):
        """When they left, where the file says fewer hours than the shift has."""
        hours = item.entry.hours
        start, stop = item.slot[1:]
        if item.state != "came" or not hours or hours >= get_planned_hours(start, stop):
            return {}
        return {"came_at": start, "left_at": fields.Datetime.add(start, minutes=round(hours * 60))}

    def _book_people(self, rows):
        """Those whose time can be booked too.

        :raise UserError: naming who is booked at that time: nothing is written
        """
        now = fields.Datetime.now()
        for row in rows.filtered(lambda r: r.volunteer_id.resource_id and r.start > now):
            try:
                row._book_resource()
            except BookingConflict as error:
                raise UserError(
                    self.env._(
                        "%(row)s: their time is booked already, and nothing was written. %(why)s",
                        row=row.display_name,
                        why=error.args[0],
                    )
                ) from None

    # -- rows to correct -----------------------------------------------------------------------

    def _write_refused(self, judged):
        """Give back what was refused, each with its reason, in a form that is read here again."""
        refused = [item for item in judged if item.status == "refused"]
        if not refused:
            self.write({"refused_file": False, "refused_xlsx": False})
            return
        sheet = self._get_sheet(self._read_sheets())
        table = [
            [
                self.env._("Date"),
                self.env._("Start"),
                self.env._("End"),
                self.env._("Volunteer"),
                self.env._("Mission"),
                self.env._("Place"),
                self.env._("Hours done"),
                self.env._("Remark"),
                self.env._("In the file"),
                self.env._("Reason for refusal"),
            ]
        ]
        table += [self._prepare_refused(item) for item in refused]
        stem = (self.filename or self.env._("rota")).rsplit(".", 1)[0]
        name = self.env._("%(file)s-to-correct", file=stem)
        self.write(
            {
                "refused_file": base64.b64encode(table_file.write_csv(sheet, table)),
                "refused_filename": f"{name}.csv",
                "refused_xlsx": base64.b64encode(table_file.write_xlsx(table)),
                "refused_xlsx_filename": f"{name}.xlsx",
            }
        )

    def _prepare_refused(self, item):
        entry, slot = item.entry, item.entry.slot
        start = stop = ""
        if item.slot:
            zone = self._get_zone(item.mission)
            start, stop = (f"{clock.to_local(each, zone):%H:%M}" for each in item.slot[1:])
        elif slot and slot.start is not None:
            start, stop = (
                f"{each // 60 % 24:02d}:{each % 60:02d}" for each in (slot.start, slot.stop)
            )
        elif slot:
            start = self._part_labels().get(slot.part, slot.part)
        texts = [text for code, text in entry.problems if code == "day"]
        return [
            entry.day.strftime("%d/%m/%Y") if entry.day else (texts or [entry.day_text])[0],
            start,
            stop,
            self._mention_message(entry.mention),
            entry.mission or (item.mission.name if item.mission else ""),
            entry.place,
            f"{entry.hours:g}".replace(".", ",") if entry.hours is not None else "",
            entry.remark,
            self._where_message(entry),
            " ".join(map(str, item.reasons)),
        ]
