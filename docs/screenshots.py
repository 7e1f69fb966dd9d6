#!/usr/bin/env python3
"""Make the pictures of the README from a running demo association.

    ./tierslieux run --port 8069      (in another terminal, on a fresh demo database)
    python docs/screenshots.py [http://127.0.0.1:8069]

It needs the packages of config/requirements-dev.txt and a Chromium. Pictures are written into
docs/screenshots/, each of at most 200 kB.
"""

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
SIZE = {"width": 1280, "height": 800}
MAX_BYTES = 200 * 1024


def login(browser, url, name):
    """A page of a browser of its own, where ``name`` is logged in (same word as password)."""
    context = browser.new_context(viewport=SIZE, locale="fr-FR", timezone_id="Europe/Paris")
    page = context.new_page()
    page.goto(f"{url}/web/login")
    page.fill("#login", name)
    page.fill("#password", name)
    page.click(".oe_login_form button[type=submit]")
    page.wait_for_selector(".o_main_navbar, .o_portal", timeout=60_000)
    return page


def open_action(page, url, xmlid, ready):
    page.goto(f"{url}/odoo/action-{xmlid}")
    page.wait_for_selector(ready, timeout=60_000)


def keep(page, name):
    """Write what the page shows, in 256 colours: a screen has few more."""
    page.mouse.move(0, SIZE["height"] - 1)
    page.wait_for_timeout(1_500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    picture.quantize(256).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {size // 1024} kB")
    if size > MAX_BYTES:
        sys.exit(f"{path.name} is larger than {MAX_BYTES // 1024} kB.")


def main(url):
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_BIN") or "/usr/bin/chromium",
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        page = login(browser, url, "accueil")
        page.wait_for_selector(".o_tl_home .o_tl_today_board")
        page.fill(".o_tl_home_search input", "renard")
        page.wait_for_selector(".o_tl_home_person")
        keep(page, "accueil")
        open_action(page, url, "tierslieux_membership.membership_action", ".o_data_row")
        keep(page, "adhesions")
        page.click(".o_data_row .o_data_cell")
        page.wait_for_selector(".o_form_view .o_statusbar_status")
        keep(page, "adhesion")
        open_action(page, url, "tierslieux_membership.crm_lead_action_welcome", ".o_kanban_record")
        keep(page, "curieux")
        open_action(page, url, "tierslieux_base.place_action", ".o_kanban_record")
        page.click(".o_kanban_record:has-text('La Fabrique')")
        page.wait_for_selector(".o_form_view .o_field_widget[name=name]")
        keep(page, "lieux")
        open_action(page, url, "tierslieux_presence.booking_today_action", ".o_tl_today")
        keep(page, "aujourdhui")
        open_action(page, url, "tierslieux_booking.booking_action_planning", ".vis-item")
        keep(page, "planning")
        page = login(browser, url, "responsable")
        open_action(page, url, "tierslieux_booking.booking_report_action_map", ".o_tl_heat")
        keep(page, "occupation")
        page = login(browser, url, "tresoriere")
        open_action(page, url, "account.open_account_journal_dashboard_kanban", ".o_kanban_record")
        keep(page, "comptabilite")
        page = login(browser, url, "adherent")
        page.goto(f"{url}/my/memberships")
        keep(page, "espace-adherent")
        page.goto(f"{url}/my/bookings/find?minutes=60")
        keep(page, "reserver")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8069")
