# Runs in Odoo's shell (env) after association.py: what a small coworking space sells and lends.
import json

from odoo.fields import Command, Date

env = env(context={"lang": "fr_FR", "no_reset_password": True, "tracking_disable": True})  # noqa: F821
place = env["tierslieux.place"].search([("code", "=", "TIL")])
kinds = {kind.code: kind for kind in env["tierslieux.resource.kind"].search([])}
rate = env["tierslieux.booking.rate"].create(
    {
        "name": "Salles",
        "line_ids": [
            Command.create({"tariff": tariff, "unit": "hour", "price": price})
            for tariff, price in (("member", 10.0), ("non_member", 15.0))
        ],
    }
)
common = {"place_id": place.id, "hours_mode": "always"}
desks = env["tierslieux.resource"].create(
    [
        {**common, "name": f"Poste {number}", "kind_id": kinds["desk"].id, "portal_open": False}
        for number in range(1, 4)
    ]
)
last_desk, room = env["tierslieux.resource"].create(
    [
        {**common, "name": "Poste fenêtre", "kind_id": kinds["booth"].id},
        {
            **common,
            "name": "Salle Mirabeau",
            "kind_id": kinds["room"].id,
            "capacity": 8,
            "rate_id": rate.id,
        },
    ]
)
types = {kind.code: kind for kind in env["tierslieux.credit.type"].search([])}
day_pass, book, monthly = env["tierslieux.plan"].create(
    [
        {"name": "Ticket journée", "code": "JOUR", "kind": "day", "amount": 25.0},
        {
            "name": "Carnet de 10 jours",
            "code": "CARNET",
            "kind": "book",
            "amount": 200.0,
            "credit_ids": [Command.create({"type_id": types["day"].id, "quantity": 10})],
        },
        {
            "name": "Plein temps",
            "code": "PLEIN",
            "kind": "recurring",
            "amount": 300.0,
            "credit_ids": [Command.create({"type_id": types["meeting_hour"].id, "quantity": 5})],
        },
    ]
)
member = env["res.users"].search([("login", "=", "adherent")]).partner_id
second = env["res.users"].create(
    {
        "name": "Bilal Second",
        "login": "adherent2",
        "password": "adherent2",
        "email": "bilal@tilleuls.example",
        "lang": "fr_FR",
        "tz": "Europe/Paris",
        "group_ids": [(6, 0, [env.ref("base.group_portal").id])],
    }
)
subscription = env["tierslieux.subscription"].create(
    {
        "partner_id": member.id,
        "plan_id": monthly.id,
        "place_id": place.id,
        "date_start": Date.start_of(Date.context_today(place), "month"),
    }
)
subscription.action_start()
env.cr.commit()
print(
    "READY "
    + json.dumps(
        {
            "room_id": room.id,
            "booth_id": last_desk.id,
            "desk_ids": desks.ids,
            "day_plan_id": day_pass.id,
            "book_plan_id": book.id,
            "subscription_id": subscription.id,
            "second_partner_id": second.partner_id.id,
        }
    )
)
