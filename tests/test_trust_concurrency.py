"""Many at once for one person: counts and limits are those of one after the other."""

from datetime import date

from harness.clients import at_once, environment

CLIENTS = 12


def test_every_hit_counts_and_stays_when_its_request_fails(registry):
    def hit(env):
        env["tierslieux.rate.limit"]._hit("trial_address", "192.0.2.7")
        raise ValueError("the request fails after it was counted")

    results = at_once(registry, *[hit] * CLIENTS)
    assert all(isinstance(result, ValueError) for result in results), results
    with environment(registry) as env:
        (row,) = env["tierslieux.rate.limit"].search([("scope", "=", "trial_address")])
        assert row.hits == CLIENTS


def test_of_six_taps_at_once_no_more_plans_come_than_one_may_have(registry):
    with environment(registry) as env:
        plan = env["tierslieux.plan"].create(
            {"name": "Plein temps", "amount": 100, "portal_open": True}
        )
        user = env["res.users"].create(
            {
                "name": "Anne",
                "login": "trust_anne",
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
        env.company.write({"trust_equal_plans": 2, "trust_new_amount": 1000})
        env.cr.commit()
        plan_id, user_id, partner_id = plan.id, user.id, user.partner_id.id
        company_id = env.company.id

    def take(day):
        def work(env):
            env["tierslieux.subscription"].sudo()._portal_take(
                {
                    "partner_id": partner_id,
                    "plan_id": plan_id,
                    "company_id": company_id,
                    "date_start": date(2030, 3, day),
                }
            )
            env.flush_all()

        return work

    results = at_once(registry, *(take(day) for day in range(1, 7)), user_id=user_id)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 4, results
    with environment(registry) as env:
        assert (
            env["tierslieux.subscription"].search_count(
                [("plan_id", "=", plan_id), ("state", "=", "active")]
            )
            == 2
        )
