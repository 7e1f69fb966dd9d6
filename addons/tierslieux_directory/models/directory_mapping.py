from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.mediation_numerique import load_schema, match_heading, normalise
from ..tools.place_cleaning import split_values
from .directory_term import SCHEMA_FIELDS


def _get_schema_selection(self):
    """Fields of the schema, named as the schema titles them."""
    return [(spec.name, spec.title) for spec in load_schema().values()]


def _get_vocabulary_selection(self):
    return [(name, load_schema()[name].title) for name in SCHEMA_FIELDS.values()]


class TierslieuxDirectoryMapping(models.Model):
    """How the files of one publisher say what the national schema says.

    Headings that the schema knows, whatever their case and accents, need no line.
    """

    _name = "tierslieux.directory.mapping"
    _description = "Directory File Mapping"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    separator = fields.Selection(
        [("any", "; or |"), (";", ";"), ("|", "|"), (",", ",")],
        string="List Separator",
        default="any",
        required=True,
        help="What separates the values in one cell.",
    )
    source = fields.Char(
        string="Default Source", help="Used for the rows that do not say who collected them."
    )
    note = fields.Text(translate=True)
    line_ids = fields.One2many(
        "tierslieux.directory.mapping.line", "mapping_id", string="Columns", copy=True
    )
    value_ids = fields.One2many(
        "tierslieux.directory.mapping.value", "mapping_id", string="Values", copy=True
    )

    def _get_separators(self):
        return ";|" if not self or self.separator == "any" else self.separator

    def _get_columns(self, headings):
        """``{heading: schema field}`` for the headings that are understood.

        A line of the mapping goes before the schema's own names; a line without target makes
        the column ignored.
        """
        lines = {normalise(line.source_field): line.target_field for line in self.line_ids}
        columns = {}
        for heading in headings:
            key = normalise(heading)
            target = lines[key] if key in lines else match_heading(heading)
            if target:
                columns[heading] = target
        return columns

    def _get_source_headings(self):
        """Headings that this mapping, or where none is chosen any mapping, speaks of."""
        mappings = self or self.search([])  # pylint: disable=no-search-all
        return {normalise(name) for name in mappings.line_ids.mapped("source_field")}

    def _get_unknown_headings(self, headings):
        """Headings that neither the mapping nor the schema mentions."""
        known = {normalise(line.source_field) for line in self.line_ids}
        return [h for h in headings if normalise(h) not in known and not match_heading(h)]

    def _get_translations(self):
        """``{schema field: {normalised value: terms}}``; no terms means: leave the value out."""
        translations = {}
        for value in self.value_ids:
            words = translations.setdefault(value.target_field, {})
            words[normalise(value.source_value)] = value.term_ids
        return translations

    @api.model
    def _detect(self, headings, rows):
        """The mapping that understands most headings and values of a file; the first of equals.

        :param rows: as ``read_table`` gives them
        """
        lookup = self.env["tierslieux.directory.term"]._get_lookup()
        best, best_score = self.browse(), -1
        # Every mapping is tried: there is one per publisher.
        for mapping in self.search([]):  # pylint: disable=no-search-all
            columns = mapping._get_columns(headings)
            translations = mapping._get_translations()
            values = {
                (target, normalise(part))
                for _number, row in rows[:500]
                for heading, target in columns.items()
                if target in lookup
                for part in split_values(row.get(heading) or "", mapping._get_separators())
            }
            known = sum(
                key in lookup[target] or key in translations.get(target, {})
                for target, key in values
            )
            score = len(columns) + known
            if score > best_score:
                best, best_score = mapping, score
        return best


class TierslieuxDirectoryMappingLine(models.Model):
    _name = "tierslieux.directory.mapping.line"
    _description = "Directory File Mapping: Column"
    _order = "sequence, id"
    _rec_name = "source_field"

    mapping_id = fields.Many2one(
        "tierslieux.directory.mapping", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    source_field = fields.Char(string="Column of the File", required=True)
    target_field = fields.Selection(
        _get_schema_selection,
        string="Field of the National Schema",
        help="Empty: the column is ignored.",
    )


class TierslieuxDirectoryMappingValue(models.Model):
    _name = "tierslieux.directory.mapping.value"
    _description = "Directory File Mapping: Value"
    _order = "target_field, source_value, id"
    _rec_name = "source_value"

    mapping_id = fields.Many2one(
        "tierslieux.directory.mapping", required=True, index=True, ondelete="cascade"
    )
    target_field = fields.Selection(
        _get_vocabulary_selection, string="Field of the National Schema", required=True
    )
    category = fields.Char(compute="_compute_category")
    source_value = fields.Char(string="Value in the File", required=True)
    term_ids = fields.Many2many(
        "tierslieux.directory.term",
        "tierslieux_directory_mapping_value_term_rel",
        string="Means",
        domain="[('category', '=', category)]",
        help="Empty: the value is left out.",
    )

    @api.depends("target_field")
    def _compute_category(self):
        categories = {name: category for category, name in SCHEMA_FIELDS.items()}
        for value in self:
            value.category = categories.get(value.target_field)

    @api.constrains("target_field", "term_ids")
    def _check_term_category(self):
        for value in self:
            wrong = value.term_ids.filtered(
                lambda term, value=value: SCHEMA_FIELDS[term.category] != value.target_field
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Mapping %(mapping)s, value “%(value)s”: “%(term)s” is not a term of"
                        " this field. Choose a term of the same list.",
                        mapping=value.mapping_id.name,
                        value=value.source_value,
                        term=wrong[0].name,
                    )
                )
