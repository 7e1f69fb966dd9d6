"""Rows that the migration to the rooms put aside come back when their room is installed.

A module that is installed writes all of its data, what it never updates included. What an
association had changed there before the rooms lies in tables of their own since the migration of
the base (migrations/19.0.2.0.0): each room takes its rows back in its ``post_init_hook``, in the
transaction of its installation, so that an update cut between two rooms loses nothing.
"""

from odoo.tools import SQL

KEPT = "tierslieux_kept_"


def restore_kept(env, module):
    """Write back what was put aside of a module's data, once; nothing is there to do in general.

    :param str module: the room that is being installed
    """
    cr = env.cr
    cr.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        " AND starts_with(tablename, %s) ORDER BY tablename",
        [KEPT],
    )
    kept_tables = [name for (name,) in cr.fetchall()]
    if not kept_tables:
        return
    env.flush_all()
    for kept in kept_tables:
        table = kept.removeprefix(KEPT)
        ids = _get_row_ids(cr, module, table)
        _write_back(cr, kept, table, ids)
        cr.execute(SQL("DELETE FROM %s WHERE id = ANY(%s)", SQL.identifier(kept), ids))
        cr.execute(SQL("SELECT 1 FROM %s LIMIT 1", SQL.identifier(kept)))
        if not cr.fetchone():
            cr.execute(SQL("DROP TABLE %s", SQL.identifier(kept)))
    env.invalidate_all()
    env.registry.clear_all_caches()


def _get_row_ids(cr, module, table):
    """Ids of the rows of a table that have an external id of the module."""
    if table == "ir_act_server":  # of its jobs: what they run, and their names
        cr.execute(
            """
            SELECT cron.ir_actions_server_id FROM ir_cron AS cron
              JOIN ir_model_data AS data ON data.res_id = cron.id AND data.model = 'ir.cron'
             WHERE data.module = %s
            """,
            [module],
        )
    else:
        cr.execute(
            "SELECT res_id FROM ir_model_data WHERE module = %s AND replace(model, '.', '_') = %s",
            [module, table],
        )
    return [row_id for (row_id,) in cr.fetchall()]


def _write_back(cr, kept, table, ids):
    """Write the columns that the table still has."""
    cr.execute(
        """
        SELECT was.column_name
          FROM information_schema.columns AS was
          JOIN information_schema.columns AS now
            ON now.table_name = %s AND now.column_name = was.column_name
           AND now.table_schema = was.table_schema
         WHERE was.table_name = %s AND was.table_schema = current_schema()
           AND was.column_name <> 'id'
        """,
        [table, kept],
    )
    columns = [SQL.identifier(name) for (name,) in cr.fetchall()]
    cr.execute(
        SQL(
            "UPDATE %s AS now SET %s FROM %s AS kept WHERE kept.id = now.id AND now.id = ANY(%s)",
            SQL.identifier(table),
            SQL(", ").join(SQL("%s = kept.%s", column, column) for column in columns),
            SQL.identifier(kept),
            ids,
        )
    )
