# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import datetime
from collections import Counter
from dataclasses import dataclass

from odoo import fields, models

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html
from odoo.addons.tierslieux_base.tools.text_values import name_key, plain

from ..tools import member_rows
from ..tools.member_columns import DATE_FIELDS
from ..tools.member_rows import Problem
from .member_import_write import QUIET

# What says when a fee was paid, or for which period.
FEE_DATES = ("date_start", "date_paid", "date_end", "period")


@dataclass
class Fee:
    """The membership that a row asks for: what it is, its dates, its money.

    ``tariff`` is the amount before a promo code; ``is_dated`` says that the file leaves no doubt
    about the period, ``reason`` why nothing is paid, ``pays`` the membership that waits for it.
    """

    value: object = None
    type: object = None
    scale: object = None
    date_start: datetime.date = None
    date_end: datetime.date = None
    date_paid: datetime.date = None
    amount: float = 0.0
    tariff: float = 0.0
    is_dated: bool = False
    is_rolling: bool = False
    reason: str = ""
    pays: object = None

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
        if value and value.action == "leave":
            item.notes.append(Problem("left_out", "type", row.get("type")))
        elif value and value.action not in ("use", "create", "refuse"):
            item.other = value
            item.notes.append(Problem("other_thing", "type", row.get("type")))
        elif row.get("type") and (not value or value.action == "refuse"):
            row.problems.append(Problem("type_unknown", "type", row.get("type")))
        elif not value and not membership_type:
            self._note_no_type(item)
        elif row.get("exempt") and not row.get("amount"):
            if not row.problems:
                item.fee = self._exempt_fee(item, value, membership_type)
        elif self._has_paid(item) and self._has_date(item) and not row.problems:
            fee = self._fee_of(item, value, membership_type)
            if self._is_below_floor(membership_type, fee.tariff):
                row.problems.append(Problem("below_floor", "amount", f"{fee.tariff:.2f}"))
            else:
                item.fee = fee

    def _note_no_type(self, item):
        """Say what a row without a membership type lacks."""
        row = item.row
        if row.get("exempt"):
            item.notes.append(Problem("exempt_no_type", "exempt", row.get("exempt")))
        elif row.get("amount") and "type" in self._columns().values():
            row.problems.append(Problem("type_missing", "type"))
        elif any(row.get(name) for name in ("amount", *FEE_DATES)):
            item.notes.append(Problem("no_type"))

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
        if any(row.get(name) for name in FEE_DATES):
            return True
        columns = self._columns().values()
        name = next((n for n in FEE_DATES if n in columns), None)
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

    def _fee_of(self, item, value, membership_type):
        """The membership that a paid row asks for."""
        row = item.row
        start, end = self._fee_dates(value, membership_type, item)
        today = fields.Date.context_today(self)
        is_rolling = (
            membership_type.period_kind == "rolling" if membership_type else not value.is_calendar
        )
        return Fee(
            value=value,
            type=membership_type or None,
            scale=(value and value.scale_id) or None,
            date_start=start,
            date_end=end,
            date_paid=min(row.get("date_paid") or row.get("date_start") or start, today),
            amount=float(row.get("amount") or 0),
            tariff=float(row.get("tariff") or 0),
            is_dated=bool(row.get("date_end") or row.get("period")),
            is_rolling=is_rolling,
        )

    def _exempt_fee(self, item, value, membership_type):
        """The membership of somebody who pays nothing: the file's dates, else today's period."""
        row = item.row
        if not (row.get("date_start") or row.get("date_end") or row.get("period")):
            today = fields.Date.context_today(self)
            period = membership_type._get_period(today) if membership_type else (today, None)
            row.values["date_start"], row.values["date_end"] = period
        fee = self._fee_of(item, value, membership_type)
        fee.is_dated, fee.reason = True, row.get("exempt")
        item.notes.append(Problem("exempt", "exempt", row.get("exempt")))
        return fee

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
        vals_list = [
            self._prepare_membership(item, people, payers, colleges)
            for item in todo
            if not item.fee.pays
        ]
        Membership = self.env["tierslieux.membership"]
        Membership.check_access("create")
        # sudo: the desk confirms a membership by taking its fee; here the file says that it was
        # taken, and the record is bounded by the row's person, type, dates and amount.
        created = iter(Membership.sudo().with_context(**QUIET).create(vals_list))
        waited_sudo = Membership.sudo().concat(
            *(item.fee.pays.sudo() for item in todo if item.fee.pays)
        )
        memberships = {
            item.row.number: (
                self._confirm_waiting(item, payers) if item.fee.pays else next(created)
            ).with_env(self.env)
            for item in todo
        }
        waited_sudo.with_context(**QUIET)._ensure_members()
        return memberships

    def _is_kept_as_history(self):
        return self.accounting == "history" or "amount" not in self._columns().values()

    def _prepare_membership(self, item, people, payers, colleges):
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
            "date_confirmed": fee.date_paid,
            "is_history": self._is_kept_as_history(),
        }
        if fee.reason:
            vals["note"] = text_to_html(self.env._("Pays no fee: %s", fee.reason))
        college = colleges.get(plain(item.row.get("college")))
        if college:
            vals["college_id"] = college.id
        return vals

    def _confirm_waiting(self, item, payers):
        """Confirm the draft that this fee pays, for what was paid; what is invoiced is only paid.

        :return: the membership, as superuser
        """
        fee = item.fee
        fee.pays.check_access("write")
        # sudo: as for those that are created
        membership_sudo = fee.pays.sudo().with_context(**QUIET)
        if membership_sudo.invoice_id:
            return membership_sudo
        vals = {
            "date_confirmed": fee.date_paid,
            "is_history": self._is_kept_as_history(),
            "payer_id": payers.get(item.row.number, membership_sudo.payer_id.id),
        }
        if fee.scale:
            vals["scale_id"] = fee.scale.id
        if "amount" in self._columns().values() or fee.reason:
            vals["amount"] = fee.amount
        if fee.reason:
            vals["note"] = text_to_html(self.env._("Pays no fee: %s", fee.reason))
        membership_sudo.write(vals)
        return membership_sudo

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
        amounts = Counter(item.fee.tariff for item in items)
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
