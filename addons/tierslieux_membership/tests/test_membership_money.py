from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError

from .membership_common import MembershipCommon


class TestMembershipMoney(MembershipCommon):
    def test_confirming_posts_one_invoice_in_account_7561(self):
        """20 € to pay, invoiced today in 7561, and no VAT."""
        membership = self.membership(confirm=True)
        self.assertEqual(membership.state, "to_pay")
        invoice = membership.invoice_id
        self.assertEqual(
            (invoice.state, invoice.amount_total, invoice.amount_tax), ("posted", 20, 0)
        )
        line = invoice.invoice_line_ids
        self.assertTrue(line.account_id.code.startswith("7561"), line.account_id.code)
        self.assertEqual(line.membership_id, membership)

    def test_a_fee_with_counterpart_goes_to_7562(self):
        membership = self.membership(self.organisation(), self.type_org, confirm=True)
        account = membership.invoice_id.invoice_line_ids.account_id
        self.assertTrue(account.code.startswith("7562"), account.code)

    def test_cash_at_the_desk_makes_the_membership_active_at_once(self):
        """D 53 / C 411 20 €: the front desk has no accounting right, and needs none."""
        membership = self.membership().with_user(self.reception)
        action = membership.action_take_payment()
        wizard = (
            self.env["tierslieux.take.payment"]
            .with_user(self.reception)
            .with_context(action["context"])
            .create({})
        )
        self.assertEqual((wizard.amount, wizard.journal_id.type), (20.0, "cash"))
        wizard.action_pay()
        self.assertEqual((membership.state, membership.fee_state), ("active", "paid"))
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.cash_journal.default_account_id.id)]
        )
        self.assertEqual(
            lines.filtered(lambda line: line.partner_id == membership.partner_id).balance, 20
        )

    def test_one_invoice_for_memberships_of_one_payer(self):
        """A parent pays for two children: one invoice of 40 €, one payment."""
        parent = self.person("Ana", "Petit")
        children = self.membership(self.person("Léo", "Petit"), payer_id=parent.id)
        children |= self.membership(self.person("Zoé", "Petit"), payer_id=parent.id)
        children.action_confirm()
        self.assertEqual(len(children.invoice_id), 1)
        self.assertEqual(children.invoice_id.amount_total, 40)
        self.pay(children[0])
        self.assertEqual(set(children.mapped("state")), {"active"})

    def test_unreconciling_the_payment_takes_the_membership_back(self):
        membership = self.membership(confirm=True)
        self.pay(membership, self.bank_journal)
        self.assertEqual(membership.state, "active")
        membership.invoice_id.line_ids.remove_move_reconcile()
        self.assertEqual((membership.state, membership.amount_due), ("to_pay", 20))

    def test_a_refund_takes_the_membership_back(self):
        """A credit note made in accounting, not by our buttons, for the whole invoice."""
        membership = self.membership(confirm=True)
        self.pay(membership)
        credit = membership.invoice_id._reverse_moves()
        self.assertEqual(membership.state, "active")
        credit.action_post()
        self.assertEqual(membership.state, "cancelled")

    def test_a_cancelled_invoice_takes_the_membership_back(self):
        membership = self.membership(confirm=True)
        membership.invoice_id.button_draft()
        self.assertEqual(membership.state, "to_pay")
        membership.invoice_id.button_cancel()
        self.assertEqual(membership.state, "cancelled")

    def test_cancelling_one_of_a_joint_invoice_credits_its_line_only(self):
        """Two fees of 20 €: one is cancelled, 20 € stay due for the other."""
        parent = self.person("Ana", "Petit")
        first = self.membership(self.person("Léo", "Petit"), payer_id=parent.id)
        second = self.membership(self.person("Zoé", "Petit"), payer_id=parent.id)
        (first | second).action_confirm()
        first.with_user(self.coordinator).action_cancel()
        self.assertEqual((first.state, second.state), ("cancelled", "to_pay"))
        self.assertEqual(second.invoice_id.amount_residual, 20)
        self.pay(second)
        self.assertEqual((first.state, second.state), ("cancelled", "active"))

    def test_the_front_desk_does_not_cancel(self):
        membership = self.membership(confirm=True)
        with self.assertRaises(AccessError):
            membership.with_user(self.reception).action_cancel()

    def test_a_free_membership_needs_no_invoice(self):
        self.type_person.amount = 0
        membership = self.membership(confirm=True)
        self.assertEqual((membership.state, membership.invoice_id.id), ("active", False))

    def test_history_counts_for_its_dates_without_accounting(self):
        membership = self.membership(state="active")
        self.assertEqual((membership.state, membership.is_history), ("active", True))
        self.assertFalse(membership.invoice_id)
        self.assertTrue(membership.partner_id.member_number)

    def test_a_partial_payment_leaves_the_rest_due(self):
        membership = self.membership(confirm=True)
        self.pay(membership, amount=5)
        self.assertEqual((membership.state, membership.amount_due), ("to_pay", 15))
        with self.assertRaises(UserError):
            self.pay(membership, amount=16)

    def test_a_free_amount_keeps_its_floor(self):
        """Floor 1 €, 10 € suggested."""
        membership = self.membership(membership_type=self.type_free)
        self.assertEqual(membership.amount, 10)
        membership.amount = 1
        with self.assertRaises(ValidationError):
            membership.amount = 0.5

    def test_created_to_pay_it_has_the_fee_of_its_type(self):
        """Confirmed by its creator without an invoice yet: the desk's payment makes it."""
        membership = self.membership(state="to_pay")
        self.assertEqual((membership.state, membership.amount_due), ("to_pay", 20))
        self.pay(membership)
        self.assertEqual((membership.state, membership.invoice_id.amount_total), ("active", 20))

    def test_without_a_chart_of_accounts_it_says_what_to_set(self):
        """No income account anywhere: the sentence says where to choose one."""
        other = self.env["res.company"].create(
            {"name": "No chart yet", "country_id": self.env.ref("base.fr").id}
        )
        self.env.user.company_ids += other
        membership_type = (
            self.env["tierslieux.membership.type"]
            .with_company(other)
            .create({"name": "Person", "amount": 5, "company_id": other.id})
        )
        membership = self.membership(membership_type=membership_type, company_id=other.id)
        with self.assertRaisesRegex(UserError, "chart of accounts"):
            membership.action_confirm()

    def test_the_fee_carries_the_place_in_the_accounts(self):
        """100 % on the analytic account of the place where the person joined."""
        place = self.env["tierslieux.place"].create(
            {"name": "Le Bourg", "code": "BRG", "company_id": self.company.id}
        )
        self.assertTrue(place.analytic_account_id)
        membership = self.membership(place_id=place.id, confirm=True)
        line = membership.invoice_id.invoice_line_ids
        self.assertEqual(line.analytic_distribution, {str(place.analytic_account_id.id): 100.0})

    def test_cancelling_a_paid_membership_leaves_the_credit_to_give_back(self):
        """Paid 20 € in cash, then cancelled: a credit note of 20 € stays open for the payer."""
        membership = self.membership(confirm=True)
        self.pay(membership)
        membership.with_user(self.coordinator).action_cancel()
        self.assertEqual((membership.state, membership.fee_state), ("cancelled", "refunded"))
        credit = membership.invoice_id.reversal_move_ids
        self.assertEqual((credit.state, credit.amount_residual), ("posted", 20))

    def test_what_is_due_of_a_joint_invoice_adds_up_to_the_invoice(self):
        """Two fees of 20 €, 25 € paid: the first is settled, 15 € are left of the second."""
        parent = self.person("Ana", "Petit")
        both = self.membership(self.person("Léo", "Petit"), payer_id=parent.id)
        both |= self.membership(self.person("Zoé", "Petit"), payer_id=parent.id)
        both.action_confirm()
        self.assertEqual(both.mapped("amount_due"), [20, 20])
        self.pay(both, amount=25)
        self.assertEqual(both.mapped("amount_due"), [0, 15])
        self.assertEqual(parent.membership_amount_due, 15)

    def test_a_fee_whose_invoice_is_reopened_is_not_taken_in_silence(self):
        """The treasurer put it back to draft: no payment could be recorded on it."""
        membership = self.membership(confirm=True)
        membership.invoice_id.button_draft()
        with self.assertRaisesRegex(UserError, "back to draft"):
            self.pay(membership, user=self.reception)
        membership.invoice_id.action_post()
        self.pay(membership, user=self.reception)
        self.assertEqual(membership.state, "active")

    def test_a_journal_in_another_currency_still_takes_the_fee_of_the_association(self):
        """20 € in a journal kept in dollars: 20 € are paid, not 20 $."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "currency_id": dollar.id, "rate": 2.0}
        )
        journal = self.bank_journal.copy({"name": "Dollars", "currency_id": dollar.id})
        membership = self.membership(confirm=True)
        self.pay(membership, journal)
        self.assertEqual((membership.state, membership.invoice_id.amount_residual), ("active", 0))

    def test_without_a_cash_or_bank_journal_it_says_whom_to_ask(self):
        membership = self.membership(confirm=True)
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "in", ("cash", "bank", "credit"))]
        )
        journals.active = False
        with self.assertRaisesRegex(UserError, "no cash or bank journal"):
            membership.with_user(self.reception).action_take_payment()

    def test_the_treasurer_takes_the_fee_of_a_proposed_renewal(self):
        """Who only reads memberships confirms by taking the money."""
        membership = self.membership()
        self.pay(membership, user=self.treasurer)
        self.assertEqual((membership.state, membership.invoice_id.state), ("active", "posted"))

    def test_who_and_how_much_do_not_change_behind_the_invoice(self):
        membership = self.membership(confirm=True).with_user(self.coordinator)
        for vals in ({"amount": 5}, {"payer_id": self.person("Ana", "Petit").id}):
            with self.assertRaisesRegex(UserError, "on the invoice"):
                membership.write(vals)
        membership.write({"amount": 20.0, "date_end": membership.date_end})

    def test_a_fee_invoiced_in_a_locked_year_is_cancelled_today(self):
        """The credit note is of today: nothing is written before the lock date."""
        with freeze_time("2025-03-10"):
            membership = self.membership(confirm=True, date_start="2025-03-10")
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        with freeze_time("2026-02-01"):
            membership.with_user(self.coordinator).action_cancel()
        credit = membership.invoice_id.reversal_move_ids
        self.assertEqual((credit.state, str(credit.date)), ("posted", "2026-02-01"))
        self.assertEqual(membership.state, "cancelled")
