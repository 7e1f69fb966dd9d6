# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.tests import TransactionCase

HEADINGS = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|"
    "Idevise"
)


def line(
    number,
    account,
    debit="0,00",
    credit="0,00",
    *,
    journal="VE|Ventes",
    day="20250310",
    name="Compte",
    partner="|",
    label="Libellé",
    letter="",
    valid="20251231",
    currency="|",
):
    """One line of a file of entries, as the decree has it."""
    return (
        f"{journal}|{number}|{day}|{account}|{name}|{partner}|P1|{day}|{label}|{debit}|{credit}"
        f"|{letter}||{valid}|{currency}"
    )


def make(*lines, headings=HEADINGS, encoding="utf-8"):
    """The bytes of a file."""
    return "\r\n".join((headings, *lines, "")).encode(encoding)


# A sale of 120.00 paid by Awa Diallo, matched by the former software
SALE = (
    line("1", "411000", "120,00", partner="C1|Awa Diallo", name="Usagers", letter="AA"),
    line("1", "706000", credit="100,00", name="Prestations"),
    line("1", "445710", credit="20,00", name="TVA collectée"),
)
PAYMENT = (
    line("2", "512000", "120,00", journal="BQ|Banque", day="20250312", name="Banque"),
    line(
        "2",
        "411000",
        credit="120,00",
        journal="BQ|Banque",
        day="20250312",
        partner="C1|Awa Diallo",
        name="Usagers",
        letter="AA",
    ),
)


class FecCase(TransactionCase):
    """A company on the French chart, whose former books are taken over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {"name": "La Fabrique", "country_id": cls.env.ref("base.fr").id}
        )
        cls.env.user.company_ids += cls.company
        cls.env["account.chart.template"].try_loading("fr", company=cls.company, install_demo=False)
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids, "lang": "en_US"}
        )

    def _import(self, content, filename="123456789FEC20251231.txt", **vals):
        return self.env["tierslieux.fec.import"].create(
            {"file": base64.b64encode(content), "filename": filename, **vals}
        )

    def _book(self, content, filename="123456789FEC20251231.txt", **vals):
        book = self._import(content, filename, **vals)
        book.action_preview()
        book.action_import()
        return book

    def _balances(self):
        """{code: balance} of what is posted"""
        groups = self.env["account.move.line"]._read_group(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        return {account.code: balance for account, balance in groups}
