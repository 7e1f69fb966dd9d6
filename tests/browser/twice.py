# Runs in Odoo's shell (env) after association.py: what can be taken online, and whose child it is.
import json

env = env(context={"lang": "fr_FR", "no_reset_password": True, "tracking_disable": True})  # noqa: F821
book = env["tierslieux.plan"].create(
    {
        "name": "Carnet en ligne",
        "code": "CLIGNE",
        "kind": "book",
        "amount": 200.0,
        "portal_open": True,
    }
)
full = env["tierslieux.plan"].create(
    {
        "name": "Plan complet",
        "code": "COMPLET",
        "kind": "recurring",
        "amount": 300.0,
        "capacity": 1,
        "portal_open": True,
    }
)
other = env["res.partner"].create({"firstname": "Carla", "lastname": "Occupe"})
env["tierslieux.subscription"].create({"partner_id": other.id, "plan_id": full.id}).action_start()
member = env["res.users"].search([("login", "=", "adherent")]).partner_id
place = env["tierslieux.place"].search([("code", "=", "TIL")])
place.action_renew_kiosk_token()
guest = env["res.partner"].create(
    {"firstname": "Kim", "lastname": "Tablette", "birthdate_date": "1990-05-12"}
)
env.cr.commit()
print(
    "READY "
    + json.dumps(
        {
            "book_id": book.id,
            "full_id": full.id,
            "member_partner_id": member.id,
            "kiosk": place.kiosk_token,
            "guest_id": guest.id,
        }
    )
)
