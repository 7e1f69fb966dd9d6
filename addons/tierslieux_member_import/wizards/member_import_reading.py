# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import hashlib
from collections import Counter

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.tools.file_guard import FileRefused
from odoo.addons.tierslieux_base.tools.table_file import read_table
from odoo.addons.tierslieux_base.tools.table_sentences import describe_refusal
from odoo.addons.tierslieux_base.tools.text_values import plain

from ..tools import member_columns, member_rows
from ..tools.type_words import is_service


class TierslieuxMemberImport(models.TransientModel):
    """Reading: the file's columns, and the membership types that it names."""

    _inherit = "tierslieux.member.import"

    def _content(self):
        self.ensure_one()
        data = self.with_context(bin_size=False).file
        return base64.b64decode(data) if data else b""

    def _sheet(self):
        """The file's sheet.

        :raise UserError: saying why it cannot be read and what to do
        """
        try:
            return read_table(self._content(), member_columns.known_headings)
        except FileRefused as error:
            raise UserError(describe_refusal(self.env, error, self.filename)) from None

    def _has_changed(self):
        """Whether another file was put in since the columns were read."""
        return self.checksum != hashlib.sha256(self._content()).hexdigest()

    def _columns(self):
        return {c.heading: c.field_name for c in self.column_ids if c.field_name}

    def _rows(self, sheet):
        return member_rows.read_rows(
            sheet,
            self._columns(),
            today=fields.Date.context_today(self),
            proper_names=self.proper_names,
            last_first=self.name_order == "last_first" if self.name_order else None,
        )

    def _read_columns(self, sheet=None, preset=None):
        """Fill the columns and membership types from the file: remembered, preset or guessed.

        :param str preset: the software the user says the file comes from
        """
        self.ensure_one()
        sheet = sheet or self._sheet()
        remembered = self.env["tierslieux.member.import.mapping"]
        if not preset:
            remembered = remembered._find(sheet.headings, self.company_id)
            preset = member_columns.detect_preset(sheet.headings) or "other"
        if remembered:
            allowed = set(member_columns.FIELDS)
            columns = {h: f for h, f in remembered.columns.items() if f in allowed}
        else:
            cells = {
                heading: [row.cells[at] for row in sheet.rows[:200]]
                for at, heading in enumerate(sheet.headings)
            }
            columns = member_columns.guess_columns(sheet.headings, preset, cells)
        self.write(
            {
                "value_ids": [fields.Command.clear()],
                "line_ids": [fields.Command.clear()],
                "name_order": remembered.name_order or self._guess_order(sheet, columns),
                "checksum": hashlib.sha256(self._content()).hexdigest(),
                "preset": preset,
                "mapping_id": remembered.id,
                "reading": self._reading_message(sheet),
                "column_ids": [fields.Command.clear()]
                + [
                    fields.Command.create(
                        {
                            "sequence": position,
                            "heading": heading,
                            "sample": self._sample(sheet, position),
                            "field_name": columns.get(heading),
                        }
                    )
                    for position, heading in enumerate(sheet.headings)
                ],
            }
        )
        self._read_values(self._rows(sheet), remembered)

    @staticmethod
    def _guess_order(sheet, columns):
        where = {f: sheet.headings.index(h) for h, f in columns.items() if h in sheet.headings}
        if "fullname" not in where:
            return False
        last_first = member_columns.guess_name_order(sheet, where)
        return "last_first" if last_first else "first_last"

    @staticmethod
    def _sample(sheet, position):
        seen = dict.fromkeys(
            cell for row in sheet.rows[:200] if (cell := row.cells[position].strip())
        )
        return " · ".join(cell[:30] for cell in list(seen)[:3])

    def _read_values(self, rows, remembered=None):
        """List the membership types that the file names, each with what it is for us."""
        kept = {plain(v.label): v for v in self.value_ids}
        memory = (remembered and remembered.type_values) or {}
        find_type = self._type_finder()
        values = []
        uses = member_rows.type_uses(rows)
        spellings = Counter()
        for use in uses:
            spellings[member_rows.type_stem(use.label)] += use.count
        for use in uses:
            known = kept.get(plain(use.label))
            if known:
                decided = known._get_choice()
            else:
                decided = self._decide_value(
                    use,
                    memory.get(plain(use.label)),
                    find_type,
                    spellings[member_rows.type_stem(use.label)],
                )
            values.append(
                {
                    "label": use.label,
                    "count": use.count,
                    "usual_amount": float(use.amount or 0),
                    "is_organisation": use.is_organisation,
                    "is_calendar": use.calendar,
                }
                | decided
            )
        self.value_ids = [fields.Command.clear()] + [fields.Command.create(v) for v in values]

    def _decide_value(self, use, memory, find_type, count):
        """What a type named in the file is: remembered, found by name, or new.

        A new one is created when enough rows use it; a rare one is more likely a mistake, and
        its rows are refused until the user says otherwise.

        :param int count: rows that use it, in any of its writings (« Individuelle »)
        """
        if memory and memory["action"] == "use":
            membership_type = (
                self.env["tierslieux.membership.type"].browse(memory["type_id"]).exists()
            )
            if membership_type and membership_type.company_id == self.company_id:
                scale = membership_type.scale_ids.filtered(lambda s: s.id == memory["scale_id"])
                return {"action": "use", "type_id": membership_type.id, "scale_id": scale.id}
        recalled = memory and self.env["tierslieux.member.import.value"]._recall_choice(
            memory, self.company_id
        )
        if recalled:
            return {"type_id": False, "scale_id": False} | recalled
        found = find_type(use.label)
        left_out = memory and memory["action"] == "leave"
        if found and not left_out:
            return {"action": "use", "type_id": found[0], "scale_id": found[1]}
        if memory and memory["action"] in ("refuse", "leave"):
            action = memory["action"]
        elif is_service(use.label, self.preset == "paheko_history"):
            action = "leave"
        else:
            enough = count >= member_rows.MIN_ROWS_FOR_NEW_TYPE
            action = "create" if enough else "refuse"
        return {"action": action, "type_id": False, "scale_id": False}

    def _type_finder(self):
        """A function: text of the file → (type id, tier id) or None, by name, code or tier."""
        types = (
            self.env["tierslieux.membership.type"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id)])
        )
        by_word = {}
        for membership_type in types.sorted(lambda t: (not t.active, t.sequence, t.id)):
            for text in (membership_type.name, membership_type.code):
                for word in filter(None, (plain(text), member_rows.type_stem(text))):
                    by_word.setdefault(word, (membership_type.id, False))
        tiers = {}
        for scale in types.filtered("active").scale_ids:
            tiers.setdefault(member_rows.type_stem(scale.name), []).append(scale)

        def find(label):
            found = by_word.get(plain(label)) or by_word.get(member_rows.type_stem(label))
            if found:
                return found
            scales = tiers.get(member_rows.type_stem(label), [])
            return (scales[0].type_id.id, scales[0].id) if len(scales) == 1 else None

        return find
