"""A volunteer on a telephone, 390 points wide: what is tapped, and what is said next."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from harness import processes
from playwright.sync_api import expect

SET_UP = Path(__file__).with_name("volunteers.py")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def shifts(house):
    """The shifts of a volunteer, put into the association's database."""
    printed = processes.shell(house.database, SET_UP.read_text(encoding="utf-8"))
    line = next(line for line in printed.splitlines() if "READY " in line)
    return SimpleNamespace(**json.loads(line.split("READY ", 1)[1]))


def _fits(page):
    """Nothing is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _see(page, name):
    assert _fits(page), f"{name}: wider than a telephone"


def test_a_link_of_a_message_answers_without_a_login(open_page, house, shifts):
    page = open_page(house.server, **PHONE)
    page.goto(f"/my/shifts/{shifts.asked}?link={shifts.token}")
    _see(page, "link")
    page.get_by_role("button", name="Oui, je viens").click()
    expect(page.get_by_role("status").first).to_contain_text("Vous êtes attendu")
    _see(page, "answered")


def test_the_pages_of_a_volunteer_fit_a_telephone(client, house, shifts):
    page = client("adherent", **PHONE).page
    page.goto("/my/home")
    page.get_by_role("link", name="Bénévolat").first.click()
    expect(page.get_by_role("heading", name="Bénévolat")).to_be_visible()
    _see(page, "volunteering")
    page.goto(f"/my/shifts/{shifts.mine}")
    expect(page.get_by_text("Jeanne")).to_be_visible()
    expect(page.get_by_text("Secrète")).to_have_count(0)
    _see(page, "shift")
    page.goto(f"/my/shifts/{shifts.mine}/swap")
    expect(page.get_by_text("Actuellement : Paul")).to_be_visible()
    _see(page, "swap")


def test_the_week_is_painted_with_one_stroke(client, house, shifts):
    page = client("adherent", **PHONE).page
    page.goto("/my/volunteering/time")
    _see(page, "time")
    first = page.locator("td:has(input[value='0-540'])")
    last = page.locator("td:has(input[value='0-660'])")
    first.scroll_into_view_if_needed()
    expect(page.locator(".o_tl_paint.o_tl_ready")).to_be_visible()
    start, end = first.bounding_box(), last.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 10, end["y"] + 8, steps=12)
    page.mouse.up()
    painted = page.locator(".o_tl_paint input:checked")
    expect(painted).to_have_count(5)
    _see(page, "painted")
    page.get_by_role("button", name="Enregistrer ma semaine").click()
    expect(page.get_by_role("status").first).to_contain_text("Votre semaine habituelle est notée")
    expect(painted).to_have_count(5)


def test_one_tap_says_i_cannot_come(client, house, shifts):
    page = client("adherent", **PHONE).page
    page.goto(f"/my/shifts/{shifts.mine}")
    page.get_by_role("button", name="Je ne peux pas venir").click()
    expect(page.get_by_role("status").first).to_contain_text("vous ne venez pas")
    _see(page, "cannot come")
