"""What an import of places would do, decided once and shared by preview and import.

The plan reads the database in a fixed number of queries, however many rows the file has: all
sheets of the association and all terms are looked up in dictionaries.
"""

from odoo.addons.tierslieux_base.tools.opening_hours import parse_opening_hours

from ..models.directory_mixin import TERM_FIELDS
from ..models.directory_term import SCHEMA_FIELDS
from ..tools.mediation_numerique import Problem, load_schema, normalise
from ..tools.place_cleaning import clean_row

DECISIONS = ("refused", "create", "update", "unchanged")
_CATEGORY = {name: category for category, name in SCHEMA_FIELDS.items()}
_TERM_FIELD = {SCHEMA_FIELDS[category]: name for name, category in TERM_FIELDS.items()}


class PlannedRow:
    """One row of the file: what it becomes, and why."""

    def __init__(self, plan, number, clean):
        self.plan = plan
        self.number = number
        self.values = clean.values
        self.errors = list(clean.errors)
        self.warnings = list(clean.warnings)
        self.terms = {}  # schema field → terms
        self.new_terms = {}  # field of the record → normalised words of terms to create
        self.vals = {}
        self.record = None
        self.changes = {}
        self.decision = "refused"

    @property
    def name(self):
        return self.values.get("nom", "")

    @property
    def messages(self):
        return [self.plan.describe(problem) for problem in self.errors or self.warnings]

    def prepare_line_vals(self):
        reasons = self.messages
        if self.decision == "update":
            fields = self.record._fields
            labels = [fields[n]._description_string(self.record.env) for n in self.changes]
            reasons = [
                self.plan.env._("Changes: %(fields)s.", fields=", ".join(labels)),
                *reasons,
            ]
        return {
            "rank": DECISIONS.index(self.decision),
            "number": self.number,
            "name": self.name or False,
            "city": self.values.get("commune") or self.values.get("code_postal") or False,
            "decision": self.decision,
            "reason": "\n".join(reasons) or False,
            "has_warning": bool(self.warnings) or bool(self.errors),
        }


class ImportPlan:
    """The rows of one file, each with its decision.

    :param wizard: a ``tierslieux.directory.import``
    """

    def __init__(self, wizard, headings, rows):
        self.wizard = wizard
        self.env = wizard.env
        self.headings = headings
        self.mapping = wizard.mapping_id
        self.columns = self.mapping._get_columns(headings)
        self.translations = self.mapping._get_translations()
        self.lookup = self.env["tierslieux.directory.term"]._get_lookup()
        self.new_terms = {}
        self.unknown_values = {}
        separators = self.mapping._get_separators()
        self.rows = []
        for number, raw in rows:
            clean = clean_row(self._translate_columns(raw), separators)
            row = PlannedRow(self, number, clean)
            row.terms = {
                name: self._find_terms(row, name, row.values[name])
                for name in SCHEMA_FIELDS.values()
                if name in row.values
            }
            self.rows.append(row)

    def _translate_columns(self, raw):
        """The row by schema field; the first column with a value wins."""
        values = {}
        for heading, target in self.columns.items():
            if not values.get(target):
                values[target] = raw.get(heading) or ""
        return values

    def _find_terms(self, row, name, words):
        """The terms that the words of one cell mean.

        A word that a closed list of the schema does not have is left out with a warning; in an
        open list (the kinds of organisation) it becomes a new term.
        """
        terms = self.env["tierslieux.directory.term"]
        translated = self.translations.get(name, {})
        for word in self._split_at_commas(name, words):
            key = normalise(word)
            if key in translated:
                terms |= translated[key]
            elif key in self.lookup[name]:
                terms |= self.lookup[name][key]
            elif not load_schema()[name].values:
                self.new_terms.setdefault((name, key), word)
                row.new_terms.setdefault(_TERM_FIELD[name], []).append((name, key))
            else:
                seen = self.unknown_values
                seen[name, word] = seen.get((name, word), 0) + 1
                row.warnings.append(Problem("unknown", {"field": name, "value": word}))
        return terms

    def _split_at_commas(self, name, words):
        """Cut a word at its commas when it is not known whole but all its parts are."""
        known = {*self.lookup[name], *self.translations.get(name, ())}
        parts = []
        for word in words:
            pieces = [piece.strip() for piece in word.split(",") if piece.strip()]
            cut = normalise(word) not in known and all(normalise(p) in known for p in pieces)
            parts += pieces if cut else [word]
        return parts

    # -- deciding ------------------------------------------------------------------------

    def make(self):
        """Decide each row.

        :return: self
        """
        self.model = self.wizard._get_target_model()
        self._index_records()
        taken = {}
        for row in self.rows:
            self._complete(row)
            if row.errors:
                continue
            row.vals = self.model._prepare_directory_vals(row.values, row.terms)
            row.record = self._match(row)
            keys = [("record", row.record.id)] if row.record else self._get_keys(row.vals)
            double = next((taken[key] for key in keys if key in taken), None)
            if double:
                row.errors.append(Problem("double", {"row": double}))
                row.record = None
                continue
            taken.update(dict.fromkeys(keys, row.number))
            self._decide(row)
        return self

    def _complete(self, row):
        """Give the row its source; refuse one that could not be recognised later."""
        if not row.values.get("source") and self.wizard.source:
            row.values["source"] = self.wizard.source.strip()
        if row.values.get("id") and not row.values.get("source"):
            row.errors.append(Problem("no_source", {}))
        if self.wizard.target == "place" and row.values.get("horaires"):
            if parse_opening_hours(row.values["horaires"]).leftover:
                del row.values["horaires"]

    def _decide(self, row):
        if not row.record:
            row.decision = "create"
            return
        row.changes = row.record._get_directory_changes(row.vals)
        for name in row.new_terms:
            row.changes.setdefault(name, row.vals.get(name, frozenset()))
        row.decision = "update" if row.changes else "unchanged"

    def _index_records(self):
        """All sheets of the association, archived ones too, by each key they answer to."""
        records = self.model.with_context(active_test=False).search(
            [("company_id", "=", self.wizard.company_id.id)]
        )
        self.by_source, self.by_key = {}, {}
        for record in records:
            if record.source_ref:
                self.by_source[_source_key(record.source, record.source_ref)] = record
            for key in self._get_keys(
                {name: record[name] for name in ("name", "pivot", "zip", "street", "city")}
            ):
                # The first of all, and the first that bears no identifier: as many bear one name
                # as a file may say, and no row looks at them all.
                first, nameless = self.by_key.get(key, (record, None))
                self.by_key[key] = first, nameless or (None if record.source_ref else record)

    @staticmethod
    def _get_keys(vals):
        """What recognises a place: its identifier, its SIRET and name, its name and address.

        The SIRET alone does not: a town has one for all its libraries.
        """
        name = normalise(vals.get("name"))
        town = vals.get("zip") or normalise(vals.get("city"))
        keys = []
        if vals.get("source_ref"):
            return [("source", _source_key(vals.get("source"), vals["source_ref"]))]
        if vals.get("pivot"):
            keys.append(("pivot", vals["pivot"].upper(), name, town))
        keys.append(("address", name, town, normalise(vals.get("street"))))
        return keys

    def _match(self, row):
        """The record the row speaks of, or None.

        By identifier and source; else by SIRET and name, or name and address, among the records
        that bear no other identifier of the same source.
        """
        vals = row.vals
        if vals.get("source_ref"):
            record = self.by_source.get(_source_key(vals.get("source"), vals["source_ref"]))
            if record:
                return record
        keys = self._get_keys({**vals, "source_ref": False})
        for key in keys:
            first, nameless = self.by_key.get(key, (None, None))
            record = nameless if vals.get("source_ref") else first
            if record:
                return record
        return None

    # -- writing -------------------------------------------------------------------------

    def apply(self):
        """Write the decisions: new terms and new records in batch, updates one by one."""
        self._create_terms()
        to_create = [row for row in self.rows if row.decision == "create"]
        vals_list = [
            {**self.model._directory_commands(row.vals), "company_id": self.wizard.company_id.id}
            for row in to_create
        ]
        if self.wizard.target == "place":
            self._add_codes(vals_list)
        records = self.model.create(vals_list)
        for row, record in zip(to_create, records, strict=True):
            row.record = record
        for row in self.rows:
            if row.decision == "update":
                # The file's date is the sheet's: a write must not put today's.
                changes = {"date_updated": row.record.date_updated, **row.changes}
                row.record.write(self.model._directory_commands(changes))

    def _create_terms(self):
        """Create the words of open lists, and add them to their rows."""
        if not self.new_terms:
            return
        keys = list(self.new_terms)
        # A new word of an open list comes with the file, as the entry does; the lists
        # themselves are the manager's.
        terms = (
            self.env["tierslieux.directory.term"]
            .sudo()
            .create(
                [
                    {
                        "name": self.new_terms[name, key],
                        "schema_value": self.new_terms[name, key],
                        "category": _CATEGORY[name],
                    }
                    for name, key in keys
                ]
            )
        )
        created = dict(zip(keys, terms.ids, strict=True))
        for row in self.rows:
            for name, words in row.new_terms.items():
                ids = {created[word] for word in words}
                for vals in (row.vals, row.changes):
                    vals[name] = vals.get(name, frozenset()) | ids

    def _add_codes(self, vals_list):
        """A place needs a code of its own: its identifier, or the start of its name."""
        taken = set(
            self.model.with_context(active_test=False)
            .search([("company_id", "=", self.wizard.company_id.id)])
            .mapped("code")
        )
        ranks = {}
        for vals in vals_list:
            base = (vals.get("source_ref") or normalise(vals["name"])[:12]).upper()
            code, rank = base, ranks.get(base, 1)
            while code in taken:
                rank += 1
                code = f"{base}-{rank}"
            ranks[base] = rank  # the next of this name goes on from here
            taken.add(code)
            vals["code"] = code

    # -- telling -------------------------------------------------------------------------

    @property
    def refused(self):
        return [row for row in self.rows if row.decision == "refused"]

    def count(self, decision):
        return sum(row.decision == decision for row in self.rows)

    def describe(self, problem):
        """A problem as a sentence."""
        params = dict(problem.params)
        if "field" in params:
            params["field"] = load_schema()[params["field"]].title
        return {
            "no_name": lambda: self.env._("The name is missing."),
            "no_town": lambda: self.env._("Neither the town nor the postcode is given."),
            "no_source": lambda: self.env._(
                "The row has an identifier but nobody says whose: fill in the source."
            ),
            "double": lambda: self.env._("Same place as row %(row)s of the file.", **params),
            "invalid": lambda: self.env._("%(field)s: “%(value)s” is not valid.", **params),
            "hours": lambda: self.env._(
                "%(field)s: “%(words)s” is not understood in “%(value)s”. Write days and times, for"
                " example “lundi au vendredi 9h-12h ; samedi 10h-12h”.",
                **params,
            ),
            "phone": lambda: self.env._(
                "%(field)s: “%(value)s” is kept, but is no international number and is left out"
                " of exports.",
                **params,
            ),
            "too_long": lambda: self.env._(
                "%(field)s: %(length)s characters, cut to %(max)s.", **params
            ),
            "unknown": lambda: self.env._("%(field)s: “%(value)s” is not in the list.", **params),
            "missing": lambda: self.env._("%(field)s is missing.", **params),
        }[problem.code]()


def _source_key(source, ref):
    return normalise(source), str(ref).strip()
