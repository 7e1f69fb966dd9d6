# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the cells of a members' file to checked rows: who, which membership, what is wrong.

Plain Python without Odoo. A row with a problem is refused; a note is only told.
"""

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.tierslieux_base.tools.text_values import clean, name_key, parse_siret, plain

from . import member_text as text
from .member_columns import DATE_FIELDS, full_name_last_first

# A membership type that nobody configured is created from the file when this many rows use it:
# three people do not make the same typing mistake.
MIN_ROWS_FOR_NEW_TYPE = 3

_ORGANISATION_WORDS = set(
    "association asso amicale comite federation fondation collectif mutuelle syndicat mairie "
    "commune communaute departement region sarl sas sasu eurl scop scic scp sci gaec earl ccas "
    "cias epci cooperative entreprise societe ste ets etablissement etablissements groupement "
    "ecole college lycee universite mjc foyer centre club union maison cabinet office agence "
    "ong reseau compagnie ateliers".split()
)
_ORGANISATION_KINDS = {
    "personne morale", "morale", "organisation", "organisme", "structure", "association",
    "entreprise", "societe", "collectivite", "company", "legal person", "pm", "asso",
}  # fmt: skip
_PERSON_KINDS = {"personne physique", "physique", "particulier", "individu", "person", "pp"}
_UNPAID = {
    "annule", "annulee", "rembourse", "remboursee", "refuse", "refusee", "en attente", "impaye",
    "impayee", "non paye", "non payee", "non regle", "echec", "abandonne", "abandonnee", "conteste",
    "contestee", "brouillon", "a payer", "a regler", "canceled", "cancelled", "refunded", "pending",
    "unpaid", "failed",
}  # fmt: skip


@dataclass
class Problem:
    """Why a row is refused: ``code`` is the sentence, about this field and this text."""

    code: str
    field: str = ""
    raw: str = ""


@dataclass
class MemberRow:
    number: int
    cells: list
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    is_organisation: bool = False

    def get(self, name):
        return self.values.get(name)

    @property
    def display_name(self):
        if self.is_organisation:
            return self.get("company_name") or ""
        return " ".join(filter(None, (self.get("firstname"), self.get("lastname"))))


def read_rows(sheet, columns, today=None, proper_names=True):
    """Checked rows of ``sheet``.

    :param dict columns: {heading: field}, see :mod:`member_columns`
    :param bool proper_names: print « GUÉGAN » as « Guégan »
    :return: list of MemberRow in the file's order, without totals and remarks below the members
    """
    today = today or datetime.date.today()
    where = {f: sheet.headings.index(h) for h, f in columns.items() if h in sheet.headings}
    orders = {
        name: text.date_order([r.cells[where[name]] for r in sheet.rows])
        for name in DATE_FIELDS
        if name in where
    }
    last_first = "fullname" in where and full_name_last_first(sheet.headings[where["fullname"]])
    rows = []
    for source in sheet.rows:
        row = MemberRow(source.number, source.cells)
        raw = {name: clean(source.cells[at]) for name, at in where.items()}
        if _is_remark(source.cells, raw):
            continue
        if any(clean(c) for c in source.cells[len(sheet.headings) :]):
            row.problems.append(Problem("shifted"))
        _read_values(row, raw, orders, today)
        _read_name(row, raw, last_first, proper_names)
        rows.append(row)
    _settle_organisations(rows)
    for row in rows:
        _check_name(row, where)
    return rows


_REMARK_WORDS = {
    "total", "totaux", "nombre", "nb", "effectif", "moyenne", "edite", "imprime", "exporte",
    "genere", "cumul", "somme",
}  # fmt: skip
_PERSONAL = (
    "firstname", "birthdate", "email", "phone", "mobile", "date_start", "date_end",
    "siret", "street", "zip", "city", "type",
)  # fmt: skip


def _is_remark(cells, raw):
    """Whether a line counts or dates the list instead of naming a member.

    Such a line opens with a word like « Total » and says nothing that one person has.
    """
    if any(raw.get(name) for name in _PERSONAL):
        return False
    first = next((cell for cell in cells if plain(cell)), "")
    words = plain(first).removeprefix("sous ").removeprefix("grand ").split()
    if not words or words[0] not in _REMARK_WORDS:
        return False
    return len(words) < 3 or sum(bool(plain(cell)) for cell in cells) < 3


def _read_values(row, raw, orders, today):
    values = row.values
    for name in ("civility", "street", "street2", "city", "country", "type", "college", "kind"):
        values[name] = raw.get(name, "")
    values["number"] = raw.get("number", "").removesuffix(".0")
    values["payment_method"] = raw.get("payment_method", "")
    values["payment_status"] = raw.get("payment_status", "")
    values["zip"] = text.parse_zip(raw.get("zip"))
    for name in ("phone", "mobile"):
        values[name] = text.parse_phone(raw.get(name))
    for name in ("email", "payer_email"):
        values[name], left_out = text.parse_email(raw.get(name))
        if left_out and raw.get(name):
            row.notes.append(Problem("email_left_out", name, raw[name]))
    for name in DATE_FIELDS:
        try:
            values[name] = text.parse_date(
                raw.get(name), orders.get(name, "dmy"), today, past=name == "birthdate"
            )
        except ValueError as error:
            row.problems.append(Problem(error.args[0], name, raw[name]))
    for name, parse in (("amount", text.parse_amount), ("siret", parse_siret)):
        try:
            values[name] = parse(raw.get(name))
        except ValueError as error:
            row.problems.append(Problem(error.args[0], name, raw[name]))
    values["volunteer"] = text.parse_yes_no(raw.get("volunteer"))
    if raw.get("volunteer") and values["volunteer"] is None:
        row.notes.append(Problem("not_yes_no", "volunteer", raw["volunteer"]))
    _check_dates(row, raw, today)


def _check_dates(row, raw, today):
    """Note the dates that cannot be: a birth to come, an end before its start."""
    values = row.values
    birth = values.get("birthdate")
    if birth and birth > today:
        row.problems.append(Problem("birth_ahead", "birthdate", raw["birthdate"]))
    elif birth and birth.year < today.year - 125:
        row.problems.append(Problem("birth_too_old", "birthdate", raw["birthdate"]))
    start, end = values.get("date_start"), values.get("date_end")
    if start and end and end < start:
        row.problems.append(Problem("end_before_start", "date_end", raw["date_end"]))


def _read_name(row, raw, last_first, proper_names):
    values = row.values
    show = text.proper_name if proper_names else clean
    lastname, firstname = raw.get("lastname", ""), raw.get("firstname", "")
    if raw.get("fullname") and not (lastname or firstname):
        firstname, lastname = text.split_full_name(raw["fullname"], last_first)
        values["fullname"] = raw["fullname"]
    values["lastname"], values["firstname"] = show(lastname), show(firstname)
    values["company_name"] = raw.get("company_name", "")
    values["payer_lastname"] = show(raw.get("payer_lastname", ""))
    values["payer_firstname"] = show(raw.get("payer_firstname", ""))
    payer = name_key(values["payer_firstname"] + values["payer_lastname"])
    if payer and payer == name_key(values["firstname"] + values["lastname"]):
        values["email"] = values["email"] or values["payer_email"]
        values["payer_lastname"] = values["payer_firstname"] = values["payer_email"] = ""


def _settle_organisations(rows):
    """Decide which rows are organisations: what the file says first, then how it is used.

    A type of membership that no row with a first name, a birth date or a civility ever uses is
    a type for organisations.
    """
    personal = [r for r in rows if _is_personal(r)]
    personal_types = {plain(r.get("type")) for r in personal}
    for row in rows:
        values = row.values
        kind = plain(values["kind"])
        name = values["company_name"] or values.get("fullname") or values["lastname"]
        if kind in _PERSON_KINDS:
            row.is_organisation = False
        elif kind in _ORGANISATION_KINDS:
            row.is_organisation = True
        elif _is_personal(row):
            row.is_organisation = False
        else:
            words = set(plain(name).split())
            row.is_organisation = bool(name) and bool(
                values.get("siret")
                or (values["company_name"] and not values["lastname"])
                or words & _ORGANISATION_WORDS
                or re.search(r"\d", name)
                or (personal and values["type"] and plain(values["type"]) not in personal_types)
            )
        if row.is_organisation:
            values["company_name"] = name
            values["lastname"] = values["firstname"] = ""
            values["birthdate"] = None


def _is_personal(row):
    """Whether the row says something that only people have."""
    values = row.values
    split = values["firstname"] and not values.get("fullname")
    return bool(
        split
        or values.get("birthdate")
        or plain(values["civility"])
        or any(p.field == "birthdate" for p in row.problems)
        or (values.get("fullname") and not _sounds_like_organisation(values["fullname"]))
    )


def _sounds_like_organisation(name):
    return bool(set(plain(name).split()) & _ORGANISATION_WORDS or re.search(r"\d", name))


def _check_name(row, where):
    values = row.values
    if row.is_organisation:
        return
    if not name_key(values["lastname"]):
        if "lastname" in where:
            row.problems.insert(0, Problem("name_missing", "lastname"))
        elif not name_key(values["firstname"]):
            name = next((f for f in ("fullname", "firstname", "company_name") if f in where), "")
            row.problems.insert(0, Problem("name_missing", name))


@dataclass
class TypeUse:
    """One text of the membership type column and how the file uses it."""

    label: str
    count: int = 0
    amount: Decimal | None = None
    is_organisation: bool = False
    months: int = 0
    calendar: bool = False


def type_uses(rows):
    """The membership types that the file names, most used first.

    The amount is the most frequent one; a type is for organisations when every row that uses it
    is one.

    :return: list of TypeUse
    """
    groups = {}
    for row in rows:
        label = row.get("type")
        if label:
            groups.setdefault(plain(label), []).append(row)
    uses = []
    for group in groups.values():
        label = Counter(r.get("type") for r in group).most_common(1)[0][0]
        amounts = Counter(a for r in group if (a := r.get("amount")) is not None)
        uses.append(
            TypeUse(
                label=label,
                count=len(group),
                amount=amounts.most_common(1)[0][0] if amounts else None,
                is_organisation=all(r.is_organisation for r in group),
                calendar=_ends_with_year(group),
            )
        )
    return sorted(uses, key=lambda u: (-u.count, u.label))


def _ends_with_year(rows):
    ends = [r.get("date_end") for r in rows if r.get("date_end")]
    return bool(ends) and sum((e.month, e.day) == (12, 31) for e in ends) * 2 > len(ends)


_TYPE_FILLERS = {
    "adhesion", "adherent", "cotisation", "tarif", "formule", "membre", "annuelle",
    "de", "d", "du", "la", "le", "l",
}  # fmt: skip


def type_stem(label):
    """What the usual writings of one membership type share: gender, number, filler words.

    >>> type_stem("Adhésion individuelle") == type_stem("Individuel")
    True
    >>> type_stem("Adhésion de soutien") == type_stem("Soutien")
    True
    """
    words = plain_words = plain(label).split()
    words = [w for w in words if w.rstrip("s") not in _TYPE_FILLERS] or plain_words
    return " ".join(re.sub(r"(?:(?<=l)le|(?<=n)ne|(?<=t)te|e)?s?$", "", w) or w for w in words)


def is_unpaid(row):
    """Whether the file says that this row's fee was cancelled, refunded or never paid."""
    status = plain(row.get("payment_status"))
    return status in _UNPAID or text.parse_yes_no(row.get("payment_status")) is False


def is_cash(method):
    """Whether a payment method of the file means notes and coins.

    >>> is_cash("Espèces"), is_cash("Chèque")
    (True, False)
    """
    return bool(set(plain(method).split()) & {"especes", "espece", "liquide", "cash", "caisse"})


_MEANS = {
    "cheque": {"cheque", "cheques", "chq"},
    "card": {"cb", "carte", "cartes", "tpe"},
    "online": {"helloasso", "stripe", "paypal", "internet", "ligne"},
    "transfer": {"virement", "virements", "vir"},
    "debit": {"prelevement", "prelevements", "sepa"},
}


def payment_means(label):
    """The means of payment that a text of the file, or a journal's name, speaks of.

    >>> payment_means("Chèque n° 12"), payment_means("CB"), payment_means("Banque")
    ({'cheque'}, {'card'}, set())
    """
    words = set(plain(label).split())
    return {means for means, names in _MEANS.items() if words & names}
