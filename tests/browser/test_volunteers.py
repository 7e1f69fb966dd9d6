"""Volunteers in a browser: a week is painted, somebody is dragged onto a shift, the rest opens."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

MENUS = (
    "shift_action_week",
    "assignment_action_week",
    "coverage_action",
    "shift_action",
    "call_action",
    "volunteer_action",
    "newcomer_action",
    "mission_action",
)


def _volunteer(web, name):
    [partner] = web.call("res.partner", "create", [{"firstname": name, "lastname": "Bénévole"}])
    [volunteer] = web.call("tierslieux.volunteer", "create", [{"partner_id": partner}])
    return volunteer


def _shift(web, house, mission, hour):
    """A shift of next Wednesday."""
    [mission] = web.call(
        "tierslieux.mission",
        "create",
        [{"name": mission, "place_id": house.place_id, "seats_max": 2}],
    )
    day = datetime.now() + timedelta(days=7 + (2 - datetime.now().weekday()) % 7)
    start = day.replace(hour=hour, minute=0, second=0, microsecond=0)
    [shift] = web.call(
        "tierslieux.shift",
        "create",
        [
            {
                "mission_id": mission,
                "start": f"{start:%Y-%m-%d %H:%M:%S}",
                "stop": f"{start + timedelta(hours=2):%Y-%m-%d %H:%M:%S}",
            }
        ],
    )
    return shift, start


def test_a_week_is_painted_with_one_movement(client):
    """From Monday 9:00 down to 11:00: four half-hours, one span."""
    web = client("responsable", width=1400, height=1200)
    volunteer = _volunteer(web, "Pinceau")
    web.open_record("tierslieux.volunteer", volunteer)
    page = web.page
    first, last = (page.locator(f"[data-cell='0-{minute}']") for minute in (540, 630))
    first.scroll_into_view_if_needed()
    first.hover()
    page.mouse.down()
    last.hover()
    page.mouse.move(*_centre(page.locator("[data-cell='0-570']")))
    page.mouse.move(*_centre(page.locator("[data-cell='0-600']")))
    page.mouse.move(*_centre(last))
    page.mouse.up()
    expect(page.locator(".o_tl_painted")).to_have_count(4)
    web.save()
    [values] = web.call("tierslieux.volunteer", "read", [volunteer], ["week"])
    assert values["week"] == {"0": [[540, 660]]}
    web.verify()


def _centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_who_is_dragged_onto_a_shift_is_in_or_is_told_why_not(client, house):
    web = client("responsable", width=1600, height=1000)
    page = web.page
    shift, start = _shift(web, house, "Atelier vélo", 13)
    able, away = _volunteer(web, "Volontaire"), _volunteer(web, "Vacances")
    web.call(
        "tierslieux.volunteer.absence",
        "create",
        [{"volunteer_id": away, "date_from": f"{start:%Y-%m-%d}", "date_to": f"{start:%Y-%m-%d}"}],
    )
    web.open_action("tierslieux_volunteer.week_board_action")
    today = datetime.now()
    monday = today.date() - timedelta(days=today.weekday())
    for _week in range((start.date() - monday).days // 7):
        title = page.locator(".o_tl_board h2").inner_text()
        page.locator("button:has(.fa-chevron-right)").click()
        expect(page.locator(".o_tl_board h2")).not_to_have_text(title)
    card = page.locator(".o_tl_card", has_text="Atelier vélo")
    page.locator(".o_tl_person", has_text="Volontaire").drag_to(card)
    expect(card).to_contain_text("Volontaire Bénévole")
    page.locator(".o_tl_person", has_text="Vacances").click()
    expect(card).to_have_class("o_tl_card o_tl_wanted o_tl_perhaps")
    card.click()
    expect(page.locator(".modal")).to_contain_text("absent")
    page.locator(".modal .btn-primary").click()
    expect(card).to_contain_text("Vacances Bénévole")
    rows = web.call(
        "tierslieux.shift.assignment",
        "search_read",
        [("shift_id", "=", shift)],
        ["state", "volunteer_id"],
    )
    assert {row["volunteer_id"][0] for row in rows} == {able, away}
    assert {row["state"] for row in rows} == {"accepted"}
    web.verify()


def test_a_shift_with_people_opens_and_every_list_too(client, house):
    web = client("coordination", width=1400, height=1000)
    shift, _start = _shift(web, house, "Jardin partagé", 9)
    volunteer = _volunteer(web, "Jardinier")
    web.call("tierslieux.shift", "put_in", shift, volunteer)
    web.open_record("tierslieux.shift", shift)
    expect(web.page.locator(".o_data_row")).to_contain_text("Jardinier Bénévole")
    web.button("action_change")
    expect(web.page.locator(".modal .o_data_row")).to_contain_text("Jardinier Bénévole")
    web.page.locator(".modal .btn-close").click()
    for name in MENUS:
        web.open_action(f"tierslieux_volunteer.{name}")
    web.open_action("tierslieux_volunteer.shift_generation_action")
    expect(web.page.locator(".modal")).to_be_visible()
    web.verify()
