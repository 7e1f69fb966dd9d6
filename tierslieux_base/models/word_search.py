from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

from ..tools.words import name_parts, phone_digits, split_words


class Base(models.AbstractModel):
    """Records of the house are found by words, in any order, each in any of the fields that
    ``_rec_names_search`` names; those of Odoo's own models as Odoo finds them."""

    _inherit = "base"

    @api.model
    def _search_display_name(self, operator, value):
        names = self._rec_names_search or ([self._rec_name] if self._rec_name else [])
        if (
            not self._name.startswith("tierslieux.")
            or not names
            or operator != "ilike"
            or not isinstance(value, str)
            or not value.strip()
        ):
            return super()._search_display_name(operator, value)
        return self._get_words_domain(value, names)

    @api.model
    def _get_words_domain(self, text, names):
        """Those of which every word of ``text`` is found in one of the fields ``names``."""
        return Domain.AND(
            [
                Domain.OR([self._get_field_word_domain(name, word) for name in names])
                for word in split_words(text)
            ]
        )

    @api.model
    def _get_field_word_domain(self, path, word):
        field = self._fields[path.partition(".")[0]]
        for name in path.split(".")[1:]:
            field = self.env[field.comodel_name]._fields[name]
        if field.relational:
            return Domain(f"{path}.display_name", "ilike", word)
        if path == "phone":
            return self._get_phone_word_domain(word)
        return Domain.AND([Domain(path, "ilike", escape_psql(part)) for part in name_parts(word)])

    @api.model
    def _get_phone_word_domain(self, word):
        """By digits alone, whatever stands between them, with the country's code or without."""
        digits = phone_digits(word)
        if not digits:
            return Domain.FALSE
        self.flush_model(["phone"])
        return Domain(
            "id",
            "in",
            SQL(
                r"(SELECT id FROM %s WHERE regexp_replace(phone, '\D', '', 'g') LIKE %s)",
                SQL.identifier(self._table),
                f"%{digits}%",
            ),
        )
