"""Other hours typed on the form of a place, which bookings stand in the way of."""

import json
import re
from types import SimpleNamespace

import pytest
from harness import processes
from playwright.sync_api import expect

SET_UP = """
import json
from datetime import timedelta
from odoo.fields import Date
env = env(context={"lang": "fr_FR", "tracking_disable": True})
place = env["tierslieux.place"].create(
    {
        "name": "La halle",
        "code": "HALLE",
        "opening_hours": "Mo-Su 08:00-19:00",
        "is_closed_on_holidays": False,
    }
)
day = Date.context_today(place) + timedelta(days=20)
kind = env["tierslieux.resource.kind"].search([("code", "=", "room")])
room = env["tierslieux.resource"].create(
    {"place_id": place.id, "kind_id": kind.id, "name": "Salle bleue"}
)
booking = env["tierslieux.booking"].create(
    {
        "resource_id": room.id,
        "partner_id": env["res.partner"].create({"name": "Lou Martin"}).id,
        "start": f"{day} 14:00:00",
        "stop": f"{day} 15:00:00",
    }
)
env.cr.commit()
print("READY " + json.dumps({"place": place.id, "booking": booking.id}))
"""


@pytest.fixture
def halle(house):
    printed = processes.shell(house.database, SET_UP)
    line = next(line for line in printed.splitlines() if "READY " in line)
    return SimpleNamespace(**json.loads(line.split("READY ", 1)[1]))


def test_what_was_typed_beside_the_hours_is_saved_with_them_and_once(house, client, halle):
    """The telephone and the hours are typed, the booking of the afternoon is kept: both are saved,
    by the decision alone, and the form shows them."""
    web = client("responsable", width=1400, height=900)
    page = web.page
    web.open_record("tierslieux.place", halle.place)
    web.fill("phone", "04 75 22 22 22")
    web.fill("opening_text", "tous les jours 8h-12h")
    page.locator(".o_form_button_save:visible").first.click()
    page.get_by_role("button", name="Décider").click()
    # Odoo writes each question of this kind as an error into its log.
    assert all("RedirectWarning" in problem for problem in house.server.new_problems())
    page.locator(".modal").get_by_text("Lou Martin").wait_for()
    page.locator(".modal .o_field_widget[name='decision'] input").first.check()
    saved = []
    page.on("request", lambda request: saved.append(request.url))
    page.locator(".modal button[name='action_close']").click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(web.field("phone").locator("input")).to_have_value(re.compile("22 22 22"))
    expect(page.locator(".o_form_status_indicator_buttons.invisible")).to_have_count(1)
    web.settle()
    assert not [url for url in saved if url.endswith("/web_save") and "place" in url]
    [place] = web.call(
        "tierslieux.place", "read", [halle.place], ["phone", "opening_hours", "opening_text"]
    )
    assert re.sub(r"\D", "", place["phone"]).endswith("75222222")
    assert place["opening_hours"].startswith("Mo-Su 08:00-12:00")
    [booking] = web.call("tierslieux.booking", "read", [halle.booking], ["closed_decision"])
    assert booking["closed_decision"] == "kept"
