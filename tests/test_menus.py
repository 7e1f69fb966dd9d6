"""The apps of the house: short menus, settings last, nothing that a role may not open.

Each role is walked through all that it sees, as the web client gets it; ``tests/browser`` opens the
same screens in a browser.
"""

import pytest
from harness import screens
from harness.association import PEOPLE
from harness.settings import project_modules
from lxml import etree

MOST = 7
APPS = {
    "accueil": ["tierslieux_menu_root"],
    "coordination": ["tierslieux_menu_root", "tierslieux_menu_reporting"],
    "responsable": ["tierslieux_menu_root", "tierslieux_menu_reporting"],
    "tresoriere": ["menu_finance", "tierslieux_menu_reporting"],
    "bureau": ["tierslieux_menu_reporting"],
    "soin": [],
}
ROOMS = [
    "tierslieux_menu_memberships",
    "booking_menu_root",
    "coworking_menu_root",
    "agreement_menu_root",
    "directory_menu_root",
]
# Odoo's own that everybody with a password would see, and who has a use for them
SHARED_APPS = ["mail.menu_root_discuss", "calendar.mail_menu_calendar", "contacts.menu_contacts"]
SHARED = {
    "accueil": ["mail.menu_root_discuss", "contacts.menu_contacts"],
    "coordination": SHARED_APPS,
    "responsable": SHARED_APPS,
    "tresoriere": ["mail.menu_root_discuss", "contacts.menu_contacts"],
    "bureau": ["mail.menu_root_discuss"],
    "soin": ["mail.menu_root_discuss"],
}
# Apps of the house beside those of the rooms above: Odoo's own that stand among them.
ODOO_APPS = {"account.menu_finance"}


class Role:
    """Somebody with one role: what they see, as the web client is told."""

    def __init__(self, env, name, groups):
        self.name = name
        user = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": f"Menus {name}",
                    "login": f"menus-{name}",
                    "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
                }
            )
        )
        self.env = env(user=user, context={"lang": "en_US"})
        self.menus = self.env["ir.ui.menu"].load_web_menus(False)

    @property
    def apps(self):
        """Apps of the house, in the order of the screen."""
        ours = set(project_modules())
        apps = [self.menus[child] for child in self.menus["root"]["children"]]
        return [
            app
            for app in apps
            if app["xmlid"].partition(".")[0] in ours or app["xmlid"] in ODOO_APPS
        ]

    def children(self, menu):
        return [self.menus[child] for child in menu["children"]]

    def walk(self, menu):
        yield menu
        for child in self.children(menu):
            yield from self.walk(child)


@pytest.fixture(params=PEOPLE)
def role(request, env):
    return Role(env, request.param, PEOPLE[request.param])


def _name(menu):
    return menu["xmlid"].partition(".")[2]


def test_each_role_has_its_apps_and_lands_on_the_first(role):
    """Its own first, then a room per trade; who has no screen yet has none of ours."""
    found = [_name(app) for app in role.apps]
    if not APPS[role.name]:
        assert found == []
        return
    assert found[: len(APPS[role.name])] == APPS[role.name]
    rest = found[len(APPS[role.name]) :]
    # A room may be added: those that are there keep their order.
    assert [app for app in rest if app in ROOMS] == ROOMS
    first = role.menus[role.menus["root"]["children"][0]]
    assert _name(first) == APPS[role.name][0], "another app stands before ours"


def _shared(role):
    apps = [role.menus[child]["xmlid"] for child in role.menus["root"]["children"]]
    return [xmlid for xmlid in SHARED_APPS if xmlid in apps]


def test_of_odoos_own_apps_a_role_sees_those_that_it_uses(role):
    assert _shared(role) == SHARED[role.name]


def test_who_has_odoos_groups_keeps_all_of_odoos_apps(env):
    """Alone, or beside a part in the house: the desk's salesperson has a calendar."""
    for name, groups in (
        ("employee", ["base.group_user"]),
        ("desk and sales", ["tierslieux_base.group_reception", "sales_team.group_sale_salesman"]),
        ("board and settings", ["tierslieux_base.group_board", "base.group_system"]),
    ):
        assert _shared(Role(env, name, groups)) == SHARED_APPS, name


def test_an_app_has_seven_entries_at_most_and_its_settings_last(role):
    for app in role.apps:
        entries = role.children(app)
        shown = ", ".join(entry["name"] for entry in entries)
        assert len(entries) <= MOST or app["xmlid"] in ODOO_APPS, f"{app['name']}: {shown}"
        settings = [entry for entry in entries if entry["name"] == "Configuration"]
        assert not settings or settings == entries[-1:], f"{app['name']}: {shown}"
        assert len({entry["name"] for entry in entries}) == len(entries), shown


def test_an_app_has_an_icon_of_its_own_and_something_in_it(role):
    icons = [app["webIconData"] for app in role.apps]
    assert len(set(icons)) == len(icons)
    for app in role.apps:
        assert app["webIconDataMimetype"] == "image/png", app["name"]
        assert app["actionID"], f"{app['name']} opens nothing"
        action = role.env[app["actionModel"]].browse(app["actionID"]).sudo()
        target = action.target if "target" in action._fields else "current"
        assert target != "new", f"{app['name']} opens a window over what was there"


def test_settings_are_for_the_manager(role):
    if role.name == "responsable":
        return
    for app in role.apps:
        if app["xmlid"] in ODOO_APPS:
            continue
        assert "Configuration" not in [entry["name"] for entry in role.children(app)]


def test_every_menu_of_the_role_opens(role):
    """Views are loaded and records read, as this role, without an access error."""
    for app in role.apps:
        for menu in role.walk(app):
            if menu["actionID"]:
                try:
                    _open(role.env, menu)
                except Exception as error:
                    raise AssertionError(f"{role.name}: {app['name']} / {menu['name']}") from error


def _open(env, menu):
    action = env[menu["actionModel"]].sudo().browse(menu["actionID"])
    if action._name == "ir.actions.server":
        return action.sudo(False).run()
    if action._name != "ir.actions.act_window":
        return None
    Model = env[action.res_model]
    views = [(view_id, kind) for view_id, kind in action.views if kind != "timeline"]
    answer = Model.get_views(views, {"toolbar": True, "action_id": action.id})
    if "list" in answer["views"] and not Model._transient:
        arch = etree.fromstring(answer["views"]["list"]["arch"])
        Model.web_search_read([], screens.specification(env, action.res_model, arch), limit=5)
    return None
