"""Seconds of a month's billing run, beside Odoo's own batch and OCA ``contract``.

A thousand subscriptions of a thousand payers, a month after the other: each measure bills a
month that was not billed before. What is measured of our run is all that happens after the
launch: parts worked out again, invoices created and posted, lines settled, credits given,
everything committed batch by batch.
"""

import os
import time
from datetime import date
from statistics import median

from association import new_association
from dateutil.relativedelta import relativedelta

import odoo
from odoo import Command, api
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

SUBSCRIPTIONS = 1000
REPEAT = 5
FIRST_MONTH = date(2026, 1, 1)


def _subscribe(env, count):
    """A plan with meeting hours, and ``count`` persons who have it from the first month on."""
    hours = env.ref("tierslieux_coworking.credit_type_meeting_hour")
    plan = env["tierslieux.plan"].create(
        {
            "name": "Temps plein",
            "amount": 300.0,
            "credit_ids": [Command.create({"type_id": hours.id, "quantity": 10})],
        }
    )
    partners = env["res.partner"].create(
        [{"name": f"Abonné {i:05}", "email": f"b{i}@example.org"} for i in range(count)]
    )
    env["tierslieux.subscription"].create(
        [
            {
                "partner_id": partner.id,
                "plan_id": plan.id,
                "date_start": FIRST_MONTH,
                "state": "active",
            }
            for partner in partners
        ]
    )
    env.cr.commit()
    return plan, partners


def _preview(env, index):
    """The run of one more month, previewed and ready for its workers."""
    month = FIRST_MONTH + relativedelta(months=index)
    run = env["tierslieux.billing.run"].create(
        {"date": month, "invoice_date": month, "send_invoices": False}
    )
    run.action_preview()
    run.state = "running"
    env.cr.commit()
    assert run.todo_count == SUBSCRIPTIONS, run.summary
    return run


def _work(run):
    """What a worker does with a run: batches until nothing is left."""
    while True:
        try:
            done = run._bill_batch()
            run.env.cr.commit()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            run.env.cr.rollback()
            continue
        if not done:
            break
    run._finish()
    run.env.cr.commit()


def _one_worker(env, index):
    run = _preview(env, index)
    env.invalidate_all()
    start = time.perf_counter()
    _work(run)
    seconds = time.perf_counter() - start
    _check(run)
    return seconds


def _two_workers(env, index):
    """Two processes share the run; the time is the one of the last to end."""
    run = _preview(env, index)
    env.invalidate_all()
    gates = [os.pipe(), os.pipe()]
    children = [_child(env, run.id, *gate) for gate in gates]
    for (_read, write), (ready, _pid) in zip(gates, children, strict=True):
        # Ready: its connection is open and its caches are warm.
        os.read(ready, 1)
        assert write
    start = time.perf_counter()
    for _read, write in gates:
        os.write(write, b"1")
    codes = [os.waitpid(pid, 0)[1] for _ready, pid in children]
    seconds = time.perf_counter() - start
    assert codes == [0, 0], codes
    env.cr.rollback()
    env.invalidate_all()
    _check(run)
    return seconds


def _child(env, run_id, gate, _write):
    """Fork a worker on a connection of its own; it starts when its gate opens."""
    ready, tell = os.pipe()
    pid = os.fork()
    if pid:
        return ready, pid
    code = 1
    try:
        # The parent's connections are the parent's.
        odoo.sql_db._Pool = odoo.sql_db._Pool_readonly = None
        with odoo.sql_db.db_connect(env.cr.dbname).cursor() as cr:
            own = api.Environment(cr, env.uid, dict(env.context))
            run = own["tierslieux.billing.run"].browse(run_id).with_company(env.company.id)
            assert run.state == "running"
            cr.commit()
            os.write(tell, b"1")
            os.read(gate, 1)
            _work(run)
        code = 0
    finally:
        os._exit(code)


def _check(run):
    """Nobody twice, nobody forgotten, no number missing."""
    run.invalidate_recordset()
    moves = run.line_ids.move_id
    assert run.state == "done", run.state
    assert set(run.line_ids.mapped("state")) == {"done"}
    assert len(moves) == SUBSCRIPTIONS
    assert set(moves.mapped("state")) == {"posted"}
    numbers = sorted(moves.mapped("sequence_number"))
    assert numbers == list(range(numbers[0], numbers[0] + SUBSCRIPTIONS)), "gap in the numbers"
    assert not any(moves.mapped("made_sequence_gap"))


def _raw(env, index):
    """The same invoices by ``account.move`` alone: one create, one post, one commit."""
    run = _preview(env, index)
    parts = run.line_ids._get_parts({})
    accounts = run.line_ids._get_accounts(parts)
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", run.company_id.id)], limit=1
    )
    vals_list = [
        lines._prepare_move_vals(parts, journal, accounts)
        for lines in run.line_ids.grouped("payer_id").values()
    ]
    for vals in vals_list:
        # What one would write by hand: the amounts that our run gives as well are worked out.
        for _create, _id, line in vals["invoice_line_ids"]:
            line.pop("balance", None)
            line.pop("amount_currency", None)
    # Not the run's: the month is billed by nobody.
    run.state = "draft"
    run.unlink()
    env.cr.commit()
    env.invalidate_all()
    start = time.perf_counter()
    env["account.move"].create(vals_list).action_post()
    env.cr.commit()
    return time.perf_counter() - start


def _contracts(env, plan, partners):
    """The same subscriptions, as contracts of OCA."""
    contracts = env["contract.contract"].create(
        [
            {
                "name": f"Temps plein {partner.name}",
                "partner_id": partner.id,
                "contract_type": "sale",
                "line_recurrence": True,
                "contract_line_ids": [
                    Command.create(
                        {
                            "product_id": plan.product_id.id,
                            "name": "Temps plein #START# #END#",
                            "quantity": 1.0,
                            "price_unit": 300.0,
                            "recurring_rule_type": "monthly",
                            "recurring_interval": 1,
                            "date_start": FIRST_MONTH,
                            "recurring_next_date": FIRST_MONTH,
                        }
                    )
                ],
            }
            for partner in partners
        ]
    )
    env.cr.commit()
    return contracts


def _contract_month(env, contracts, index):
    """Drafts of one month, as the nightly job of ``contract`` makes them."""
    env.invalidate_all()
    start = time.perf_counter()
    moves = contracts._recurring_create_invoice(FIRST_MONTH + relativedelta(months=index))
    env.cr.commit()
    seconds = time.perf_counter() - start
    assert len(moves) == len(contracts), len(moves)
    return seconds


def run(env):
    """Return the measures, one dict each."""
    env = new_association(env)
    plan, partners = _subscribe(env, SUBSCRIPTIONS)
    month, raw, one, two = 0, [], [], []
    for _turn in range(REPEAT):
        # In turns, so that a busy moment of the machine weighs on each alike.
        raw.append(_raw(env, month))
        one.append(_one_worker(env, month))
        two.append(_two_workers(env, month + 1))
        month += 2
    what = f"Billing run of {SUBSCRIPTIONS} subscriptions, created and posted"
    rows = [
        _row(what, one, "account.move in one batch, created and posted", raw, 1 / 0.9),
        _row(f"{what}, two workers", two, "one worker", one, 1 / 1.7),
    ]
    if "contract.contract" in env:
        contracts = _contracts(env, plan, partners)
        drafts = [_contract_month(env, contracts, turn) for turn in range(REPEAT)]
        rows.append(_row(what, one, "OCA contract, drafts only", drafts, 1 / 1.6))
    return rows


def _row(what, ours, peer, peer_seconds, target):
    ours, peer_seconds = median(ours), median(peer_seconds)
    return {
        "what": what,
        "ours_s": round(ours, 2),
        "peer": peer,
        "peer_s": round(peer_seconds, 2),
        "ratio": round(ours / peer_seconds, 2),
        "target": round(target, 2),
    }
