import base64
import csv
import random
from datetime import date, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

FOLDER = Path(__file__).parent
MODULE = "tierslieux_base"
TOWNS = {
    "T": ("35190", "Tinténiac"),
    "H": ("35630", "Hédé-Bazouges"),
    "Q": ("35190", "Québriac"),
    "E": ("22630", "Évran"),
    "P": ("35720", "Saint-Pierre-de-Plesguen"),
    "C": ("35270", "Combourg"),
    "R": ("35000", "Rennes"),
}


class Chapter:
    """One part of the story. A subclass writes its records in :meth:`tell`."""

    seed = 19
    # Where its records have their external ids, and its files lie; another module says its own.
    module = MODULE
    folder = FOLDER

    def __init__(self, env):
        user = env.ref("base.user_admin")
        self.company = env.ref("base.main_company")
        context = {
            "lang": "fr_FR",
            "tz": "Europe/Paris",
            "allowed_company_ids": self.company.ids,
            # A story of two years in one minute: no chatter of its own making, no mail.
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
            "mail_notrack": True,
            "mail_auto_subscribe_no_notify": True,
            "mail_activity_quick_update": True,
            "tracking_disable": True,
            "no_reset_password": True,
            "tierslieux_no_mail": True,
        }
        self.env = env(user=user, context=context, su=True)
        self.company = self.company.with_env(self.env)
        self.today = fields.Date.context_today(user.with_context(**context))
        self.random = random.Random(self.seed)

    def tell(self):
        raise NotImplementedError

    # -- records --------------------------------------------------------------------------

    def ref(self, key):
        """The record of this story called ``key``: this module's, else another's of the house."""
        own = self.env.ref(f"{self.module}.{key}_demo", raise_if_not_found=False)
        if own:
            return own
        data = self.env["ir.model.data"].search(
            [("name", "=", f"{key}_demo"), ("module", "=like", "tierslieux_%")], limit=1
        )
        return self.env.ref(f"{data.module or MODULE}.{key}_demo")

    def make(self, model, values_by_key):
        """Create records in one batch, each with its external id ``<key>_demo``."""
        records = self.env[model].create(list(values_by_key.values()))
        self.name(dict(zip(values_by_key, records, strict=True)))
        return records

    def name(self, records_by_key):
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"{self.module}.{key}_demo", "record": record, "noupdate": True}
                for key, record in records_by_key.items()
            ]
        )

    def chart(self, xmlid):
        """A record of the company's chart of accounts, by its id in the template."""
        return self.env["account.chart.template"].with_company(self.company).ref(xmlid)

    def settle(self, settlements):
        """Pay invoices and bills in full, each on its day, as Odoo's window « Pay » would.

        :param settlements: list of (invoice, journal, day, words after the invoice's number)
        :return: the payments
        """
        values = []
        for move, journal, day, words in settlements:
            inbound = move.is_inbound()
            kind = "inbound" if inbound else "outbound"
            values.append(
                {
                    "payment_type": kind,
                    "partner_type": "customer" if inbound else "supplier",
                    "partner_id": move.commercial_partner_id.id,
                    "amount": move.amount_residual,
                    "currency_id": move.currency_id.id,
                    "date": day,
                    "journal_id": journal.id,
                    "payment_method_line_id": journal._get_available_payment_method_lines(kind)[
                        :1
                    ].id,
                    "memo": " – ".join(filter(None, [move.name, words])),
                    "invoice_ids": [Command.link(move.id)],
                }
            )
        payments = self.env["account.payment"].create(values)
        payments.action_post()
        by_bank = payments.filtered(lambda p: p.outstanding_account_id != self.money(p.journal_id))
        lines = self.bank_lines(
            [
                (
                    payment.date,
                    payment.memo,
                    payment.amount if payment.payment_type == "inbound" else -payment.amount,
                    payment.outstanding_account_id,
                    payment.partner_id,
                )
                for payment in by_bank
            ]
        )
        self.env["account.move.line"]._reconcile_plan(
            [
                (move.line_ids | payment.move_id.line_ids).filtered(
                    lambda line: (
                        line.account_id.account_type in ("asset_receivable", "liability_payable")
                    )
                )
                for (move, *_rest), payment in zip(settlements, payments, strict=True)
            ]
            + [
                (line.line_ids | payment.move_id.line_ids).filtered(
                    lambda item, account=payment.outstanding_account_id: item.account_id == account
                )
                for line, payment in zip(lines, by_bank, strict=True)
            ]
        )
        return payments

    @staticmethod
    def money(journal):
        return journal.default_account_id

    def bank_lines(self, rows, journal=None):
        """Lines of a journal's statement (the bank's), each booked against its account.

        :param rows: list of (day, label, amount, account, partner)
        """
        journal = journal or self.chart("bank")
        return self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": journal.id,
                    "date": day,
                    "payment_ref": label,
                    "amount": amount,
                    "counterpart_account_id": account.id,
                    "partner_id": partner and partner.id,
                }
                for day, label, amount, account, partner in rows
            ]
        )

    # -- files ----------------------------------------------------------------------------

    def rows(self, filename):
        with open(self.folder / filename, encoding="utf-8", newline="") as handle:
            yield from csv.DictReader(handle, delimiter=";")

    def image(self, filename):
        return base64.b64encode((self.folder / "images" / filename).read_bytes())

    def address(self, row):
        zip_code, city = TOWNS[row["town"]]
        return {
            "street": row["street"],
            "zip": zip_code,
            "city": city,
            "country_id": self.env.ref("base.fr").id,
            "lang": "fr_FR",
            "tz": "Europe/Paris",
        }

    # -- days -----------------------------------------------------------------------------

    def ago(self, days):
        return self.today - timedelta(days=days)

    def birth(self, age, birthday):
        """Birth date of someone who is ``age`` this year, born on ``birthday`` (dd/mm)."""
        day, month = map(int, birthday.split("/"))
        return date(self.today.year - age, month, day)

    def year_start(self, offset=0):
        return date(self.today.year + offset, 1, 1)

    def season_start(self, offset=0):
        """1 September of the current season, or of one before (-1)."""
        year = self.today.year if self.today.month >= 9 else self.today.year - 1
        return date(year + offset, 9, 1)

    def within(self, start, share):
        """The day at ``share`` (0 to 1) of the twelve months from ``start``, never after today.

        In the running year the share is one of what has elapsed, so that its members joined
        since January whatever the month.
        """
        end = min(start + relativedelta(years=1, days=-1), self.today)
        return start + timedelta(days=int((end - start).days * share))
