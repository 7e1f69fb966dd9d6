"""A coworking space's day in a browser: passes at the desk, the month billed, rooms on a phone."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from harness import processes
from playwright.sync_api import expect

SET_UP = Path(__file__).with_name("coworking.py")


@pytest.fixture(scope="module")
def coworking(house):
    """What the space sells and lends, put into the association's database."""
    printed = processes.shell(house.database, SET_UP.read_text(encoding="utf-8"))
    line = next(line for line in printed.splitlines() if "READY " in line)
    return SimpleNamespace(**json.loads(line.split("READY ", 1)[1]))


def _read_one(web, model, domain, names):
    """The one record that a user sees for this domain."""
    found = web.call(model, "search_read", domain, names)
    assert len(found) == 1, found
    return found[0]


def _days_left(web, lastname):
    """What a person's lines of credits add up to."""
    lines = web.call(
        "tierslieux.credit.line",
        "search_read",
        [["subscription_id.partner_id.lastname", "=", lastname]],
        ["quantity", "move"],
    )
    return sum(line["quantity"] for line in lines)


def _sell(web, plan, firstname, lastname):
    page = web.page
    web.open_action("tierslieux_coworking.sell_pass_action")
    page.locator(".modal .o_selection_badge", has_text=plan).first.click()
    web.fill("firstname", firstname, ".modal")
    web.fill("lastname", lastname, ".modal")


def test_a_walk_in_buys_a_day_sits_at_a_desk_and_leaves(client, coworking):
    """25 € in cash, a desk, an invoice paid; then the person is checked out on today's board."""
    web = client("accueil")
    page = web.page
    _sell(web, "Ticket journée", "Zoé", "Passage")
    expect(web.field("amount_total", ".modal")).to_contain_text("25,00")
    web.pick("resource_id", "Poste 1", ".modal")
    web.button("action_pay", ".modal")
    expect(web.field("done_note", ".modal")).to_contain_text("Poste 1")
    person = [["partner_id.lastname", "=", "Passage"]]
    booking = _read_one(
        web, "tierslieux.booking", person, ["state", "resource_id", "checkin_at", "amount"]
    )
    assert booking["state"] == "checked_in"
    assert booking["resource_id"][0] in coworking.desk_ids
    page.keyboard.press("Escape")
    web.open_action("tierslieux_presence.booking_today_action")
    page.locator("li", has_text="Zoé Passage").locator("button").first.click()
    expect(page.locator("li", has_text="Zoé Passage")).to_have_count(0)
    left = _read_one(web, "tierslieux.presence", person, ["checkout_at"])
    assert left["checkout_at"]
    treasurer = client("tresoriere")
    invoice = _read_one(
        treasurer,
        "account.move",
        [["partner_id.lastname", "=", "Passage"], ["move_type", "=", "out_invoice"]],
        ["amount_total", "payment_state"],
    )
    assert invoice["amount_total"] == 25.0
    assert invoice["payment_state"] in ("paid", "in_payment")


def test_a_book_of_ten_is_sold_and_one_day_used(client, coworking):
    """The first day is taken as the person comes in: nine are left."""
    web = client("accueil")
    page = web.page
    _sell(web, "Carnet de 10 jours", "Omar", "Carnet")
    expect(web.field("amount_total", ".modal")).to_contain_text("200,00")
    web.button("action_pay", ".modal")
    expect(web.field("done_note", ".modal")).to_contain_text("200,00")
    page.keyboard.press("Escape")
    assert _days_left(web, "Carnet") == 10.0
    web.open_action("tierslieux_presence.check_in_action")
    web.pick("partner_id", "Omar Carnet", ".modal")
    expect(web.field("pass_id", ".modal")).to_contain_text("Journées")
    web.button("action_check_in", ".modal")
    expect(page.locator(".modal")).to_have_count(0)
    assert _days_left(web, "Carnet") == 9.0


def test_the_month_is_previewed_billed_and_billed_again_for_nothing(client, coworking):
    """The preview says what comes; the second run of the month makes no invoice."""
    web = client("responsable")
    page = web.page
    month = date.today().replace(day=1)

    def invoices():
        treasurer = client("tresoriere")
        return treasurer.call(
            "account.move",
            "search_count",
            [["move_type", "=", "out_invoice"], ["state", "=", "posted"]],
        )

    before = invoices()
    run = web.call("tierslieux.billing.run", "create", [{"date": month.isoformat()}])[0]
    web.open_record("tierslieux.billing.run", run)
    web.button("action_preview")
    expect(web.field("summary")).to_contain_text("300,00")
    assert invoices() == before
    page.locator("button[name='action_launch']:visible").first.click()
    page.locator(".modal .btn-primary").first.click()
    expect(page.locator(".modal")).to_have_count(0)
    web.settle()
    state = web.call("tierslieux.billing.run", "read", [run], ["state", "done_count"])[0]
    assert state == {"id": run, "state": "done", "done_count": 1}
    assert invoices() == before + 1
    again = web.call("tierslieux.billing.run", "create", [{"date": month.isoformat()}])[0]
    web.open_record("tierslieux.billing.run", again)
    web.button("action_preview")
    expect(page.locator("button[name='action_launch']:visible")).to_have_count(0)
    assert invoices() == before + 1


def _fits(page):
    """Nothing sticks out on the right of a telephone's screen."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"the page is {width} px wide"


def _find(page, kind, day, hour):
    """From the need to the confirmation page of the slot at this hour."""
    page.goto("/my/bookings/find")
    _fits(page)
    form = page.locator(".o_tl_portal form[action='/my/bookings/find']")
    form.locator("label.o_tl_chip", has_text=kind).click()
    form.locator("input[name=day]").fill(day.isoformat())
    form.locator("button[type=submit]").click()
    page.wait_for_url(re.compile(r"/my/bookings/find\?"))
    _fits(page)
    slot = page.locator(".o_tl_slots a", has_text=hour).first
    if not slot.is_visible():
        page.locator("details:has(.o_tl_slots) > summary").first.click()
    slot.click()
    page.wait_for_url(re.compile(r"/my/bookings/new\?"))
    _fits(page)


def test_a_room_is_booked_with_included_hours_and_cancelled_on_a_telephone(client, coworking):
    """Three taps to an hour of the room; cancelled in time, the hour is given back."""
    web = client("adherent", width=390, height=844)
    staff = client("accueil")
    page = web.page

    def hours_used():
        """By bookings: the slot may be in the next month, which brings hours of its own."""
        lines = staff.call(
            "tierslieux.credit.line",
            "search_read",
            [["subscription_id", "=", coworking.subscription_id], ["booking_id", "!=", False]],
            ["quantity"],
        )
        return -sum(line["quantity"] for line in lines)

    assert hours_used() == 0.0
    _find(page, "Salle de réunion", date.today() + timedelta(days=2), "14:00")
    page.locator("form[action='/my/bookings/new'] button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/my/bookings/\d+"))
    _fits(page)
    assert hours_used() == 1.0
    page.locator("form[action$='/cancel'] summary").click()
    page.locator("form[action$='/cancel'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/my/bookings(\?|$)"))
    _fits(page)
    assert hours_used() == 0.0
    page.watch.verify()


def _drag(page, item, hours):
    """Drag a booking of one hour along its row, as a hand does: in several steps."""
    box = item.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x + hours * box["width"] * step / 10, y)
    page.mouse.up()


def test_a_booking_is_moved_by_a_drag_in_the_planning_and_a_taken_hour_is_refused(
    client, coworking
):
    """From 9:00 to 11:00; the move is undone; onto the booking of 13:00 it goes back by itself."""
    web = client("accueil")
    page = web.page
    # Tomorrow by the clock of the screen, also when it is past midnight there and not in UTC.
    day = datetime.now(ZoneInfo("Europe/Paris")).date() + timedelta(days=1)
    first, _second = (
        web.call(
            "tierslieux.booking",
            "create",
            {
                "resource_id": coworking.room_id,
                "partner_id": coworking.second_partner_id,
                "title": title,
                "start": f"{day} {hour:02}:00:00",
                "stop": f"{day} {hour + 1:02}:00:00",
            },
        )
        for title, hour in (("Atelier", 8), ("Conseil", 12))
    )

    def start():
        (found,) = web.call("tierslieux.booking", "read", [first], ["start"])
        return found["start"]

    web.open_action("tierslieux_booking.booking_action_planning")
    expect(page.locator(".o_tl_row", has_text="Salle Mirabeau")).to_be_visible()
    page.get_by_role("button", name="Jour", exact=True).click()
    page.locator(".oe_timeline_buttons button[title=Suivant]").click()
    item = page.locator(".vis-item.o_tl_booking", has_text="Atelier")
    _drag(page, item, 2)
    undo = page.locator(".o_notification button", has_text="Annuler")
    expect(undo).to_be_visible()
    assert start() == f"{day} 10:00:00"
    # Rows first, then what is booked: the second answer puts it back on the screen.
    with page.expect_response(lambda answer: "booking/search_read" in answer.url):
        undo.click()
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert start() == f"{day} 08:00:00"
    _drag(page, item, 4)
    expect(page.locator(".o_notification, .modal", has_text="Salle Mirabeau")).to_be_visible()
    assert start() == f"{day} 08:00:00"


def test_of_two_on_the_last_desk_one_has_it_and_the_other_sees_the_next_slots(client, coworking):
    """Both are on the confirmation page; the second reads the sentence and three free slots."""
    staff = client("accueil")
    day = date.today() + timedelta(days=3)
    pages = []
    for login in ("adherent", "adherent2"):
        page = client(login, width=390, height=844).page
        _find(page, "Cabine téléphonique", day, "10:00")
        pages.append(page)
    for page in pages:
        page.locator("form[action='/my/bookings/new'] button[type=submit]").last.click()
    first, second = pages
    first.wait_for_url(re.compile(r"/my/bookings/\d+"))
    expect(second.locator(".alert-warning")).to_be_visible()
    expect(second.locator(".alert-warning button[name=other]")).to_have_count(3)
    _fits(second)
    held = staff.call(
        "tierslieux.booking",
        "search_count",
        [["resource_id", "=", coworking.booth_id], ["state", "=", "confirmed"]],
    )
    assert held == 1
    second.locator(".alert-warning button[name=other]").first.click()
    # its price and terms are said anew, before it is booked
    expect(second.locator(".alert-warning")).to_have_count(0)
    second.locator("form[action='/my/bookings/new'] button[type=submit]").last.click()
    second.wait_for_url(re.compile(r"/my/bookings/\d+"))
