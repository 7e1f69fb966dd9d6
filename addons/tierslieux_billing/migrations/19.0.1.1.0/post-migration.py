from odoo.addons.tierslieux_base.tools.old_messages import take_log


def migrate(cr, version):
    take_log(cr, "dunning", "dunning", ("move_id", "level_id", "amount"))
