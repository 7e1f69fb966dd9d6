# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The file of accounting entries that Odoo makes, put as article A47 A-1 of the LPF wants it.

Rows are lists of 18 texts, in the order of ``COLUMNS``.
"""

from decimal import Decimal

COLUMNS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)
JOURNAL, _JOURNAL_NAME, ENTRY, _DATE, ACCOUNT, ACCOUNT_NAME = range(6)
_AUXILIARY, AUXILIARY_NAME, DOCUMENT, _DOCUMENT_DATE, LABEL, DEBIT, CREDIT = range(6, 13)
CURRENCY_AMOUNT, CURRENCY = 16, 17

OPENING = "OUV"
OPENING_LABEL = "À nouveau"


def read_amount(text):
    """
    >>> read_amount(" 000000000003000,50")
    Decimal('3000.50')
    >>> read_amount("")
    Decimal('0')
    """
    return Decimal(text.strip().replace(",", ".") or 0)


def write_amount(amount):
    """
    >>> write_amount(Decimal("3000.5")), write_amount(Decimal(0))
    ('3000,50', '0,00')
    """
    return f"{amount:.2f}".replace(".", ",")


def mend_rows(rows, own_documents, result_account, results, currency):
    """Return the rows, mended.

    :param list rows: what Odoo made, without its heading
    :param own_documents: {(code of the journal, number)} of what we sent to customers: its number
        is ours, whatever reference it bears
    :param str result_account: number of Odoo's account of results that nobody has allocated
    :param dict results: (number, name) of the accounts of the result, by "surplus" and "deficit"
    :param str currency: code of the association's currency, which needs not be told
    """
    mended, opening = [], []
    for row in rows:
        # Who reads these files may take it for a quote around a column
        row = [value.replace('"', "'") for value in row]
        for column in (DEBIT, CREDIT, CURRENCY_AMOUNT):
            if row[column]:
                row[column] = write_amount(read_amount(row[column]))
        if row[CURRENCY] == currency:
            row[CURRENCY] = row[CURRENCY_AMOUNT] = ""
        is_opening = row[JOURNAL] == OPENING and row[ENTRY].startswith("OUVERTURE/")
        if row[DOCUMENT].strip() in ("", "-") or (row[JOURNAL], row[ENTRY]) in own_documents:
            row[DOCUMENT] = row[ENTRY]
        if row[LABEL].strip() in ("", "/"):
            row[LABEL] = OPENING_LABEL if is_opening else _make_label(row)
        (opening if is_opening else mended).append(row)
    return _carry_results(opening, result_account, results) + mended


def _make_label(row):
    """The number of the document and whose it is, for a line without words of its own."""
    return " – ".join(filter(None, (row[ENTRY], row[AUXILIARY_NAME])))


def _carry_results(opening, result_account, results):
    """Bring results that nobody has allocated forward to 120 or 129, and drop what is nil.

    Odoo keeps them on an account of its own, of no class of the chart. What was booked on 120 or
    129 when they were allocated is deducted.
    """
    carried = {}
    for row in opening:
        balance = read_amount(row[DEBIT]) - read_amount(row[CREDIT])
        if row[ACCOUNT] == result_account or not row[ACCOUNT][:3].isdigit() or "/" in row[ACCOUNT]:
            kind = "deficit" if balance > 0 else "surplus"
            row[ACCOUNT], row[ACCOUNT_NAME] = results[kind]
        key = (row[ACCOUNT], row[6], row[7])
        if key in carried:
            row, before = carried[key]
            balance += before
        carried[key] = row, balance
    rows = []
    for row, balance in carried.values():
        if balance:
            row[DEBIT] = write_amount(max(balance, Decimal(0)))
            row[CREDIT] = write_amount(max(-balance, Decimal(0)))
            rows.append(row)
    return sorted(rows, key=lambda row: row[ACCOUNT])
