from datetime import date

from odoo.fields import Command

from odoo.addons.tierslieux_billing.tests.billing_common import BillingCommon


class PlanBillingCommon(BillingCommon):
    """Plans to bill: ``cls.month`` 300 € in advance, ``cls.arrears`` 310 € in arrears,
    ``cls.year`` 2 400 € a year, ``cls.day_plan`` 25 € a day at the best price, ``cls.book`` of
    ten days at 200 €."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Plan = cls.env["tierslieux.plan"]
        day_credit = cls.env.ref("tierslieux_coworking.credit_type_day")
        cls.month, cls.arrears, cls.year, cls.day_plan, cls.book = Plan.create(
            [
                {"name": "Full time", "amount": 300.0},
                {"name": "Nights", "amount": 310.0, "billing": "arrears"},
                {"name": "Office", "amount": 2400.0, "period": "year"},
                {"name": "Day pass", "kind": "day", "amount": 25.0, "best_price": True},
                {
                    "name": "Book of ten",
                    "kind": "book",
                    "amount": 200.0,
                    "credit_ids": [Command.create({"type_id": day_credit.id, "quantity": 10})],
                },
            ]
        )

    @classmethod
    def subscribe(cls, plan=None, partner=None, start=date(2026, 1, 1), **vals):
        """A running subscription."""
        return cls.env["tierslieux.subscription"].create(
            {
                "partner_id": (partner or cls.person()).id,
                "plan_id": (plan or cls.month).id,
                "date_start": start,
                "state": "active",
                **vals,
            }
        )
