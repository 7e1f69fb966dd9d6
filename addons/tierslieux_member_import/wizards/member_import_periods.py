# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import datetime
from bisect import bisect, insort
from dataclasses import dataclass

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.member_rows import Problem

# A fee paid in the last months of a period may be for it or for the next one.
LATE_MONTHS = 4
# Two writings of one payment (order, bank, desk) are some days apart at most.
SAME_FEE_DAYS = 7
# Two last days of one period that two tools count differently are no further apart.
SAME_END_DAYS = 60
PERIOD_CHOICES = [("this", "The period under way"), ("next", "The next period")]


@dataclass
class Span:
    """The dates of a membership that is recorded, or that another row of the file asks for."""

    start: datetime.date
    end: datetime.date
    row_number: int = 0
    date_paid: datetime.date | None = None
    # The membership, while nobody has paid it: drafted by the nightly job, or to pay.
    unpaid: object = None

    def is_paid_on(self, day):
        """Whether this is the fee that was paid on that day, or some days before or after."""
        return any(
            abs((day - other).days) <= SAME_FEE_DAYS
            for other in (self.start, self.date_paid)
            if other
        )


class TierslieuxMemberImport(models.TransientModel):
    """Which period a fee is for: one fee is one period, and what leaves a doubt is asked."""

    _inherit = "tierslieux.member.import"

    line_period_ids = fields.One2many(
        "tierslieux.member.import.line", "import_id", domain=[("period_ask", "!=", False)]
    )
    count_period = fields.Integer(string="Fees of two possible periods", readonly=True)
    count_period_open = fields.Integer(string="Periods to choose", readonly=True)

    # ------------------------------------------------------------------ buttons

    def action_period_this(self):
        """All fees in doubt are for the period in which they were paid."""
        return self._choose_periods("this")

    def action_period_next(self):
        """All fees in doubt are for the period after."""
        return self._choose_periods("next")

    def _choose_periods(self, choice):
        self.ensure_one()
        self.line_period_ids.write({"period_choice": choice})
        return self.action_preview()

    # ------------------------------------------------------------------ the dates of a fee

    def _fee_dates(self, value, membership_type, item):
        """First and last day: the file's, completed by the period of the type."""
        row = item.row
        start, end = row.get("date_start") or row.get("date_paid"), row.get("date_end")
        year = row.get("period")
        if start and end and start <= fields.Date.subtract(end, months=24):
            # Nobody pays two years at once: that is the day when they first came.
            item.notes.append(Problem("first_ever", "date_start", format_date(self.env, start)))
            start = None
        if not membership_type:
            return self._new_type_dates(value, start, end, year)
        if year and not end and membership_type.period_kind != "rolling":
            first, last = membership_type._get_period(datetime.date(year, 12, 31))
            return (start if start and first <= start <= last else first), last
        if not (start or end):
            start = datetime.date(year, 1, 1)
        if not start:
            start = membership_type._get_period(end)[0]
            if membership_type.period_kind == "rolling":
                start = fields.Date.add(end, months=-membership_type.rolling_months, days=1)
        return start, end or membership_type._get_period(start)[1]

    @staticmethod
    def _new_type_dates(value, start, end, year=None):
        """Dates of a membership whose type will be made from the file."""
        if year and not end and not (start and start.year == year):
            start = datetime.date(year, 1, 1)
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

    def _next_dates(self, fee, end):
        """The period of this fee's type that follows the one that ends on ``end``."""
        start = fields.Date.add(end, days=1)
        if fee.type:
            return start, fee.type._get_period(start)[1]
        return self._new_type_dates(fee.value, start, None)

    @staticmethod
    def _is_late(day, end):
        return fields.Date.subtract(end, months=LATE_MONTHS) < day <= end

    # ------------------------------------------------------------------ which period

    def _settle_periods(self, items):
        """Leave out memberships that are recorded already, pay those that wait for it, ask where a
        fee has two readings.

        One type, one person, dates that overlap: it is the same membership (the database would
        refuse the second one), unless it was paid another day towards the end of that period.
        """
        spans = self._get_spans(items)
        choices = {line.row_number: line.period_choice for line in self.line_period_ids}
        by_number = {item.row.number: item for item in items}
        for item in sorted(items, key=lambda i: (bool(i.leader), i.row.number)):
            if not item.fee or item.action == "skip":
                continue
            person = self._person_key(item, by_number)
            taken = spans.setdefault((person, item.fee.key), [])
            recorded = [span for span in taken if not span.unpaid]
            due = self._get_due_now(item.fee, taken, recorded)
            known = not due and self._settle_period(item, recorded, choices.get(item.row.number))
            if known:
                code = "fee_known_row" if known.row_number else "fee_known"
                item.notes.append(Problem(code, "", str(known.row_number)))
                item.fee = None
                continue
            fee = item.fee
            unpaid = [span for span in taken if span.unpaid]
            due = due or self._overlapping(unpaid, fee.date_start, fee.date_end)
            if due:
                self._settle_due(item, due)
            else:
                span = Span(fee.date_start, fee.date_end, item.row.number, fee.date_paid)
                insort(taken, span, key=lambda span: span.start)

    def _get_due_now(self, fee, taken, recorded):
        """The membership of that day that nobody has paid yet: the fee is for it, without a
        doubt when the file names no period."""
        day = fee.date_start
        if fee.is_dated or self._overlapping(recorded, day, day):
            return None
        return self._overlapping([span for span in taken if span.unpaid], day, day)

    def _settle_due(self, item, due):
        """This fee pays the membership that waits for it, which has its dates already.

        What is invoiced is paid in the books: history has none.
        """
        membership, fee = due.unpaid, item.fee
        item.notes.append(self._get_due_note(membership, fee))
        if item.notes[-1].code == "fee_to_take":
            item.fee, item.period_ask = None, ""
            return
        fee.pays = membership
        fee.date_start, fee.date_end = due.start, due.end
        due.unpaid, due.row_number, due.date_paid = None, item.row.number, fee.date_paid

    def _get_due_note(self, membership, fee):
        until = format_date(self.env, membership.date_end)
        if not membership.date_confirmed:
            return Problem("fee_pays_draft", "", until)
        # sudo: the desk does not read invoices; whether this one can be paid
        invoice_sudo = membership.sudo().invoice_id
        if not invoice_sudo:
            return Problem("fee_pays", "", until)
        if self.accounting == "invoice" and fee.amount and invoice_sudo.state == "posted":
            return Problem("fee_pays", "", until)
        return Problem("fee_to_take", "", until)

    def _get_spans(self, items):
        """{(person, type): spans by first day} of what the database holds."""
        partner_ids = {item.partner_id for item in items if item.fee and item.partner_id}
        spans = {}
        if not partner_ids:
            return spans
        memberships = self.env["tierslieux.membership"].search_fetch(
            [
                ("partner_id", "in", list(partner_ids)),
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "cancelled"),
            ],
            [
                "partner_id",
                "type_id",
                "date_start",
                "date_end",
                "date_confirmed",
                "fee_state",
                "state",
            ],
            order="date_start, id",
        )
        for membership in memberships:
            key = (("partner", membership.partner_id.id), membership.type_id.id)
            span = Span(membership.date_start, membership.date_end)
            if membership.date_confirmed and membership.date_confirmed < span.start:
                # Taken ahead. Otherwise it may be the day when an old fee was written down.
                span.date_paid = membership.date_confirmed
            if membership.state != "resigned" and (
                not membership.date_confirmed or membership.fee_state == "due"
            ):
                span.unpaid = membership
            spans.setdefault(key, []).append(span)
        return spans

    @staticmethod
    def _overlapping(taken, start, end):
        """The span that holds some of these days, or None.

        In order of their first days and without overlaps, but for what the database holds: of
        what begins before this one ends, the last reaches furthest.
        """
        rank = bisect(taken, end, key=lambda span: span.start)
        return taken[rank - 1] if rank and taken[rank - 1].end >= start else None

    def _settle_period(self, item, taken, choice):
        """Set the dates of a fee, and what is asked about it.

        :return: the span that is this fee already, or None
        """
        fee = item.fee
        held = self._overlapping(taken, fee.date_start, fee.date_end)
        if fee.is_dated:
            return self._settle_dated(fee, taken, held)
        day = fee.date_start
        if held and (held.is_paid_on(day) or not self._is_late(day, held.end)):
            return held
        if not held and (fee.is_rolling or not self._is_late(day, fee.date_end)):
            return None
        dates = self._next_dates(fee, held.end if held else fee.date_end)
        following = self._overlapping(taken, *dates)
        if following:
            return following if held or following.is_paid_on(day) else None
        item.period_ask = "held" if held else "new"
        item.period_dates = (held.end if held else fee.date_end, *dates)
        item.period_choice = choice or ("" if held else "this")
        if held and item.period_choice == "this":
            return held
        if held:
            fee.date_start, fee.date_end = dates
        elif item.period_choice == "next":
            fee.date_end = dates[1]
        return None

    def _settle_dated(self, fee, taken, held):
        """A fee whose last day the file says: what is recorded until then is that fee.

        Who is valid until 31 December and pays in November until the next one, has paid for what
        follows.
        """
        if not held or (fee.date_end - held.end).days <= SAME_END_DAYS:
            return held
        start = fields.Date.add(held.end, days=1)
        following = self._overlapping(taken, start, fee.date_end)
        if not following:
            fee.date_start = start
        return following

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

    def _period_text(self, item):
        """What the two readings of a fee are."""
        if not item.period_ask:
            return False
        end, start, next_end = (format_date(self.env, day) for day in item.period_dates)
        if item.period_ask == "held":
            return self.env._(
                "Recorded until %(end)s already. This fee, or the next: %(start)s – %(next_end)s?",
                end=end,
                start=start,
                next_end=next_end,
            )
        return self.env._("Until %(end)s, or until %(next_end)s?", end=end, next_end=next_end)

    def _check_periods(self, judged):
        """:raise UserError: while nobody has said which period a fee is for"""
        rows = [i.row.number for i in judged if i.is_period_open]
        if rows:
            raise UserError(
                self.env._(
                    "Nothing was written. %(count)s fees were paid by people whose membership of "
                    "this period is recorded already (rows %(rows)s): say under « Which period? » "
                    "whether each is that one or the next, for all rows at once or one by one.",
                    count=len(rows),
                    rows=", ".join(map(str, rows[:10])) + ("…" if len(rows) > 10 else ""),
                )
            )

    # ------------------------------------------------------------------ closed years

    def _refuse_locked(self, items):
        """Refuse the fees whose invoice would fall in books that are closed.

        Odoo would date them after the closing, as if they had been received then.
        """
        if self.accounting != "invoice":
            return
        # sudo: the front desk does not read the accounting settings; only the date is used.
        company_sudo = self.company_id.sudo()
        locked = max(
            company_sudo.user_fiscalyear_lock_date,
            company_sudo.user_sale_lock_date,
            company_sudo.user_hard_lock_date,
        )
        columns = self._columns().values()
        name = next((n for n in ("date_paid", "date_start", "date_end") if n in columns), "")
        for item in items:
            fee = item.fee
            if fee and fee.amount and item.action != "skip" and fee.date_paid <= locked:
                paid, until = (format_date(self.env, day) for day in (fee.date_paid, locked))
                item.refuse(Problem("locked", name, paid, until))
