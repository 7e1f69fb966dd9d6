from odoo.addons.tierslieux_membership.tools.old_reminders import take_reminders


def migrate(cr, version):
    take_reminders(cr)
