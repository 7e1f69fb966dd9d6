# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the cells of a members' file to checked rows: who, which membership, what is wrong.

Plain Python without Odoo. A row with a problem is refused; a note is only told.
"""

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.tierslieux_base.tools.person_names import proper_name, split_full_name
from odoo.addons.tierslieux_base.tools.text_values import clean, name_key, parse_siret, plain

from . import member_cells
from . import member_text as text
from .member_columns import DATE_FIELDS, NAME_FIELDS, guess_name_order

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
    "entreprise", "societe", "ste", "collectivite", "company", "legal person", "pm", "asso",
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
    limit: str = ""


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


def read_rows(sheet, columns, today=None, proper_names=True, last_first=None):
    """Checked rows of ``sheet``.

    :param dict columns: {heading: field}, see :mod:`member_columns`
    :param bool proper_names: print « GUÉGAN » as « Guégan »
    :param bool last_first: the order of a column that holds both names; None: as it seems
    :return: list of MemberRow in the file's order, without totals and remarks below the members
    """
    today = today or datetime.date.today()
    where = {f: sheet.headings.index(h) for h, f in columns.items() if h in sheet.headings}
    orders = {
        name: text.date_order([r.cells[where[name]] for r in sheet.rows])
        for name in DATE_FIELDS
        if name in where
    }
    if last_first is None:
        last_first = guess_name_order(sheet, where)
    rows = []
    for source in sheet.rows:
        row = MemberRow(source.number, source.cells)
        raw = {name: clean(source.cells[at]) for name, at in where.items()}
        if _is_remark(source.cells, raw):
            continue
        _read_cells(row, raw, where)
        if any(clean(c) for c in source.cells[len(sheet.headings) :]):
            row.problems.append(Problem("shifted"))
        _read_values(row, raw, orders, today)
        _read_money(row, raw, sheet.headings[where["exempt"]] if "exempt" in where else "")
        _read_name(row, raw, last_first, proper_names)
        rows.append(row)
    _settle_organisations(rows)
    for row in rows:
        _check_name(row, where)
    return rows


def _read_cells(row, raw, where):
    """What only the cells as they are written tell: damage, lines, several numbers."""
    cells = {name: row.cells[at] for name, at in where.items()}
    for name, cell in cells.items():
        damage = member_cells.find_damage(name, cell)
        if damage:
            row.problems.append(Problem(damage, name, raw[name]))
            raw[name] = cells[name] = ""
    first, _line, second = cells.get("street", "").strip().partition("\n")
    if second.strip() and not raw.get("street2"):
        raw["street"], raw["street2"] = clean(first), clean(second)
    phone, mobile, others = member_cells.settle_phones(cells.get("phone"), cells.get("mobile"))
    row.values.update(phone=phone, mobile=mobile, other_phones=others)


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


_PLAIN = ("civility", "street", "street2", "city", "country", "type", "college", "kind", "parent")


def _read_values(row, raw, orders, today):
    values = row.values
    for name in _PLAIN:
        values[name] = raw.get(name, "")
    values["period"] = member_cells.parse_period(raw.get("period") or raw.get("type"))
    values["number"] = raw.get("number", "").removesuffix(".0")
    values["payment_method"] = raw.get("payment_method", "")
    values["payment_status"] = raw.get("payment_status", "")
    values["zip"] = text.parse_zip(raw.get("zip"))
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


def _read_money(row, raw, exempt_heading):
    """What was paid, what it costs without a promo code, and why somebody pays nothing."""
    values = row.values
    values["tariff"] = values.get("amount")
    if values["tariff"] is not None:
        try:
            values["amount"] = member_cells.take_off(
                values["tariff"], raw.get("discount"), raw.get("amount_left")
            )
        except ValueError as error:
            name = "discount" if raw.get("discount") else "amount_left"
            row.problems.append(Problem(error.args[0], name, raw[name]))
    elif member_cells.is_due(raw.get("amount_left")):
        values["payment_status"] = values["payment_status"] or raw["amount_left"]
        values["is_due"] = True
    values["exempt"] = member_cells.exempt_reason(
        exempt_heading,
        [raw.get("exempt"), raw.get("amount"), raw.get("payment_status")],
        text.parse_yes_no(raw.get("exempt")),
    )


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
    show = proper_name if proper_names else clean
    lastname, firstname = raw.get("lastname", ""), raw.get("firstname", "")
    if raw.get("fullname") and not (lastname or firstname):
        firstname, lastname = split_full_name(raw["fullname"], last_first)
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
        elif kind in _ORGANISATION_KINDS or _is_firm(values):
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


def _is_firm(values):
    """Whether the title is a firm's (« Sté »), on a row that names no person."""
    named = values["lastname"] or values["firstname"] or values.get("fullname")
    if values["company_name"] and not (named or values.get("birthdate")):
        return True
    return plain(values["civility"]) in _ORGANISATION_KINDS and not values["firstname"]


def _is_personal(row):
    """Whether the row says something that only people have."""
    values = row.values
    if _is_firm(values):
        return False
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
    if not set(NAME_FIELDS) & where.keys():
        # The file names people by their number alone.
        if not values["number"]:
            row.problems.insert(0, Problem("name_missing", "number"))
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
        amounts = Counter(a for r in group if (a := r.get("tariff")) is not None)
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
    if not ends:
        return any(r.get("period") for r in rows)
    return sum((e.month, e.day) == (12, 31) for e in ends) * 2 > len(ends)


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
    words = plain_words = re.sub(r"\b20[1-9]\d\b( ?\d\d\b)?", "", plain(label)).split()
    if not words:
        return plain(label)
    words = [w for w in words if w.rstrip("s") not in _TYPE_FILLERS] or plain_words
    return " ".join(re.sub(r"(?:(?<=l)le|(?<=n)ne|(?<=t)te|e)?s?$", "", w) or w for w in words)


def is_unpaid(row):
    """Whether the file says that this row's fee was cancelled, refunded or never paid."""
    status = plain(row.get("payment_status"))
    if row.get("is_due"):
        return True
    return status in _UNPAID or text.parse_yes_no(row.get("payment_status")) is False
