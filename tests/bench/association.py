"""An association with its chart of accounts, for benches that write in the books."""

import time


def new_association(env):
    """Make one; return the environment of somebody who works in it alone."""
    company = env["res.company"].create(
        {
            "name": f"Association du banc d'essai {time.time_ns()}",
            "country_id": env.ref("base.fr").id,
            "currency_id": env.ref("base.EUR").id,
        }
    )
    env.user.company_ids += company
    env.user.company_id = company
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    # A new company gets its country's chart when its transaction ends; only then ours stays.
    env.cr.commit()
    env["account.chart.template"].try_loading("fr_asso", company, install_demo=False)
    return env
