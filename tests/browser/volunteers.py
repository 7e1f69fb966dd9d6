# Runs in Odoo's shell (env) after association.py: a volunteer on the portal, with shifts.
import json
from datetime import timedelta

from odoo.fields import Datetime

env = env(context={"lang": "fr_FR", "no_reset_password": True, "tracking_disable": True})  # noqa: F821
place = env["tierslieux.place"].search([("code", "=", "TIL")])
me = env["res.users"].search([("login", "=", "adherent")]).partner_id
mate = env["res.partner"].create(
    {"firstname": "Jeanne", "lastname": "Secrète", "email": "jeanne@example.org"}
)
third = env["res.partner"].create({"firstname": "Paul", "lastname": "Secret"})
sheet, other, another = env["tierslieux.volunteer"].create(
    [
        {"partner_id": person.id, "company_id": place.company_id.id, "max_per_day": 0}
        for person in (me, mate, third)
    ]
)
mission = env["tierslieux.mission"].create(
    {
        "name": "Café réparation",
        "place_id": place.id,
        "seats_min": 2,
        "seats_wanted": 2,
        "seats_max": 3,
        "swap_mode": "free",
    }
)
start = Datetime.now().replace(hour=13, minute=0, second=0, microsecond=0) + timedelta(days=3)
shifts = env["tierslieux.shift"].create(
    [
        {
            "mission_id": mission.id,
            "start": start + timedelta(days=days),
            "stop": start + timedelta(days=days, hours=4),
        }
        for days in range(5)
    ]
)
mine = shifts[0]._put_in(sheet, "desk")
shifts[0]._put_in(other, "desk")
shifts[1]._put_in(another, "desk")
asked = env["tierslieux.shift.assignment"]._propose(shifts[2], sheet)
token = env["tierslieux.one.time.link"]._issue(asked, me)
env.cr.commit()
print("READY " + json.dumps({"mine": mine.id, "asked": asked.id, "token": token}))
