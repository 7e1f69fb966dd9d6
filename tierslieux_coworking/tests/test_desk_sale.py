from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .credit_common import CreditCase


@freeze_time(NOW)
class TestDeskSale(CreditCase):
    """A day pass is 25 €, a book of ten 200 €; it is Monday, nine o'clock."""

    def sell(self, user=None, action="action_pay", **values):
        """Sell at the desk, as reception; the wizard once done."""
        Wizard = self.env["tierslieux.sell.pass"].with_user(user or self.reception)
        wizard = Wizard.create({"plan_id": self.day_pass.id, **values})
        getattr(wizard, action)()
        return wizard

    def test_a_walk_in_buys_a_day_sits_at_a_desk_and_leaves(self):
        """25 € in cash (D 53 / C 706), a desk until closing (19:00), in and out."""
        with Form(self.env["tierslieux.sell.pass"].with_user(self.reception)) as form:
            self.assertEqual(form.plan_id, self.day_pass)
            self.assertEqual(form.amount_total, 25)
            self.assertIn("Ticket journée", form.amount_note)
            form.firstname, form.lastname = "Noé", "Durand"
            self.assertTrue(form.is_here)
            form.resource_id = self.desk
            wizard = form.save()
        wizard.action_pay()
        subscription = wizard.subscription_id
        invoice = subscription.sale_invoice_id.sudo()
        self.assertEqual(
            (invoice.state, invoice.amount_total, invoice.amount_residual), ("posted", 25, 0)
        )
        self.assertTrue(invoice.invoice_line_ids.account_id.code.startswith("706"))
        cash = self.env["account.move.line"].search(
            [
                ("partner_id", "=", subscription.partner_id.id),
                ("account_id", "=", self.cash_journal.default_account_id.id),
            ]
        )
        self.assertEqual(sum(cash.mapped("balance")), 25)
        booking = subscription.credit_line_ids.booking_id
        self.assertEqual((booking.resource_id, booking.state), (self.desk, "checked_in"))
        self.assertEqual((booking.amount, booking.stop), (0, self.at("2030-03-04 19:00")))
        self.assertEqual(self.moves(subscription), [("grant", 1), ("use", -1)])
        self.assertIn("Poste 1", wizard.done_note)
        booking.with_user(self.reception).action_check_out()
        self.assertEqual(booking.state, "done")
        self.assertTrue(booking.presence_ids.checkout_at)

    def test_a_book_of_ten_is_sold_and_one_day_used(self):
        """200 € by bank, 9 days left."""
        wizard = self.sell(
            plan_id=self.book_plan.id,
            partner_id=self.ada.id,
            journal_id=self.bank_journal.id,
            is_here=True,
        )
        self.assertEqual(wizard.subscription_id.sale_invoice_id.sudo().amount_total, 200)
        self.assertEqual(self.left(self.days), 9)
        presence = wizard.subscription_id.credit_line_ids.presence_id
        self.assertEqual((presence.partner_id, presence.place_id), (self.ada, self.place))
        self.assertIn("Days: 9", wizard.done_note)

    def test_a_book_is_not_used_until_they_come(self):
        wizard = self.sell(plan_id=self.book_plan.id, partner_id=self.ada.id)
        self.assertFalse(wizard.is_here)
        self.assertEqual(self.left(self.days), 10)

    def test_a_member_pays_the_price_of_members(self):
        """20 € instead of 25 €, and the window says why."""
        self.day_pass.price_ids = [Command.create({"members_only": True, "amount": 20})]
        self.pay(self.membership(self.ada, confirm=True))
        wizard = self.sell(partner_id=self.ada.id)
        self.assertIn("member", wizard.amount_note.lower())
        self.assertEqual(wizard.subscription_id.sale_invoice_id.sudo().amount_total, 20)

    def test_the_price_of_a_half_day_says_so(self):
        self.assertIn("a day", self.day_pass._get_price(self.ada)[1])
        self.day_pass.credit_ids = [
            Command.clear(),
            Command.create({"type_id": self.half_days.id, "quantity": 1}),
        ]
        self.assertIn("a half-day", self.day_pass._get_price(self.ada)[1])

    def test_the_price_shown_is_the_one_paid_taxes_included(self):
        """A place that charges VAT: 25 € + 20 % = 30 €."""
        tax = self.env["account.tax"].create(
            {
                "name": "20 %",
                "amount": 20,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        self.day_pass.product_id.sudo().taxes_id = tax
        wizard = self.sell(partner_id=self.ada.id)
        self.assertEqual(wizard.amount_total, 30)
        self.assertEqual(wizard.subscription_id.sale_invoice_id.sudo().amount_total, 30)

    def test_a_trial_day_is_given_without_an_invoice(self):
        trial = self.make_plan("Journée d'essai", kind="trial", amount=0)
        wizard = self.sell(plan_id=trial.id, partner_id=self.ada.id)
        self.assertFalse(wizard.subscription_id.sale_invoice_id)
        self.assertEqual(self.moves(wizard.subscription_id), [("grant", 1), ("use", -1)])

    def test_a_trial_day_given_at_the_desk_is_followed_in_the_pipeline(self):
        trial = self.make_plan("Journée d'essai", kind="trial", amount=0)
        known = self.env["crm.lead"].create({"name": "Ada", "partner_id": self.ada.id})
        sold = self.sell(plan_id=trial.id, partner_id=self.ada.id).subscription_id
        self.assertEqual(known.trial_subscription_id, sold)
        self.assertEqual(known.trial_date, sold.date_start)
        sold = self.sell(plan_id=trial.id, firstname="Zoé", lastname="Passage").subscription_id
        lead = self.env["crm.lead"].search([("trial_subscription_id", "=", sold.id)])
        self.assertEqual(lead.partner_id, sold.partner_id)
        self.assertEqual(lead.stage_id, self.env.ref("tierslieux_membership.crm_stage_trial"))

    def test_who_is_known_may_pay_with_the_invoice_of_the_month(self):
        wizard = self.sell(action="action_sell_on_account", partner_id=self.ada.id)
        self.assertFalse(wizard.subscription_id.sale_invoice_id)
        self.assertEqual(wizard.subscription_id.state, "active")
        self.assertFalse(wizard.has_invoice, "there is nothing to print")
        with self.assertRaisesRegex(UserError, "know already"):
            self.sell(action="action_sell_on_account", lastname="Inconnu")

    def test_a_person_of_the_same_name_is_asked_about(self):
        with self.assertRaisesRegex(UserError, "already recorded"):
            self.sell(firstname="ada", lastname="MARTIN")
        self.sell(firstname="ada", lastname="MARTIN", is_someone_else=True)

    def test_one_click_says_that_it_is_the_person_already_recorded(self):
        form = Form(self.env["tierslieux.sell.pass"].with_user(self.reception))
        form.firstname, form.lastname = "ADA", "Martin"
        form.is_match = True
        self.assertEqual(form.partner_id, self.ada)
        self.assertEqual(form.email, "ada@example.com")

    def test_pressed_twice_one_window_sells_once(self):
        """Whichever of its two buttons is pressed the second time."""
        wizard = self.sell(partner_id=self.ada.id)
        sold = wizard.subscription_id
        for action in (wizard.action_pay(), wizard.action_sell_on_account()):
            self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(
            self.env["tierslieux.subscription"].search([("plan_id", "=", sold.plan_id.id)]), sold
        )
        self.assertEqual(len(sold.sale_invoice_id), 1)

    def test_the_invoice_is_one_click_away(self):
        wizard = self.sell(partner_id=self.ada.id)
        self.assertTrue(wizard.has_invoice)
        action = wizard.action_print_invoice()
        self.assertEqual(action["type"], "ir.actions.act_url")
        invoice = wizard.subscription_id.sale_invoice_id
        self.assertEqual(action["url"], f"/my/invoices/{invoice.id}/download")

    def test_board_and_portal_do_not_sell(self):
        for user in (self.board, self.portal):
            with self.assertRaises(AccessError):
                self.sell(user=user, partner_id=self.ada.id)

    def test_a_pass_sold_at_the_desk_is_not_billed_again(self):
        subscription = self.sell(partner_id=self.ada.id).subscription_id
        with self.assertRaisesRegex(UserError, "invoiced already"):
            subscription._invoice_sale()


@freeze_time(NOW)
class TestUsePass(CreditCase):
    def arrive(self, user=None, **values):
        wizard = (
            self.env["tierslieux.check.in"]
            .with_user(user or self.reception)
            .create({"partner_id": self.ada.id, "place_id": self.place.id, **values})
        )
        wizard.action_check_in()
        return wizard

    def test_a_day_of_the_book_is_used_in_two_clicks(self):
        """« Use a Pass » on the person, « Check in »: everything is filled."""
        book = self.subscribe(self.book_plan)
        action = self.ada.with_user(self.reception).action_use_pass()
        wizard = (
            self.env["tierslieux.check.in"]
            .with_user(self.reception)
            .with_context(action["context"])
            .create({"place_id": self.place.id})
        )
        self.assertEqual(wizard.pass_id, self.days)
        wizard.action_check_in()
        use = book.credit_line_ids.filtered(lambda line: line.move == "use")
        self.assertEqual((use.quantity, use.presence_id.partner_id), (-1, self.ada))

    def test_half_a_day_of_the_book(self):
        self.subscribe(self.book_plan)
        self.arrive(pass_length="half")
        self.assertEqual(self.left(self.days), 9.5)

    def test_half_days_are_taken_two_for_a_day(self):
        plan = self.make_plan("Demi-journées", kind="book", credits={self.half_days: 10})
        self.subscribe(plan)
        self.arrive()
        self.assertEqual(self.left(self.half_days), 8)

    def test_at_a_desk_the_booking_takes_the_day_once(self):
        self.subscribe(self.book_plan)
        self.arrive(resource_id=self.desk.id, until=self.at("2030-03-04 18:00"))
        self.assertEqual(self.left(self.days), 9)

    def test_without_a_pass_nothing_is_taken_and_a_sale_is_offered(self):
        wizard = self.arrive()
        self.assertTrue(wizard.has_no_pass)
        context = wizard.action_sell_pass()["context"]
        self.assertEqual(context["default_partner_id"], self.ada.id)

    def test_the_last_half_day_does_not_pay_a_whole_day(self):
        """Half a day is proposed; asking for more says what is left."""
        plan = self.make_plan("Une demi-journée", kind="book", credits={self.days: 0.5})
        self.subscribe(plan)
        with self.assertRaises(UserError) as refusal:
            self.arrive(pass_length="day")
        self.assertIn("0.5 days left", str(refusal.exception))
        self.arrive()
        self.assertEqual(self.left(self.days), 0)


@freeze_time(NOW)
class TestKioskPass(CreditCase):
    """Half a day is up to 4.5 hours; nobody has to think of the pass at the kiosk."""

    def stay(self, begin, end, partner=None):
        """In and out at the kiosk, on that Monday; what the tablet says on leaving."""
        for hour in (begin, end):
            with freeze_time(f"2030-03-04 {hour}:00"):
                result = self.place._pass_kiosk(partner or self.ada)
        return result

    def test_a_morning_uses_half_a_day_and_the_tablet_says_so(self):
        self.subscribe(self.book_plan)
        result = self.stay("08:00", "11:00")
        self.assertEqual(self.left(self.days), 9.5)
        self.assertIn("Days: 0.5. Left: Days: 9.5", result["lines"][-1])

    def test_two_stays_of_a_day_use_one_day(self):
        self.subscribe(self.book_plan)
        self.stay("08:00", "11:00")
        self.stay("12:00", "16:00")
        self.assertEqual(self.left(self.days), 9)

    def test_a_day_booked_already_is_not_used_twice(self):
        """The desk is booked for the day and left at noon; they come back without it."""
        self.subscribe(self.book_plan)
        self.book(self.desk, "2030-03-04 09:00", "2030-03-04 18:00")
        self.stay("08:00", "11:00")
        self.stay("12:00", "16:00")
        self.assertEqual(self.left(self.days), 9)

    def test_without_a_pass_nothing_is_used(self):
        self.stay("08:00", "11:00")
        self.assertFalse(
            self.env["tierslieux.credit.line"].search([("partner_id", "=", self.ada.id)])
        )

    def test_who_stays_longer_than_the_half_day_taken_at_the_desk_uses_the_rest(self):
        self.subscribe(self.book_plan)
        wizard = self.env["tierslieux.check.in"].create(
            {"partner_id": self.ada.id, "place_id": self.place.id, "pass_length": "half"}
        )
        wizard.action_check_in()
        presence = self.env["tierslieux.presence"]._get_open(self.ada, self.company)
        with freeze_time("2030-03-04 16:00:00"):
            presence.with_user(self.reception).action_check_out()
        self.assertEqual(self.left(self.days), 9)
