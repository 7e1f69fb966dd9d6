# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A file of entries set beside the books: what is new, what is there, what can't be booked."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from odoo import models
from odoo.tools.misc import format_date

from ..tools import chart, fec


@dataclass
class Plan:
    """What booking a file would do; ``accounts`` are ids by code of the file."""

    book: fec.Book
    entry_count: int
    new: list = field(default_factory=list)
    existing: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    accounts: dict = field(default_factory=dict)
    missing: dict = field(default_factory=dict)
    partners: dict = field(default_factory=dict)
    new_partners: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)

    @property
    def refused_count(self):
        """Entries, not lines: two lines of one entry that can't be read are one."""
        named = {refusal.entry for refusal in self.refusals if refusal.code == "spoilt"}
        return sum(not (r.entry in named and r.code != "spoilt") for r in self.refusals)


class FecImport(models.Model):
    _inherit = "tierslieux.fec.import"

    def _check_book(self, book):
        """:return: the ``Plan`` of a book, from the books as they stand and the choices made"""
        plan = Plan(book, len(book.entries) + _count_entries(book.refusals))
        plan.refusals += book.refusals
        self._place_accounts(plan)
        candidates = self._sort_out(plan)
        self._place_partners(plan, candidates)
        plan.new = candidates
        self._remark(plan)
        return plan

    # -- accounts --------------------------------------------------------------------------

    def _get_chart(self):
        """:return: {code: account} of the company, those that are archived included"""
        Account = self.env["account.account"].with_company(self.company_id)
        Account = Account.with_context(active_test=False)
        accounts = Account.search(Account._check_company_domain(self.company_id))
        return {account.code: account for account in accounts if account.code}

    def _place_accounts(self, plan):
        known = self._get_chart()
        names = {}
        for entry in plan.book.entries:
            for line in entry.lines:
                names.setdefault(line.account, line.account_name)
        found = chart.match_accounts(names, known)
        chosen = {choice.code: choice for choice in self.account_ids}
        plan.accounts = {code: known[same].id for code, same in found.items()}
        for code, name in names.items():
            if code in found:
                continue
            plan.missing[code] = name or code
            choice = chosen.get(code)
            if choice and choice.action == "use":
                plan.accounts[code] = choice.account_id.id

    def _keep_missing_accounts(self, plan):
        """One line on the screen for each account that the chart lacks; choices are kept."""
        known = self._get_chart()
        types = {code: account.account_type for code, account in known.items()}
        counts = Counter(line.account for entry in plan.book.entries for line in entry.lines)
        gone = self.account_ids.filtered(lambda choice: choice.code not in plan.missing)
        there = set(self.account_ids.mapped("code"))
        gone.unlink()
        vals_list = []
        for code, name in sorted(plan.missing.items()):
            if code in there:
                continue
            same = chart.get_collective(code, types)
            vals_list.append(
                {
                    "import_id": self.id,
                    "code": code,
                    "name": name,
                    "line_count": counts[code],
                    "action": "use" if same else "create",
                    "account_id": known[same].id if same else False,
                    "account_type": chart.get_account_type(code, types),
                }
            )
        self.env["tierslieux.fec.import.account"].create(vals_list)

    # -- entries ---------------------------------------------------------------------------

    def _sort_out(self, plan):
        """:return: the entries that can be booked and are not yet"""
        prints = self._get_taken_over(plan.book)
        made_here = self._get_made_here(plan.book)
        opening_ok, later = self._judge_openings(plan)
        off_balance = self._get_off_balance(plan)
        candidates = []
        for entry in plan.book.entries:
            code, names = self._find_fault(entry, off_balance)
            if entry.key in prints:
                if prints[entry.key] == entry.get_fingerprint():
                    plan.existing.append(entry)
                    continue
                code, names = "changed", ()
            elif (entry.number, entry.day, entry.debit) in made_here:
                plan.existing.append(entry)
                continue
            if code is None and later:
                # Its opening balances sum up all that this year holds.
                code, names = "later_opening", ()
            if code is not None:
                plan.refusals.append(fec.Refusal(code, names, entry.rows, entry.name))
            elif entry.is_opening and not opening_ok:
                plan.left_out.append(entry)
            else:
                candidates.append(entry)
        return candidates

    def _find_fault(self, entry, off_balance):
        """:return: (code of the reason, what it names), or (None, ())"""
        if not (self.date_from or entry.day) <= entry.day <= (self.date_to or entry.day):
            return "outside", (entry.day, self.date_from, self.date_to)
        locks = self._get_locks(entry.day)
        if locks:
            return "locked", (entry.day, locks)
        kinds = {line.account in off_balance for line in entry.lines}
        if len(kinds) > 1:
            return "mixed", ()
        return None, ()

    def _get_locks(self, day):
        """:return: the lock date that a day falls under, or None"""
        none = self.env["account.journal"]
        locks = self.company_id._get_violated_lock_dates(day, False, none)
        return locks[-1][0] if locks else None

    def _get_off_balance(self, plan):
        """Codes of the file that stand outside the balance sheet (contributions in kind)."""
        types = {
            account.id: account.account_type
            for account in self.env["account.account"].browse(set(plan.accounts.values()))
        }
        choices = {choice.code: choice.account_type for choice in self.account_ids}
        codes = {code for code, account in plan.accounts.items() if types[account] == "off_balance"}
        return codes | {
            code
            for code in plan.missing
            if code not in plan.accounts and choices.get(code) == "off_balance"
        }

    def _get_taken_over(self, book):
        """:return: {key: fingerprint} of the entries of this file that an import booked"""
        keys = [entry.key for entry in book.entries]
        moves = self.env["account.move"].search_fetch(
            [("company_id", "=", self.company_id.id), ("fec_import_key", "in", keys)],
            ["fec_import_key", "fec_import_print"],
            order="id",
        )
        return {move.fec_import_key: move.fec_import_print for move in moves}

    def _get_made_here(self, book):
        """A file that this very software made: its entries are known by number, day and amount."""
        numbers = {entry.number for entry in book.entries if entry.number}
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("move_id.fec_import_key", "=", False),
                ("move_id.name", "in", list(numbers)),
            ],
            ["move_id"],
            ["debit:sum"],
        )
        return {(move.name, move.date, round(debit * 100)) for move, debit in groups}

    # -- opening balances ------------------------------------------------------------------

    def _judge_openings(self, plan):
        """Opening balances are booked once, with the first year: afterwards Odoo carries them.

        :return: (whether those of this file are booked, whether a later year has booked its own,
            so that nothing of this file may be booked besides)
        """
        if not plan.book.entries or not self.date_from:
            return True, False
        Line = self.env["account.move.line"]
        before = [
            ("company_id", "=", self.company_id.id),
            ("parent_state", "=", "posted"),
            ("date", "<", self.date_from),
        ]
        later = self.env["account.move"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("fec_import_opening", "=", True),
                ("date", ">", self.date_to),
                ("state", "=", "posted"),
            ],
            limit=1,
        )
        has_before = bool(Line.search_count(before, limit=1))
        if has_before:
            self._compare_openings(plan, before)
        return not has_before, bool(later)

    def _compare_openings(self, plan, before):
        """Say where the balances carried forward in the file differ from those in the books.

        The result of the years before is one sum: here it stands in their costs and income until
        it is allocated, there in 12.
        """
        carried = defaultdict(int)
        for entry in plan.book.entries:
            if entry.is_opening:
                for line in entry.lines:
                    carried[_get_carried_code(line.account)] += line.balance
        if not carried:
            return
        here = defaultdict(int)
        groups = self.env["account.move.line"]._read_group(before, ["account_id"], ["balance:sum"])
        for account, balance in groups:
            here[_get_carried_code(account.with_company(self.company_id).code)] += round(
                balance * 100
            )
        here.pop("8", None)
        gaps = [
            (code, carried[code] - here[code])
            for code in sorted(set(carried) | set(here))
            if carried[code] != here[code]
        ]
        if gaps:
            plan.remarks.append(
                self.env._(
                    "The opening balances of the file are not those of the books at the end of the"
                    " year before: %s.",
                    ", ".join(f"{code} ({gap / 100:+.2f})" for code, gap in gaps[:10]),
                )
            )

    # -- contacts --------------------------------------------------------------------------

    def _place_partners(self, plan, entries):
        """Third parties by their number in the file, else by a name that one contact bears."""
        wanted = {}
        for entry in entries:
            for line in entry.lines:
                number, name = _get_third_party(line)
                if number:
                    wanted.setdefault(number, name)
        if not wanted:
            return
        Partner = self.env["res.partner"].with_context(active_test=False)
        company = [("company_id", "in", (False, self.company_id.id)), ("parent_id", "=", False)]
        by_ref = Partner.search_fetch([*company, ("ref", "in", list(wanted))], ["ref", "name"])
        taken_over = self._get_taken_over_partners(by_ref)
        for partner in by_ref.sorted("id", reverse=True):
            # The same number and name; or the number of before, whose name has changed since.
            if partner in taken_over or _plain(partner.name) == _plain(wanted[partner.ref]):
                plan.partners[partner.ref] = partner.id
        left = {number: name for number, name in wanted.items() if number not in plan.partners}
        by_name = defaultdict(list)
        named = Partner.search_fetch([*company, ("name", "in", list(left.values()))], ["name"])
        for partner in named:
            by_name[_plain(partner.name)].append(partner.id)
        shared = Counter(_plain(name) for name in left.values())
        for number, name in left.items():
            same = by_name[_plain(name)]
            if len(same) == 1 and shared[_plain(name)] == 1:
                plan.partners[number] = same[0]
            else:
                plan.new_partners[number] = name

    def _get_taken_over_partners(self, partners):
        """Those of these contacts whose entries an import booked."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", partners.ids),
                ("move_id.fec_import_key", "!=", False),
            ],
            ["partner_id"],
        )
        return partners.browse([partner.id for (partner,) in groups])

    # -- remarks ---------------------------------------------------------------------------

    def _remark(self, plan):
        if plan.left_out:
            plan.remarks.insert(
                0,
                self.env._(
                    "Opening balances (%s entries) are not booked: the years before are in the"
                    " books, which carry them forward.",
                    len(plan.left_out),
                ),
            )
        if plan.book.unvalidated:
            plan.remarks.append(
                self.env._(
                    "%s lines bear no date of validation: the former software may still have"
                    " changed them.",
                    plan.book.unvalidated,
                )
            )
        others = self._count_other_entries()
        if others:
            plan.remarks.append(
                self.env._(
                    "%(count)s entries of this year (%(start)s to %(end)s) were made here: see that"
                    " none of them is in the file as well.",
                    count=others,
                    start=format_date(self.env, self.date_from),
                    end=format_date(self.env, self.date_to),
                )
            )

    def _count_other_entries(self):
        if not self.date_from:
            return 0
        return self.env["account.move"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                ("fec_import_key", "=", False),
            ]
        )


def _count_entries(refusals):
    """Entries that the refusals of the reading are about; a line of none counts for itself."""
    named = {refusal.entry for refusal in refusals if refusal.entry}
    return len(named) + sum(not refusal.entry for refusal in refusals)


def _plain(name):
    return " ".join((name or "").casefold().split())


def _get_third_party(line):
    """:return: (number, name) of the third party of a line, or ("", "")"""
    if line.partner:
        return line.partner, line.partner_name or line.partner
    digits, suffix = chart.split_third_party(line.account)
    if suffix and digits[:2] in ("40", "41"):
        return line.account, line.account_name or suffix
    return "", ""


def _get_carried_code(code):
    """Costs, income and the result of before are one sum; class 8 is not carried."""
    if code[0] == "8":
        return "8"
    return "12" if code[0] in "67" or code[:2] == "12" else chart.get_root(code)
