# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, field

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.tierslieux_base.tools.text_values import plain

from ..tools.member_columns import NAME_FIELDS
from ..tools.member_match import Identity, Matcher, Verdict, judge
from ..tools.member_rows import MemberRow, Problem
from .member_import_memberships import Fee


@dataclass
class Judged:
    """A row and what becomes of it."""

    row: MemberRow
    status: str = "refused"
    why: str = ""
    action: str = "skip"
    suggested: str = "skip"
    partner_id: int = 0
    leader: int = 0
    candidate_ids: list = field(default_factory=list)
    candidate_row: int = 0
    fee: Fee | None = None
    notes: list = field(default_factory=list)
    # Which period the fee is for: why it is asked, the days of both readings, the answer.
    period_ask: str = ""
    period_dates: tuple = ()
    period_choice: str = ""
    # What the row asks for that is no membership: a value whose action another room added.
    other: object = None
    # Of whose family the row is: ("row", number) or ("partner", id).
    parent: tuple = ()

    @property
    def is_period_open(self):
        return bool(self.fee and self.period_ask and not self.period_choice)

    def refuse(self, problem):
        """Stop the row after all."""
        self.row.problems.append(problem)
        self.status, self.action, self.suggested = "refused", "skip", "skip"
        self.fee, self.period_ask = None, ""

    def take_verdict(self, verdict):
        """Keep what the comparison with the people known found, and suggest what to do."""
        self.status, self.why = verdict.status, verdict.why
        self.partner_id, self.leader = verdict.known or 0, verdict.row or 0
        self.candidate_ids = verdict.candidates
        self.candidate_row = (verdict.row_candidates or [0])[0]
        self.action = {"create": "create", "decide": "skip"}.get(self.status, "match")
        if self.status == "match" and self.leader:
            self.action = "row"
        self.suggested = self.action


class TierslieuxMemberImport(models.TransientModel):
    """The dry run: which rows are new, known, to be decided or refused, and why."""

    _inherit = "tierslieux.member.import"

    def _judge(self, rows, decided=None):
        """Judge the rows of the file; reads the database, writes nothing.

        A constant number of queries, whatever the number of rows.

        :param list rows: MemberRow objects
        :param decided: lines of a former dry run whose decisions hold
        :return: list of Judged, in the file's order
        """
        judged = [Judged(row) for row in rows]
        values = {plain(value.label): value for value in self.value_ids}
        for item in judged:
            self._judge_fee(item, values)
        valid = [item for item in judged if not item.row.problems]
        known = self._known_identities([item.row for item in valid])
        if self._is_by_number():
            valid = self._match_numbers(valid, known)
        else:
            verdicts = judge(
                [self._row_identity(item.row) for item in valid], Matcher(known, own_numbers=True)
            )
            for item in valid:
                item.take_verdict(verdicts[item.row.number])
        if decided:
            self._apply_decisions(judged, decided)
        self._note_taken_numbers(valid, known)
        self._settle_periods(valid)
        self._refuse_locked(valid)
        self._find_parents(valid, known)
        return judged

    def _is_by_number(self):
        """Whether the file names people by their number alone."""
        columns = set(self._columns().values())
        return "number" in columns and not columns & set(NAME_FIELDS)

    @staticmethod
    def _match_numbers(items, known):
        """Known people by their number; a number that nobody has stops the row."""
        owners = {identity.number: identity.ref for identity in known if identity.number}
        found = []
        for item in items:
            owner = owners.get(plain(item.row.get("number")))
            if owner:
                item.take_verdict(Verdict("match", "number_alone", known=owner))
                found.append(item)
            else:
                item.refuse(Problem("number_unknown", "number", item.row.get("number")))
        return found

    @staticmethod
    def _note_taken_numbers(items, known):
        """Say of each row whose number somebody else has."""
        owners = {identity.number: identity.ref for identity in known if identity.number}
        for item in items:
            owner = owners.get(plain(item.row.get("number")))
            if owner and item.action != "row" and owner != item.partner_id:
                item.notes.append(Problem("number_taken", "number", item.row.get("number")))

    # ------------------------------------------------------------------ people

    @staticmethod
    def _row_identity(row):
        is_organisation = row.is_organisation
        return Identity(
            ref=row.number,
            lastname=row.get("company_name") if is_organisation else row.get("lastname"),
            firstname="" if is_organisation else row.get("firstname"),
            is_organisation=is_organisation,
            birthdate=row.get("birthdate"),
            number=row.get("number"),
            siret=row.get("siret"),
            email=row.get("email"),
            phones=frozenset((row.get("phone"), row.get("mobile"), *row.get("other_phones"))),
            street=row.get("street"),
            zip=row.get("zip"),
        )

    def _known_identities(self, rows):
        """Everybody whom one of the rows may be, in two queries."""
        company = self.company_id
        members = self.env["tierslieux.member"].search_fetch(
            [("company_id", "=", company.id)], ["partner_id", "number"]
        )
        numbers = {member.partner_id.id: member.number for member in members}
        partners = self.env["res.partner"].search_fetch(
            self._get_known_domain(rows, numbers),
            [
                "name",
                "lastname",
                "firstname",
                "is_company",
                "birthdate_date",
                "company_registry",
                "email",
                "phone",
                "street",
                "zip",
            ],
            order="id",
        )
        return [
            self._partner_identity(partner, numbers.get(partner.id, "")) for partner in partners
        ]

    def _get_known_domain(self, rows, numbers):
        """People whom one of the rows may be.

        :param dict numbers: {partner id: member number}
        """
        domain = Domain("type", "=", "contact")
        domain &= Domain("company_id", "in", (False, self.company_id.id))
        if not all(row.is_organisation or row.get("birthdate") for row in rows):
            return domain
        # Somebody born on another day is nobody here: leave them in the database.
        wanted = {plain(row.get("number")) for row in rows} - {""}
        by_number = [partner for partner, number in numbers.items() if plain(number) in wanted]
        births = {row.get("birthdate") for row in rows} - {None, ""}
        return domain & (
            Domain("is_company", "=", True)
            | Domain("birthdate_date", "=", False)
            | Domain("birthdate_date", "in", list(births))
            | Domain("id", "in", by_number)
        )

    @staticmethod
    def _partner_identity(partner, number):
        return Identity(
            ref=partner.id,
            lastname=(partner.name if partner.is_company else partner.lastname) or "",
            firstname="" if partner.is_company else partner.firstname or "",
            is_organisation=partner.is_company,
            birthdate=partner.birthdate_date or None,
            number=number,
            siret="".join((partner.company_registry or "").split()),
            email=partner.email or "",
            phones=frozenset((partner.phone,)),
            street=partner.street or "",
            zip=partner.zip or "",
        )

    def _apply_decisions(self, judged, lines):
        """What the user decided on the lines of the dry run holds over what is suggested."""
        decisions = {
            line.row_number: line for line in lines if line.action != line.suggested_action
        }
        for item in judged:
            line = decisions.get(item.row.number)
            if not line or item.status == "refused":
                continue
            item.action = line.action
            if line.action == "match":
                if not line.partner_id:
                    raise UserError(
                        self.env._(
                            "Row %(row)s (%(name)s): say which known person it is.",
                            row=item.row.number,
                            name=item.row.display_name,
                        )
                    )
                item.partner_id, item.leader = line.partner_id.id, 0
            elif line.action == "row":
                item.leader = item.leader or item.candidate_row
                item.action = "row" if item.leader else "skip"
            else:
                item.partner_id = item.leader = 0

    # ------------------------------------------------------------------ lines

    def _write_lines(self, judged, skipped=()):
        """Replace the lines of the dry run; decisions already taken are kept."""
        kept = {
            line.row_number: (line.action, line.partner_id.id)
            for line in self.line_ids
            if line.action != line.suggested_action
        }
        names = {item.row.number: item.row.display_name for item in judged}
        columns = {name: heading for heading, name in self._columns().items()}
        commands = [fields.Command.clear()]
        for item in judged:
            row = item.row
            if item.status == "refused":
                reason = " ".join(self._problem_message(p, columns) for p in row.problems)
            else:
                reason = self._why_message(item, names)
            notes = [self._problem_message(n, columns) for n in row.notes + item.notes]
            values = {
                "row_number": row.number,
                "status": item.status,
                "name": row.display_name or " ".join(c for c in row.cells[:4] if c)[:60],
                "member_number": row.get("number"),
                "birthdate": row.get("birthdate"),
                "email": row.get("email"),
                "city": row.get("city"),
                "membership_text": self._fee_text(item.fee),
                "has_membership": bool(
                    item.fee and item.status in ("create", "match") and not item.is_period_open
                ),
                "period_ask": item.period_ask or False,
                "period_choice": item.period_choice or False,
                "period_text": self._period_text(item),
                "is_likely": item.status == "decide" and item.why == "name_contact",
                "reason": " ".join([reason, *notes]).strip(),
                "candidate_ids": [fields.Command.set(item.candidate_ids)],
                "candidate_row": item.candidate_row or item.leader,
                "action": item.action,
                "suggested_action": item.suggested,
                "partner_id": item.partner_id or (item.candidate_ids or [False])[0],
            }
            if row.number in kept and item.status != "refused":
                values["action"], chosen = kept[row.number]
                values["partner_id"] = chosen or values["partner_id"]
            commands.append(fields.Command.create(values))
        self.write(
            {
                "line_ids": commands,
                "advice": self._advice_message(judged, skipped),
                "count_period": sum(bool(item.period_ask) for item in judged),
                "count_period_open": sum(item.is_period_open for item in judged),
            }
        )

    def _fee_text(self, fee):
        if not fee:
            return False
        name = fee.type.name if fee.type else fee.value.label
        text = f"{name}, {format_date(self.env, fee.date_start)} – "
        text += format_date(self.env, fee.date_end)
        if fee.amount:
            text += f", {self.currency_id.format(fee.amount)}"
        return text
