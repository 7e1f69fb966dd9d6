from datetime import date, datetime, time, timedelta

from odoo.fields import Command

from odoo.addons.tierslieux_base.tests.common import TierslieuxCommon

DECEMBER = date(2025, 12, 15)


class BillingCommon(TierslieuxCommon):
    """Rooms booked at ``cls.place``, and the month's run that bills them: by default those of
    December 2025 with the run of January 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["tierslieux.place"].create(
            {"name": "Le Bourg", "code": "BILL", "company_id": cls.company.id}
        )

    @classmethod
    def booking(cls, partner=None, amount=40.0, day=DECEMBER, rate=None, **vals):
        """A room booked for two hours, a room of its own each time.

        ``rate``: the price list of the room; ``vals``: written once it is booked.
        """
        resource = cls.env["tierslieux.resource"].create(
            {
                "name": "Big room",
                "place_id": cls.place.id,
                "kind_id": cls.env.ref("tierslieux_booking.resource_kind_room").id,
                "rate_id": rate.id if rate else False,
            }
        )
        start = datetime.combine(day, time(9))
        given = {
            "resource_id": resource.id,
            "partner_id": (partner or cls.person()).id,
            "start": start,
            "stop": start + timedelta(hours=2),
            "state": "confirmed",
        }
        booking = cls.env["tierslieux.booking"]._book([given], any_hours=True)
        booking.write({"amount": amount, "amount_note": False, **vals})
        return booking

    @classmethod
    def preview(cls, month=date(2026, 1, 1), **vals):
        """A run of the month, previewed."""
        run = cls.env["tierslieux.billing.run"].create(
            {"date": month, "invoice_date": month, "send_invoices": False, **vals}
        )
        run.action_preview()
        return run

    @classmethod
    def bill(cls, month=date(2026, 1, 1), **vals):
        """A run of the month, launched to its end."""
        run = cls.preview(month, **vals)
        run.action_launch()
        return run

    @staticmethod
    def invoiced(records):
        """What the posted invoices of these lines say: [(name, amount)]."""
        return [
            (line.name, line.price_subtotal)
            for line in records.move_id.invoice_line_ids
            if line.display_type == "product"
        ]

    def move_to(self, users, company=None):
        """Let these users work for another association, and for no other."""
        company = company or self.env["res.company"].create({"name": "Another association"})
        users.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        return company


class RunTests:
    """What holds of the month's run whatever it bills.

    To be mixed into a case that says what is billed: ``bill_something()``, 300 € to a payer of its
    own, and ``bill_something_to_check()``, which somebody must accept first.
    """

    def test_the_preview_says_how_many_invoices_how_much_and_how_many_to_check(self):
        """300 € + 300 € to bill, and one to check: 2 invoices, 600 €."""
        self.bill_something()
        self.bill_something()
        self.bill_something_to_check()
        run = self.preview()
        self.assertEqual((run.todo_count, run.todo_amount, run.check_count), (2, 600.0, 1))
        self.assertEqual(run.summary, f"2 invoices, {run.currency_id.format(600.0)}, 1 to check")
        self.assertFalse(run.line_ids.move_id)

    def test_a_line_to_check_is_billed_once_somebody_says_it_is_right(self):
        self.bill_something_to_check()
        run = self.preview()
        run.line_ids.with_user(self.manager).action_accept()
        run.action_launch()
        self.assertEqual(run.line_ids.state, "done")

    def test_what_was_accepted_stays_so_when_worked_out_again(self):
        self.bill_something_to_check()
        run = self.preview()
        run.line_ids.action_accept()
        run.action_preview()
        self.assertEqual(run.line_ids.state, "todo")

    def test_a_second_run_of_the_month_bills_nothing(self):
        self.bill_something()
        self.bill()
        second = self.bill()
        self.assertFalse(second.line_ids)
        self.assertEqual(second.todo_count, 0)
        self.assertIn("Nothing to bill", second.summary)
