"""Searches without accents, and indexes that serve them, in the database of a new or older house.

Odoo compares without accents where the database has an ``unaccent(text)``, and indexes what is so
compared where that function is immutable. PostgreSQL's own is not: Odoo alters it, which only a
superuser may do, and which a dump does not say, so that a dump with such an index cannot be
restored. Ours calls PostgreSQL's, which stands in a schema of its own; the owner of the database
may make both, and a dump holds both.
"""

import logging

from psycopg2 import errors

from odoo.modules import db
from odoo.tools import SQL, remove_accents

_logger = logging.getLogger(__name__)
SCHEMA = "tierslieux_text"


def enable_text_search(env):
    """Make what is missing, tell the registry that loads the modules, and index what is there.

    Idempotent. Both extensions are trusted ones: the owner of the database may create them.
    """
    cr, registry = env.cr, env.registry
    cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    if db.has_unaccent(cr) == db.FunctionStatus.PRESENT:
        _move_away(cr)
    if db.has_unaccent(cr) == db.FunctionStatus.MISSING:
        _create_function(cr)
    # The registry knows what it found when it was made, before; the next process finds it itself.
    registry.has_trigram = db.has_trigram(cr)
    if not registry.has_unaccent:
        registry.unaccent, registry.unaccent_python = _unaccent, remove_accents
    registry.has_unaccent = db.has_unaccent(cr)
    if registry.has_unaccent == db.FunctionStatus.INDEXABLE:
        _drop_accented_indexes(cr, registry)
    registry.check_indexes(cr, list(registry.models))


def _unaccent(expression):
    if isinstance(expression, SQL):
        return SQL("unaccent(%s)", expression)
    return f"unaccent({expression})"


def _move_away(cr):
    """PostgreSQL's function makes room for ours, where we may move it."""
    try:
        with cr.savepoint(flush=False):
            cr.execute(SQL("CREATE SCHEMA IF NOT EXISTS %s", SQL.identifier(SCHEMA)))
            cr.execute(SQL("ALTER EXTENSION unaccent SET SCHEMA %s", SQL.identifier(SCHEMA)))
    except errors.InsufficientPrivilege:
        _logger.info("The function unaccent is somebody else's: names are found without an index")


def _create_function(cr):
    cr.execute(SQL("CREATE SCHEMA IF NOT EXISTS %s", SQL.identifier(SCHEMA)))
    cr.execute(SQL("CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA %s", SQL.identifier(SCHEMA)))
    cr.execute(
        """
        SELECT space.nspname FROM pg_extension AS extension
          JOIN pg_namespace AS space ON space.oid = extension.extnamespace
         WHERE extension.extname = 'unaccent'
        """
    )
    [schema] = cr.fetchone()
    # The names within are whole: a restoration runs it without any search path.
    body = f"SELECT {schema}.unaccent('{schema}.unaccent'::regdictionary, $1)"
    cr.execute(
        SQL(
            "CREATE FUNCTION unaccent(text) RETURNS text LANGUAGE sql"
            " IMMUTABLE STRICT PARALLEL SAFE AS %s",
            body,
        )
    )


def _drop_accented_indexes(cr, registry):
    """Indexes made before serve no search any more: they are made again, without accents."""
    tables = [model._table for model in registry.models.values() if model._auto]
    cr.execute(
        r"""
        SELECT indexname FROM pg_indexes
         WHERE schemaname = current_schema() AND indexdef LIKE '%%gin_trgm_ops%%'
           AND indexdef NOT LIKE '%%unaccent(%%'
           AND starts_with(indexname, tablename || '__') AND indexname LIKE '%%\_index'
           AND (tablename = ANY(%s) OR tablename LIKE 'tierslieux\_%%')
        """,
        [tables],
    )
    for (name,) in cr.fetchall():
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
