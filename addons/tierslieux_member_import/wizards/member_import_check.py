# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import datetime
from bisect import bisect, insort
from dataclasses import dataclass, field

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.tierslieux_base.tools.text_values import plain

from ..tools import member_rows
from ..tools.member_columns import DATE_FIELDS
from ..tools.member_match import Identity, Matcher, judge
from ..tools.member_rows import MemberRow, Problem


@dataclass
class Fee:
    """The membership that a row asks for: what it is, its dates, its money."""

    value: object = None
    type: object = None
    scale: object = None
    date_start: datetime.date = None
    date_end: datetime.date = None
    amount: float = 0.0
    is_paid: bool = True

    @property
    def key(self):
        return self.type.id if self.type else member_rows.type_stem(self.value.label)


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
        verdicts = judge(
            [self._row_identity(item.row) for item in valid], Matcher(known, own_numbers=True)
        )
        for item in valid:
            verdict = verdicts[item.row.number]
            item.status, item.why = verdict.status, verdict.why
            item.partner_id, item.leader = verdict.known or 0, verdict.row or 0
            item.candidate_ids = verdict.candidates
            item.candidate_row = (verdict.row_candidates or [0])[0]
            item.action = {"create": "create", "decide": "skip"}.get(item.status, "match")
            if item.status == "match" and item.leader:
                item.action = "row"
            item.suggested = item.action
        if decided:
            self._apply_decisions(judged, decided)
        owners = {identity.number: identity.ref for identity in known if identity.number}
        for item in valid:
            owner = owners.get(plain(item.row.get("number")))
            if owner and item.action != "row" and owner != item.partner_id:
                item.notes.append(Problem("number_taken", "number", item.row.get("number")))
        self._drop_known_fees(valid)
        return judged

    # ------------------------------------------------------------------ memberships of rows

    def _judge_fee(self, item, values):
        """Find the membership that a row asks for, and what is wrong with it."""
        row = item.row
        value = values.get(plain(row.get("type")))
        membership_type = value.type_id if value else self.default_type_id
        if row.get("type") and (not value or value.action == "refuse"):
            row.problems.append(Problem("type_unknown", "type", row.get("type")))
        elif not value and not membership_type:
            if row.get("amount") and "type" in self._columns().values():
                row.problems.append(Problem("type_missing", "type"))
            elif row.get("amount") or row.get("date_start") or row.get("date_end"):
                item.notes.append(Problem("no_type"))
        elif self._has_paid(item) and self._has_date(item) and not row.problems:
            start, end = self._fee_dates(value, membership_type, row)
            amount = float(row.get("amount") or 0)
            if self._is_below_floor(membership_type, amount):
                row.problems.append(Problem("below_floor", "amount", f"{amount:.2f}"))
            else:
                item.fee = Fee(
                    value=value,
                    type=membership_type or None,
                    scale=(value and value.scale_id) or None,
                    date_start=start,
                    date_end=end,
                    amount=amount,
                )

    def _has_paid(self, item):
        """Whether the file says that the fee was paid; a file without amounts says nothing."""
        row = item.row
        if member_rows.is_unpaid(row):
            item.notes.append(Problem("unpaid", "payment_status", row.get("payment_status")))
            return False
        broken = any(p.field == "amount" for p in row.problems)
        if "amount" in self._columns().values() and row.get("amount") is None and not broken:
            item.notes.append(Problem("nothing_paid", "amount"))
            return False
        return True

    def _has_date(self, item):
        row = item.row
        if row.get("date_start") or row.get("date_end"):
            return True
        columns = self._columns().values()
        name = next((n for n in ("date_start", "date_end") if n in columns), None)
        if not name:
            item.notes.append(Problem("no_date"))
        elif row.get("amount") and not any(p.field in DATE_FIELDS for p in row.problems):
            row.problems.append(Problem("date_missing", name))
        return False

    def _is_below_floor(self, membership_type, amount):
        return (
            self.accounting == "invoice"
            and membership_type.amount_mode == "free"
            and amount < membership_type.amount_min
        )

    def _fee_dates(self, value, membership_type, row):
        """First and last day: the file's, completed by the period of the type."""
        start, end = row.get("date_start"), row.get("date_end")
        if not membership_type:
            return self._new_type_dates(value, start, end)
        if not start:
            start = membership_type._get_period(end)[0]
            if membership_type.period_kind == "rolling":
                start = fields.Date.add(end, months=-membership_type.rolling_months, days=1)
        return start, end or membership_type._get_period(start)[1]

    @staticmethod
    def _new_type_dates(value, start, end):
        """Dates of a membership whose type will be made from the file."""
        if not start:
            start = (
                datetime.date(end.year, 1, 1)
                if value.is_calendar
                else fields.Date.add(end, years=-1, days=1)
            )
        if not end:
            end = (
                datetime.date(start.year, 12, 31)
                if value.is_calendar
                else fields.Date.add(start, years=1, days=-1)
            )
        return start, end

    def _drop_known_fees(self, items):
        """Leave out memberships that are recorded already, or twice in the file.

        One type, one person, dates that overlap: it is the same membership (the database would
        refuse the second one).
        """
        partner_ids = {item.partner_id for item in items if item.fee and item.partner_id}
        spans = {}
        if partner_ids:
            memberships = self.env["tierslieux.membership"].search_fetch(
                [
                    ("partner_id", "in", list(partner_ids)),
                    ("company_id", "=", self.company_id.id),
                    ("state", "!=", "cancelled"),
                ],
                ["partner_id", "type_id", "date_start", "date_end"],
            )
            for membership in memberships:
                spans.setdefault(
                    (("partner", membership.partner_id.id), membership.type_id.id), []
                ).append((membership.date_start, membership.date_end, 0))
        for taken in spans.values():
            taken.sort()
        by_number = {item.row.number: item for item in items}
        ordered = sorted(items, key=lambda i: (bool(i.leader), i.row.number))
        for item in ordered:
            if not item.fee or item.action == "skip":
                continue
            person = self._person_key(item, by_number)
            taken = spans.setdefault((person, item.fee.key), [])
            # In order of their first days and without overlaps, but for what the database holds:
            # of what begins before this one ends, the last reaches furthest.
            rank = bisect(taken, item.fee.date_end, key=lambda span: span[0])
            if rank and taken[rank - 1][1] >= item.fee.date_start:
                row_number = taken[rank - 1][2]
                code = "fee_known_row" if row_number else "fee_known"
                item.notes.append(Problem(code, "", str(row_number)))
                item.fee = None
            else:
                span = (item.fee.date_start, item.fee.date_end, item.row.number)
                insort(taken, span, key=lambda span: span[0])

    @staticmethod
    def _person_key(item, by_number):
        """Who a row is about, before anybody new has an id: a partner or a leading row."""
        seen = set()
        while item.action == "row" and item.row.number not in seen:
            seen.add(item.row.number)
            leader = by_number.get(item.leader)
            if not leader:
                break
            item = leader
        if item.action == "match" and item.partner_id:
            return "partner", item.partner_id
        return "row", item.row.number

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
            phones=frozenset((row.get("phone"), row.get("mobile"))),
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
        wanted = {plain(row.get("number")) for row in rows if row.get("number")}
        by_number = [
            partner for partner, number in numbers.items() if number and plain(number) in wanted
        ]
        births = {row.get("birthdate") for row in rows if row.get("birthdate")}
        domain = Domain("type", "=", "contact") & Domain("company_id", "in", (False, company.id))
        if all(row.is_organisation or row.get("birthdate") for row in rows):
            # Somebody born on another day is nobody here: leave them in the database.
            domain &= (
                Domain("is_company", "=", True)
                | Domain("birthdate_date", "=", False)
                | Domain("birthdate_date", "in", list(births))
                | Domain("id", "in", by_number)
            )
        partners = self.env["res.partner"].search_fetch(
            domain,
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
            Identity(
                ref=partner.id,
                lastname=(partner.name if partner.is_company else partner.lastname) or "",
                firstname="" if partner.is_company else partner.firstname or "",
                is_organisation=partner.is_company,
                birthdate=partner.birthdate_date or None,
                number=numbers.get(partner.id, ""),
                siret="".join((partner.company_registry or "").split()),
                email=partner.email or "",
                phones=frozenset((partner.phone,)),
                street=partner.street or "",
                zip=partner.zip or "",
            )
            for partner in partners
        ]

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
                "has_membership": bool(item.fee and item.status in ("create", "match")),
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
        self.write({"line_ids": commands, "advice": self._advice_message(judged, skipped)})

    def _fee_text(self, fee):
        if not fee:
            return False
        name = fee.type.name if fee.type else fee.value.label
        text = f"{name}, {format_date(self.env, fee.date_start)} – "
        text += format_date(self.env, fee.date_end)
        if fee.amount:
            text += f", {self.currency_id.format(fee.amount)}"
        return text
