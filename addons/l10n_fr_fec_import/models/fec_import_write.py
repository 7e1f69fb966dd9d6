# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A file of entries becomes entries of the books."""

from collections import defaultdict

from odoo import models
from odoo.tools import split_every

from .fec_import_check import _get_third_party

BATCH = 500
# Odoo has five characters for the code of a journal.
CODE_LENGTH = 5


class FecImport(models.Model):
    _inherit = "tierslieux.fec.import"

    def _write_plan(self, plan):
        """Book the new entries of a plan, in one transaction."""
        self._create_accounts(plan)
        self._take_up_accounts(plan)
        self._create_partners(plan)
        journals = self._get_journals(plan.new)
        currencies = self._get_currencies(plan.new)
        names = self._get_names(plan.new)
        Move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .with_context(tracking_disable=True, mail_create_nolog=True, skip_invoice_sync=True)
        )
        letters = defaultdict(list)
        for entries in split_every(BATCH, plan.new):
            vals_list = [
                self._prepare_move(plan, entry, journals, currencies, names[entry.key])
                for entry in entries
            ]
            moves = Move.create(vals_list)
            moves._post(soft=False)
            if self.use_letters:
                self._gather_letters(entries, moves, letters)
            # What is written is out of memory: that of a year does not grow with its entries.
            self.env.invalidate_all()
        self._match_letters(letters)

    # -- what the entries need --------------------------------------------------------------

    def _create_accounts(self, plan):
        to_create = [code for code in plan.missing if code not in plan.accounts]
        choices = {choice.code: choice for choice in self.account_ids}
        accounts = (
            self.env["account.account"]
            .with_company(self.company_id)
            .create(
                [
                    {
                        "code": code,
                        "name": plan.missing[code],
                        "account_type": choices[code].account_type,
                        "reconcile": choices[code].account_type
                        in ("asset_receivable", "liability_payable"),
                        "company_ids": [(6, 0, self.company_id.ids)],
                    }
                    for code in to_create
                ]
            )
        )
        plan.accounts.update(zip(to_create, accounts.ids, strict=True))

    def _take_up_accounts(self, plan):
        """An account that was archived is in use again: nothing is booked to an archived one."""
        used = {line.account for entry in plan.new for line in entry.lines}
        accounts = self.env["account.account"].browse({plan.accounts[code] for code in used})
        accounts.filtered(lambda account: not account.active).active = True

    def _create_partners(self, plan):
        Partner = self.env["res.partner"].with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        partners = Partner.create(
            [
                {"name": name, "ref": number, "company_id": self.company_id.id}
                for number, name in plan.new_partners.items()
            ]
        )
        plan.partners.update(zip(plan.new_partners, partners.ids, strict=True))

    def _get_journals(self, entries):
        """:return: {code of the file: id}; those that no import has used yet are made"""
        wanted = {entry.journal: entry.journal_name for entry in entries}
        Journal = self.env["account.journal"].with_context(active_test=False)
        company = [("company_id", "=", self.company_id.id)]
        known = Journal.search([*company, ("fec_import_code", "in", list(wanted))])
        journals = {journal.fec_import_code: journal.id for journal in known}
        taken = set(Journal.search(company).mapped("code"))
        for code, name in wanted.items():
            if code in journals:
                continue
            free = _get_free_code(code, taken)
            taken.add(free)
            journals[code] = Journal.create(
                {
                    "name": self.env._("%s (taken over)", name),
                    "code": free,
                    "type": "general",
                    "company_id": self.company_id.id,
                    "fec_import_code": code,
                    "show_on_dashboard": False,
                }
            ).id
        return journals

    def _get_currencies(self, entries):
        """:return: {code: currency} of the foreign currencies that the lines state"""
        codes = {line.currency for entry in entries for line in entry.lines if line.currency}
        codes.discard(self.company_id.currency_id.name)
        currencies = self.env["res.currency"].search([("name", "in", list(codes))])
        return {currency.name: currency for currency in currencies}

    def _get_names(self, entries):
        """Each entry keeps its number; one that is used on several days bears the day as well.

        :return: {key of the entry: name}, unique by journal, what is booked before included
        """
        days = defaultdict(list)
        for entry in entries:
            days[entry.journal, entry.number].append(entry.key)
        taken = set(
            self.env["account.move"]
            .search_fetch(
                [
                    ("company_id", "=", self.company_id.id),
                    ("journal_id.fec_import_code", "!=", False),
                ],
                ["name", "journal_id"],
            )
            .mapped(lambda move: (move.journal_id.fec_import_code, move.name))
        )
        names = {}
        for entry in entries:
            name = entry.number
            if len(days[entry.journal, name]) > 1 or (entry.journal, name) in taken:
                name = f"{name} {entry.day:%d/%m/%Y}"
            names[entry.key] = name
        return names

    # -- entries ---------------------------------------------------------------------------

    def _prepare_move(self, plan, entry, journals, currencies, name):
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "journal_id": journals[entry.journal],
            "date": entry.day,
            "name": name,
            "ref": entry.lines[0].piece,
            "fec_import_id": self.id,
            "fec_import_key": entry.key,
            "fec_import_print": entry.get_fingerprint(),
            "fec_import_opening": entry.is_opening,
            "line_ids": [
                (0, 0, self._prepare_line(plan, line, currencies)) for line in entry.lines
            ],
        }

    def _prepare_line(self, plan, line, currencies):
        vals = {
            "account_id": plan.accounts[line.account],
            "partner_id": plan.partners.get(_get_third_party(line)[0], False),
            "name": line.label,
            # Software that fills both sides of a line means their difference.
            "debit": max(line.balance, 0) / 100,
            "credit": max(-line.balance, 0) / 100,
            # As it is booked, without the taxes that the account would propose.
            "tax_ids": False,
        }
        currency = currencies.get(line.currency)
        if currency and line.currency_amount:
            amount = abs(line.currency_amount) / 100
            vals["currency_id"] = currency.id
            vals["amount_currency"] = amount if line.balance >= 0 else -amount
        return vals

    def _gather_letters(self, entries, moves, letters):
        """Add to ``letters`` what these entries bear: {(account, third party, letter): [(balance
        in cents, id of the line)]}"""
        for entry, move in zip(entries, moves, strict=True):
            for line, item in zip(entry.lines, move.line_ids.sorted("id"), strict=True):
                # What is nil is settled by itself: Odoo refuses to match it.
                if line.letter and line.balance and item.account_id.reconcile:
                    key = line.account, line.partner, line.letter
                    letters[key].append((line.balance, item.id))

    def _match_letters(self, letters):
        """Match what bears one letter on one account, for one third party, and balances."""
        Item = self.env["account.move.line"]
        pairs = [
            Item.browse([item for _balance, item in each])
            for each in letters.values()
            if len(each) > 1 and not sum(balance for balance, _item in each)
        ]
        for chunk in split_every(BATCH, pairs):
            Item._reconcile_plan(list(chunk))
            self.env.invalidate_all()


def _get_free_code(code, taken):
    """A code of at most five characters that no journal of the company bears."""
    base = code.upper()[:CODE_LENGTH]
    if base not in taken:
        return base
    for number in range(1, 10_000):
        suffix = f"F{number}" if number > 1 else "F"
        free = base[: CODE_LENGTH - len(suffix)] + suffix
        if free not in taken:
            return free
    raise ValueError(code)
