# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import datetime
from bisect import bisect, insort
from collections import Counter
from dataclasses import dataclass

from odoo import fields, models

from odoo.addons.tierslieux_base.tools.text_values import name_key, plain

from ..tools import member_rows
from ..tools.member_columns import DATE_FIELDS
from ..tools.member_rows import Problem
from .member_import_write import QUIET


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


class TierslieuxMemberImport(models.TransientModel):
    """The memberships of the rows: judged, then written with their types, colleges and payers."""

    _inherit = "tierslieux.member.import"

    # ------------------------------------------------------------------ the dry run

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

    # ------------------------------------------------------------------ writing

    def _create_memberships(self, judged, people):
        """Record the memberships that the rows ask for: {row number: membership}."""
        todo = [item for item in judged if item.fee and item.row.number in people]
        if not todo:
            return {}
        todo.sort(key=lambda item: (item.fee.date_start, item.row.number))
        self._create_types(todo)
        colleges = self._colleges({item.row.get("college") for item in todo})
        payers = self._payers(todo)
        has_amounts = "amount" in self._columns().values()
        today = fields.Date.context_today(self)
        vals_list = []
        for item in todo:
            fee = item.fee
            partner_id = people[item.row.number]
            vals = {
                "partner_id": partner_id,
                "payer_id": payers.get(item.row.number, partner_id),
                "type_id": fee.type.id,
                "scale_id": fee.scale.id if fee.scale else False,
                "date_start": fee.date_start,
                "date_end": fee.date_end,
                "amount": fee.amount,
                "origin": "import",
                "company_id": self.company_id.id,
                "date_confirmed": min(fee.date_start, today),
                "is_history": self.accounting == "history" or not has_amounts,
            }
            college = colleges.get(plain(item.row.get("college")))
            if college:
                vals["college_id"] = college.id
            vals_list.append(vals)
        Membership = self.env["tierslieux.membership"]
        Membership.check_access("create")
        # sudo: the desk confirms a membership by taking its fee; here the file says that it was
        # taken, and the record is bounded by the row's person, type, dates and amount.
        memberships = Membership.sudo().with_context(**QUIET).create(vals_list)
        return {
            item.row.number: membership.with_env(self.env)
            for item, membership in zip(todo, memberships, strict=True)
        }

    def _create_types(self, todo):
        """Create the types that the user wants from the file.

        sudo: types are the managers' settings; the front desk may only take over those that the
        file itself uses, with the amount usual in it.
        """
        missing = {}
        for item in todo:
            if not item.fee.type:
                missing.setdefault(item.fee.value, []).append(item)
        # The usual writing first: it names the type that the others join.
        for value, items in sorted(missing.items(), key=lambda pair: -pair[0].count):
            found = self._type_finder()(value.label)
            if found:
                membership_type = self.env["tierslieux.membership.type"].browse(found[0])
            else:
                membership_type = (
                    self.env["tierslieux.membership.type"]
                    .sudo()
                    .create(self._prepare_type(value, items))
                    .sudo(self.env.su)
                )
            value.write({"type_id": membership_type.id, "action": "use"})
            for item in items:
                item.fee.type = membership_type

    def _prepare_type(self, value, items):
        amounts = Counter(item.fee.amount for item in items)
        usual, count = amounts.most_common(1)[0]
        audience = "person"
        if value.is_organisation:
            audience = "organisation"
        elif {"famille", "familial", "familiale", "couple"} & set(plain(value.label).split()):
            audience = "family"
        vals = {
            "name": value.label,
            "company_id": self.company_id.id,
            "audience": audience,
            "period_kind": "calendar" if value.is_calendar else "rolling",
            "rolling_months": 12,
        }
        if count * 2 >= len(items):
            return vals | {"amount_mode": "fixed", "amount": usual}
        # Everybody gives another amount: a free fee.
        return vals | {
            "amount_mode": "free",
            "amount_min": min(amounts),
            "amount_suggested": usual,
        }

    def _colleges(self, names):
        """{plain name: college}, those missing created (sudo, as for the types)."""
        wanted = {plain(name): name for name in sorted(filter(None, names))}
        if not wanted:
            return {}
        College = self.env["tierslieux.college"]
        known = College.with_context(active_test=False).search(
            [("company_id", "=", self.company_id.id)]
        )
        colleges = {plain(college.name): college for college in known}
        missing = [name for key, name in wanted.items() if key not in colleges]
        created = College.sudo().create(
            [{"name": name, "company_id": self.company_id.id} for name in missing]
        )
        colleges.update((plain(college.name), college) for college in created)
        return colleges

    def _payers(self, todo):
        """{row number: partner id} of payers who are not the member.

        A payer is known by name and e-mail together; others are created.
        """
        wanted = {}
        for item in todo:
            row = item.row
            name = name_key((row.get("payer_firstname") or "") + (row.get("payer_lastname") or ""))
            if name:
                wanted.setdefault((name, row.get("payer_email") or ""), []).append(item)
        if not wanted:
            return {}
        Partner = self.env["res.partner"].with_context(**QUIET)
        emails = [email for _name, email in wanted if email]
        known = {}
        for partner in Partner.search([("email_normalized", "in", emails)], order="id"):
            key = name_key((partner.firstname or "") + (partner.lastname or partner.name or ""))
            known.setdefault((key, partner.email_normalized), partner.id)
        new = [key for key in wanted if key not in known]
        created = Partner.create(
            [
                {
                    "firstname": wanted[key][0].row.get("payer_firstname") or False,
                    "lastname": wanted[key][0].row.get("payer_lastname") or False,
                    "email": key[1] or False,
                }
                for key in new
            ]
        )
        known.update(zip(new, created.ids, strict=True))
        return {item.row.number: known[key] for key, items in wanted.items() for item in items}
