"""A month billed by two workers at once, one of them killed: nobody twice, nobody forgotten."""

import datetime

import psycopg2
import pytest
from harness.clients import at_once, environment

PAYERS = 12
MONTH = datetime.date(2026, 1, 1)


@pytest.fixture
def run_id(registry):
    """A month of a dozen subscribers, previewed and launched; a later one for each test."""
    with environment(registry) as env:
        company = env["res.company"].search([("chart_template", "=", "fr_asso")], limit=1)
        env.user.write({"company_ids": [(4, company.id)], "company_id": company.id})
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        done = env["tierslieux.billing.run"].search([], order="date desc", limit=1)
        month = MONTH if not done else done.date + datetime.timedelta(days=31)
        plan = env["tierslieux.plan"].create({"name": f"Plan {month}", "amount": 100.0})
        partners = env["res.partner"].create(
            [{"name": f"Payer {rank} {month}"} for rank in range(PAYERS)]
        )
        # Those of the test before.
        env["tierslieux.subscription"].search([]).sudo().write({"state": "cancelled"})
        env["tierslieux.subscription"].create(
            [
                {
                    "partner_id": partner.id,
                    "plan_id": plan.id,
                    "date_start": month.replace(day=1),
                    "state": "active",
                }
                for partner in partners
            ]
        )
        run = env["tierslieux.billing.run"].create(
            {"date": month, "invoice_date": month.replace(day=1), "send_invoices": False}
        )
        run.action_preview()
        run.state = "running"
        env.cr.commit()
        return run.id


def _run(env, run_id):
    run = env["tierslieux.billing.run"].browse(run_id)
    return run.with_context(allowed_company_ids=run.company_id.ids)


def _work(run_id):
    """What a worker does, as the cron does it."""

    def work(env):
        from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

        run, taken = _run(env, run_id), 0
        while True:
            try:
                done = run._bill_batch(2)
                env.cr.commit()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                env.cr.rollback()
                continue
            if not done:
                break
            taken += done
        run._finish()
        env.cr.commit()
        return taken

    return work


def _check(registry, run_id):
    """One invoice per payer, posted, and numbers without a gap."""
    with environment(registry) as env:
        run = _run(env, run_id)
        moves = run.line_ids.move_id
        assert set(run.line_ids.mapped("state")) == {"done"}
        assert len(moves) == len(moves.partner_id) == PAYERS
        assert set(moves.mapped("state")) == {"posted"}
        numbers = sorted(moves.mapped("sequence_number"))
        assert numbers == list(range(numbers[0], numbers[0] + PAYERS))
        assert not any(moves.mapped("made_sequence_gap"))


def test_two_workers_share_a_run(registry, run_id):
    """Each batch is taken by one worker, and the numbers of both follow each other."""
    results = at_once(registry, _work(run_id), _work(run_id))
    assert all(isinstance(result, int) for result in results), results
    assert sum(results) == PAYERS
    _check(registry, run_id)
    with environment(registry) as env:
        assert _run(env, run_id).state == "done"


def test_a_worker_killed_in_its_batch_leaves_no_trace_and_another_takes_it_up(registry, run_id):
    with pytest.raises(psycopg2.Error), environment(registry) as env:
        run = _run(env, run_id)
        assert run._bill_batch(4) == 4
        env.cr.commit()
        assert run._bill_batch(4) == 4
        pid = env.cr._cnx.info.backend_pid
        with environment(registry) as other:
            # As the system does to a process that was killed: its connection ends.
            other.cr.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        env.cr.commit()
    with environment(registry) as env:
        states = _run(env, run_id).line_ids.mapped("state")
        assert (states.count("done"), states.count("todo")) == (4, PAYERS - 4)
    assert at_once(registry, _work(run_id)) == [PAYERS - 4]
    _check(registry, run_id)


def test_a_batch_that_another_worker_holds_is_left_to_it(registry, run_id):
    with environment(registry) as first, environment(registry) as second:
        held = _run(first, run_id)
        Line = first["tierslieux.billing.line"]
        lines = Line.search([("run_id", "=", run_id)], order="id", limit=PAYERS - 2)
        lines.lock_for_update()
        assert _run(second, run_id)._bill_batch(PAYERS) == 2
        second.cr.commit()
        first.cr.rollback()
        assert held._count_todo() == PAYERS - 2
    at_once(registry, _work(run_id))
    _check(registry, run_id)
