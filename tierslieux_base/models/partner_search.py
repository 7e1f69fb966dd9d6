from odoo import api, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL, escape_psql

from ..tools.readers import PLACES
from ..tools.words import name_parts, split_words


def _words_index(name):
    """The index of a field that is searched by words, where the database can have one."""

    def get_definition(registry):
        if not registry.has_trigram or registry.has_unaccent != FunctionStatus.INDEXABLE:
            return ""
        return f"USING gin (unaccent({name}) gin_trgm_ops)"

    return get_definition


def _phone_index(registry):
    if not registry.has_trigram:
        return ""
    return r"USING gin (regexp_replace(phone, '\D', '', 'g') gin_trgm_ops)"


class ResPartner(models.Model):
    """The team finds people as they say their names: by words, without accents, in any order,
    each in the name, the e-mail, the phone number or what a room adds (the member's number).

    Who has none of our groups finds them as Odoo does.
    """

    _inherit = "res.partner"

    _words_of_name_idx = models.Index(_words_index("complete_name"))
    _words_of_email_idx = models.Index(_words_index("email"))
    _phone_digits_idx = models.Index(_phone_index)

    @api.model
    def _search_display_name(self, operator, value):
        if (
            operator == "ilike"
            and isinstance(value, str)
            and value.strip()
            and self.env.user.has_groups(PLACES)
        ):
            return self._get_typed_domain(value)
        return super()._search_display_name(operator, value)

    @api.model
    def _get_typed_domain(self, text):
        """Whom ``text`` finds: all of its words are theirs."""
        return Domain.AND([self._get_typed_word_domain(word) for word in split_words(text)])

    @api.model
    def _get_typed_word_domain(self, word):
        # One query for each place where a word may be, so that each uses its own index.
        arms = [
            self.with_context(active_test=False)._search(domain).subselect()
            for domain in self._get_typed_word_domains(word)
        ]
        found = Domain("id", "in", SQL("(%s)", SQL(" UNION ").join(arms)))
        parts = word.split()
        if len(parts) > 1:  # groups of digits that are no phone number
            found |= Domain.AND([self._get_typed_word_domain(part) for part in parts])
        return found

    @api.model
    def _get_typed_word_domains(self, word):
        """Where a word that was typed may be found of a person; a room adds its own.

        Of an e-mail what stands before the @ counts: its end is everybody's.

        :return: list of ``Domain``
        """
        text = escape_psql(word)
        domains = [
            Domain.AND(
                [Domain("complete_name", "ilike", escape_psql(part)) for part in name_parts(word)]
            ),
            Domain("email", "ilike", text)
            if "@" in word
            else Domain("email", "=ilike", f"%{text}%@%"),
            Domain("ref", "ilike", text),
        ]
        phone = self._get_phone_word_domain(word)
        if not phone.is_false():
            domains.append(phone)
        if any(char.isdigit() for char in word):
            compact = escape_psql("".join(word.split()))
            domains += [Domain(name, "ilike", compact) for name in ("vat", "company_registry")]
        return domains
