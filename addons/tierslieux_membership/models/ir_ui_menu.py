from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_apps_of_roles(self):
        # Meetings with those who are interested come with the leads, which coordinators follow.
        return {
            **super()._get_apps_of_roles(),
            "calendar.mail_menu_calendar": "tierslieux_base.group_coordinator",
        }
