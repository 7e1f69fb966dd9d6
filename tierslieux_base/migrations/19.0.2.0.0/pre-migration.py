"""The rooms part: each record finds its external id, and its views, in its room.

Until 19.0.1 the base and the coworking held what eight modules hold now. Nothing is made anew:
what is there changes its home before the new modules are installed, which find it as theirs.
``homes.csv`` says which external id went where; it was made by comparing the ids of a database
of before with those of one of after.

A module that is installed writes all of its data, what it never updates included: what an
association changed in its templates, jobs or kinds is put aside here, and comes back when the
room that holds it now is installed (``tools/kept_rows.py``).
"""

import csv
from collections import defaultdict
from pathlib import Path

from odoo.tools import SQL

# Menus whose name changed: an update would keep the translation of the old one.
RENAMED = (
    "tierslieux_menu_root",
    "tierslieux_menu_reporting",
    "membership_config_menu",
    "membership_renewals_menu",
    "res_partner_members_menu",
    "booking_config_menu",
    "coworking_menu_config",
    "billing_menu_root",
)
# As in tools/kept_rows.py, which cannot be imported before the module is loaded
KEPT = "tierslieux_kept_"
# Rooms that an update of what is installed would not bring: {room: the module that held it}
LEAVES = {
    "tierslieux_membership": "tierslieux_base",
    "tierslieux_booking": "tierslieux_base",
    "tierslieux_directory": "tierslieux_base",
    "tierslieux_member_import": "tierslieux_base",
    "tierslieux_presence": "tierslieux_base",
    "tierslieux_billing": "tierslieux_coworking",
    "tierslieux_business_centre": "tierslieux_coworking",
}


def migrate(cr, version):
    if not version:
        return
    homes = read_homes()
    for (before, _now), names in homes.items():
        put_aside(cr, before, names)
    for (before, now), names in homes.items():
        move(cr, before, now, names)
    # Views of the base that extend Odoo's named fields of all rooms: they are written again below.
    cr.execute(
        """
        UPDATE ir_ui_view AS view
           SET arch_db = jsonb_build_object('en_US', '<data/>')
          FROM ir_model_data AS data
         WHERE data.model = 'ir.ui.view' AND data.res_id = view.id AND NOT data.noupdate
           AND data.module = 'tierslieux_base' AND view.inherit_id IS NOT NULL
           AND view.type <> 'qweb'
        """
    )
    for room, before in LEAVES.items():
        cr.execute(
            """
            UPDATE ir_module_module SET state = 'to install'
             WHERE name = %s AND state = 'uninstalled'
               AND EXISTS (
                   SELECT FROM ir_module_module
                    WHERE name = %s AND state IN ('installed', 'to upgrade')
               )
            """,
            [room, before],
        )
    cr.execute(
        """
        UPDATE ir_ui_menu AS menu
           SET name = jsonb_build_object('en_US', menu.name -> 'en_US')
          FROM ir_model_data AS data
         WHERE data.model = 'ir.ui.menu' AND data.res_id = menu.id
           AND data.module LIKE 'tierslieux%%' AND data.name = ANY(%s)
        """,
        [list(RENAMED)],
    )


def read_homes():
    """:return: {(module of before, module of now): [names of external ids]}"""
    homes = defaultdict(list)
    with open(Path(__file__).parent / "homes.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            homes[row["before"], row["now"]].append(row["name"])
    return homes


def move(cr, before, now, names):
    """Give external ids, and the keys of templates, which are their external ids, a new module."""
    cr.execute(
        """
        UPDATE ir_model_data AS data SET module = %(now)s
         WHERE module = %(before)s AND name = ANY(%(names)s)
           AND NOT EXISTS (
               SELECT FROM ir_model_data WHERE module = %(now)s AND name = data.name
           )
        """,
        {"before": before, "now": now, "names": names},
    )
    cr.execute(
        """
        UPDATE ir_ui_view SET key = %(now)s || substr(key, length(%(before)s) + 1)
         WHERE key = ANY(%(keys)s)
        """,
        {"before": before, "now": now, "keys": [f"{before}.{name}" for name in names]},
    )


def put_aside(cr, module, names):
    """Copy the rows that updates leave alone, each table to one of its own."""
    cr.execute(
        """
        SELECT replace(model, '.', '_'), array_agg(res_id) FROM ir_model_data
         WHERE module = %s AND name = ANY(%s) AND noupdate GROUP BY model
        """,
        [module, names],
    )
    for table, ids in cr.fetchall():
        copy(cr, table, ids)
        if table == "ir_cron":  # what it runs and its name are those of its action
            cr.execute("SELECT ir_actions_server_id FROM ir_cron WHERE id = ANY(%s)", [ids])
            copy(cr, "ir_act_server", [action for (action,) in cr.fetchall()])


def copy(cr, table, ids):
    cr.execute("SELECT to_regclass(%s)", [table])
    if not cr.fetchone()[0]:
        return
    kept, source = SQL.identifier(KEPT + table), SQL.identifier(table)
    cr.execute(SQL("CREATE TABLE IF NOT EXISTS %s AS SELECT * FROM %s WHERE FALSE", kept, source))
    cr.execute(SQL("INSERT INTO %s SELECT * FROM %s WHERE id = ANY(%s)", kept, source, ids))
