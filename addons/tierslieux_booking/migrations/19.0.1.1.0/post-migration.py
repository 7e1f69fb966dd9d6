from odoo.addons.tierslieux_booking.tools.old_messages import take_booking_messages


def migrate(cr, version):
    take_booking_messages(cr)
