"""Whom a name in a rota means, among the volunteers of an association. Plain Python, no Odoo."""

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass

from odoo.addons.tierslieux_base.tools.text_values import name_key, plain

_CIVILITY = re.compile(r"^(?:mme|mlle|mr|m|monsieur|madame|melle) (?=\w{2})")
# So near, a name is offered as a slip of the pen, never taken for one.
NEAR = 0.8


@dataclass(frozen=True)
class Known:
    """A volunteer. ``places``: where they come; empty: anywhere."""

    id: int
    firstname: str
    lastname: str
    places: frozenset = frozenset()


@dataclass(frozen=True)
class Match:
    """``id`` is the one who is meant for sure, or 0; ``candidates`` are those who may be."""

    id: int = 0
    candidates: tuple = ()


class People:
    """
    >>> people = People(
    ...     [
    ...         Known(1, "Marie", "Dupont", frozenset({7})),
    ...         Known(2, "Marie", "Le Goff", frozenset({8})),
    ...         Known(3, "Jean-Luc", "Petit"),
    ...     ]
    ... )
    >>> people.find("DUPONT Marie").id, people.find("jean luc PETIT").id
    (1, 3)
    >>> people.find("LE-GOFF M.").id
    2
    >>> people.find("Marie"), people.find("Marie", place=8).id, people.find("Jean Luc").id
    (Match(id=0, candidates=(1, 2)), 2, 3)
    >>> people.find("Marie D.").id, people.find("Mairie Dupont"), people.find("Zoé")
    (1, Match(id=0, candidates=(1,)), Match(id=0, candidates=()))
    """

    def __init__(self, known):
        self.known = {each.id: each for each in known}
        self.found = {}
        self.whole, self.words = defaultdict(set), defaultdict(set)
        self.first, self.last = defaultdict(set), defaultdict(set)
        for each in known:
            first, last = name_key(each.firstname), name_key(each.lastname)
            for key in (first + last, last + first):
                self.whole[key].add(each.id)
            self.words[_words(f"{each.firstname} {each.lastname}")].add(each.id)
            if first:
                self.first[first].add(each.id)
            if last:
                self.last[last].add(each.id)

    def find(self, label, place=0):
        """:param place: where the shift is: a first name alone means who comes there"""
        if (label, place) not in self.found:
            self.found[label, place] = self._find(label, place)
        return self.found[label, place]

    def _find(self, label, place):
        text = _CIVILITY.sub("", plain(label))
        key = name_key(text)
        if not key:
            return Match()
        whole = self.whole.get(key) or self.words.get(_words(text))
        if whole:
            return self._choose(whole, place)
        for found in (self.first.get(key), self._find_short(text), self.last.get(key)):
            if found:
                return self._choose(found, place)
        return Match(0, self._find_near(key))

    def _choose(self, ids, place):
        """The only one of these, or the only one who comes to that place."""
        if len(ids) > 1 and place:
            here = {i for i in ids if not self.known[i].places or place in self.known[i].places}
            ids = here or ids
        ids = tuple(sorted(ids))
        return Match(ids[0]) if len(ids) == 1 else Match(0, ids)

    def _find_short(self, text):
        """« Marie D. », « Dupont M »: one name, and how the other begins."""
        words = text.split()
        if len(words) < 2:
            return set()
        found = set()
        for short, rest in ((words[-1], words[:-1]), (words[0], words[1:])):
            if len(short) > 3:
                continue
            rest = "".join(rest)
            found |= {i for i in self.first.get(rest, ()) if self._begins(i, "lastname", short)}
            found |= {i for i in self.last.get(rest, ()) if self._begins(i, "firstname", short)}
        return found

    def _begins(self, number, name, short):
        return name_key(getattr(self.known[number], name)).startswith(short)

    def _find_near(self, key):
        near = difflib.get_close_matches(key, [*self.whole, *self.first], 5, NEAR)
        ids = [i for each in near for i in self.whole.get(each, ()) or self.first.get(each, ())]
        return tuple(dict.fromkeys(ids))[:5]


def _words(text):
    return tuple(sorted(plain(text).split()))
