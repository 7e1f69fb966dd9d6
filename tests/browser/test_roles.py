"""Each role logs in and opens every menu it sees: no console error, no error of the server."""

import pytest


@pytest.mark.parametrize(
    "login", ["accueil", "coordination", "responsable", "tresoriere", "bureau", "soin"]
)
def test_every_menu_of_the_role_opens(login, client):
    """The menus of the house's apps and of accounting, one after the other."""
    web = client(login)
    menus = web.menus_under(*web.apps())
    if login != "soin":  # care has no screen of its own yet
        assert menus, f"{login} sees no menu of ours"
    for menu in menus:
        if menu["actionModel"] == "ir.actions.act_url":
            continue
        try:
            web.open_action(menu["actionID"])
        except Exception as error:
            raise AssertionError(f"{' / '.join(menu['path'])}: {error}") from error


def test_every_view_of_the_manager_opens(client):
    """List, kanban, form, pivot, graph, calendar: each view of each screen of ours."""
    web = client("responsable")
    for menu in web.menus_under(*web.apps()):
        if menu["actionModel"] != "ir.actions.act_window":
            continue
        action = web.load_action(menu["actionID"])
        if action["target"] == "new":
            continue
        for _view_id, kind in action["views"]:
            if kind == "form" and not web.call(action["res_model"], "has_access", [], "create"):
                continue  # records that nobody adds by hand: the list has no button « New »
            try:
                web.open_action(menu["actionID"], viewType=kind)
            except Exception as error:
                raise AssertionError(f"{' / '.join(menu['path'])} as {kind}: {error}") from error


def test_fonts_and_icons_are_there(client):
    """The web client's icon fonts are fetched and found; the icons of the apps too."""
    web = client("responsable")
    page = web.page
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.size)") > 0
    for family in ("FontAwesome", "odoo_ui_icons"):
        loaded = page.evaluate(
            "family => document.fonts.load(`16px ${family}`).then(fonts => fonts.length)", family
        )
        assert loaded, f"the font {family} does not load"
    assert all(status == 200 for status, _url in page.watch.fonts), page.watch.fonts
    for menu in web.menus().values():
        if menu["xmlid"] in web.apps():
            module, path = menu["webIcon"].split(",")
            icon = page.request.get(f"/{module}/{path}")
            assert icon.ok and icon.headers["content-type"] == "image/png"
    web.verify()


def test_the_interface_is_in_french(client):
    """What the front desk reads first: the menus of its application."""
    web = client("accueil")
    names = [menu["path"][-1] for menu in web.menus().values()]
    assert "Adhésions" in names
    assert not {"Memberships", "People", "Places", "Reporting", "Configuration settings"} & set(
        names
    )
