"""Each door counts who tries too often, on a server as it runs: by its own connection, so that a
count stays when the request is refused."""

import json
import xmlrpc.client
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from harness import databases, processes
from harness.bare_client import Client

SENTENCE = "Trop d'essais en peu de temps."
SET_UP = """
import json
from odoo.addons.tierslieux_base.models.rate_limit import PARAMETER

env = env(context={"lang": "fr_FR", "no_reset_password": True})
for login, group in (("anne", "base.group_user"), ("bob", "base.group_user"),
                     ("lou", "base.group_portal")):
    env["res.users"].create({
        "name": login, "login": login, "password": login, "lang": "fr_FR",
        "email": login + "@example.org", "group_ids": [(6, 0, [env.ref(group).id])],
    })
users = {user.login: user for user in env["res.users"].search([])}
place = env["tierslieux.place"].create({"name": "Les Tilleuls", "code": "TIL"})
place.action_renew_kiosk_token()
kind = env["tierslieux.membership.type"].create({
    "name": "Adhésion", "code": "ADH", "amount_mode": "fixed", "amount": 0,
    "period_kind": "rolling", "rolling_months": 12, "portal_open": True,
})
lou = users["lou"].partner_id
lou.write({"firstname": "Lou", "lastname": "Petit"})
lou._renew_calendar_token()
card = env["tierslieux.membership"].create({"partner_id": lou.id, "type_id": kind.id})
card.action_confirm()
key = env["res.users.apikeys"].with_user(users["anne"]).sudo()._generate(None, "x", None)
for name, text in (("login", "5/15"), ("login_address", "8/15"), ("api_key", "3/15"),
                   ("link", "4/10"), ("card", "2/10"), ("feed", "3/60"), ("kiosk_card", "2/10"),
                   ("kiosk_name", "2/10"), ("trial", "1/60"), ("trial_address", "3/60"),
                   ("reset_password", "2/60"), ("form", "4/10")):
    env["ir.config_parameter"].set_param(PARAMETER + name, text)
env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
env.cr.commit()
print("READY " + json.dumps({
    "anne": users["anne"].id, "kiosk": place.kiosk_token, "calendar": lou.calendar_token,
    "card": card._get_card_check_url(lou), "card_id": card.id, "lou": lou.id, "place": place.id,
    "signature": card._get_card_signature(lou), "key": key,
}))
"""


@pytest.fixture(scope="module")
def house(template, start_server):
    name = databases.fresh_name("rates")
    databases.clone(template, name)
    printed = processes.shell(name, SET_UP)
    line = next(line for line in printed.splitlines() if "READY " in line)
    server = start_server(name)
    yield SimpleNamespace(server=server, database=name, **json.loads(line.split("READY ", 1)[1]))
    server.stop()
    databases.drop(name)


@pytest.fixture(autouse=True)
def from_the_start(house):
    """Nobody has tried anything yet; the server complains of nothing afterwards."""
    databases.query(house.database, "DELETE FROM tierslieux_rate_limit")
    house.server.new_problems()
    yield
    assert not house.server.new_problems()


def log_in(house, login, password):
    """:return: (status, page)"""
    client = Client(house.server.port).read_csrf()
    status, headers, text = client.post("/web/login", {"login": login, "password": password})
    assert status != 429 or 0 < int(headers["Retry-After"]) <= 15 * 60
    return status, text.decode()


def rpc(house, service, method, *args):
    proxy = xmlrpc.client.ServerProxy(f"{house.server.url}/xmlrpc/2/{service}")
    return getattr(proxy, method)(house.database, *args)


def test_after_so_many_wrong_passwords_the_right_one_waits_too(house):
    for _n in range(5):
        assert log_in(house, "anne", "wrong")[0] == 200
    status, page = log_in(house, "anne", "anne")
    assert status == 429
    assert SENTENCE in page.replace("&#39;", "'")
    assert 'value="anne"' in page
    assert log_in(house, "bob", "bob")[0] == 303


def test_a_right_password_begins_the_count_anew(house):
    for _round in range(3):
        for _n in range(4):
            log_in(house, "anne", "wrong")
        assert log_in(house, "anne", "anne")[0] == 303


def test_who_tries_many_logins_closes_out_nobody_who_comes_from_there_by_habit(house):
    assert log_in(house, "bob", "bob")[0] == 303
    for number in range(8):
        assert log_in(house, f"nobody{number}", "wrong")[0] == 200
    assert log_in(house, "anne", "anne")[0] == 429
    assert log_in(house, "bob", "bob")[0] == 303


def test_xml_rpc_and_the_login_page_count_together(house):
    for number in range(5):
        if number % 2:
            assert log_in(house, "anne", "wrong")[0] == 200
        else:
            assert rpc(house, "common", "authenticate", "anne", "wrong", {}) is False
    with pytest.raises(xmlrpc.client.Fault, match="Trop d'essais|Too many tries"):
        rpc(house, "common", "authenticate", "anne", "anne", {})
    assert rpc(house, "common", "authenticate", "bob", "bob", {})


def test_xml_rpc_by_id_counts_too(house):
    call = ("object", "execute_kw", house.anne, "wrong", "res.users", "search", [[]], {})
    for _n in range(5):
        with pytest.raises(xmlrpc.client.Fault) as caught:
            rpc(house, *call)
        assert "Too many" not in caught.value.faultString
    with pytest.raises(xmlrpc.client.Fault, match="Trop d'essais|Too many tries"):
        rpc(house, *call)
    assert log_in(house, "anne", "anne")[0] == 429


def test_wrong_keys_are_counted_and_a_right_one_passes(house):
    def call(key):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        status, _headers, text = Client(house.server.port).ask(
            "POST", "/json/2/res.users/context_get", b"{}", headers
        )
        return status, text.decode()

    assert [call("x" * 40)[0] for _n in range(3)] == [401] * 3
    status, text = call("y" * 40)
    assert status == 429
    assert "Too many tries" in text or SENTENCE in json.loads(text)["message"]
    assert call(house.key)[0] == 200


def test_secrets_are_not_guessed_and_right_ones_open(house):
    client = Client(house.server.port)
    for path in (
        "/kiosk/" + "x" * 32,
        f"/tierslieux/calendar/person/{'x' * 32}.ics",
        f"/my/memberships/{house.card_id}?access_token=x",
        "/my/bookings/1?access_token=x",
    ):
        assert client.ask("GET", path)[0] in (303, 404), path
    for path in ("/kiosk/y", f"/my/memberships/{house.card_id}?access_token=y"):
        status, headers, text = client.ask("GET", path)
        assert status == 429
        assert int(headers["Retry-After"]) <= 600
        assert SENTENCE in text.decode().replace("&#39;", "'")
    assert client.ask("GET", f"/kiosk/{house.kiosk}")[0] == 200


def test_a_calendar_is_read_so_often_and_no_more(house):
    client = Client(house.server.port)
    path = f"/tierslieux/calendar/person/{house.calendar}.ics"
    assert [client.ask("GET", path)[0] for _n in range(4)] == [200, 200, 200, 429]


def test_cards_that_are_none_are_counted_and_a_right_one_opens(house):
    client = Client(house.server.port)
    path = f"/membership/check/{house.card_id}/{house.lou}/"
    wrong = [client.ask("GET", path + "0" * 16)[0] for _n in range(3)]
    assert wrong == [404, 404, 429]
    assert client.ask("GET", path + house.signature)[0] == 200


def test_a_tablet_goes_on_opening_to_cards_of_ours(house):
    def show(**params):
        body = json.dumps({"params": params}).encode()
        answer = Client(house.server.port).ask(
            "POST", f"/kiosk/{house.kiosk}/pass", body, {"Content-Type": "application/json"}
        )
        return json.loads(answer[2])["result"]

    wrong = {"card": f"/membership/check/{house.card_id}/{house.lou}/000000"}
    titles = [show(**wrong)["title"] for _n in range(3)]
    assert titles[0] == titles[1] != titles[2]
    names = [show(name=f"Jean Martin{n}", birth_year="1980")["title"] for n in range(3)]
    assert names[0] == names[1] != names[2]
    assert show(card=house.card)["kind"] == "in"


def test_trial_days_are_counted_by_address_and_by_e_mail(house):
    client = Client(house.server.port)

    def ask(email):
        client.read_csrf("/coworking/trial")
        form = {
            "name": "Jean & Cie <b>", "email": email, "phone": "", "message": "Bonjour\nà vous",
            "date": str(date.today() + timedelta(days=3)), "place": house.place,
        }  # fmt: skip
        status, _headers, text = client.post("/coworking/trial", form)
        return status, text.decode()

    assert ask("a@example.org")[0] == 303
    status, page = ask("A@example.org ")
    assert status == 429
    assert SENTENCE in page.replace("&#39;", "'")
    # What was typed is on the page, to be sent again.
    assert 'value="Jean &amp; Cie &lt;b&gt;"' in page
    assert 'action="/coworking/trial"' in page
    assert ask("b@example.org")[0] == 303
    assert ask("c@example.org")[0] == 429
    assert databases.query(house.database, "SELECT count(*) FROM crm_lead")[0][0] == 2


def test_new_passwords_are_not_sent_without_end(house):
    client = Client(house.server.port).read_csrf("/web/reset_password")
    form = {"login": "nobody@example.org"}
    assert [client.post("/web/reset_password", form)[0] for _n in range(3)] == [200, 200, 429]


def test_forms_of_an_account_are_counted_and_those_of_another_go_on(house):
    client = Client(house.server.port).log_in("lou")
    form = {"firstname": "Zoé", "lastname": "", "birthdate_date": "2015-03-24"}
    statuses = [client.post("/my/family/new", form)[0] for _n in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    other = Client(house.server.port).log_in("bob")
    assert other.post("/my/family/new", form)[0] == 200


def test_counts_hold_for_another_process(house, start_server):
    """Two servers on one database, as two workers are."""
    for _n in range(5):
        log_in(house, "anne", "wrong")
    second = start_server(house.database)
    try:
        assert log_in(SimpleNamespace(server=second), "anne", "anne")[0] == 429
    finally:
        second.stop()
