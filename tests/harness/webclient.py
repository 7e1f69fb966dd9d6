"""Odoo's web client and portal, as somebody at the screen uses them."""

import re

from playwright.sync_api import expect

_OPEN_ACTION = """async ([id, options]) => {
    const services = odoo.__WOWL_DEBUG__.root.env.services;
    // A screen whose data are refused never opens, and the client's promise never ends.
    const late = new Promise((_resolve, reject) =>
        setTimeout(() => reject(new Error("not open after 30 s")), 30000)
    );
    try {
        const opened = services.action.doAction(id, {clearBreadcrumbs: true, ...options});
        await Promise.race([opened, late]);
    } catch (error) {
        const cause = error.cause || error;
        throw new Error(`${cause.message} ${cause.data?.message || ""} ${cause.stack || ""}`);
    }
}"""


class WebClient:
    """One page of one browser, where somebody is logged in."""

    def __init__(self, page):
        self.page = page
        self.login = None

    def log_in(self, login, password):
        page = self.page
        page.goto("/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click(".oe_login_form button[type=submit]")
        page.wait_for_url(re.compile(r"/(odoo|my)\b"))
        if "/odoo" in page.url:
            self.settle()
            expect(page.locator(".o_main_navbar")).to_be_visible()
        self.login = login
        return self

    # ----------------------------------------------------------------------------- data

    def _rpc(self, url, params):
        answer = self.page.request.post(
            url, data={"jsonrpc": "2.0", "method": "call", "params": params}
        ).json()
        assert "error" not in answer, f"{url}: {answer.get('error')}"
        return answer["result"]

    def call(self, model, method, *args, **kwargs):
        """A method of a model, called as this user."""
        return self._rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def load_action(self, action_id):
        """What the client is told about an action."""
        return self._rpc("/web/action/load", {"action_id": action_id})

    def menus(self):
        """The menus this user sees: {id: menu}, each with its `path` of names."""
        menus = self.page.request.get("/web/webclient/load_menus").json()

        def walk(menu, path):
            for child_id in menu["children"]:
                child = menus[str(child_id)]
                child["path"] = [*path, child["name"]]
                walk(child, child["path"])

        walk(menus["root"], [])
        return {key: menu for key, menu in menus.items() if key != "root" and "path" in menu}

    def apps(self):
        """External ids of the house's apps that this user sees, accounting among them."""
        return [
            menu["xmlid"]
            for menu in self.menus().values()
            if len(menu["path"]) == 1
            and (menu["xmlid"].startswith("tierslieux_") or menu["xmlid"] == "account.menu_finance")
        ]

    def menus_under(self, *app_xmlids):
        """The menus with an action of these applications, in the order of the screen."""
        menus = self.menus()
        found = []

        def walk(menu):
            if menu.get("actionID") and menu["actionID"] not in (
                other["actionID"] for other in found
            ):
                found.append(menu)
            for child_id in menu["children"]:
                walk(menus[str(child_id)])

        for menu in menus.values():
            if menu.get("xmlid") in app_xmlids:
                walk(menu)
        return found

    # --------------------------------------------------------------------------- screen

    def settle(self):
        """Wait until the client has drawn what it was asked for."""
        page = self.page
        page.wait_for_function(
            """() => document.readyState === "complete"
                && document.querySelector(".o_action_manager > *, .o_dialog")
                && !document.querySelector(".o_loading_indicator, .o_blockUI")"""
        )
        self.verify()

    def verify(self):
        """No error window, and nothing that the browser complained of."""
        errors = self.page.evaluate(
            """() => [...document.querySelectorAll(
                ".o_error_dialog, .o_notification.border-danger, .o_notification_bar.bg-danger"
            )].map((node) => node.closest(".o_notification, .o_error_dialog").innerText)"""
        )
        assert not errors, f"The screen says: {errors}"
        self.page.watch.verify()

    def open_action(self, action, **options):
        """Open an action (id or xmlid) as a click on its menu does."""
        self.page.evaluate(_OPEN_ACTION, [action, options])
        self.settle()
        return self

    def open_record(self, model, record_id):
        """The form of a record."""
        self.page.evaluate(
            _OPEN_ACTION,
            [
                {
                    "type": "ir.actions.act_window",
                    "res_model": model,
                    "res_id": record_id,
                    "views": [[False, "form"]],
                },
                {},
            ],
        )
        self.page.wait_for_selector(".o_form_view")
        self.settle()
        return self

    def field(self, name, scope=""):
        return self.page.locator(f"{scope} .o_field_widget[name='{name}']:visible").first

    def fill(self, name, value, scope=""):
        self.field(name, scope).locator("input, textarea").first.fill(value)

    def pick(self, name, text, scope=""):
        """Choose a record in a many2one by typing its name."""
        box = self.field(name, scope).locator("input").first
        box.fill(text)
        choice = self.page.locator(
            ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)", has_text=text
        ).first
        choice.click()

    def button(self, name, scope=""):
        """Click a button of the view by its method's name."""
        self.page.locator(f"{scope} button[name='{name}']:visible").first.click()
        self.page.wait_for_timeout(150)
        self.settle()

    def save(self):
        saver = self.page.locator(".o_form_button_save:visible")
        if saver.count():
            saver.first.click()
            expect(self.page.locator(".o_form_status_indicator_buttons.invisible")).to_have_count(1)
        self.settle()
