"""Two persons of a team use its last credit at the same instant: one has it, the other is told."""

from datetime import date, timedelta

from harness.clients import at_once, environment


def _create_book(env, days, persons=2):
    """A transferable book of some days, and the persons who share it; committed."""
    days_type = env.ref("tierslieux_coworking.credit_type_day")
    people = env["res.partner"].create(
        [{"lastname": f"Personne {number}", "firstname": "Lou"} for number in range(persons)]
    )
    plan = env["tierslieux.plan"].create(
        {
            "name": "Carnet partagé",
            "kind": "book",
            "audience": "team",
            "is_transferable": True,
            "amount": 10,
            "credit_ids": [(0, 0, {"type_id": days_type.id, "quantity": days})],
        }
    )
    book = env["tierslieux.subscription"].create(
        {
            "plan_id": plan.id,
            "partner_id": people[0].id,
            "date_start": date.today() - timedelta(days=1),
            "person_ids": [
                (0, 0, {"partner_id": person.id, "date_start": date.today()})
                for person in people[1:]
            ],
        }
    )
    book.action_start()
    env.cr.commit()
    return book.id, people.ids


def _use(person, quantity):
    def work(env):
        lines = env["tierslieux.credit.line"]._use(
            env["res.partner"].browse(person),
            env.ref("tierslieux_coworking.credit_type_day"),
            quantity,
            date.today(),
            strict=True,
        )
        env.flush_all()
        return lines.ids

    return work


def _moves(registry, book):
    with environment(registry) as env:
        lines = env["tierslieux.subscription"].browse(book).credit_line_ids.sorted("id")
        return [(line.move, line.quantity) for line in lines]


def test_the_last_credit_used_twice_at_once_is_used_once(registry):
    with environment(registry) as env:
        book, people = _create_book(env, 1)
    results = at_once(registry, *(_use(person, 1) for person in people))
    refused = [str(result) for result in results if isinstance(result, Exception)]
    assert len(refused) == 1, results
    assert "days left" in refused[0] or "journées" in refused[0], refused
    assert _moves(registry, book) == [("grant", 1.0), ("use", -1.0)]


def test_two_uses_at_once_of_what_is_enough_for_both_both_pass(registry):
    """Nobody is refused what is left because of the other."""
    with environment(registry) as env:
        book, people = _create_book(env, 2)
    results = at_once(registry, *(_use(person, 1) for person in people))
    assert not [result for result in results if isinstance(result, Exception)], results
    assert _moves(registry, book) == [("grant", 2.0), ("use", -1.0), ("use", -1.0)]


def test_a_month_given_by_two_at_once_is_given_once(registry):
    """The nightly job and a booking open the same period."""
    with environment(registry) as env:
        hours = env.ref("tierslieux_coworking.credit_type_meeting_hour")
        person = env["res.partner"].create({"lastname": "Personne", "firstname": "Ada"})
        plan = env["tierslieux.plan"].create(
            {
                "name": "Mensuel",
                "amount": 10,
                "credit_ids": [(0, 0, {"type_id": hours.id, "quantity": 4})],
            }
        )
        subscription = env["tierslieux.subscription"].create(
            {
                "plan_id": plan.id,
                "partner_id": person.id,
                "date_start": date.today().replace(day=1) - timedelta(days=40),
            }
        )
        subscription.action_start()
        before = len(subscription.credit_line_ids)
        env.cr.commit()
        first = subscription._get_period(date.today() + timedelta(days=45))[0]
        subscription_id = subscription.id

    def give(env):
        lines = env["tierslieux.subscription"].browse(subscription_id)._grant_due_credits(first)
        env.flush_all()
        return len(lines)

    results = at_once(registry, give, give)
    assert sorted(results) == [0, 1], results
    with environment(registry) as env:
        lines = env["tierslieux.subscription"].browse(subscription_id).credit_line_ids
        assert len(lines) == before + 1
