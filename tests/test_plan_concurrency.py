"""The last place of a plan, or of a team, taken twice at the same instant: one has it."""

from harness.clients import at_once, environment


def _persons(env, count):
    return env["res.partner"].create(
        [{"lastname": f"Personne {number}", "firstname": "Lou"} for number in range(count)]
    )


def test_the_last_place_of_a_plan_goes_to_one(registry):
    with environment(registry) as env:
        plan = env["tierslieux.plan"].create({"name": "Bureau fermé", "amount": 450, "capacity": 1})
        drafts = env["tierslieux.subscription"].create(
            [{"plan_id": plan.id, "partner_id": person.id} for person in _persons(env, 2)]
        )
        env.cr.commit()
        plan_id, draft_ids = plan.id, drafts.ids

    def start(subscription_id):
        return lambda env: env["tierslieux.subscription"].browse(subscription_id).action_start()

    results = at_once(registry, *(start(subscription_id) for subscription_id in draft_ids))
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 1, results
    assert "Bureau fermé" in str(refused[0])
    with environment(registry) as env:
        assert (
            env["tierslieux.subscription"].search_count(
                [("plan_id", "=", plan_id), ("state", "=", "active")]
            )
            == 1
        )


def test_the_last_seat_of_a_team_goes_to_one(registry):
    with environment(registry) as env:
        plan = env["tierslieux.plan"].create(
            {"name": "Équipe d'une personne", "amount": 100, "audience": "team", "max_persons": 1}
        )
        company = env["res.partner"].create({"name": "Atelier", "is_company": True})
        team = env["tierslieux.subscription"].create({"plan_id": plan.id, "partner_id": company.id})
        team.action_start()
        person_ids = _persons(env, 2).ids
        env.cr.commit()
        team_id = team.id

    def join(person_id):
        def work(env):
            person = env["res.partner"].browse(person_id)
            env["tierslieux.subscription"].browse(team_id)._add_person(person)
            env.flush_all()

        return work

    results = at_once(registry, *(join(person_id) for person_id in person_ids))
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 1, results
    with environment(registry) as env:
        assert env["tierslieux.subscription"].browse(team_id).person_count == 1
