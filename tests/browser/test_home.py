"""The front desk's home in a browser: where each role lands, people found while one types."""

import re

import pytest
from playwright.sync_api import expect

LANDINGS = {
    "accueil": ".o_tl_home",
    "coordination": ".o_tl_home",
    "responsable": ".o_tl_home",
    "tresoriere": ".o_account_kanban, .o_kanban_view",
    "bureau": ".o_pivot",
}


@pytest.mark.parametrize("login", LANDINGS)
def test_each_role_lands_where_its_day_begins(login, client):
    web = client(login)
    expect(web.page.locator(LANDINGS[login]).first).to_be_visible()
    web.verify()


def _type(page, text):
    box = page.locator(".o_tl_home_search input")
    box.fill(text)
    return box


def test_a_person_is_found_by_keyboard_and_opened(client, house):
    """Two of the name: the second one with the arrow, then Enter opens the sheet."""
    web = client("accueil")
    page = web.page
    for firstname in ("Agathe", "Basile"):
        web.call("res.partner", "create", [{"firstname": firstname, "lastname": "Clévacances"}])
    box = _type(page, "clevacances")
    rows = page.locator(".o_tl_home_person")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_class(re.compile("o_tl_active"))
    box.press("ArrowDown")
    expect(rows.nth(1)).to_have_class(re.compile("o_tl_active"))
    name = rows.nth(1).locator("a").first.inner_text()
    box.press("Enter")
    page.wait_for_selector(".o_form_view")
    web.settle()
    assert name in page.title()
    # Back at the home, the search is empty again and Escape empties it too.
    page.go_back()
    box = _type(page, "personne de ce nom")
    expect(page.locator(".o_tl_home_people")).to_contain_text("Personne")
    box.press("Escape")
    expect(page.locator(".o_tl_home_people")).to_have_count(0)
    web.verify()


def test_who_was_found_is_checked_in_and_out_without_leaving_the_home(client, house):
    web = client("accueil")
    page = web.page
    web.call("res.partner", "create", [{"firstname": "Colin", "lastname": "Vestibule"}])
    _type(page, "vestibule")
    row = page.locator(".o_tl_home_person", has_text="Vestibule")
    row.locator("button", has_text="Arrivée").click()
    web.button("action_check_in", ".modal")
    expect(page.locator(".modal")).to_have_count(0)
    # The day's board below follows, and the buttons of the person too.
    expect(page.locator(".o_tl_today_board li", has_text="Vestibule")).to_have_count(1)
    row.locator("button", has_text="Départ").click()
    expect(page.locator(".o_tl_today_board li", has_text="Vestibule")).to_have_count(0)
    expect(row.locator("button", has_text="Arrivée")).to_have_count(1)
    web.verify()


def test_what_waits_opens_its_records(client, house):
    """One fee is to take: the list that opens holds as many lines as were counted."""
    web = client("accueil")
    page = web.page
    person = web.call("res.partner", "create", [{"firstname": "Dora", "lastname": "Attente"}])[0]
    membership = web.call(
        "tierslieux.membership",
        "create",
        [{"partner_id": person, "type_id": house.type_id}],
    )[0]
    web.call("tierslieux.membership", "action_confirm", [membership])
    web.open_action("tierslieux_base.home_action")
    wait = page.locator(".o_tl_home_waits button", has_text="Cotisations à encaisser")
    count = int(wait.locator(".badge").inner_text())
    wait.click()
    expect(page.locator(".o_list_view .o_data_row")).to_have_count(count)
    web.verify()


def test_the_home_fits_a_telephone(client):
    web = client("accueil", width=390, height=844)
    page = web.page
    _type(page, "a")
    expect(page.locator(".o_tl_home_person").first).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"the page is {width} px wide"
    web.verify()
