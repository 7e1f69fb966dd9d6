"""One outbox: what each room had sent, and what waited, goes to ``tierslieux.message``.

A room does it when it is updated, or installed over the tables of before there were rooms: in its
own transaction, so that an update cut between two rooms loses nothing. The table of before goes
away with its rows moved: nothing is moved twice.
"""

from odoo.tools import SQL, sql


def take_log(cr, log, kind, columns):
    """A log of which each row told of one record.

    :param log: "reminder" or "dunning", of the table of before
    :param kind: of the messages
    :param columns: those of the lines that say what was told
    :return: whether there was anything to take
    """
    table = f"tierslieux_{log}_log"
    is_there = sql.table_exists(cr, table)
    if is_there:
        cr.execute("ALTER TABLE tierslieux_message ADD COLUMN moved_from varchar")
        _move_log(cr, log, kind, columns)
        cr.execute("ALTER TABLE tierslieux_message DROP COLUMN moved_from")
    forget(cr, table, f"{log}_log_rule_company")
    return is_there


def _move_log(cr, log, kind, columns):
    """Rows that were written of one person by one mail become the lines of one message."""
    old = SQL.identifier(f"tierslieux_{log}_log")
    names = SQL(", ").join(map(SQL.identifier, columns))
    key = SQL(
        "concat_ws(' ', %s, partner_id, company_id, date, create_date, coalesce(email, ''))", log
    )
    cr.execute(
        SQL(
            """
            INSERT INTO tierslieux_message (
                kind, channel, company_id, partner_id, date, state, sent_at, email,
                create_uid, create_date, write_uid, write_date, moved_from
            )
            SELECT %(kind)s, 'email', company_id, partner_id, date, 'sent', min(create_date),
                   email, min(create_uid), min(create_date), min(write_uid), max(write_date),
                   %(key)s
              FROM %(old)s
             GROUP BY company_id, partner_id, date, create_date, email
             ORDER BY min(id)
            """,
            kind=kind,
            key=key,
            old=old,
        )
    )
    cr.execute(
        SQL(
            """
            INSERT INTO tierslieux_message_line (
                message_id, kind, company_id, partner_id, %(names)s,
                create_uid, create_date, write_uid, write_date
            )
            SELECT new.id, new.kind, new.company_id, new.partner_id, %(names)s,
                   old.create_uid, old.create_date, old.write_uid, old.write_date
              FROM (SELECT *, %(key)s AS moved_key FROM %(old)s) AS old
              JOIN tierslieux_message AS new ON new.moved_from = old.moved_key
             ORDER BY old.id
            """,
            names=names,
            key=key,
            old=old,
        )
    )


def forget(cr, table, rule):
    """The table of before, its rule, and what the chatter says of its rows."""
    cr.execute(
        """
        DELETE FROM ir_rule WHERE id IN (
            SELECT res_id FROM ir_model_data WHERE model = 'ir.rule' AND name = %s
               AND module LIKE 'tierslieux%%'
        )
        """,
        [rule],
    )
    cr.execute(
        "DELETE FROM ir_model_data WHERE model = 'ir.rule' AND name = %s"
        " AND module LIKE 'tierslieux%%'",
        [rule],
    )
    cr.execute(
        "UPDATE mail_message SET model = NULL, res_id = NULL WHERE model = %s",
        [table.replace("_", ".")],
    )
    cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))
