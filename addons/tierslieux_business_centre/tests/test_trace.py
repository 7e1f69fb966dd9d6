import sys
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.tierslieux_coworking.tests.plan_billing_common import (
    PlanBillingCommon as BillingCommon,
)


@tagged("post_install", "-at_install")
class TestTrace(BillingCommon):
    def test_trace(self):
        jan = date(2026, 1, 1)
        self.month.write({"setup_amount": 30.0, "deposit_amount": 100.0})
        employer = self.organisation()
        one = self.subscribe(payer_id=employer.id)
        gone = self.subscribe()
        self.bill()
        gone.sudo().write({"state": "ended", "date_end": date(2026, 1, 31)})
        self.subscribe(payer_id=employer.id, start=date(2026, 2, 1))
        self.subscribe(self.arrears)
        self.subscribe(self.year, start=date(2026, 2, 1))
        self.env["tierslieux.subscription.change"].create(
            {
                "subscription_id": one.id,
                "kind": "price",
                "state": "done",
                "date": date(2026, 1, 17),
                "old_amount": 300.0,
                "new_amount": 360.0,
                "amount_difference": 29.03,
            }
        )
        walker = self.person()
        self.env["tierslieux.subscription"].create(
            [
                {
                    "partner_id": walker.id,
                    "plan_id": self.day_plan.id,
                    "date_start": jan + timedelta(days=rank),
                    "state": "active",
                }
                for rank in range(12)
            ]
        )
        place = self.env["tierslieux.place"].create(
            {"name": "B", "code": "B9", "company_id": self.company.id}
        )
        kind = self.env.ref("tierslieux_base.resource_kind_room")
        res = self.env["tierslieux.resource"].create(
            {"name": "Room", "place_id": place.id, "kind_id": kind.id}
        )
        for day, vals in ((15, {}), (16, {"state": "no_show", "fee_amount": 20.0})):
            start = datetime(2026, 1, day, 9)
            b = (
                self.env["tierslieux.booking"]
                .with_context(tierslieux_force_hours=True)
                .create(
                    {
                        "resource_id": res.id,
                        "partner_id": one.partner_id.id,
                        "start": start,
                        "stop": start + timedelta(hours=2),
                        "state": "confirmed",
                    }
                )
            )
            b.write({"amount": 40.0, "amount_note": False, **vals})
        self.env["tierslieux.credit.overrun"].create(
            {
                "partner_id": one.partner_id.id,
                "type_id": self.env.ref("tierslieux_coworking.credit_type_print").id,
                "date": date(2026, 1, 12),
                "quantity": 12,
                "unit_price": 0.10,
            }
        )
        self.env["tierslieux.secretariat.time"].create(
            {
                "partner_id": one.partner_id.id,
                "description": "W",
                "quarters": 2,
                "date": date(2026, 1, 12),
                "company_id": self.company.id,
                "place_id": place.id,
            }
        )
        run = self.env["tierslieux.billing.run"].create(
            {"date": date(2026, 2, 1), "invoice_date": date(2026, 2, 1), "send_invoices": True}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        calls = defaultdict(int)

        def profile(frame, event, _arg):
            if event == "call":
                code = frame.f_code
                if (
                    "/tierslieux_" in code.co_filename
                    and "<" not in code.co_name
                    and "/tests/" not in code.co_filename
                ):
                    calls[
                        code.co_filename.split("/addons/")[-1].split("/tierslieux_", 1)[-1],
                        code.co_qualname,
                    ] += 1

        def measure(step):
            calls.clear()
            before = self.env.cr.sql_log_count
            sys.setprofile(profile)
            try:
                step()
                self.env.flush_all()
            finally:
                sys.setprofile(None)
            return dict(calls), self.env.cr.sql_log_count - before

        p, pq = measure(run.action_preview)
        run.line_ids.filtered(lambda l: l.state == "failed").action_accept()
        b, bq = measure(run.action_launch)
        both = {**p, **b}
        out = []
        for label, c, q in (("preview", p, pq), ("launch", b, bq), ("both", both, pq + bq)):
            out.append(f"{label}: files {len({f for f, _ in c})} methods {len(c)} queries {q}")
        bill = {(f, m) for f, m in both if "billing" in f or "extra" in f or "dunning" in f}
        out.append(f"billing/extra files: {len({f for f, _ in bill})} methods {len(bill)}")
        out.append(f"todo {run.todo_amount} done {run.done_amount} {run.done_count} {run.state}")
        for move in run.line_ids.move_id.sorted(lambda m: m.partner_id.id):
            out.append(f"MOVE {move.move_type} {move.amount_total}")
            for line in move.invoice_line_ids:
                out.append(
                    f"   {line.display_type} | {line.name} | {line.price_subtotal} | {line.billing_kind} | {line.account_id.code} | {bool(line.tax_ids)}"
                )
        for f, m in sorted(both):
            out.append(f"{f} :: {m} x{both[f, m]}")
        Path("/tmp/trace_out.txt").write_text("\n".join(out))
