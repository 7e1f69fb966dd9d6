"""The job that sent the messages about bookings sends them all: it keeps its hours."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_model_data
           SET module = 'tierslieux_base',
               name = replace(name, 'cron_booking_messages', 'cron_messages')
         WHERE module = 'tierslieux_booking'
           AND name IN ('cron_booking_messages', 'cron_booking_messages_ir_actions_server')
        """
    )
