"""What each database is made with: searches without accents, no compiler of queries."""

import configparser

import pytest
from harness import databases, launcher


def test_postgresql_does_not_compile_queries(template):
    """One of the wide queries of rights takes 75 ms so, and 2 s with its 400 functions compiled."""
    assert databases.query(template, "SHOW jit") == [("off",)]


def test_the_database_compares_without_accents_and_indexes_what_it_compares(template):
    """``i``: immutable, which an index asks for; not a part of the extension, which a dump would
    leave as PostgreSQL made it."""
    assert databases.query(template, "SELECT unaccent('Cœur d’Ançelle')") == [("Coeur d'Ancelle",)]
    assert databases.query(
        template,
        """
        SELECT function.provolatile, pg_get_userbyid(function.proowner) = current_user,
               EXISTS (SELECT FROM pg_depend WHERE objid = function.oid AND deptype = 'e')
          FROM pg_proc AS function
         WHERE proname = 'unaccent' AND pronamespace = current_schema()::regnamespace
        """,
    ) == [("i", True, False)]


def test_every_trigram_index_serves_searches_without_accents(template):
    """Ours and Odoo's own, whose modules were there before."""
    rows = databases.query(
        template,
        "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'"
        " AND starts_with(indexname, tablename || '__')",
    )
    names = [name for name, _definition in rows]
    assert {"tierslieux_place__name_index", "account_move__name_index"} <= set(names)
    assert not [name for name, definition in rows if "unaccent(" not in definition]


@pytest.mark.parametrize("name", ["odoo.conf", "production/odoo.conf", "docker/odoo.conf"])
def test_odoo_does_not_alter_postgresqls_own_function(name):
    """Its option ``unaccent`` does, in databases that Odoo makes; a dump does not say it, and an
    index that asks for it cannot be made again when the dump is restored."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(launcher.ROOT / "config" / name)
    assert not parser.has_option("options", "unaccent")
