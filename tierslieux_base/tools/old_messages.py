"""One outbox: what each room had sent, and what waited, goes to ``tierslieux.message``.

A room does it when it is updated, or installed over the tables of before there were rooms: in its
own transaction, so that an update cut between two rooms loses nothing. The table of before goes
away with its rows moved: nothing is moved twice.
"""

from odoo.tools import SQL, sql

READER = "object._get_reminder_reader()"


def take_booking_messages(cr):
    """The queue and the log of the messages about bookings."""
    if sql.table_exists(cr, "tierslieux_booking_message"):
        cr.execute("ALTER TABLE tierslieux_message ADD COLUMN moved_from varchar")
        _move_booking_messages(cr)
        cr.execute("ALTER TABLE tierslieux_message DROP COLUMN moved_from")
        _repoint(cr)
        cr.execute("DROP TABLE IF EXISTS tierslieux_booking_message_rel")
    _forget(cr, "tierslieux_booking_message", "booking_message_rule_company")


def take_log(cr, log, kind, columns):
    """A log of which each row told of one record.

    :param log: "reminder" or "dunning", of the table of before
    :param kind: of the messages
    :param columns: those of the lines that say what was told
    """
    table = f"tierslieux_{log}_log"
    if sql.table_exists(cr, table):
        cr.execute("ALTER TABLE tierslieux_message ADD COLUMN moved_from varchar")
        _move_log(cr, log, kind, columns)
        cr.execute("ALTER TABLE tierslieux_message DROP COLUMN moved_from")
        if log == "reminder":
            _rewrite_reminders(cr)
    _forget(cr, table, f"{log}_log_rule_company")


def _move_booking_messages(cr):
    cr.execute(
        """
        INSERT INTO tierslieux_message (
            kind, channel, company_id, partner_id, date, state, sent_at, email, error,
            template_id, create_uid, create_date, write_uid, write_date, moved_from
        )
        SELECT 'booking_' || old.kind, 'email', old.company_id, old.partner_id,
               coalesce(old.sent_at, old.create_date)::date, old.state, old.sent_at, old.email,
               old.error, data.res_id, old.create_uid, old.create_date, old.write_uid,
               old.write_date, 'booking ' || old.id
          FROM tierslieux_booking_message AS old
          LEFT JOIN ir_model_data AS data
            ON data.module = 'tierslieux_booking'
           AND data.name = 'mail_template_booking_' || old.kind
         ORDER BY old.id
        """
    )
    # A message about a series told of the start of its first date alone.
    cr.execute(
        """
        INSERT INTO tierslieux_message_line (
            message_id, kind, company_id, partner_id, booking_id, for_start, old_start, old_stop,
            old_resource_id, create_uid, create_date, write_uid, write_date
        )
        SELECT new.id, new.kind, new.company_id, new.partner_id, about.booking_id,
               CASE WHEN about.is_first THEN old.for_start ELSE booking.start END,
               CASE WHEN about.is_first THEN old.old_start END,
               CASE WHEN about.is_first THEN old.old_stop END,
               CASE WHEN about.is_first THEN old.old_resource_id END,
               old.create_uid, old.create_date, old.write_uid, old.write_date
          FROM tierslieux_booking_message AS old
          JOIN tierslieux_message AS new ON new.moved_from = 'booking ' || old.id
          JOIN (
              SELECT id AS message_id, booking_id, true AS is_first FROM tierslieux_booking_message
              UNION ALL
              SELECT rel.message_id, rel.booking_id, false
                FROM tierslieux_booking_message_rel AS rel
                JOIN tierslieux_booking_message AS one ON one.id = rel.message_id
               WHERE rel.booking_id <> one.booking_id
          ) AS about ON about.message_id = old.id
          JOIN tierslieux_booking AS booking ON booking.id = about.booking_id
         ORDER BY new.id, booking.start
        """
    )


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


def _rewrite_reminders(cr):
    """Texts of reminders speak to their reader, who is not the payer every time."""
    cr.execute(
        """
        UPDATE mail_template
           SET partner_to = replace(partner_to, 'object.payer_id.id', %(reader)s || '.id'),
               lang = replace(lang, 'object.payer_id.lang', %(reader)s || '.lang'),
               body_html = replace(
                   body_html::text,
                   'object.payer_id.firstname or object.payer_id.name',
                   %(reader)s || '.firstname or ' || %(reader)s || '.name'
               )::jsonb
         WHERE id IN (SELECT template_id FROM tierslieux_reminder_rule)
        """,
        {"reader": READER},
    )


def _repoint(cr):
    """What users may have changed, and updates leave alone, follows to the new model."""
    cr.execute("SELECT id FROM ir_model WHERE model = 'tierslieux.message'")
    (model_id,) = cr.fetchone()
    cr.execute(
        """
        UPDATE mail_template SET model = 'tierslieux.message', model_id = %s
         WHERE model = 'tierslieux.booking.message'
        """,
        [model_id],
    )
    cr.execute(
        """
        UPDATE ir_act_server
           SET model_id = %s,
               name = '{"en_US": "Messages: send", "fr_FR": "Messages : envoyer"}'
          FROM ir_model AS old
         WHERE old.id = model_id AND old.model = 'tierslieux.booking.message'
        """,
        [model_id],
    )
    cr.execute("DELETE FROM ir_model_relation WHERE name = 'tierslieux_booking_message_rel'")


def _forget(cr, table, rule):
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
