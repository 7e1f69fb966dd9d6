"""Menus whose name changes lose the translation of the old one, which an update would keep.

The new one is read from fr.po in the same update. Their module is not looked at: menus move to the
module of their trade.
"""

RENAMED = (
    "tierslieux_menu_root",
    "tierslieux_menu_reporting",
    "membership_config_menu",
    "membership_renewals_menu",
    "res_partner_members_menu",
    "booking_config_menu",
    "coworking_menu_config",
)


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_ui_menu menu
           SET name = jsonb_build_object('en_US', menu.name -> 'en_US')
          FROM ir_model_data data
         WHERE data.model = 'ir.ui.menu'
           AND data.res_id = menu.id
           AND data.module LIKE 'tierslieux%%'
           AND data.name IN %s
        """,
        [RENAMED],
    )
