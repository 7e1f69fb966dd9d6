from odoo import models
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.tools import clock

from ..tools.rota.layout import get_letter

_lt = LazyTranslate(__name__)

LAYOUT_ERRORS = {
    "no_table": _lt(
        "%(sheet)s holds less than two rows: choose the sheet or the file that holds the rota."
    ),
    "no_headings": _lt(
        "%(sheet)s: no row heads the columns. Write above the rota what each column holds (Date,"
        " Horaire, Bénévole, Mission…), or the days or the missions of a table."
    ),
    "no_day": _lt("%(sheet)s: no column says the day. Say in the list of columns which one does."),
    "nobody": _lt(
        "%(sheet)s: no column says who comes. Say in the list of columns which one holds the"
        " volunteers, or under which headings the names stand."
    ),
    "too_many": _lt("%(sheet)s names more people than can be read at once: split it."),
    "nothing": _lt(
        "%(sheet)s: nobody is named in any row that was read. Look at what the columns say, or"
        " choose another sheet."
    ),
}
PROBLEMS = {
    "day": _lt("« %(text)s » is no day. Write it DD/MM/YYYY."),
    "slot": _lt("« %(text)s » does not say from when to when. Write it 14:00 and 18:00."),
    "hours": _lt("« %(text)s » is no number of hours. Write it 3 or 2,5."),
    "time": _lt(
        "Nothing says from when to when. Say it under « Times » in the step « Names », or in the"
        " file."
    ),
    "mission": _lt(
        "« %(text)s » is no mission here. Say under « Missions » in the step « Names » which one"
        " it is, or leave it out."
    ),
    "person_unknown": _lt(
        "Nobody here is called « %(text)s ». Say under « People » in the step « Names » who it is,"
        " or that it is a new volunteer."
    ),
    "person_several": _lt(
        "« %(text)s » may be several people. Say under « People » in the step « Names » which one."
    ),
    "weekday": _lt("« %(text)s »: %(day)s is another day of the week."),
}
# So many rows are named in a sentence.
NAMED = 12


class TierslieuxRotaImport(models.TransientModel):
    """Every sentence of the import: what was found, where, and what to do about it."""

    _inherit = "tierslieux.rota.import"

    def _layout_message(self, code, sheet):
        name = sheet.name and self.env._("The sheet « %s »", sheet.name)
        text = self.env._(LAYOUT_ERRORS[code])
        return text % {"sheet": name or self.filename or self.env._("The file")}

    def _problem_message(self, code, text, day=None):
        if code == "mission" and not text:
            return self.env._(
                "The file does not say which mission it is. Say it under « Missions » in the step"
                " « Names »."
            )
        sentence = self.env._(PROBLEMS[code])
        return sentence % {
            "text": (text or "")[:80],
            "day": day and format_date(self.env, day, date_format="EEEE d MMMM y"),
        }

    def _reading_message(self, sheet, layout):
        if sheet.name:
            return self.env._(
                "Sheet « %(sheet)s », headings in row %(row)s, %(count)s rows below",
                sheet=sheet.name,
                row=layout.heading_row,
                count=len(sheet.rows) - layout.skipped,
            )
        return self.env._(
            "Headings in row %(row)s, %(count)s rows below",
            row=layout.heading_row,
            count=len(sheet.rows) - layout.skipped,
        )

    def _advice_message(self, reading):
        """What is to be known of the file as a whole."""
        sheet, advice = reading.sheet, []
        days = sorted({entry.day for entry in reading.entries if entry.day})
        if days:
            advice.append(
                self.env._(
                    "From %(first)s to %(last)s.",
                    first=format_date(self.env, days[0], date_format="EEEE d MMMM y"),
                    last=format_date(self.env, days[-1], date_format="EEEE d MMMM y"),
                )
            )
        guessed = {entry.day.year for entry in reading.entries if entry.day and entry.is_guessed}
        if guessed:
            advice.append(
                self.env._(
                    "The file does not say the year everywhere: it was read as %(years)s, by the"
                    " days beside it and the days of the week. Write the year in the file if this"
                    " is wrong.",
                    years=", ".join(map(str, sorted(guessed))),
                )
            )
        for numbers, text in (
            (reading.cancelled, self.env._("Cancelled, not recorded: rows %s.")),
            (reading.absent, self.env._("Said to be absent, not recorded: rows %s.")),
            (reading.skipped, self.env._("Totals and remarks, not read: rows %s.")),
            (sheet.hidden_rows, self.env._("Hidden in the spreadsheet, not read: rows %s.")),
        ):
            if numbers:
                advice.append(text % self._numbers(numbers))
        if sheet.hidden_columns:
            advice.append(
                self.env._(
                    "Hidden in the spreadsheet, not read: columns %s. Show them there to have them"
                    " read.",
                    ", ".join(get_letter(number - 1) for number in sheet.hidden_columns),
                )
            )
        return "\n".join(advice)

    @staticmethod
    def _numbers(numbers):
        numbers = sorted(set(numbers))
        text = ", ".join(map(str, numbers[:NAMED]))
        return text + ("…" if len(numbers) > NAMED else "")

    def _time_message(self, item):
        if not item.slot:
            slot = item.entry.slot
            return self._part_labels().get(slot.part, slot.part) if slot else ""
        zone = self._get_zone(item.mission)
        start, stop = (clock.to_local(each, zone) for each in item.slot[1:])
        return f"{start:%H:%M}–{stop:%H:%M}"

    def _becomes_message(self, item):
        """What is recorded, in two or three words."""
        if item.status == "open":
            return self.env._("Somebody is wanted")
        if item.status != "new":
            return ""
        if item.state == "came":
            return self.env._("Came")
        if item.state == "proposed":
            return self.env._("Proposed")
        if item.is_past:
            return self.env._("Came or not: to note")
        return self.env._("Confirmed")

    def _mention_message(self, mention):
        """The name as the file has it, to be read again."""
        if not mention:
            return ""
        return f"{mention.name} ?" if mention.is_unsure else mention.name

    def _where_message(self, entry):
        return f"{get_letter(entry.at)}{entry.row}"

    def _result_message(self, judged, made, rows):
        """What was written, in a few lines."""
        counts = {
            status: sum(item.status == status for item in judged)
            for status in ("known", "skipped", "refused")
        }
        parts = [
            self.env._("%(count)s shifts created.", count=made),
            self.env._("%(count)s times, somebody is in a shift.", count=len(rows)),
        ]
        came = sum(row.state == "came" for row in rows)
        if came:
            parts.append(
                self.env._(
                    "%(count)s of them came: their hours wait under « Hours of the month ».",
                    count=came,
                )
            )
        if self.volunteer_ids:
            parts.append(self.env._("%(count)s volunteers created.", count=len(self.volunteer_ids)))
        if counts["known"]:
            parts.append(self.env._("%(count)s recorded before.", count=counts["known"]))
        if counts["skipped"]:
            parts.append(self.env._("%(count)s left out.", count=counts["skipped"]))
        if counts["refused"]:
            parts.append(
                self.env._(
                    "%(count)s refused: they are in the file to correct, each with its reason."
                    " Correct it and import it.",
                    count=counts["refused"],
                )
            )
        asked = any(row.state == "proposed" for row in rows)
        if self.send_messages and asked:
            parts.append(self.env._("Those who are proposed are asked by a message."))
        else:
            parts.append(self.env._("Nobody was told anything."))
        return "\n".join(parts)
