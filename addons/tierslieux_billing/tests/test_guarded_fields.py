from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .billing_common import BillingCommon


@tagged("post_install", "-at_install")
class TestGuardedFields(BillingCommon):
    """The ways past the buttons of a run."""

    def refuse(self, record, users, *tries):
        for user in users:
            for vals in tries:
                with self.subTest(user=user.name, vals=vals), self.assertRaises(AccessError):
                    record.with_user(user).write(vals)

    def test_a_run_is_not_said_to_be_done(self):
        self.booking()
        Run = self.env["tierslieux.billing.run"].with_user(self.manager)
        with self.assertRaises(AccessError):
            Run.create({"date": date(2026, 12, 1), "state": "done"})
        run = Run.create({"date": date(2026, 12, 1)})
        run.action_preview()
        self.assertTrue(run.previewed_at)
        self.refuse(
            run,
            (self.manager, self.treasurer),
            {"state": "done"},
            {"state": False},
            {"previewed_at": False},
            {"line_ids": [Command.clear()]},
        )
        run.date = date(2026, 12, 15)
        self.assertTrue(run.previewed_at)
        run.date = date(2027, 1, 15)
        self.assertEqual((run.date, run.previewed_at), (date(2027, 1, 1), False))
