from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestGuardedFields(CoworkingCase):
    """The ways past the buttons that an attack took, and their variants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.running = cls.subscription(start=date(2026, 11, 1))

    def refuse(self, record, users, *tries):
        for user in users:
            for vals in tries:
                with self.subTest(user=user.name, vals=vals), self.assertRaises(AccessError):
                    record.with_user(user).write(vals)

    # ------------------------------------------------------------------ subscriptions

    def test_a_price_is_not_said_to_be_agreed(self):
        """« Agreed by hand » takes a subscription out of the prices to review."""
        self.refuse(
            self.running,
            (self.reception, self.coordinator, self.manager),
            {"is_price_agreed": True},
            {"amount_note": False},
            {"amount_note": "A gift"},
            {"amount": 0},
            {"state": "draft"},
            {"state": False},
            {"name": False},
            {"date_billed_from": False},
            {"commitment_end": "2030-01-01"},
            {"billed_until": "2030-01-01"},
        )
        self.assertFalse(self.running.is_price_agreed)

    def test_another_situation_agrees_no_price(self):
        """A job seeker pays what students pay, says the list; the price stays that of the start,
        and is to review."""
        self.plan_full.price_ids = [
            Command.create({"situation_id": self.seeker.id, "members_only": False, "amount": 200.0})
        ]
        own = self.running.with_user(self.reception)
        self.assertFalse(own.is_price_to_review)
        own.situation_id = self.seeker
        self.assertFalse(own.is_price_agreed)
        self.assertTrue(own.is_price_to_review)

    def test_a_price_agreed_before_it_begins_is_said_to_be(self):
        draft = self.subscription(begin=False).with_user(self.reception)
        with Form(draft.with_user(self.coordinator)) as form:
            form.amount = 250.0
        self.assertTrue(draft.is_price_agreed)
        draft.write({"amount": 240.0, "is_price_agreed": True})
        with self.assertRaises(AccessError):
            draft.write({"amount": 230.0, "is_price_agreed": False, "amount_note": "List"})

    def test_a_subscription_is_not_made_begun_by_the_desk(self):
        Subscription = self.env["tierslieux.subscription"]
        vals = {"partner_id": self.subscriber().id, "plan_id": self.plan_full.id}
        for fact in (
            {"state": "active"},
            {"name": "SUB-1"},
            {"trial_end": "2030-01-01"},
            {"is_price_agreed": True},
            {"date_billed_from": "2030-01-01"},
        ):
            with self.assertRaises(AccessError):
                Subscription.with_user(self.reception).create({**vals, **fact})
        begun = Subscription.with_user(self.coordinator).create({**vals, "state": "active"})
        self.assertEqual(begun.state, "active")
        with_default = Subscription.with_user(self.reception).with_context(default_state="active")
        self.assertEqual(with_default.create(vals).state, "draft")

    def test_who_was_in_a_team_is_not_rewritten(self):
        team = self.team(1, start=date(2026, 11, 1))
        line = team.person_ids
        other = self.subscriber("Other")
        self.refuse(line, (self.reception,), {"partner_id": other.id}, {"date_start": False})
        with self.assertRaises(AccessError):
            team.with_user(self.reception).person_ids = [
                Command.update(line.id, {"partner_id": other.id})
            ]
        line.with_user(self.reception).date_end = date(2026, 11, 22)

    @mute_logger("odoo.sql_db")
    def test_a_number_is_given_once(self):
        other = self.subscription()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            other.name = self.running.name
            other.flush_recordset()

    # ------------------------------------------------------------------ lists, prices, files

    def test_a_place_that_was_offered_stays_with_its_person(self):
        wait = self.env["tierslieux.plan.wait"].create(
            {"plan_id": self.plan_half.id, "partner_id": self.subscriber("Ana").id}
        )
        self.refuse(wait, (self.reception,), {"state": "offered"}, {"state": False})
        wait.with_user(self.reception).action_offer()
        other = self.subscriber("Other")
        self.refuse(
            wait,
            (self.reception, self.coordinator),
            {"partner_id": other.id},
            {"offered_until": "2030-01-01"},
            {"offered_until": False},
            {"state": "waiting"},
        )

    def make_price_change(self):
        change = (
            self.env["tierslieux.price.change"]
            .with_user(self.manager)
            .create({"plan_id": self.plan_full.id, "date": date(2027, 2, 1)})
        )
        change.price_ids.filtered(lambda price: not price.price_id).new_amount = 330.0
        return change

    def test_what_was_announced_stays_as_it_was_told(self):
        change = self.make_price_change()
        self.assertEqual(change.price_ids.mapped("old_amount"), [300.0, 240.0, 200.0, 180.0])
        change.action_announce()
        line = change.line_ids.filtered(lambda line: line.subscription_id == self.running)
        self.assertEqual((line.old_amount, line.new_amount), (300.0, 330.0))
        self.refuse(
            line,
            (self.manager,),
            {"new_amount": 0},
            {"old_amount": 0},
            {"date": date(2027, 5, 1)},
            {"sent_date": False},
            {"change_id": False},
        )
        self.refuse(
            change,
            (self.manager,),
            {"state": "draft"},
            {"date": date(2027, 5, 1)},
            {"line_ids": [Command.update(line.id, {"new_amount": 1.0})]},
            {"line_ids": [Command.clear()]},
            {"price_ids": [Command.update(change.price_ids[0].id, {"new_amount": 1.0})]},
        )
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(AccessError):
            self.make_price_change().price_ids[0].price_change_id = change

    def test_a_price_change_filled_in_a_form_keeps_the_former_prices(self):
        with Form(self.env["tierslieux.price.change"].with_user(self.manager)) as form:
            form.plan_id = self.plan_full
            form.date = date(2027, 2, 1)
            with form.price_ids.edit(0) as price:
                price.new_amount = 310.0
        price = form.save().price_ids[0]
        self.assertEqual((price.old_amount, price.new_amount), (300.0, 310.0))

    def test_traces_are_written_by_nobody(self):
        change = self.running._plan_change(date(2026, 12, 1), self.plan_half)
        line = self.env["tierslieux.credit.line"].create(
            {
                "subscription_id": self.running.id,
                "type_id": self.credit_day.id,
                "move": "grant",
                "quantity": 1,
            }
        )
        users = (self.reception, self.coordinator, self.manager, self.treasurer, self.board)
        self.refuse(change, users, {"amount_difference": 0}, {"state": False})
        for user in users:
            with self.assertRaises(UserError):
                line.with_user(user).quantity = 0
            with self.assertRaises(UserError):
                line.with_user(user).unlink()
            with self.assertRaises(AccessError):
                line.with_user(user).create(
                    {
                        "subscription_id": self.running.id,
                        "type_id": self.credit_day.id,
                        "move": "grant",
                        "quantity": 5,
                    }
                )

    # ------------------------------------------------------------------ deleting

    def test_what_has_begun_is_not_deleted(self):
        for user in (self.reception, self.coordinator, self.manager):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.running.with_user(user).unlink()
