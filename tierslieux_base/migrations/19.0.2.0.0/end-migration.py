"""What an association had changed comes back over what the new modules wrote (pre-migration.py)."""

from odoo.tools import SQL

KEPT = "tierslieux_kept_"


def migrate(cr, version):
    cr.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        " AND starts_with(tablename, %s)",
        [KEPT],
    )
    for (kept,) in cr.fetchall():
        restore(cr, kept, kept.removeprefix(KEPT))


def restore(cr, kept, table):
    """Write the columns that the table still has, and drop the copy."""
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
            "UPDATE %s AS now SET %s FROM %s AS kept WHERE kept.id = now.id",
            SQL.identifier(table),
            SQL(", ").join(SQL("%s = kept.%s", column, column) for column in columns),
            SQL.identifier(kept),
        )
    )
    cr.execute(SQL("DROP TABLE %s", SQL.identifier(kept)))
