# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import fields, models

from odoo.addons.tierslieux_base.tools.text_values import name_key, plain

from ..tools.member_rows import Problem
from .member_import_write import QUIET

ADULT_AGE = 18


class TierslieuxMemberImport(models.TransientModel):
    """Families: whoever the file attaches to somebody gets them as their responsible adult."""

    _inherit = "tierslieux.member.import"

    def _find_parents(self, items, known):
        """Find of each row the person it is attached to, by number or by name.

        :param list known: Identity objects of the people in the database
        """
        if "parent" not in self._columns().values():
            return
        by_number = {item.row.number: item for item in items}
        people, births = defaultdict(set), {}
        for identity in known:
            person = ("partner", identity.ref)
            births[person] = identity.birthdate
            if not identity.is_organisation:
                self._index_person(
                    people, person, identity.number, identity.firstname, identity.lastname
                )
        for item in items:
            row = item.row
            person = self._person_key(item, by_number)
            births[person] = births.get(person) or row.get("birthdate")
            if not row.is_organisation:
                names = row.get("firstname"), row.get("lastname")
                self._index_person(people, person, row.get("number"), *names)
        adult_since = fields.Date.subtract(fields.Date.context_today(self), years=ADULT_AGE)
        for item in items:
            text = item.row.get("parent")
            if text and not item.row.is_organisation:
                found = people.get(plain(text)) or people.get(name_key(text)) or set()
                found = found - {self._person_key(item, by_number)}
                code = "family"
                if len(found) != 1:
                    code = "parent_unknown"
                elif (births.get(next(iter(found))) or adult_since) > adult_since:
                    code = "parent_minor"
                else:
                    item.parent = next(iter(found))
                item.notes.append(Problem(code, "parent", text))

    @staticmethod
    def _index_person(people, person, number, firstname, lastname):
        first, last = name_key(firstname), name_key(lastname)
        for key in {plain(number), first + last, last + first} - {""}:
            people[key].add(person)

    def _tie_families(self, judged, people):
        """Give those attached to somebody their responsible adult, where they have none."""
        wanted = {}
        for item in judged:
            child = people.get(item.row.number)
            if child and item.parent:
                kind, ref = item.parent
                parent = people.get(ref) if kind == "row" else ref
                if parent and parent != child:
                    wanted.setdefault(child, parent)
        Partner = self.env["res.partner"].with_context(**QUIET)
        guardians = {
            partner.id: partner.guardian_id.id
            for partner in Partner.browse({*wanted, *wanted.values()})
        }
        families = defaultdict(list)
        for child, parent in wanted.items():
            above, steps = parent, 0
            while above and above != child and steps <= len(guardians):
                above, steps = guardians.get(above), steps + 1
            # Two who are attached to each other answer for nobody.
            if not guardians[child] and above != child:
                guardians[child] = parent
                families[parent].append(child)
        for parent, children in families.items():
            Partner.browse(children).write({"guardian_id": parent})
