from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
@freeze_time("2026-02-11 11:00:00")
class TestAgreementRights(AgreementCase):
    def test_the_desk_the_treasurer_and_the_board_read(self):
        for user in (self.reception, self.treasurer, self.board):
            agreement = self.as_user(self.agreement, user)
            self.assertEqual(agreement.state, "running")
            self.assertTrue(agreement.health)
            with self.assertRaises(AccessError):
                agreement.name = "Mine"

    def test_the_board_reads_no_notes(self):
        self.agreement.note = "Slow to answer"
        with self.assertRaises(AccessError):
            self.as_user(self.agreement, self.board).read(["note"])

    def test_coordinators_write_and_managers_delete(self):
        agreement = self.as_user(self.make_agreement(), self.coordinator)
        agreement.name = "Counter"
        with self.assertRaises(AccessError):
            agreement.unlink()
        agreement.with_user(self.manager).unlink()

    def test_buttons_are_for_who_may_write(self):
        for user in (self.reception, self.treasurer, self.board, self.portal):
            for name in ("action_give_notice", "action_amend", "action_cancel", "action_let_renew",
                         "action_prepare_signature", "action_plan_presence"):  # fmt: skip
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    getattr(self.as_user(self.agreement, user), name)()

    def test_another_association_keeps_its_agreements(self):
        other = self.env["res.company"].create({"name": "Another"})
        agreement = self.make_agreement(company_id=other.id)
        with self.assertRaises(AccessError):
            self.as_user(agreement, self.manager).read(["name"])
        with self.assertRaises(AccessError):
            self.as_user(agreement.party_ids, self.manager).read(["role"])

    def test_an_employee_without_a_part_opens_a_contact_all_the_same(self):
        """OCA counts agreements on each contact, for who may read them or not."""
        user = new_test_user(
            self.env, "employee", company_id=self.company.id, company_ids=self.company.ids
        )
        form = self.as_user(self.caf, user).get_view(view_type="form")
        self.assertNotIn("agreements_count", form["arch"])
        self.assertNotIn("action_open_agreement", form["arch"])
        shown = self.as_user(self.caf, self.reception).get_view(view_type="form")
        self.assertIn("action_open_agreement", shown["arch"])

    def test_who_has_ocas_right_and_none_of_ours_keeps_agreements(self):
        user = new_test_user(
            self.env,
            "oca",
            groups="base.group_user,agreement.group_agreement_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        model = self.as_user(self.Agreement, user)
        agreement = model.create({"name": "Plain", "code": "X", "partner_id": self.caf.id})
        agreement.write({"name": "Plainer", "end_date": "2030-01-01"})
        fields = [name for name in model.fields_get() if name in agreement._fields]
        agreement.read(fields)
        self.assertTrue(agreement.sudo().party_ids)

    def test_the_party_to_a_signed_agreement_stays_what_it_was(self):
        party = self.as_user(self.agreement.party_ids, self.manager)
        for vals in ({"partner_id": self.ada.id}, {"role": "host"}):
            with self.assertRaises(AccessError):
                party.write(vals)
        party.reference = "CAF-35"

    def test_the_desk_does_not_say_which_agreement_a_booking_is_under(self):
        with freeze_time("2030-03-04 08:00:00"):
            booking = self.book()
            with self.assertRaises(AccessError):
                self.as_user(booking, self.reception).agreement_id = self.agreement
            self.as_user(booking, self.coordinator).agreement_id = self.agreement

    def test_only_a_draft_is_deleted_with_what_it_says(self):
        draft = self.make_agreement()
        self.duty(agreement_id=draft.id, date_first="2026-03-01")
        self.price(agreement_id=draft.id)
        self.as_user(draft, self.manager).unlink()
        with self.assertRaises(UserError):
            self.as_user(self.agreement, self.manager).unlink()
