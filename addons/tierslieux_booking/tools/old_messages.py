"""What was sent about bookings before there was one outbox: see the base's ``old_messages``."""

from odoo.tools import sql

from odoo.addons.tierslieux_base.tools.old_messages import forget


def take_booking_messages(cr):
    """The queue and the log of the messages about bookings."""
    if sql.table_exists(cr, "tierslieux_booking_message"):
        cr.execute("ALTER TABLE tierslieux_message ADD COLUMN moved_from varchar")
        _move_booking_messages(cr)
        cr.execute("ALTER TABLE tierslieux_message DROP COLUMN moved_from")
        _repoint(cr)
        cr.execute("DROP TABLE IF EXISTS tierslieux_booking_message_rel")
    forget(cr, "tierslieux_booking_message", "booking_message_rule_company")


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
