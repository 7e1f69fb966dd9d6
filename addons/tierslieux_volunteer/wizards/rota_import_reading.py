import base64
import hashlib

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.tools.file_guard import FileRefused
from odoo.addons.tierslieux_base.tools.table_sentences import describe_refusal
from odoo.addons.tierslieux_base.tools.table_sheets import read_sheets
from odoo.addons.tierslieux_base.tools.text_values import plain

from ..tools.rota.layout import IGNORED, LayoutError, count_known, find_layout
from ..tools.rota.reading import TooManyEntries, read_rota


class TierslieuxRotaImport(models.TransientModel):
    """Reading: the sheet and its columns."""

    _inherit = "tierslieux.rota.import"

    def _content(self):
        self.ensure_one()
        data = self.with_context(bin_size=False).file
        return base64.b64decode(data) if data else b""

    def _has_changed(self):
        """Whether another file, or another sheet of it, was chosen since the columns were read."""
        if self.checksum != hashlib.sha256(self._content()).hexdigest():
            return True
        return bool(self.sheet_id) and self.sheet_id.name != self.read_sheet

    def _read_sheets(self):
        """:raise UserError: saying why the file is not read and what to do"""
        try:
            return read_sheets(self._content(), count_known, as_shown=True)
        except FileRefused as error:
            raise UserError(describe_refusal(self.env, error, self.filename)) from None

    def _get_missions(self):
        return self.env["tierslieux.mission"].search([("company_id", "=", self.company_id.id)])

    def _get_mission_words(self):
        return frozenset(map(plain, self._get_missions().mapped("name")))

    def _get_sheet(self, sheets):
        """The sheet that was chosen; else the one that looks most like a rota."""
        if self.sheet_id:
            found = next((sheet for sheet in sheets if sheet.name == self.sheet_id.name), None)
            if found:
                return found
        return max(
            enumerate(sheets),
            key=lambda item: (
                max((count_known(row.cells) for row in item[1].rows[:15]), default=0),
                -item[0],
            ),
        )[1]

    def _find_layout(self, sheet, known=None):
        try:
            return find_layout(sheet.rows, self._get_mission_words(), known)
        except LayoutError as error:
            raise UserError(self._layout_message(error.args[0], sheet)) from None

    def _read_columns(self):
        """Step 2: fill the sheets and the columns, remembered or guessed."""
        checksum = hashlib.sha256(self._content()).hexdigest()
        sheets = self._read_sheets()
        if self.checksum != checksum:
            self.sheet_id = False
            self.sheet_ids = [Command.clear()] + [
                Command.create({"name": sheet.name}) for sheet in sheets if sheet.name
            ]
        sheet = self._get_sheet(sheets)
        words = self.env["tierslieux.rota.word"]._recall(self.company_id)
        known = {key: word.role or "" for (kind, key), word in words.items() if kind == "column"}
        layout = self._find_layout(sheet, known)
        guesses = {column.at: column.role for column in self._find_layout(sheet).columns}
        self.write(
            {
                "sheet_id": self.sheet_ids.filtered(lambda s: s.name == sheet.name)[:1].id,
                "read_sheet": sheet.name or False,
                "checksum": checksum,
                "shape": layout.shape,
                "reading": self._reading_message(sheet, layout),
                "value_ids": [Command.clear()],
                "line_ids": [Command.clear()],
                "column_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "at": column.at,
                            "heading": column.heading,
                            "sample": column.sample,
                            "guess": guesses.get(column.at) or IGNORED,
                            "role": column.role or IGNORED,
                        }
                    )
                    for column in layout.columns
                ],
            }
        )

    def _read_rota(self):
        """What the file holds, with the columns as they are said now.

        :return: :class:`Reading`, which knows its sheet and its layout
        :raise UserError: when no column says a day, or who
        """
        sheet = self._get_sheet(self._read_sheets())
        layout = self._find_layout(sheet)
        roles = {column.at: column.role for column in self.column_ids}
        for column in layout.columns:
            role = roles.get(column.at) or IGNORED
            column.role = "" if role == IGNORED else role
        says_day = any(layout.get(role) for role in ("date", "day", "slot", "start"))
        if not says_day and not layout.titles:
            raise UserError(self._layout_message("no_day", sheet))
        if not any(layout.get(role) for role in ("person", "people", "day")):
            raise UserError(self._layout_message("nobody", sheet))
        try:
            reading = read_rota(
                sheet.rows,
                layout,
                fields.Date.context_today(self),
                self._get_mission_words(),
            )
        except TooManyEntries:
            raise UserError(self._layout_message("too_many", sheet)) from None
        if not reading.entries:
            raise UserError(self._layout_message("nothing", sheet))
        reading.sheet, reading.layout = sheet, layout
        self.write({"shape": layout.shape, "advice": self._advice_message(reading)})
        return reading
