# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Is this the same person? Certain keys match alone; anything else is put to the user.

Certain: SIRET; member number together with the name or the birth date; name and birth date;
for organisations name and place. An e-mail address never identifies: couples and families share
one. People of one name and different birth dates are different people.

Plain Python without Odoo::

    matcher = Matcher(known)            # Identity objects, indexed once
    found = matcher.find(identity)      # found.sure, found.candidates, found.why
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from odoo.addons.tierslieux_base.tools.text_values import name_key, plain

from .member_text import name_words

# So many of one name, number or birth date are no people but a file gone wrong: more are not
# compared one by one, so that a row costs the same however many are alike.
ALIKE_MAX = 50
# Letters that two names share when one is a slip of the pen of the other.
SIMILAR = 0.85
# Longer than any name: what stands there is compared as it is, no slip is looked for.
NAME_MAX = 200


# One name is compared with many.
_key = lru_cache(maxsize=1 << 16)(name_key)
_words = lru_cache(maxsize=1 << 16)(name_words)


@dataclass
class Identity:
    """What identifies somebody; ``ref`` is whatever the caller wants back."""

    ref: object
    lastname: str = ""
    firstname: str = ""
    is_organisation: bool = False
    birthdate: date | None = None
    number: str = ""
    siret: str = ""
    email: str = ""
    phones: frozenset = frozenset()
    street: str = ""
    zip: str = ""
    first_key: str = field(init=False)
    last_key: str = field(init=False)

    def __post_init__(self):
        self.first_key = name_key(self.firstname)
        self.last_key = name_key(self.lastname)
        self.number = plain(self.number)
        self.email = (self.email or "").strip().lower()
        self.street = name_key(self.street)
        self.zip = name_key(self.zip)
        self.phones = frozenset(k for k in map(phone_key, self.phones) if k)

    @property
    def name(self):
        return self.is_organisation, self.last_key, self.first_key

    @property
    def contacts(self):
        """The ways to reach them, each as (kind, value)."""
        pairs = (("email", self.email), ("street", self.street), ("zip", self.zip))
        return [pair for pair in pairs if pair[1]] + [("phone", key) for key in sorted(self.phones)]


@dataclass
class Found:
    """``sure``: the one who is meant, or None. ``candidates``: whom it may be. ``why``: a code."""

    sure: Identity | None = None
    candidates: list = field(default_factory=list)
    why: str = ""


def phone_key(number):
    """The digits that two writings of one telephone number share.

    >>> phone_key("+33612345011") == phone_key("06 12 34 50 11") == phone_key("0033 612345011")
    True
    """
    digits = "".join(c for c in str(number or "") if c.isdigit())
    return digits[-9:] if len(digits) >= 9 else digits


def similar_names(one, other):
    """Whether two people's names may be one: part of the other, swapped, or a slip of the pen.

    Names are compared in two parts, so that twins (one last name, two first names) stay two.
    """
    if (one.last_key, one.first_key) == (other.first_key, other.last_key):
        return True
    return _similar(one.lastname, other.lastname) and _similar(one.firstname, other.firstname)


def _similar(one, other):
    first, second = _key(one), _key(other)
    if not first or not second or first == second:
        return True
    words, others = _words(one), _words(other)
    if words <= others or others <= words:
        return True
    shorter, longer = sorted((len(first), len(second)))
    if shorter < 4 or shorter > NAME_MAX or 2 * shorter < SIMILAR * (shorter + longer):
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.quick_ratio() >= SIMILAR and matcher.ratio() >= SIMILAR


class Matcher:
    """Known people indexed by everything that may identify them; each look-up is a few dicts.

    :param bool own_numbers: the known ones' numbers may come from another numbering than the
        file's, so that one number on two people who have nothing in common means nothing

    ``compared`` counts those who were looked at one by one: ``ALIKE_MAX`` at most for each index.
    """

    def __init__(self, identities=(), own_numbers=False):
        self.own_numbers = own_numbers
        self.compared = 0
        # Of names that more than ALIKE_MAX bear: who has this birth date, this postcode, these
        # contacts.
        self._name_birth = defaultdict(list)
        self._name_zip = defaultdict(list)
        self._name_contacts = defaultdict(list)
        self._siret = defaultdict(list)
        self._number = defaultdict(list)
        self._name = defaultdict(list)
        self._birth = defaultdict(list)
        for identity in identities:
            self.add(identity)

    def add(self, identity):
        if identity.siret:
            self._siret[identity.siret].append(identity)
        if identity.number:
            self._number[identity.number].append(identity)
        alike = self._name[identity.name]
        alike.append(identity)
        if len(alike) > ALIKE_MAX:
            for one in alike if len(alike) == ALIKE_MAX + 1 else (identity,):
                self._index_alike(one)
        if identity.birthdate and not identity.is_organisation:
            self._birth[identity.birthdate].append(identity)

    def _index_alike(self, one):
        """Index somebody of a name that many bear by what tells them apart."""
        self._name_birth[one.name, one.birthdate].append(one)
        if one.zip:
            self._name_zip[one.name, one.zip].append(one)
        # Contacts alone identify those whose birth date nobody knows.
        contacts = one.contacts[:5] if not one.birthdate else ()
        for size in range(2, len(contacts) + 1):
            for some in combinations(contacts, size):
                # Two are as many as it takes to be in doubt.
                if len(self._name_contacts[one.name, some]) < 2:
                    self._name_contacts[one.name, some].append(one)

    def _few(self, known):
        """Of those who are alike, as many as are worth looking at."""
        known = known[:ALIKE_MAX]
        self.compared += len(known)
        return known

    def _alike(self, who, name):
        """Those of this name whom ``who`` may be: all, or of very many those who share more."""
        alike = self._name.get(name, [])
        if len(alike) <= ALIKE_MAX:
            return self._few(alike)
        found = []
        if who.birthdate:
            found += self._name_birth.get((name, who.birthdate), ())[:ALIKE_MAX]
            found += self._name_birth.get((name, None), ())[:ALIKE_MAX]
        if who.zip and who.is_organisation:
            found += self._name_zip.get((name, who.zip), ())[:ALIKE_MAX]
        found += self._name_contacts.get((name, tuple(who.contacts[:5])), ())
        found += alike[:ALIKE_MAX]
        return self._few(list({id(one): one for one in found}.values()))

    def find(self, who):
        """The known one whom ``who`` is, or those whom it may be.

        :return: Found; without sure and candidates, nobody known is meant
        """
        doubt = None
        for step in (self._by_siret, self._by_number, self._by_name, self._by_birth):
            found = step(who)
            if found and found.sure:
                return found
            doubt = doubt or found
        return doubt or Found()

    def _by_siret(self, who):
        known = self._few(self._siret.get(who.siret, [])) if who.siret else []
        if len(known) > 1:
            same = [k for k in known if k.name == who.name]
            known = same if len(same) == 1 else known
        if len(known) == 1:
            return Found(known[0], known, "siret")
        return Found(None, known, "siret_several") if known else None

    def _by_number(self, who):
        known = self._few(self._number.get(who.number, [])) if who.number else []
        if self.own_numbers:
            known = [k for k in known if not _strangers(who, k)]
        if not known:
            return None
        sure = [k for k in known if self._number_confirmed(who, k)]
        if len(sure) == 1:
            return Found(sure[0], sure, "number")
        return Found(None, known, "number_other_name")

    @staticmethod
    def _number_confirmed(who, known):
        if who.is_organisation != known.is_organisation:
            return False
        if who.name == known.name:
            return not _births_differ(who, known)
        if who.is_organisation:
            return _similar(who.lastname, known.lastname)
        if who.birthdate and who.birthdate == known.birthdate:
            # Twins of one family under its number share the birth date too, not the first name.
            return similar_names(who, known) or _similar(who.firstname, known.firstname)
        return not _births_differ(who, known) and similar_names(who, known)

    def _by_name(self, who):
        known = self._alike(who, who.name)
        if who.is_organisation:
            return self._organisation(who, [k for k in known if not (k.siret and who.siret)])
        if who.last_key != who.first_key:
            known = known + self._alike(who, (False, who.first_key, who.last_key))
        same_birth = [k for k in known if who.birthdate and k.birthdate == who.birthdate]
        if same_birth:
            return self._one(who, same_birth, "name_birth")
        unknown_birth = [k for k in known if not (k.birthdate and who.birthdate)]
        if not unknown_birth:
            return None
        same_contacts = [
            k
            for k in unknown_birth
            if not (k.birthdate or who.birthdate) and _same_contacts(who, k)
        ]
        if len(same_contacts) == 1 and (
            self.own_numbers or not _numbers_differ(who, same_contacts[0])
        ):
            return Found(same_contacts[0], same_contacts, "same_row")
        likely = [k for k in unknown_birth if _shares_contact(who, k)]
        if len(likely) == 1 and not (_numbers_differ(who, likely[0]) and not self.own_numbers):
            # Proposed, not sure: a father and his son may share name, address and telephone.
            others = [k for k in unknown_birth if k is not likely[0]]
            return Found(None, likely + others, "name_contact")
        return Found(None, unknown_birth, "name_no_birth")

    def _organisation(self, who, known):
        if not known:
            return None
        sure = [k for k in known if (who.zip and who.zip == k.zip) or _same_contacts(who, k)]
        if sure:
            return self._one(who, sure, "name_place")
        return Found(None, known, "organisation_place")

    @staticmethod
    def _one(who, known, why):
        if len(known) > 1:
            agreeing = [k for k in known if who.number and k.number == who.number]
            known = agreeing if len(agreeing) == 1 else known
        if len(known) == 1:
            return Found(known[0], known, why)
        return Found(None, known, "several")

    def _by_birth(self, who):
        if not who.birthdate or who.is_organisation:
            return None
        known = [k for k in self._few(self._birth.get(who.birthdate, [])) if similar_names(who, k)]
        return Found(None, known, "similar_name") if known else None


def _births_differ(one, other):
    return bool(one.birthdate and other.birthdate and one.birthdate != other.birthdate)


def _strangers(one, other):
    """Whether nothing but a number joins the two: kind, birth date or both names differ."""
    if one.is_organisation != other.is_organisation:
        return True
    if one.is_organisation:
        return not _similar(one.lastname, other.lastname)
    if one.birthdate and one.birthdate == other.birthdate:
        return False
    if similar_names(one, other):
        return False
    return _births_differ(one, other) or not (
        _similar(one.lastname, other.lastname) or _similar(one.firstname, other.firstname)
    )


def _numbers_differ(one, other):
    return bool(one.number and other.number and one.number != other.number)


def _shares_contact(who, known):
    """Whether one way to reach them is both's: e-mail, telephone, or street and postcode."""
    same_email = who.email and who.email == known.email
    same_street = who.street and who.street == known.street
    return bool(
        same_email
        or who.phones & known.phones
        or (same_street and (not (who.zip and known.zip) or who.zip == known.zip))
    )


def _same_contacts(who, known):
    """Whether the row gives ways to reach somebody and each of them is the known one's."""
    given = 0
    for mine, theirs in (
        (who.email, known.email),
        (who.street, known.street),
        (who.zip, known.zip),
    ):
        if mine:
            given += 1
            if mine != theirs:
                return False
    if who.phones:
        given += 1
        if not who.phones <= known.phones:
            return False
    # One shared mailbox is not enough: it takes two ways that agree.
    return given >= 2


@dataclass
class Verdict:
    """What a row is: ``status`` create, match or decide; the target is a known one or a row."""

    status: str
    why: str = ""
    known: object = None
    row: object = None
    candidates: list = field(default_factory=list)
    row_candidates: list = field(default_factory=list)


def judge(identities, matcher):
    """Say for each identity of a file whether it is new, known or to be decided.

    Rows that say most about somebody (number, birth date) are looked at first, so that a bare
    second spelling higher up in the file joins the full row and not the other way round.

    :param list identities: Identity objects of the file's rows, in order
    :param Matcher matcher: who is known already
    :return: {ref of the row: Verdict}
    """
    inside = Matcher()
    verdicts = {}
    order = sorted(
        range(len(identities)),
        key=lambda i: (not identities[i].number, not identities[i].birthdate, i),
    )
    for position in order:
        who = identities[position]
        outer, inner = matcher.find(who), inside.find(who)
        if outer.sure:
            verdict = Verdict("match", outer.why, known=outer.sure.ref)
            if not inner.sure:
                inside.add(who)
        elif inner.sure:
            leader = verdicts[inner.sure.ref]
            verdict = Verdict("match", inner.why, known=leader.known, row=inner.sure.ref)
        elif outer.candidates or inner.candidates:
            verdict = Verdict(
                "decide",
                outer.why or inner.why,
                candidates=[c.ref for c in outer.candidates],
                row_candidates=[c.ref for c in inner.candidates],
            )
            inside.add(who)
        else:
            verdict = Verdict("create")
            inside.add(who)
        verdicts[who.ref] = verdict
    return verdicts
