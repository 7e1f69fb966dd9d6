"""The planning of a network: three hundred rows move under the hand."""

import json
from types import SimpleNamespace

import pytest
from harness import processes
from playwright.sync_api import expect

SET_UP = """
import json
from odoo.fields import Command
env = env(context={"lang": "fr_FR", "tracking_disable": True})
# Open from nine to twelve and from two to six: every row has three closed spans a day.
small, large = env["tierslieux.place"].create(
    [{"name": name, "code": code} for name, code in (("Atelier", "ATE"), ("Grande halle", "HAL"))]
)
for place in small | large:
    place.opening_hours = "Mo-Fr 09:00-12:00,14:00-18:00"
kind = env["tierslieux.resource.kind"].search([("code", "=", "desk")])
env["tierslieux.resource"].create(
    [
        {"place_id": place.id, "kind_id": kind.id, "name": f"{place.code} {number:03}"}
        for place, count in ((small, 18), (large, 300))
        for number in range(count)
    ]
)
env.cr.commit()
print("READY " + json.dumps({"small": small.id, "large": large.id}))
"""
# From the moment the answer of the server is asked for until the rows are on the screen.
TIMED = """async (count) => {
    const begun = performance.now();
    document.querySelector(".o_tl_place").dispatchEvent(new Event("change"));
    const rows = () => document.querySelectorAll(".vis-labelset .o_tl_row").length;
    await new Promise((resolve, reject) => {
        const look = () => {
            if (rows() === count) {
                requestAnimationFrame(() => requestAnimationFrame(resolve));
            } else if (performance.now() - begun > 20000) {
                reject(new Error(`${rows()} rows on the screen after 20 s, not ${count}`));
            } else {
                requestAnimationFrame(look);
            }
        };
        look();
    });
    return performance.now() - begun;
}"""


@pytest.fixture(scope="module")
def network(house):
    printed = processes.shell(house.database, SET_UP)
    line = next(line for line in printed.splitlines() if "READY " in line)
    return SimpleNamespace(**json.loads(line.split("READY ", 1)[1]))


def _show(page, place_id, count):
    page.evaluate("id => {document.querySelector('.o_tl_place').value = id}", place_id)
    return page.evaluate(TIMED, count)


def test_three_hundred_rows_are_on_the_screen_nearly_as_soon_as_eighteen(client, network):
    """Seventeen times the rows in less than eight times the time; it was eighty times."""
    web = client("accueil", width=1400, height=900)
    page = web.page
    web.open_action("tierslieux_booking.booking_action_planning")
    # more than forty rows: it opened on one place
    expect(page.locator(".o_tl_place")).not_to_have_value("0")
    few, many = [], []
    for _turn in range(3):
        many.append(_show(page, network.large, 300))
        few.append(_show(page, network.small, 18))
    _show(page, network.large, 300)
    assert min(many) < 8 * min(few), (few, many)
    # closed hours are one drawing, whatever the number of rows
    assert page.locator(".vis-item.vis-background").count() == 0
    row = page.locator(".vis-foreground .vis-group").nth(5)
    assert "linear-gradient" in row.evaluate("node => getComputedStyle(node).backgroundImage")
