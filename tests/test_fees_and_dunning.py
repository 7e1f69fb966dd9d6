"""The fees of memberships and the reminders of late invoices: neither room knows the other."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon


@tagged("post_install", "-at_install")
class TestFeesAndDunning(MembershipCommon):
    def test_fees_of_memberships_are_left_to_their_own_reminders(self):
        membership = self.membership(self.person(email="max@example.com"), confirm=True)
        membership.invoice_id.invoice_date_due = date(2026, 1, 1)
        with freeze_time("2030-01-09"):
            messages = self.env["account.move"]._get_dunning_messages(companies=self.company)
        self.assertNotIn(membership.payer_id, [message["payer"] for message in messages])
