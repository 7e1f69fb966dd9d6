# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is refused of a file of entries, in words and as a file."""

import base64
import csv
import io
from datetime import date

from odoo import models
from odoo.tools.misc import format_amount, format_date

# On the screen; the file of what is refused holds all of it.
MOST_SHOWN = 50
# Rows of one entry that are named
MOST_ROWS = 5
# What a refusal names, in the order of its names; else the value that can't be read
PLACES = {
    "columns": ("found", "wanted"),
    "several_dates": ("start", "end"),
    "outside": ("day", "start", "end"),
    "locked": ("day", "end"),
    "spoilt": (),
    "mixed": (),
    "changed": (),
    "later_opening": (),
}


class FecImport(models.Model):
    _inherit = "tierslieux.fec.import"

    def _tell_file_error(self, error):
        if error.code == "empty":
            return self.env._("This file holds no entry: choose another one.")
        return self.env._(
            "This is not a file of accounting entries: the columns %(columns)s are missing from"
            " its first line. Ask your former software for its « FEC ».",
            columns=error.names[0],
        )

    def _tell_crash(self):
        return self.env._(
            "It stopped on an error, and nothing was booked. Try again, or tell whoever looks"
            " after the software."
        )

    def _tell_refusals(self, refusals):
        told = [self._tell_refused(refusal) for refusal in refusals[:MOST_SHOWN]]
        if len(refusals) > MOST_SHOWN:
            told.append(
                self.env._(
                    "… and %s others: all of them are in the file of what is refused.",
                    len(refusals) - MOST_SHOWN,
                )
            )
        return "\n".join(told) or False

    def _tell_refused(self, refusal):
        rows = ", ".join(str(row) for row in refusal.rows[:MOST_ROWS])
        where = self.env._("Line %s", rows)
        if len(refusal.rows) > MOST_ROWS:
            where = self.env._(
                "Lines %(rows)s and %(count)s others",
                rows=rows,
                count=len(refusal.rows) - MOST_ROWS,
            )
        elif len(refusal.rows) > 1:
            where = self.env._("Lines %s", rows)
        if refusal.entry:
            where = f"{where}, {refusal.entry}"
        return self.env._(
            "%(where)s: %(why)s", where=where, why=self._tell_reason(refusal.code, refusal.names)
        )

    def _write_refused(self, refusals):
        """All that is refused, as a file that a spreadsheet opens."""
        if not refusals:
            return False
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow([self.env._("Lines"), self.env._("Entry"), self.env._("Why")])
        for refusal in refusals:
            writer.writerow(
                [
                    " ".join(str(row) for row in refusal.rows),
                    refusal.entry,
                    self._tell_reason(refusal.code, refusal.names),
                ]
            )
        return base64.b64encode(out.getvalue().encode("utf-8-sig"))

    def _tell_reason(self, code, names):
        """In words: why an entry is refused."""
        names = [format_date(self.env, each) if isinstance(each, date) else each for each in names]
        if code == "unbalanced":
            debit, credit = (format_amount(self.env, c / 100, self.currency_id) for c in names)
            return self.env._(
                "it does not balance: %(debit)s debit, %(credit)s credit.",
                debit=debit,
                credit=credit,
            )
        sentences = {
            "date": self.env._("« %(value)s » is not a date (expected: 20251231)."),
            "amount": self.env._("« %(value)s » is not an amount with two decimals."),
            "side": self.env._("« %(value)s » is neither D (debit) nor C (credit)."),
            "columns": self.env._("it has %(found)s fields, its headings %(wanted)s."),
            "no_JournalCode": self.env._("the code of the journal is empty."),
            "no_EcritureDate": self.env._("the date is empty."),
            "no_CompteNum": self.env._("the number of the account is empty."),
            "spoilt": self.env._("another line of this entry cannot be read."),
            "several_dates": self.env._(
                "its lines are dated from %(start)s to %(end)s and balance together only: an"
                " entry has one date."
            ),
            "outside": self.env._("dated %(day)s, outside the year (%(start)s to %(end)s)."),
            "locked": self.env._(
                "dated %(day)s, and the year is closed until %(end)s: nothing can be booked there."
            ),
            "mixed": self.env._(
                "it mixes accounts of class 8 with others: contributions in kind stand in entries"
                " of their own."
            ),
            "changed": self.env._(
                "it was taken over before, with other amounts. Take the former import out, or"
                " correct the entry in the books."
            ),
            "later_opening": self.env._(
                "the next year was taken over with its opening balances: take it out first, then"
                " import the years from the oldest on."
            ),
        }
        return sentences[code] % dict(zip(PLACES.get(code, ("value",)), names, strict=True))
