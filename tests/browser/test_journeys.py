"""What the association does on an ordinary day, in a browser, from the first click to the books.

One server and one database for the file: each test makes its own people and says what it needs.
"""

import io
import re
from contextlib import contextmanager

import pypdf
from harness.association import ASSOCIATION
from playwright.sync_api import expect

MEMBERS_CSV = """\
Nom;Prénom;Date de naissance;E-mail;Type d'adhésion;Montant réglé;Mode de règlement;\
Date d'adhésion;Fin de validité
BERGER;Noé;12/03/1988;noe@tilleuls.example;Adhésion individuelle;15,00;Espèces;\
{start};{end}
FABRE;Inès;02/11/1975;ines@tilleuls.example;Adhésion individuelle;15,00;Chèque;\
{start};{end}
MOREL;Jules;31/02/1990;jules@tilleuls.example;Adhésion individuelle;15,00;Espèces;\
{start};{end}
"""


@contextmanager
def downloaded(page):
    """What a click downloads, in this tab or in one that it opens: a function to read it."""
    caught = []

    def catch(download):
        caught.append(download)

    page.on("download", catch)
    page.context.on("page", lambda other: other.on("download", catch))

    def read():
        for _tenth in range(600):
            if caught:
                return caught[0].path().read_bytes()
            page.wait_for_timeout(100)
        raise AssertionError("nothing was downloaded within 60 s")

    yield read


def pdf_pages(content):
    """The text of each page, without the spaces, which a layout may put anywhere."""
    assert content[:4] == b"%PDF", content[:200]
    reader = pypdf.PdfReader(io.BytesIO(content))
    return [re.sub(r"\s+", "", page.extract_text()) for page in reader.pages]


def assert_carries_the_association(pages):
    """Its name and SIRET on every page, and the page's number out of how many."""
    for number, text in enumerate(pages, 1):
        assert ASSOCIATION["name"].replace(" ", "") in text, text[:500]
        assert ASSOCIATION["siret"] in text, text[:500]
        assert f"{number}/{len(pages)}" in text, text[-500:]


def join_and_pay(web, firstname, lastname):
    """A new member at the desk, who pays 15 € in cash: form, fee, receipt. Returns its id."""
    page = web.page
    web.open_action("tierslieux_membership.membership_join_action")
    page.locator(".modal .o_selection_badge", has_text="Adhésion individuelle").first.click()
    web.fill("firstname", firstname, ".modal")
    web.fill("lastname", lastname, ".modal")
    web.button("action_join_and_pay", ".modal")
    expect(web.field("amount", ".modal").locator("input")).to_have_value(re.compile("15,00"))
    web.button("action_pay", ".modal")
    expect(page.locator(".modal")).to_have_count(0)
    # The membership is open: its papers are one click away.
    expect(page.locator(".o_form_view")).to_be_visible()
    with downloaded(page) as read:
        web.button("action_print_receipt")
        receipt = read()
    assert lastname.upper() in "".join(pdf_pages(receipt)).upper()
    found = web.call(
        "tierslieux.membership",
        "search_read",
        [["partner_id.lastname", "=", lastname]],
        ["state", "amount", "invoice_name"],
    )
    assert [row["state"] for row in found] == ["active"], found
    assert found[0]["amount"] == 15.0
    return found[0]["id"]


def test_a_new_member_joins_pays_in_cash_and_leaves_with_papers(client):
    """The manager records the person and takes the fee; invoice and card are PDF that carry the
    association's name and, for the invoice, its SIRET and the number of each page."""
    web = client("responsable")
    membership = join_and_pay(web, "Lucie", "Vasseur")
    page = web.page
    web.open_record("tierslieux.membership", membership)
    with downloaded(page) as read:
        web.button("action_open_invoice")
        invoice = read()
    pages = pdf_pages(invoice)
    assert_carries_the_association(pages)
    assert "15,00" in pages[0] and "Vasseur" in pages[0]
    with downloaded(page) as read:
        web.open_action(
            "tierslieux_membership.action_report_membership_card",
            additionalContext={"active_ids": [membership], "active_id": membership},
        )
        card = read()
    text = "".join(pdf_pages(card))
    assert "Vasseur".upper() in text.upper()
    assert ASSOCIATION["name"].replace(" ", "") in text


def test_the_front_desk_joins_a_member_in_one_go(client):
    """Reception has no right on accounting, and takes the fee all the same."""
    join_and_pay(client("accueil"), "Basile", "Quentin")


def test_the_front_desk_imports_a_members_file(client, tmp_path):
    """Three rows, of which one has an impossible birth date: two are created, one comes back."""
    from datetime import date, timedelta

    start = date.today() - timedelta(days=30)
    end = start + timedelta(days=364)
    file = tmp_path / "adhérents.csv"
    file.write_text(MEMBERS_CSV.format(start=f"{start:%d/%m/%Y}", end=f"{end:%d/%m/%Y}"))
    web = client("accueil")
    page = web.page
    web.open_action("tierslieux_member_import.member_import_action")
    page.locator(".modal .o_field_widget[name=file] input[type=file]").set_input_files(str(file))
    web.button("action_read_columns", ".modal")
    web.button("action_preview", ".modal")
    counts = {
        name: web.field(name, ".modal").inner_text().strip()
        for name in ("count_create", "count_match", "count_decide", "count_refused")
    }
    assert counts == {
        "count_create": "2",
        "count_match": "0",
        "count_decide": "0",
        "count_refused": "1",
    }
    web.button("action_import", ".modal")
    expect(page.locator(".modal .alert-success")).to_be_visible()
    people = web.call(
        "res.partner",
        "search_read",
        [["lastname", "in", ["BERGER", "Berger", "FABRE", "Fabre", "MOREL", "Morel"]]],
        ["firstname", "is_up_to_date"],
    )
    assert sorted((row["firstname"], row["is_up_to_date"]) for row in people) == [
        ("Inès", True),
        ("Noé", True),
    ]


def test_the_treasurer_finds_the_fees_in_the_books(client):
    """15 € taken in cash: 15 more in credit of account 756, 15 more in debit of the cash."""

    def balances(web):
        lines = web.call(
            "account.move.line",
            "search_read",
            [["parent_state", "=", "posted"], ["account_id.code", "=like", "756%"]],
            ["balance"],
        )
        money = web.call(
            "account.move.line",
            "search_read",
            [["parent_state", "=", "posted"], ["account_id.code", "=like", "53%"]],
            ["balance"],
        )
        return sum(line["balance"] for line in lines), sum(line["balance"] for line in money)

    treasurer = client("tresoriere")
    fees, cash = balances(treasurer)
    join_and_pay(client("accueil"), "Odile", "Trésor")
    after_fees, after_cash = balances(treasurer)
    assert round(after_fees - fees, 2) == -15.0
    assert round(after_cash - cash, 2) == 15.0
    # and she opens the invoice in accounting, from the membership
    membership = treasurer.call(
        "tierslieux.membership", "search", [["partner_id.lastname", "=", "Trésor"]]
    )
    treasurer.open_record("tierslieux.membership", membership[0])
    treasurer.button("action_open_invoice")
    expect(treasurer.page.locator(".o_form_view .o_breadcrumb, .o_breadcrumb")).to_be_visible()
    expect(treasurer.field("invoice_line_ids")).to_contain_text("Adhésion individuelle")


def _fits(page):
    """Nothing sticks out on the right of a telephone's screen."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"the page is {width} px wide"


def test_a_member_renews_and_pays_online_on_a_telephone(client, house):
    """At 390 px: my memberships, Renew, Odoo's payment form, and the membership goes on from
    the day after the old one ends, paid."""
    web = client("adherent", width=390, height=844)
    page = web.page
    page.goto("/my")
    _fits(page)
    page.goto("/my/memberships")
    _fits(page)
    page.locator("form[action*='/renew'] button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/my/memberships/\d+/pay"))
    _fits(page)
    option = page.locator("input[name=o_payment_radio][data-provider-code=demo]")
    if option.count() and not option.first.is_checked():
        option.first.check(force=True)
    page.locator("button[name=o_payment_submit_button]").click()
    page.wait_for_url(re.compile(r"/my/memberships/\d+(\?|$)"))
    _fits(page)
    page.watch.verify()
    renewed = int(re.search(r"/my/memberships/(\d+)", page.url)[1])
    assert renewed != house.portal_membership_id
    manager = client("responsable")
    old, new = manager.call(
        "tierslieux.membership",
        "read",
        [house.portal_membership_id, renewed],
        ["date_end", "date_start", "state", "amount", "origin"],
    )
    assert new["state"] == "active" and new["amount"] == 15.0 and new["origin"] == "portal"
    assert new["date_start"] > old["date_end"]
