from odoo import api, models

from ..tools.rights import DESK_GROUPS


class IrUiMenu(models.Model):
    """Somebody with one part in the house sees the apps of that part.

    Odoo shows some of its own to whoever has a password. They are hidden from who has groups of
    the house and no others: to a user of Odoo's nothing is lost. Discuss stays, which carries
    everybody's notifications.
    """

    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        if not self.env.user._has_house_groups_only():
            return hidden
        for xmlid, groups in self._get_apps_of_roles().items():
            menu = self.env.ref(xmlid, raise_if_not_found=False)
            if menu and not self.env.user.has_groups(groups):
                hidden.append(menu.id)
        return hidden

    @api.model
    def _get_apps_of_roles(self):
        """Odoo's apps that are not of use to every part: {menu: groups of who has them}.

        A room adds those of the modules that it brings.
        """
        # The address book is for who records people.
        return {
            "contacts.menu_contacts": ",".join(DESK_GROUPS),
        }
