"""Two people click at the same instant, on two connections: the database keeps the rules."""

import pytest
from harness.clients import at_once, environment


@pytest.fixture(scope="module")
def people(registry):
    """(type, two persons), committed."""
    with environment(registry) as env:
        kind = env["tierslieux.membership.type"].create(
            {"name": "Concurrence", "code": "CONC", "amount_mode": "fixed", "amount": 15.0}
        )
        persons = env["res.partner"].create(
            [{"lastname": name, "firstname": "Ada"} for name in ("Un", "Deux")]
        )
        env.cr.commit()
        return kind.id, persons.ids


def test_one_membership_recorded_twice_at_once_exists_once(registry, people):
    """The desk and the portal record the same person for the same dates: one is refused."""
    kind, persons = people

    def record(env):
        membership = env["tierslieux.membership"].create(
            {"partner_id": persons[0], "type_id": kind, "date_start": "2030-01-01"}
        )
        membership.action_confirm()
        return membership.id

    results = at_once(registry, record, record)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 1, results
    with environment(registry) as env:
        assert (
            env["tierslieux.membership"].search_count(
                [("partner_id", "=", persons[0]), ("type_id", "=", kind)]
            )
            == 1
        )


def test_two_first_memberships_at_once_get_two_numbers_in_a_row(registry, people):
    """Member numbers have no gap and no double, whoever comes at the same instant."""
    kind, persons = people
    with environment(registry) as env:
        persons = (
            env["res.partner"]
            .create([{"lastname": name, "firstname": "Bob"} for name in ("Trois", "Quatre")])
            .ids
        )
        env.cr.commit()

    def join(person):
        def work(env):
            membership = env["tierslieux.membership"].create(
                {"partner_id": person, "type_id": kind, "date_start": "2030-01-01"}
            )
            membership.action_confirm()
            return membership.id

        return work

    results = at_once(registry, *(join(person) for person in persons))
    assert all(isinstance(result, int) for result in results), results
    with environment(registry) as env:
        members = env["tierslieux.member"].search([("partner_id", "in", persons)])
        numbers = sorted(
            int("".join(filter(str.isdigit, number))) for number in members.mapped("number")
        )
        assert len(numbers) == 2 and numbers[1] == numbers[0] + 1, members.mapped("number")
