# Runs in Odoo's shell (env) after browser/association.py and browser/coworking.py: something at
# each address of ours, and the list of these addresses.
import inspect
import json
from datetime import timedelta

from odoo.fields import Command, Datetime

env = env(context={"lang": "fr_FR", "no_reset_password": True, "tracking_disable": True})  # noqa: F821
me = env["res.users"].search([("login", "=", "adherent")]).partner_id
place = env["tierslieux.place"].search([("code", "=", "TIL")])
resources = env["tierslieux.resource"].search([("place_id", "=", place.id)], order="id")
room = resources.filtered(lambda r: r.kind_id.code == "room")[:1]
place.action_renew_kiosk_token()
me._renew_calendar_token()
fee = env["tierslieux.membership"].search([("partner_id", "=", me.id)], limit=1)
start = Datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
booking = env["tierslieux.booking"].create(
    {
        "resource_id": room.id,
        "partner_id": me.id,
        "start": start,
        "stop": start + timedelta(hours=2),
        "state": "confirmed",
    }
)
child = env["res.partner"].create(
    {
        "firstname": "Nour",
        "lastname": "Portail",
        "guardian_id": me.id,
        "birthdate_date": "2015-03-24",
    }
)
(scale, free, family) = env["tierslieux.membership.type"].create(
    [
        {
            "name": "Adhésion au quotient",
            "code": "QF",
            "amount_mode": "scale",
            "period_kind": "rolling",
            "rolling_months": 12,
            "portal_open": True,
            "scale_ids": [Command.create({"name": "Réduit", "amount": 5, "proof_required": True})],
        },
        {
            "name": "Prix libre",
            "code": "LIBRE",
            "amount_mode": "free",
            "period_kind": "rolling",
            "rolling_months": 12,
            "portal_open": True,
        },
        {
            "name": "Famille",
            "code": "FAM",
            "amount_mode": "fixed",
            "amount": 20,
            "audience": "family",
            "period_kind": "rolling",
            "rolling_months": 12,
            "portal_open": True,
        },
    ]
)
team = env["tierslieux.plan"].create(
    {"name": "Équipe", "code": "EQUIPE", "kind": "recurring", "amount": 500, "audience": "team"}
)
env["tierslieux.plan"].search([]).portal_open = True
shared = env["tierslieux.subscription"].create(
    {
        "partner_id": me.id,
        "plan_id": team.id,
        "manager_id": me.id,
        "place_id": place.id,
        "date_start": start.date().replace(day=1),
    }
)
shared.action_start()
subscription = env["tierslieux.subscription"].search(
    [("partner_id", "=", me.id), ("id", "!=", shared.id)], limit=1
)
wait = env["tierslieux.booking.wait"].create(
    {
        "resource_id": room.id,
        "partner_id": me.id,
        "start": start,
        "stop": start + timedelta(hours=2),
    }
)
# A volunteer with a shift, a question, a holiday and a swap that somebody proposed.
other = env["res.partner"].create({"firstname": "Noé", "lastname": "Portail"})
sheet, mate = env["tierslieux.volunteer"].create(
    [{"partner_id": p.id, "company_id": env.company.id, "max_per_day": 0} for p in (me, other)]
)
mission = env["tierslieux.mission"].create(
    {"name": "Accueil", "place_id": place.id, "seats_wanted": 2, "seats_max": 3}
)
mission.action_publish()
shifts = env["tierslieux.shift"].create(
    [
        {
            "mission_id": mission.id,
            "start": start + timedelta(days=days),
            "stop": start + timedelta(days=days, hours=3),
        }
        for days in range(4)
    ]
)
row, mates_row = shifts[0]._put_in(sheet, "desk"), shifts[1]._put_in(mate, "desk")
asked = env["tierslieux.shift.assignment"]._propose(shifts[2], sheet)
swap = env["tierslieux.shift.swap"].create({"assignment_id": mates_row.id, "other_id": row.id})
absence = env["tierslieux.volunteer.absence"].create(
    {"volunteer_id": sheet.id, "date_from": start.date() + timedelta(days=30)}
)
# Direct debits open: a creditor identifier, and an account of the association.
env.company.write({"sepa_creditor_identifier": "FR72ZZZ123456"})
me._renew_referral_token()
for login in ("adherent", "accueil"):
    env["res.users"].search([("login", "=", login)]).totp_enabled = False
from odoo.addons.tierslieux_base.models.rate_limit import PARAMETER, RATES  # noqa: E402

for scope in RATES:
    env["ir.config_parameter"].set_param(PARAMETER + scope, "0")
routes = []
for rule in env["ir.http"].routing_map().iter_rules():
    endpoint = rule.endpoint.func
    if endpoint.__module__.startswith("odoo.addons.tierslieux_"):
        routes.append(
            {
                "url": rule.rule,
                "methods": sorted(set(rule.methods or ("GET", "POST")) - {"OPTIONS", "HEAD"}),
                "type": rule.endpoint.routing["type"],
                "file": inspect.getsourcefile(endpoint.original_endpoint),
                "name": endpoint.__name__,
            }
        )
env.cr.commit()
valid = {
    "page": 1,
    "membership_id": fee.id,
    "partner_id": me.id,
    "person_id": child.id,
    "type_id": free.id,
    "scale_id": scale.scale_ids[:1].id,
    "booking_id": booking.id,
    "wait_id": wait.id,
    "subscription_id": shared.id,
    "plan_id": subscription.plan_id.id,
    "place": place.id,
    "resource": room.id,
    "kind": room.kind_id.id,
    "persons": 2,
    "seats": 1,
    "minutes": 60,
    "part": "any",
    "day": str(start.date()),
    "time": "10:00",
    "date": str(start.date()),
    "date_end": str(start.date()),
    "date_start": str(start.date()),
    "birthdate_date": "2015-03-24",
    "start": f"{start:%Y-%m-%dT%H:%M}",
    "stop": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    "amount": "20",
    "firstname": "Lou",
    "lastname": "Petit",
    "name": "Lou Petit",
    "email": "lou@example.org",
    "iban": "FR7630006000011234567890189",
    "agree": "1",
    "birth_year": "1988",
    "card": fee._get_card_check_url(me),
    "covered_ids": child.id,
    "kind_of_feed": "person",
    "assignment_id": asked.id,
    "shift_id": shifts[3].id,
    "other_id": mates_row.id,
    "swap_id": swap.id,
    "absence_id": absence.id,
    "cell": "0-540",
    "slug": mission.public_slug,
}
print(
    "READY "
    + json.dumps(
        {
            "routes": routes,
            "valid": valid,
            "type_ids": [free.id, scale.id, family.id],
            "kiosk": place.kiosk_token,
            "calendar": me.calendar_token,
            "signature": fee._get_card_signature(me),
        }
    )
)
