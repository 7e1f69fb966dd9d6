from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .membership_common import MembershipCommon

MEMBERSHIP = "tierslieux.membership"
# What a client may put into a call, and what opens nothing.
KEYS = {
    "su": True,
    "sudo": True,
    "uid": 1,
    "tierslieux_process": True,
    "default_is_history": True,
    "default_date_confirmed": "2030-01-01",
    "default_is_cancelled": True,
    "default_proof_waived": True,
}


@tagged("post_install", "-at_install")
@freeze_time("2030-03-04 08:00:00")
class TestMembershipGuardedFields(MembershipCommon):
    """The ways past the buttons that an attack took, and their variants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.person("Ada", "Martin", email="ada@example.com")

    def as_reception(self, record):
        return record.with_user(self.reception)

    def test_a_paid_membership_is_not_moved_to_another_year(self):
        """20 € paid for 2030: taken back to draft, moved to 2031 and confirmed again, it gave a
        second year on the first invoice."""
        membership = self.membership(confirm=True)
        self.pay(membership)
        invoice, dates = membership.invoice_id, (membership.date_start, membership.date_end)
        next_year = {"date_start": "2031-01-01", "date_end": "2031-12-31"}
        for user in (self.reception, self.coordinator, self.manager):
            own = membership.with_user(user)
            for vals in (
                {"date_confirmed": False},
                {"date_confirmed": ""},
                {"date_confirmed": None, **next_year},
                {"state": "draft"},
                {"state": "draft", **next_year},
                {"state": False},
                {"is_cancelled": True},
                {"is_history": True},
                {"invoice_id": False},
                {"invoice_id": 0},
                {"fee_line_ids": [Command.clear()]},
                {"partner_id": self.ada.id},
            ):
                with self.subTest(user=user.name, vals=vals), self.assertRaises(AccessError):
                    own.write(vals)
            own.action_confirm()
        self.assertEqual(membership.invoice_id, invoice)
        self.assertEqual((membership.date_start, membership.date_end), dates)
        self.assertEqual(membership.state, "active")

    def test_the_database_keeps_an_invoiced_membership_confirmed(self):
        membership = self.membership(confirm=True)
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.env.cr.execute(
                "UPDATE tierslieux_membership SET date_confirmed = NULL WHERE id = %s",
                [membership.id],
            )
        self.assertIn("invoiced_confirmed_check", str(caught.exception))

    def test_a_cancelled_membership_does_not_come_back(self):
        membership = self.membership(confirm=True)
        membership.action_cancel()
        for vals in ({"is_cancelled": False}, {"state": "active"}, {"state": "to_pay"}):
            with self.assertRaises(AccessError):
                self.as_reception(membership).write(vals)
        self.assertEqual(membership.state, "cancelled")

    def test_an_invoice_bills_a_membership_once(self):
        """A second line would count as a payment of another, or hide that one was given back."""
        membership = self.membership(confirm=True)
        line = membership.fee_line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.treasurer).membership_id = self.membership(self.ada)
        with self.assertRaises(AccessError):
            line.with_user(self.treasurer).membership_id = False
        with self.assertRaises(UserError):
            membership.invoice_id.with_user(self.treasurer).write(
                {"invoice_line_ids": [Command.update(line.id, {"membership_id": False})]}
            )
        self.assertEqual(line.membership_id, membership)

    def test_a_coordinator_records_what_happened_before_there_was_an_invoice(self):
        draft = self.membership().with_user(self.coordinator)
        draft.state = "active"
        self.assertTrue(draft.is_history)
        draft.state = "draft"
        self.assertFalse(draft.date_confirmed)

    def new_vals(self, **vals):
        return {"partner_id": self.person().id, "type_id": self.type_person.id, **vals}

    def test_no_key_of_the_context_opens_a_guard(self):
        Membership = self.as_reception(self.env[MEMBERSHIP]).with_context(**KEYS)
        membership = Membership.create(self.new_vals())
        self.assertEqual(membership.state, "draft")
        self.assertFalse(membership.is_history or membership.proof_waived)
        confirmed = self.as_reception(self.membership(confirm=True)).with_context(**KEYS)
        with self.assertRaises(AccessError):
            confirmed.date_confirmed = False

    def test_a_default_of_ones_own_is_no_fact(self):
        self.as_reception(self.env["ir.default"]).set(MEMBERSHIP, "is_history", True, user_id=True)
        self.assertFalse(self.as_reception(self.env[MEMBERSHIP]).create(self.new_vals()).is_history)

    def test_an_import_is_refused_with_the_same_sentence(self):
        result = self.as_reception(self.env[MEMBERSHIP]).load(
            ["partner_id/.id", "type_id/.id", "date_confirmed"],
            [[str(self.person().id), str(self.type_person.id), "2030-01-01"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("Only a coordinator", result["messages"][0]["message"])

    def test_a_form_that_is_saved_is_refused_and_one_that_sends_the_same_is_not(self):
        membership = self.as_reception(self.membership(confirm=True))
        same = {
            "date_confirmed": fields.Date.to_string(membership.date_confirmed),
            "state": membership.state,
            "invoice_id": membership.sudo().invoice_id.id,
            "amount": 20.0,
            "is_cancelled": False,
            "fee_line_ids": [Command.link(membership.sudo().fee_line_ids.id)],
        }
        membership.web_save({**same, "headcount": 1}, {"state": {}})
        self.assertEqual(membership.state, "to_pay")
        with self.assertRaises(AccessError):
            membership.web_save({**same, "date_confirmed": False}, {"state": {}})

    def test_lines_written_through_their_parent_are_guarded(self):
        first = self.membership(self.ada, confirm=True)
        second = self.membership(self.ada, date_start="2031-01-01")
        with self.assertRaises(AccessError):
            self.as_reception(first).next_ids = [Command.update(second.id, {"is_history": True})]
        self.assertFalse(second.is_history)

    def test_a_copy_begins_its_own_life(self):
        membership = self.membership(confirm=True)
        copy = self.as_reception(membership).copy(
            {"date_start": "2031-01-01", "date_end": "2031-12-31"}
        )
        self.assertEqual((copy.state, copy.invoice_id.id), ("draft", False))
        with self.assertRaises(AccessError):
            self.as_reception(membership).copy({"date_confirmed": "2030-01-01"})

    def test_a_batch_is_no_way_past_the_guard_of_one(self):
        draft, confirmed = self.membership(self.ada), self.membership(confirm=True)
        both = self.as_reception(draft | confirmed)
        with self.assertRaises(AccessError):
            both.write({"amount": 5.0})
        both.write({"amount": 20.0, "headcount": 1})
        self.assertEqual(draft.amount, 20)

    def test_secrets_are_not_chosen(self):
        with self.assertRaises(AccessError):
            self.as_reception(self.membership()).access_token = "known"

    def test_the_desk_works_with_its_forms_as_before(self):
        with Form(self.as_reception(self.env[MEMBERSHIP])) as form:
            form.partner_id = self.ada
            form.type_id = self.type_person
        membership = form.save()
        membership.action_confirm()
        self.assertEqual(membership.state, "to_pay")

    def test_what_is_confirmed_is_not_deleted(self):
        membership = self.membership(confirm=True)
        for user in (self.reception, self.coordinator, self.manager):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                membership.with_user(user).unlink()
