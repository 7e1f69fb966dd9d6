from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from .directory_term import SCHEMA_FIELDS

TERM_MODEL = "tierslieux.directory.term"
# Field of terms → category of its terms.
TERM_FIELDS = {f"{category}_ids": category for category in SCHEMA_FIELDS}

# Field of the schema → field of the model, for the single values.
DIRECTORY_FIELDS = {
    "id": "source_ref",
    "pivot": "pivot",
    "nom": "name",
    "commune": "city",
    "code_postal": "zip",
    "code_insee": "insee_code",
    "adresse": "street",
    "complement_adresse": "street2",
    "latitude": "latitude",
    "longitude": "longitude",
    "telephone": "phone",
    "horaires": "opening_hours",
    "presentation_resume": "presentation_summary",
    "presentation_detail": "presentation",
    "source": "source",
    "structure_parente": "parent_structure",
    "date_maj": "date_updated",
    "autres_formations_labels": "other_labels",
    "fiche_acces_libre": "accessibility_url",
    "prise_rdv": "booking_url",
}


class TierslieuxDirectoryMixin(models.AbstractModel):
    """What the national schema of digital help points says of a place, ours or another's.

    A concrete model adds its address, and a relation table of its own per field of terms; it
    names the fields that hold each field of the schema in ``_directory_fields``.
    """

    _name = "tierslieux.directory.mixin"
    _description = "Directory Sheet"

    source = fields.Char(
        index="btree_not_null", help="Who collected the data: a town, a network, the place itself."
    )
    source_ref = fields.Char(
        string="Identifier at Source",
        copy=False,
        index="btree_not_null",
        help="The identifier the source gives; with the source, it recognises the place when a"
        " file comes again.",
    )
    pivot = fields.Char(
        string="SIRET or RNA", index="btree_not_null", help="14 digits, or W and 9 digits."
    )
    insee_code = fields.Char(string="INSEE Code of the Town")
    parent_structure = fields.Char(
        string="Parent Organisation", help="The network or organisation the place belongs to."
    )
    other_emails = fields.Char(help="Separated by spaces.")
    other_websites = fields.Char(help="Addresses of further sites, separated by spaces.")
    presentation_summary = fields.Char(
        string="Summary", size=280, help="280 characters at most, for the public directories."
    )
    presentation = fields.Text()
    other_labels = fields.Char(string="Other Training or Labels")
    accessibility_url = fields.Char(
        string="Accessibility Sheet", help="Address of the place's sheet on Acceslibre."
    )
    booking_url = fields.Char(string="Appointments", help="Address of online appointments.")
    date_updated = fields.Date(
        string="Updated On",
        default=fields.Date.context_today,
        copy=False,
        help="The day the data was last known to be right.",
    )
    service_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_service_rel",
        string="Services",
        domain="[('category', '=', 'service')]",
    )
    public_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_public_rel",
        string="Publics",
        domain="[('category', '=', 'public')]",
        help="Whom the place is especially for; empty: everybody.",
    )
    care_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_care_rel",
        string="Special Care",
        domain="[('category', '=', 'care')]",
    )
    fee_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_fee_rel",
        string="Fees",
        domain="[('category', '=', 'fee')]",
    )
    programme_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_programme_rel",
        string="National Programmes",
        domain="[('category', '=', 'programme')]",
    )
    training_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_training_rel",
        string="Training and Labels",
        domain="[('category', '=', 'training')]",
    )
    access_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_access_rel",
        string="Ways of Access",
        domain="[('category', '=', 'access')]",
    )
    support_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_support_rel",
        string="Kinds of Support",
        domain="[('category', '=', 'support')]",
    )
    mobility_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_mobility_rel",
        domain="[('category', '=', 'mobility')]",
    )
    typology_ids = fields.Many2many(
        TERM_MODEL,
        "tierslieux_directory_mixin_typology_rel",
        string="Kinds of Organisation",
        domain="[('category', '=', 'typology')]",
    )

    _directory_fields = DIRECTORY_FIELDS
    # Field of the schema → fields of the model for the first value and the others.
    _directory_list_fields = {
        "courriels": ("email", "other_emails"),
        "site_web": ("website", "other_websites"),
    }

    @api.constrains("presentation_summary")
    def _check_presentation_summary(self):
        for record in self:
            if len(record.presentation_summary or "") > 280:
                raise ValidationError(
                    self.env._(
                        "The summary of %(name)s has %(length)s characters: the public"
                        " directories take 280. Shorten it, or move it to the presentation.",
                        name=record.display_name,
                        length=len(record.presentation_summary),
                    )
                )

    def write(self, vals):
        if "date_updated" not in vals and not self._get_directory_field_names().isdisjoint(vals):
            vals = {**vals, "date_updated": fields.Date.context_today(self)}
        return super().write(vals)

    @api.model
    def _get_directory_field_names(self):
        """Fields whose change makes the sheet newer."""
        pairs = self._directory_list_fields.values()
        return {
            *self._directory_fields.values(),
            *(name for pair in pairs for name in pair),
            *TERM_FIELDS,
        } - {"date_updated", "source", "source_ref"}

    # -- from and to the schema ----------------------------------------------------------

    @api.model
    def _prepare_directory_vals(self, values, terms):
        """Values to write for one clean row.

        :param dict values: schema field → value, see ``clean_row``
        :param dict terms: schema field → recordset of terms
        :return: dict; fields of terms hold a frozenset of ids, see ``_directory_commands``
        """
        vals = {
            name: values[schema_name]
            for schema_name, name in self._directory_fields.items()
            if schema_name in values
        }
        for schema_name, (first, others) in self._directory_list_fields.items():
            if values.get(schema_name):
                vals[first] = values[schema_name][0]
                vals[others] = " ".join(values[schema_name][1:]) or False
        for name, category in TERM_FIELDS.items():
            if terms.get(SCHEMA_FIELDS[category]):
                vals[name] = frozenset(terms[SCHEMA_FIELDS[category]].ids)
        return vals

    @api.model
    def _directory_commands(self, vals):
        """The values of ``_prepare_directory_vals`` as ``create`` and ``write`` take them."""
        return {
            name: [Command.set(sorted(value))] if name in TERM_FIELDS else value
            for name, value in vals.items()
        }

    def _get_directory_changes(self, vals):
        """The part of ``vals`` that differs from the record."""
        self.ensure_one()
        return {name: value for name, value in vals.items() if self._differs(name, value)}

    def _differs(self, name, value):
        current = self[name]
        field = self._fields[name]
        if field.type == "many2many":
            return set(current.ids) != set(value)
        if field.type == "float":
            return abs((current or 0.0) - (value or 0.0)) > 5e-8
        return (current or False) != (value or False)

    def _get_directory_values(self):
        """The record as fields of the schema, for ``serialise_row``."""
        self.ensure_one()
        values = {
            schema_name: self[name] or None for schema_name, name in self._directory_fields.items()
        }
        for schema_name, (first, others) in self._directory_list_fields.items():
            values[schema_name] = [v for v in (self[first], *(self[others] or "").split()) if v]
        for name, category in TERM_FIELDS.items():
            values[SCHEMA_FIELDS[category]] = [
                value for value in self[name].mapped("schema_value") if value
            ]
        values["id"] = values["id"] or f"{self._table.replace('_', '-')}-{self.id}"
        return values
