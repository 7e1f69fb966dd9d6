# Runs in Odoo's shell (env, GIVEN): an association, its people, a fee, online payment for tests.
import json
from datetime import timedelta

from odoo.fields import Date

given = json.loads(GIVEN)  # noqa: F821
env = env(context={"lang": "fr_FR", "no_reset_password": True})  # noqa: F821
company = env.company
details = given["association"]
company.write(
    {
        "name": details["name"],
        "company_registry": details["siret"],
        "street": details["street"],
        "zip": details["zip"],
        "city": details["city"],
        "country_id": env.ref("base.fr").id,
        "email": "bonjour@tilleuls.example",
        "phone": "04 75 00 00 00",
    }
)
for login, groups in given["people"].items():
    env["res.users"].create(
        {
            "name": f"Personne {login}",
            "login": login,
            "password": login,
            "email": f"{login}@tilleuls.example",
            "lang": "fr_FR",
            "tz": "Europe/Paris",
            "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
        }
    )
# What Settings → Configure Document Layout writes: the footer, with the SIRET.
env["base.document.layout"].create({"company_id": company.id}).document_layout_save()

kind = env["tierslieux.membership.type"].create(
    {
        "name": "Adhésion individuelle",
        "code": "IND",
        "amount_mode": "fixed",
        "amount": 15.0,
        "period_kind": "rolling",
        "rolling_months": 12,
        "portal_open": True,
    }
)
place = env["tierslieux.place"].create({"name": "Les Tilleuls", "code": "TIL"})

# Online payment: Odoo's own demonstration provider, which takes no money.
demo = env.ref("payment.payment_provider_demo")
demo.write({"state": "test", "is_published": True})

member = env["res.users"].create(
    {
        "name": "Aline Portail",
        "login": "adherent",
        "password": "adherent",
        "email": "aline@tilleuls.example",
        "lang": "fr_FR",
        "tz": "Europe/Paris",
        "group_ids": [(6, 0, [env.ref("base.group_portal").id])],
    }
)
member.partner_id.write(
    {
        "street": "2 rue Longue",
        "zip": "26150",
        "city": "Die",
        "country_id": env.ref("base.fr").id,
        "phone": "04 75 11 11 11",
    }
)
today = Date.context_today(company)
old = env["tierslieux.membership"].create(
    {
        "partner_id": member.partner_id.id,
        "type_id": kind.id,
        "date_start": today - timedelta(days=355),
        "date_end": today + timedelta(days=9),
        "is_history": True,
    }
)
old.action_confirm()
env.cr.commit()
print(
    "READY "
    + json.dumps(
        {
            "type_id": kind.id,
            "place_id": place.id,
            "portal_partner_id": member.partner_id.id,
            "portal_membership_id": old.id,
        }
    )
)
