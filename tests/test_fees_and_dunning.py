"""Late payers are reminded of all that they owe: the fees of memberships among the rest."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon


@tagged("post_install", "-at_install")
class TestFeesAndDunning(MembershipCommon):
    def test_a_late_fee_is_chased_with_the_rest_in_one_message(self):
        max_ = self.person(email="max@example.com")
        memberships = [self.membership(max_, confirm=True)]
        memberships.append(
            self.membership(max_, confirm=True, date_start="2031-01-01", date_end="2031-12-31")
        )
        invoices = memberships[0].invoice_id | memberships[1].invoice_id
        invoices.invoice_date_due = date(2026, 1, 1)
        with freeze_time("2030-01-09"):
            messages = self.env["account.move"]._get_dunning_messages(companies=self.company)
        self.assertEqual([m["moves"] for m in messages if m["payer"] == max_], [invoices])

    def test_a_fee_that_is_due_is_not_proposed_for_renewal_besides(self):
        membership = self.membership(self.person(email="max@example.com"), confirm=True)
        with freeze_time(membership.date_end):
            due = self.env["tierslieux.membership"]._get_reminders(companies=self.company)
        self.assertNotIn(membership.payer_id, [message["payer"] for message in due])
