from odoo import api, fields, models

from ..tools.mediation_numerique import normalise

# Category of terms → field of the national schema they fill.
SCHEMA_FIELDS = {
    "service": "services",
    "public": "publics_specifiquement_adresses",
    "care": "prise_en_charge_specifique",
    "fee": "frais_a_charge",
    "programme": "dispositif_programmes_nationaux",
    "training": "formations_labels",
    "access": "modalites_acces",
    "support": "modalites_accompagnement",
    "mobility": "itinerance",
    "typology": "typologie",
}


class TierslieuxDirectoryTerm(models.Model):
    """One word of the vocabularies with which the directory describes a place."""

    _name = "tierslieux.directory.term"
    _description = "Directory Term"
    _order = "category, sequence, name, id"
    _rec_names_search = ["name", "schema_value"]

    name = fields.Char(required=True, translate=True)
    category = fields.Selection(
        [
            ("service", "Service"),
            ("public", "Public"),
            ("care", "Special care"),
            ("fee", "Fees"),
            ("programme", "National programme"),
            ("training", "Training or label"),
            ("access", "Way of access"),
            ("support", "Kind of support"),
            ("mobility", "Mobility"),
            ("typology", "Kind of organisation"),
        ],
        required=True,
        index=True,
    )
    schema_value = fields.Char(
        string="National Value",
        help="The value as the national open-data schema writes it. A term without one is ours"
        " alone and is left out of exports.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()

    _schema_value_uniq = models.UniqueIndex(
        "(category, schema_value) WHERE schema_value IS NOT NULL",
        "Another term of this category has this national value.",
    )

    @api.model
    def _get_lookup(self):
        """All terms, archived ones too: ``{schema field: {normalised word: term}}``.

        A term answers to its national value, and to its name in each installed language.
        """
        lookup = {name: {} for name in SCHEMA_FIELDS.values()}
        terms = self.with_context(active_test=False).search([])  # pylint: disable=no-search-all
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for language in languages:
            for term in terms.with_context(lang=language):
                words = lookup[SCHEMA_FIELDS[term.category]]
                words.setdefault(normalise(term.name), terms.browse(term.id))
        for term in terms.filtered("schema_value"):
            lookup[SCHEMA_FIELDS[term.category]][normalise(term.schema_value)] = term
        return lookup
