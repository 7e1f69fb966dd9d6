"""The members' list in a browser: who is new joins, what is typed finds, the list is exported."""

import io

import openpyxl
from playwright.sync_api import expect

MEMBERS = "tierslieux_membership.res_partner_action_members"
NEW = ".o-kanban-button-new, .o_list_button_add"


def _type_and_search(page, text):
    box = page.locator(".o_searchview_input")
    box.fill(text)
    box.press("Enter")


def test_new_in_the_members_list_opens_the_window_to_join(client):
    """From the list and from the cards; the sheet of a member makes nobody new either."""
    web = client("accueil")
    page = web.page
    for view in ("list", "kanban"):
        web.open_action(MEMBERS, viewType=view)
        page.locator(".o_control_panel").locator(NEW).locator("visible=true").first.click()
        expect(page.locator(".modal .o_field_widget[name=lastname]")).to_be_visible()
        page.locator(".modal .btn-close").click()
        expect(page.locator(".modal")).to_have_count(0)
    web.verify()


def test_a_member_is_found_as_they_are_named_and_the_list_is_exported(client):
    """« bezier helene », without accents and the other way round; one line of a spreadsheet."""
    manager = client("responsable")
    [partner] = manager.call(
        "res.partner",
        "create",
        [{"firstname": "Hélène", "lastname": "Bézier-Journée", "phone": "06 98 76 54 32"}],
    )
    page = manager.page
    for text in ("journee helene", "0698765432"):
        manager.open_action("tierslieux_base.res_partner_action_people", viewType="list")
        _type_and_search(page, text)
        expect(page.locator(".o_data_row")).to_have_count(1)
        expect(page.locator(".o_data_row")).to_contain_text("Bézier-Journée")
    page.locator(".o_cp_action_menus .fa-cog").click()
    with page.expect_download() as download:
        page.locator(".o_export_all_menu").click()
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert any("Bézier-Journée" in cell for cell in cells), cells
