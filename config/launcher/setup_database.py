"""Run in Odoo's shell on a new database: French, the associations' chart, sober defaults.

Idempotent. The association's own details (name, SIRET, address) are left to be typed in
Settings; the demo story types its own.
"""

import os

company = env["res.company"].search([], order="id", limit=1)  # noqa: F821
france = env.ref("base.fr")  # noqa: F821
env["res.lang"]._activate_lang("fr_FR")  # noqa: F821
euro = env.ref("base.EUR")  # noqa: F821
euro.active = True
if not (company.chart_template or "").startswith("fr_asso"):
    # The context keeps Odoo from installing every French module there is, and from loading the
    # companies' chart, on the change of country.
    company.with_context(chart_template_load=True).write(
        {"country_id": france.id, "currency_id": euro.id}
    )
    env["account.chart.template"].try_loading(  # noqa: F821
        "fr_asso", company=company, install_demo=False
    )
# A new user speaks French and lives in French time, unless told otherwise.
env["ir.default"].set("res.partner", "lang", "fr_FR")  # noqa: F821
env["ir.default"].set("res.partner", "tz", "Europe/Paris")  # noqa: F821
for user in env["res.users"].with_context(active_test=False).search([]):  # noqa: F821
    user.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
company.partner_id.lang = "fr_FR"
parameters = env["ir.config_parameter"]  # noqa: F821
parameters.set_param("tierslieux.code_hash", os.environ.get("TIERSLIEUX_CODE_HASH", ""))
# It compiles hundreds of functions for one of Odoo's wide queries: 2 s for 75 ms.
env.cr.execute(f'ALTER DATABASE "{env.cr.dbname}" SET jit = off')  # noqa: F821
# Else links lead wherever the last administrator's request said that it was going.
parameters.set_param("web.base.url.freeze", "True")
env.cr.commit()  # noqa: F821
