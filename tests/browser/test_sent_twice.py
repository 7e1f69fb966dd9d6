"""A form sent six times at the same instant, and a button tapped twice, act once: real requests."""

import json
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from harness import processes
from lxml import html
from playwright.sync_api import expect

SET_UP = Path(__file__).with_name("twice.py")
SIX = 6


@pytest.fixture(scope="module")
def online(house):
    """What can be taken online, put into the association's database."""
    printed = processes.shell(house.database, SET_UP.read_text(encoding="utf-8"))
    line = next(line for line in printed.splitlines() if "READY " in line)
    return SimpleNamespace(**json.loads(line.split("READY ", 1)[1]))


@pytest.fixture
def member(house):
    """A member's session, as their browser holds it."""
    session = requests.Session()
    page = session.get(f"{house.url}/web/login", timeout=60)
    values = _form(page, "login")
    values.update(login="adherent", password="adherent")
    session.post(f"{house.url}/web/login", data=values, timeout=60)
    assert "session_id" in session.cookies
    return session


def _form(page, field):
    """What the form with this field would send."""
    (form, *_rest) = html.fromstring(page.text).xpath(f"//form[.//*[@name='{field}']]")
    return {name: value or "" for name, value in form.form_values()}


def _count(house, model, domain):
    printed = processes.shell(
        house.database, f"print('COUNT', env[{model!r}].search_count({domain!r}))"
    )
    return int(printed.split("COUNT ", 1)[1].split()[0])


def _send_at_once(url, cookies=None, data=None, **content):
    """Six requests on their way together; the answers.

    :param data: what each sends, or a function of its rank
    """
    barrier = threading.Barrier(SIX, timeout=60)
    answers = [None] * SIX

    def send(rank):
        sent = data(rank) if callable(data) else data
        barrier.wait()
        answers[rank] = requests.post(
            url, sent, cookies=cookies, timeout=120, allow_redirects=False, **content
        )

    threads = [threading.Thread(target=send, args=(rank,)) for rank in range(SIX)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    return answers


@pytest.mark.parametrize(
    ("case", "model"),
    [
        ("book", "tierslieux.subscription"),
        ("child", "res.partner"),
        ("wait", "tierslieux.plan.wait"),
    ],
)
def test_six_at_the_same_instant_are_one_and_lead_to_one_page(house, online, member, case, model):
    """A book of 200 €, a child, a place in a waiting list: one record each, one address."""
    me = online.member_partner_id
    path, domain, typed = {
        "book": (
            f"/my/plan/new/{online.book_id}",
            [("plan_id", "=", online.book_id)],
            {},
        ),
        "child": (
            "/my/family/new",
            [("guardian_id", "=", me), ("firstname", "=", "Sixtine")],
            {"firstname": "Sixtine", "lastname": "Double", "birthdate_date": "2015-03-24"},
        ),
        "wait": (
            f"/my/plan/new/{online.full_id}/wait",
            [("plan_id", "=", online.full_id)],
            {},
        ),
    }[case]
    page = member.get(house.url + path.removesuffix("/wait"), timeout=60)
    values = {**_form(page, "form_token"), **typed}
    answers = _send_at_once(house.url + path, member.cookies.get_dict(), values)
    assert [answer.status_code for answer in answers] == [303] * SIX, [a.text for a in answers]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert _count(house, model, domain) == 1
    if case == "book":
        moves = [("invoice_line_ids.subscription_id.plan_id", "=", online.book_id)]
        assert _count(house, "account.move", moves) == 1


def test_six_pages_open_on_a_waiting_list_say_that_it_is_noted(house, online, member):
    """Six pages, six tokens, one person, all at once: no error, one place in the list."""
    url = f"{house.url}/my/plan/new/{online.full_id}"
    pages = [_form(member.get(url, timeout=60), "form_token") for _rank in range(SIX)]
    assert len({page["form_token"] for page in pages}) == SIX
    answers = _send_at_once(f"{url}/wait", member.cookies.get_dict(), pages.__getitem__)
    assert [answer.status_code for answer in answers] == [303] * SIX
    assert "liste d" in member.get(f"{house.url}/my/plan", timeout=60).text
    waits = [("plan_id", "=", online.full_id), ("partner_id", "=", online.member_partner_id)]
    assert _count(house, "tierslieux.plan.wait", waits) == 1


def test_somebody_let_in_by_six_scans_at_once_is_in_once(house, online):
    """No token on the tablet: one is here once, and the others are told so."""
    answers = _send_at_once(
        f"{house.url}/kiosk/{online.kiosk}/pass",
        json={
            "jsonrpc": "2.0",
            "method": "call",
            "params": {"name": "Kim Tablette", "birth_year": "1990"},
        },
    )
    kinds = sorted(answer.json()["result"]["kind"] for answer in answers)
    assert kinds == ["already"] * 5 + ["in"]
    assert _count(house, "tierslieux.presence", [("partner_id", "=", online.guest_id)]) == 1


def test_a_double_click_adds_one_child_and_the_button_comes_back(house, online, client):
    web = client("adherent")
    page = web.page
    page.goto("/my/family/new")
    page.fill("[name=firstname]", "Dédoublé")
    page.fill("[name=lastname]", "Deuxclics")
    page.fill("[name=birthdate_date]", "2015-03-24")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.wait_for_selector("body[is-ready='true']")
    page.get_by_role("button", name="Enregistrer").dblclick()
    page.wait_for_url("**/my/family")
    expect(page.get_by_text("Dédoublé").first).to_be_visible()
    assert len([request for request in sent if "/my/family/new" in request.url]) == 1
    children = [("firstname", "=", "Dédoublé")]
    assert _count(house, "res.partner", children) == 1
    page.go_back()
    expect(page.get_by_role("button", name="Enregistrer")).not_to_have_attribute(
        "aria-disabled", "true"
    )
