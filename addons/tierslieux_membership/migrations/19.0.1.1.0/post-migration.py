from odoo.addons.tierslieux_base.tools.old_messages import take_log


def migrate(cr, version):
    take_log(cr, "reminder", "membership_reminder", ("membership_id", "rule_id"))
