import doctest

from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..tools import words
from ..tools.text_extensions import enable_text_search
from .place_common import PlaceCase


@tagged("post_install", "-at_install")
class TestWordSearch(PlaceCase):
    """What people type finds: words in any order, without accents, signs being signs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.helene = Partner.create(
            {
                "firstname": "Hélène",
                "lastname": "Bézier",
                "phone": "+33 6 12 34 56 78",
                "email": "nini@exemple.org",
                "ref": "R-77",
            }
        )
        cls.other = Partner.create({"firstname": "Paul", "lastname": "Bézier-Lœuf"})
        cls.desk = cls.users["reception"]

    def found(self, text, user=None):
        """Names that a many2one field proposes."""
        Partner = self.env["res.partner"].with_user(user or self.desk)
        ours = [("id", "in", (self.helene + self.other).ids)]
        return [partner_id for partner_id, _name in Partner.name_search(text, ours)]

    def test_doctests(self):
        self.assertEqual(doctest.testmod(words).failed, 0)

    def test_a_person_is_found_without_accents_and_in_any_order(self):
        for text in (
            "helene",
            "HELENE",
            "Bézier Hélène",
            "helene bez",
            "Hélène Bézier",
            "zier  lene",
        ):
            self.assertEqual(self.found(text), self.helene.ids, text)
        self.assertEqual(self.found("loeuf-bezier"), self.other.ids)
        self.assertEqual(len(self.found("bezier")), 2)
        self.assertEqual(self.found("helene loeuf"), [])

    def test_a_person_is_found_by_phone_email_and_reference(self):
        for text in (
            "0612345678", "06 12 34 56 78", "06.12.34", "+33612345678", "612345",
            "nini", "nini@exemple.org", "r-77", "helene 06 12 34", "345678 bezier",
        ):  # fmt: skip
            self.assertEqual(self.found(text), self.helene.ids, text)
        for text in ("exemple", "0699999999", "helene 0699999999"):
            self.assertEqual(self.found(text), [], text)

    def test_signs_are_signs_and_no_wildcards(self):
        for text in ("H%ne", "_", "%", "h_lene", "\\", "bézier %", "____"):
            self.assertEqual(self.found(text), [], text)
        self.other.lastname = "Bézier 100%"
        self.assertEqual(self.found("100%"), self.other.ids)
        self.assertEqual(self.found("%"), self.other.ids)

    def test_a_person_named_in_another_record_is_found_the_same_way(self):
        user = self.env["res.users"].with_user(self.desk)
        domain = [("partner_id", "ilike", "poste accueil")]
        self.desk.partner_id.write({"name": "Accueil Posté"})
        self.assertIn(self.desk, user.search(domain))

    def test_who_has_odoos_groups_alone_finds_as_with_odoo(self):
        employee = new_test_user(self.env, "odoo_employee", "base.group_user")
        self.assertEqual(self.found("Hélène", employee), self.helene.ids)
        self.assertEqual(self.found("exemple.org", employee), self.helene.ids)
        self.assertEqual(self.found("bézier hélène", employee), [])
        self.assertEqual(self.found("H%ne", employee), self.helene.ids)

    def test_a_record_of_the_house_is_found_by_words_in_any_of_its_fields(self):
        lock = self.place(name="La Péniche de l’Écluse", code="ECL-1")
        Place = self.env["tierslieux.place"].with_user(self.desk)
        for text in ("ecluse", "ecluse peniche", "ecl-1 Péniche", "ÉCLUSE"):
            found = Place.search([("display_name", "ilike", text), ("id", "=", lock.id)])
            self.assertEqual(found, lock, text)
        for text in ("p%niche", "e_luse", "peniche jardin"):
            self.assertFalse(Place.search([("display_name", "ilike", text)]), text)

    def test_the_indexes_serve_the_search_of_a_person(self):
        """Of 6000 persons, PostgreSQL reads by the index whatever a word may be in."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO res_partner
                   (name, complete_name, email, phone, type, active, autopost_bills)
            SELECT name, name, md5(name) || '@example.org', '+33 6 ' || rank, 'contact', TRUE, 'ask'
              FROM (SELECT md5(rank::text) AS name, 10000000 + rank * 7919 AS rank
                      FROM generate_series(1, 6000) AS rank) AS many
            """
        )
        # As autovacuum does after a large import: what was just written joins the index.
        self.env.cr.execute(
            "SELECT gin_clean_pending_list(indexname::regclass) FROM pg_indexes"
            " WHERE tablename = 'res_partner' AND indexdef LIKE '%gin_trgm_ops%'"
        )
        self.env.cr.execute("ANALYZE res_partner")
        query = (
            self.env["res.partner"]
            .with_user(self.desk)
            ._search([("display_name", "ilike", "hélène 0612345678")])
        )
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(line for (line,) in rows)
        for name in ("words_of_name", "words_of_email", "phone_digits"):
            self.assertIn(f"res_partner_{name}_idx", plan)

    def test_an_index_of_before_is_made_again_without_accents(self):
        """A database that Odoo made had trigrams, and no function that takes accents away."""
        self.env.cr.execute("DROP INDEX tierslieux_place__name_index")
        self.env.cr.execute(
            "CREATE INDEX tierslieux_place__name_index ON tierslieux_place"
            " USING gin (name gin_trgm_ops)"
        )
        enable_text_search(self.env)
        self.test_trigram_indexes_are_without_accents()

    def test_trigram_indexes_are_without_accents(self):
        [[definition]] = self.env.execute_query(
            SQL(
                "SELECT indexdef FROM pg_indexes WHERE indexname = %s",
                "tierslieux_place__name_index",
            )
        )
        self.assertIn("unaccent(", definition)
        self.assertIn("gin_trgm_ops", definition)
