"""Agreements as an association keeps them in a spreadsheet: what each row says, and what is wrong.

Pure: the wizard looks the names up and writes.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from odoo.addons.tierslieux_base.tools.text_values import clean, plain

# key: (the heading of the empty table, others that are read), without accents or capitals
HEADINGS = {
    "reference": ("Référence", "ref", "numero", "no", "code", "reference"),
    "partner": ("Partenaire", "organisme", "structure", "partner"),
    "title": ("Titre", "intitule", "convention", "title", "agreement"),
    "kind": ("Type", "nature", "genre", "kind"),
    "subject": ("Objet", "description", "subject"),
    "start": ("Début", "date de debut", "du", "start"),
    "end": ("Fin", "date de fin", "echeance", "au", "end"),
    "signed": ("Signée le", "date de signature", "signature", "signed on"),
    "renewal": ("Reconduite de (mois)", "reconduction", "tacite reconduction", "renewal"),
    "notice": ("Préavis", "preavis mois", "notice"),
    "place": ("Lieu", "lieux", "place", "places"),
    "amount": ("Montant", "amount"),
    "rhythm": ("Périodicité", "rythme", "frequence", "rhythm"),
    "payer": ("Qui paie", "sens", "payer"),
    "invoice_from": ("Facturer à partir du", "invoice from"),
}
RHYTHM_WORDS = {
    "once": {"une fois", "unique", "ponctuel", "once"},
    "monthly": {"mensuel", "mensuelle", "chaque mois", "par mois", "mois", "monthly"},
    "quarterly": {"trimestriel", "trimestrielle", "chaque trimestre", "trimestre", "quarterly"},
    "yearly": {"annuel", "annuelle", "chaque annee", "par an", "an", "annee", "yearly", ""},
}
PAYER_WORDS = {
    "in": {"eux", "partenaire", "le partenaire", "ils nous paient", "recette", "them", ""},
    "out": {"nous", "l association", "association", "nous les payons", "depense", "us"},
}
YES = {"oui", "o", "yes", "x", "tacite", "vrai", "true"}
NO = {"", "non", "n", "no", "aucune", "sans", "0", "faux", "false"}
DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$|(\d{4})-(\d{1,2})-(\d{1,2})$")
SAMPLE = (
    "2024-12", "CAF d'Ille-et-Vilaine", "Permanence de la CAF au guichet", "", "Le jeudi matin",
    "01/09/2024", "31/08/2025", "28/08/2024", "12", "2 mois", "", "300", "trimestriel", "eux", "",
)  # fmt: skip


@dataclass
class AgreementRow:
    """One row: its texts by key, the values read from them, and codes of what is wrong."""

    number: int
    texts: dict
    values: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)


def find_keys(cells):
    """{position: key} of the headings that are known.

    >>> find_keys(["Référence", "PARTENAIRE", "Couleur", "Date de début"])
    {0: 'reference', 1: 'partner', 3: 'start'}
    """
    known = {plain(word): key for key, words in HEADINGS.items() for word in words}
    found = {}
    for position, cell in enumerate(cells):
        key = known.get(plain(cell))
        if key and key not in found.values():
            found[position] = key
    return found


def count_known(cells):
    """How many of these cells are headings of ours: see ``table_file.read_table``."""
    return len(find_keys(cells))


def parse_day(text):
    """A day as people write it; None when empty.

    >>> parse_day("1/9/2024"), parse_day("2024-09-01") == parse_day("01.09.2024"), parse_day("")
    (datetime.date(2024, 9, 1), True, None)

    :raise ValueError: when it is no day, or before 1990
    """
    text = clean(text)
    if not text:
        return None
    found = DATE.match(text)
    if not found:
        raise ValueError(text)
    parts = [int(part) for part in found.groups() if part]
    day = date(*parts) if found[4] else date(*parts[::-1])
    if day.year < 1990:
        raise ValueError(text)
    return day


def parse_amount(text):
    """An amount in euros as people write it; None when empty.

    >>> parse_amount("1 234,50 €"), parse_amount("300"), parse_amount("")
    (Decimal('1234.50'), Decimal('300'), None)

    :raise ValueError: when it is none, below zero or without measure
    """
    text = re.sub(r"[\s\u00a0\u202f€]|euros?|eur", "", clean(text).lower())
    if not text:
        return None
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or not 0 <= amount < 10**9:
        raise ValueError(text)
    return amount


def parse_notice(text):
    """(count, unit) of a notice: « 2 », « 2 mois », « 60 jours ».

    >>> parse_notice("2"), parse_notice("60 jours"), parse_notice("")
    ((2, 'months'), (60, 'days'), (0, 'months'))

    :raise ValueError: for anything else
    """
    found = re.match(r"(\d{1,3})\s*(mois|months?|jours?|j|days?)?$", plain(text) or "0")
    if not found:
        raise ValueError(text)
    return int(found[1]), "days" if (found[2] or "m")[0] in "jd" else "months"


def parse_renewal(text):
    """By how many months it renews itself: 0 for not at all, 12 for a mere « oui ».

    >>> parse_renewal("36 mois"), parse_renewal("Oui"), parse_renewal("non"), parse_renewal("")
    (36, 12, 0, 0)

    :raise ValueError: for anything else
    """
    words = plain(text)
    if words in NO:
        return 0
    if words in YES:
        return 12
    found = re.match(r"(?:tacite )?(\d{1,3})\s*(mois|months?|ans?|years?)?$", words)
    if not found:
        raise ValueError(text)
    return int(found[1]) * (12 if (found[2] or "m")[0] in "ay" else 1)


def parse_choice(text, choices):
    """The key of the choice that has these words.

    :raise ValueError: when none has
    """
    words = plain(text)
    for key, known in choices.items():
        if words in known:
            return key
    raise ValueError(text)


READERS = {
    "start": parse_day,
    "end": parse_day,
    "signed": parse_day,
    "invoice_from": parse_day,
    "renewal": parse_renewal,
    "notice": parse_notice,
    "amount": parse_amount,
    "rhythm": lambda text: parse_choice(text, RHYTHM_WORDS),
    "payer": lambda text: parse_choice(text, PAYER_WORDS),
}


def read_row(number, texts):
    """What a row says.

    >>> row = read_row(2, {"reference": "A1", "partner": "CAF", "start": "1/9/2024", "end": "x"})
    >>> row.values["start"], row.faults
    (datetime.date(2024, 9, 1), [('end', 'x')])

    :param dict texts: the cells, by key
    :return: an :class:`AgreementRow`; a fault is (key or rule, the text)
    """
    texts = {key: clean(texts.get(key, "")) for key in HEADINGS}
    row = AgreementRow(number, texts)
    for key, text in texts.items():
        try:
            row.values[key] = READERS[key](text) if key in READERS else text
        except ValueError:
            row.faults.append((key, text))
    for key in ("reference", "partner"):
        if not texts[key]:
            row.faults.append((f"no_{key}", ""))
    values = row.values
    if values.get("start") and values.get("end") and values["end"] < values["start"]:
        row.faults.append(("order", texts["end"]))
    if values.get("renewal") and "end" in values and not values["end"]:
        row.faults.append(("renewal_end", texts["renewal"]))
    return row
