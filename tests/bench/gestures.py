"""What people do all day, asked of a server as their screens ask it.

A page is as long in a large association as in a small one: what it costs is compared. A whole (all
places at once, everybody's month) grows with the association: only how long one waits counts.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

PORTAL = "adherent"
# Rows of a list's first page, and persons whom the home's search shows
PAGE, FOUND = 80, 8


@dataclass(frozen=True)
class Gesture:
    """``ask(person, rows)`` is what ``login`` does; what the request to ``path`` costs is read.

    Of a list, ``ask`` returns how many rows it has been given, at most ``rows`` of them.
    """

    what: str
    login: str
    path: str
    ask: object
    is_page: bool = True


def _rpc(model, method):
    return f"/web/dataset/call_kw/{model}/{method}"


def _call(what, login, model, method, *args, is_page=True):
    return Gesture(
        what,
        login,
        _rpc(model, method),
        lambda person, _rows: person.call(model, method, *args) and None,
        is_page,
    )


def _list(what, login, model, domain, view_id=False):
    return Gesture(
        what,
        login,
        _rpc(model, "web_search_read"),
        lambda person, rows: len(person.read_list(model, domain, view_id, rows)["records"]),
    )


def _page(what, path, is_page=True, **params):
    return Gesture(
        what, PORTAL, path, lambda person, _rows: person.get(path, **params) and None, is_page
    )


def _preview_month(person, _rows):
    """Preview the running month anew; another preview that is open gives way."""
    model = "tierslieux.billing.run"
    drafts = person.call(model, "search", [["state", "=", "draft"]])
    if drafts:
        person.call(model, "unlink", drafts)
    first = date.today().replace(day=1).isoformat()
    run_id = person.call(model, "create", [{"date": first, "send_invoices": False}])
    person.call(model, "action_preview", run_id)


def get_gestures(env):
    """The gestures, about places and persons that the demonstration has, grown or not."""
    place = env.ref("tierslieux_base.place_fabrique_demo")
    kind = env.ref("tierslieux_booking.resource_kind_room")
    members = env.ref("tierslieux_membership.res_partner_view_list_members")
    monday = date.today() - timedelta(days=date.today().weekday())
    week = [str(datetime.combine(monday + timedelta(days=days), time())) for days in (-7, 14)]
    holding = ("state", "in", ["option", "confirmed", "checked_in", "done"])
    now, workday = str(datetime.utcnow().replace(microsecond=0)), monday + timedelta(days=8)
    need = {"kind": kind.id, "persons": 1, "part": "any", "minutes": 60, "day": str(workday)}
    invoices = [("move_type", "in", ["out_invoice", "out_refund"])]
    quarter = str(date.today() - timedelta(days=90))
    return [
        _call("Accueil", "accueil", "tierslieux.home", "get_home"),
        _call("Accueil, « helene »", "accueil", "tierslieux.home", "search_people", "helene"),
        _call("Aujourd'hui", "accueil", "tierslieux.place", "get_today_board", place.id),
        _call("Planning d'un lieu : lignes", "accueil", "tierslieux.resource",
              "get_timeline_rows", [holding], *week, place.id),
        Gesture(
            "Planning d'un lieu : réservations", "accueil",
            _rpc("tierslieux.booking", "search_read"),
            lambda person, _rows: person.call(
                "tierslieux.booking", "search_read",
                [holding, ("start", "<", week[1]), ("stop", ">", week[0]),
                 ("place_id", "=", place.id)],
                ["resource_id", "partner_id", "start", "stop", "state", "display_name"],
                order="start, id",
            ) and None,
        ),
        _list("Réservations à venir", "accueil", "tierslieux.booking",
              [holding, ("stop", ">=", now)]),
        _list("Toutes les réservations", "accueil", "tierslieux.booking", []),
        _list("Réservations à encaisser", "accueil", "tierslieux.booking",
              [("payment_state", "=", "due")]),
        _page("Trouver, dans un lieu", "/my/bookings/find", place=place.id, **need),
        _page("Trouver, partout", "/my/bookings/find", is_page=False, **need),
        _call("Occupation d'un lieu", "responsable", "tierslieux.booking.report", "get_heat_map",
              {"place_id": place.id}),
        _call("Occupation de tous les lieux", "responsable", "tierslieux.booking.report",
              "get_heat_map", {}, is_page=False),
        _list("Occupation, ligne à ligne", "responsable", "tierslieux.booking.report",
              [("date", ">=", quarter)]),
        _list("Personnes", "accueil", "res.partner", []),
        _list("Personnes, « helene »", "accueil", "res.partner",
              [("display_name", "ilike", "helene")]),
        _list("Adhérents", "accueil", "res.partner", [("is_member", "=", True)],
              view_id=members.id),
        _list("Adhérents, « Peut voter »", "accueil", "res.partner", [("may_vote", "=", True)],
              view_id=members.id),
        _list("Registre des adhérents", "responsable", "tierslieux.member", []),
        _list("Adhésions", "accueil", "tierslieux.membership",
              [("state", "in", ["to_pay", "active", "grace"])]),
        _list("Abonnements", "responsable", "tierslieux.subscription",
              [("plan_kind", "=", "recurring"),
               ("state", "in", ["draft", "trial", "active", "paused", "notice"])]),
        Gesture("Aperçu du mois", "responsable",
                _rpc("tierslieux.billing.run", "action_preview"), _preview_month, is_page=False),
        _call("Aperçu des relances", "responsable", "tierslieux.reminder.preview", "action_open",
              is_page=False),
        _page("Espace en ligne", "/my"),
        _page("Mes réservations", "/my/bookings"),
        _page("Communauté", "/my/community", is_page=False),
        _list("Factures", "tresoriere", "account.move", invoices),
    ]  # fmt: skip


def ask(people, gesture, rows=PAGE):
    """:return: (what one gesture costs on the site of these people, {login: person}; how many rows
    a list gave)"""
    person, given = people[gesture.login], []
    cost = person.measure(lambda: given.append(gesture.ask(person, rows)), gesture.path)
    return cost, given[0]


def make_somebody_to_find(people):
    """A search of the demonstration finds as many as one of a network shows."""
    people["responsable"].call(
        "res.partner", "create", [{"name": f"Hélène Trouvée {rank}"} for rank in range(FOUND)]
    )
