# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools.translate import LazyTranslate

from ..tools.member_rows import type_stem

_lt = LazyTranslate(__name__)


PROBLEMS = {
    "shifted": _lt(
        "This row has more cells than there are headings: a separator inside a text has "
        "shifted its columns. Put that text between quotation marks."
    ),
    "date": _lt("Column « %(column)s »: « %(value)s » is not a date. Write it DD/MM/YYYY."),
    "date_incomplete": _lt(
        "Column « %(column)s »: « %(value)s » lacks the day or the month. Write the date "
        "DD/MM/YYYY."
    ),
    "birth_ahead": _lt(
        "Column « %(column)s »: « %(value)s » lies in the future. Correct the year."
    ),
    "birth_too_old": _lt(
        "Column « %(column)s »: « %(value)s » is more than 125 years ago. Correct the year."
    ),
    "end_before_start": _lt(
        "Column « %(column)s »: « %(value)s » is before the beginning of the membership. "
        "Correct one of the two dates."
    ),
    "date_missing": _lt(
        "Column « %(column)s » is empty although a fee was paid. Write the date of the membership."
    ),
    "amount": _lt(
        "Column « %(column)s »: « %(value)s » is not an amount. Write it in figures, for "
        "instance 15,00."
    ),
    "amount_ambiguous": _lt(
        "Column « %(column)s »: « %(value)s » may be thousands or decimals. Write the "
        "amount with two decimals."
    ),
    "amount_negative": _lt(
        "Column « %(column)s »: « %(value)s » is negative. A refund is not a membership: "
        "delete the row or correct the amount."
    ),
    "below_floor": _lt(
        "Column « %(column)s »: « %(value)s » is below the least amount of this "
        "membership type. Correct the amount, or import as history."
    ),
    "siret": _lt(
        "Column « %(column)s »: « %(value)s » is not a SIRET (14 digits) or a SIREN "
        "(9 digits). Correct it or empty it."
    ),
    "siret_key": _lt(
        "Column « %(column)s »: « %(value)s » is not a valid SIRET or SIREN, its last digit does "
        "not fit the others. Correct it or empty it."
    ),
    "name_missing": _lt("Column « %(column)s » is empty: write the name."),
    "type_unknown": _lt(
        "Column « %(column)s »: « %(value)s » is no known membership type. Correct it, "
        "or say in the step « Columns » which type it is or that it is to be created."
    ),
    "type_missing": _lt(
        "Column « %(column)s » is empty although a fee was paid. Write the membership "
        "type, or choose in the step « Columns » the type where the file says none."
    ),
    "email_left_out": _lt(
        "Column « %(column)s »: « %(value)s » is not one valid address; what is not one "
        "is left out."
    ),
    "not_yes_no": _lt(
        "Column « %(column)s »: « %(value)s » is neither yes nor no and is left out."
    ),
    "lost_accents": _lt(
        "Column « %(column)s »: « %(value)s » has lost its accents. Export the file again (CSV in "
        "UTF-8, or XLSX), or write it as it should be."
    ),
    "broken_number": _lt(
        "Column « %(column)s »: « %(value)s » was shortened by a spreadsheet, which lost its last "
        "figures. Write the whole number, in a column of text."
    ),
    "spreadsheet_error": _lt(
        "Column « %(column)s »: « %(value)s » is an error of the spreadsheet. Write what should "
        "stand there, or empty the cell."
    ),
    "discount_over": _lt(
        "Column « %(column)s »: « %(value)s » is more than the amount it is taken off. Correct "
        "one of the two."
    ),
    "locked": _lt(
        "Paid on %(value)s, and the books are closed until %(limit)s: no invoice can be dated "
        "then. Import this file as history, or ask the treasurer to open the year."
    ),
    "number_unknown": _lt(
        "Nobody here has the member number « %(value)s ». Import the list of members first, or "
        "add a column with the names."
    ),
    "left_out": _lt("« %(value)s » is no membership: it is left out, the person is kept."),
    "other_thing": _lt("« %(value)s » is recorded as what it is, not as a membership."),
    "first_ever": _lt(
        "%(value)s is taken as the day they first came: the membership has the period of its end."
    ),
    "exempt": _lt("Pays no fee (%(value)s): a membership of 0 is recorded, with the reason."),
    "exempt_no_type": _lt(
        "Pays no fee (%(value)s): to keep them as a member, choose in the step « Columns » the "
        "type where the file says none."
    ),
    "family": _lt("Of the family of « %(value)s »."),
    "parent_unknown": _lt(
        "« %(value)s », to whose family they belong, is nobody here or several people: no family "
        "is made."
    ),
    "parent_minor": _lt("« %(value)s » is a minor and cannot answer for them: no family is made."),
    "unpaid": _lt("« %(value)s »: no membership is recorded, the person is."),
    "nothing_paid": _lt("Nothing paid: no membership is recorded, the person is."),
    "no_type": _lt("No membership type: no membership is recorded, the person is."),
    "no_date": _lt("No date: no membership is recorded, the person is."),
    "fee_known": _lt("This membership is recorded already."),
    "fee_pays_draft": _lt("This fee pays the renewal that waits, until %(value)s."),
    "fee_pays": _lt("This fee pays the membership that is to be paid, until %(value)s."),
    "fee_to_take": _lt(
        "The membership until %(value)s is recorded and its invoice is to be paid: take the fee "
        "there, or import with invoice and payment."
    ),
    "fee_known_row": _lt("Its membership is that of row %(value)s."),
    "number_taken": _lt(
        "The number « %(value)s » is somebody else's here: a new one will be given."
    ),
}
SAME_ROW = {
    "number": _lt("Same person as row %(row)s: same member number."),
    "siret": _lt("Same organisation as row %(row)s: same SIRET."),
    "name_birth": _lt("Same person as row %(row)s: same name and birth date."),
    "name_place": _lt("Same organisation as row %(row)s: same name and place."),
    "same_row": _lt("Same person as row %(row)s: same name and contact details."),
}
WHY = {
    "number": _lt("Known: same member number."),
    "siret": _lt("Known: same SIRET."),
    "name_birth": _lt("Known: same name and birth date."),
    "name_place": _lt("Known: same name and place."),
    "same_row": _lt("Known: same name and contact details."),
    "number_alone": _lt("Known by their member number."),
    "name_contact": _lt(
        "Same name, and an e-mail, a telephone or an address in common: %(who)s. Probably the "
        "same person."
    ),
    "siret_several": _lt("Several organisations have this SIRET: %(who)s. Say which."),
    "several": _lt("Several records have this name and birth date: %(who)s. Say which."),
    "number_other_name": _lt(
        "The same member number under another name or birth date: %(who)s. Say whether "
        "it is the same person."
    ),
    "name_no_birth": _lt(
        "Same name, without a birth date on both sides: %(who)s. Say whether it is the same person."
    ),
    "organisation_place": _lt(
        "Same name in another place: %(who)s. Say whether it is the same organisation."
    ),
    "similar_name": _lt(
        "Same birth date and a similar name: %(who)s. Say whether it is the same person."
    ),
}


class TierslieuxMemberImport(models.TransientModel):
    """Every sentence of the import: what was found, where, and what to do about it."""

    _inherit = "tierslieux.member.import"

    def _problem_message(self, problem, columns):
        """Sentence for a refused row or a note; it quotes the file's own heading and text.

        :param dict columns: {field: heading}
        """
        params = {
            "column": columns.get(problem.field) or problem.field,
            "value": problem.raw[:80],
            "limit": problem.limit,
        }

        text = self.env._(PROBLEMS[problem.code])
        return text % params

    def _why_message(self, item, names):
        """Sentence that says why a row is new, known or to be decided."""
        if item.leader:
            text = self.env._(SAME_ROW[item.why])
            return text % {"row": item.leader}
        if item.status == "create":
            return ""
        who = ", ".join(
            [p.display_name for p in self.env["res.partner"].browse(item.candidate_ids[:5])]
            or [
                self.env._(
                    "row %(row)s (%(name)s)", row=item.candidate_row, name=names[item.candidate_row]
                )
            ]
            if item.candidate_ids or item.candidate_row
            else []
        )
        text = self.env._(WHY[item.why])
        return text % {"who": who}

    def _advice_message(self, judged, skipped=()):
        """What the user should know of the file as a whole, before writing.

        :param skipped: numbers of the rows that are no members (totals)
        """
        advice = []
        made = {}
        for value in self.value_ids.filtered(lambda v: v.action == "create"):
            made.setdefault(type_stem(value.label), value.label)
        if made:
            advice.append(
                self.env._(
                    "Membership types that will be created: %(names)s.",
                    names=", ".join(made.values()),
                )
            )
        if skipped:
            advice.append(
                self.env._(
                    "Totals and remarks, not read as members: rows %(rows)s.",
                    rows=", ".join(map(str, skipped)),
                )
            )
        columns = self._columns().values()
        if "type" not in columns and not self.default_type_id:
            advice.append(
                self.env._(
                    "No column gives the membership type: only people will be recorded. To "
                    "record their memberships too, go back to « Columns » and choose a type."
                )
            )
        if "birthdate" not in columns and any(not i.row.is_organisation for i in judged):
            advice.append(
                self.env._(
                    "No column gives the birth date: people of the same name cannot be told apart "
                    "for sure, and will have to be decided one by one."
                )
            )
        return "\n".join(advice)

    def _reading_message(self, sheet):
        separators = {
            ";": self.env._("semicolons"),
            ",": self.env._("commas"),
            "\t": self.env._("tabulations"),
            "|": self.env._("vertical bars"),
        }
        if sheet.kind == "xlsx":
            return self.env._(
                "Excel workbook, sheet « %(sheet)s », headings in row %(row)s, %(count)s rows",
                sheet=sheet.name,
                row=sheet.heading_row,
                count=len(sheet.rows),
            )
        return self.env._(
            "Text (%(encoding)s), columns parted by %(separator)s, headings in row %(row)s, "
            "%(count)s rows",
            encoding=sheet.encoding,
            separator=separators.get(sheet.delimiter, sheet.delimiter),
            row=sheet.heading_row,
            count=len(sheet.rows),
        )

    def _result_message(self, counts):
        """What was written, in one paragraph."""
        parts = [
            self.env._("%(count)s people and organisations created.", count=counts["created"]),
            self.env._(
                "%(count)s already known, of whom %(completed)s were completed.",
                count=counts["known"],
                completed=counts["completed"],
            ),
            self.env._("%(count)s memberships recorded.", count=counts["memberships"]),
        ]
        if counts["invoices"]:
            parts.append(
                self.env._("%(count)s invoices with their payment.", count=counts["invoices"])
            )
        if counts["left"]:
            parts.append(
                self.env._(
                    "%(count)s rows left out: they are in the file to correct, each with its "
                    "reason. Correct it and import it again.",
                    count=counts["left"],
                )
            )
        return "\n".join(parts)
