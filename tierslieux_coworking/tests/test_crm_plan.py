from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestCrmPlan(CoworkingCase):
    def lead(self, **vals):
        return (
            self.env["crm.lead"]
            .with_user(self.reception)
            .create(
                {
                    "name": "Wants a desk",
                    "contact_name": "Lou Martin",
                    "email_from": "lou@example.com",
                    "type": "opportunity",
                    "team_id": self.env.ref("tierslieux_membership.crm_team_welcome").id,
                    "company_id": self.company.id,
                    **vals,
                }
            )
        )

    def stage(self, name):
        return self.env.ref(f"tierslieux_membership.crm_stage_{name}")

    def test_a_visit_moves_the_interest_on(self):
        lead = self.lead()
        lead.action_visited()
        self.assertEqual(lead.stage_id, self.stage("visited"))
        self.assertEqual(lead.visit_date, date(2026, 11, 23))

    def test_the_trial_day_asked_for_is_given_in_one_click(self):
        lead = self.lead(trial_date=date(2026, 11, 25))
        action = lead.action_trial_day()
        trial = self.env["tierslieux.subscription"].browse(action["res_id"])
        self.assertEqual((trial.plan_id.kind, trial.state), ("trial", "active"))
        self.assertEqual((trial.date_start, trial.date_end), (date(2026, 11, 25),) * 2)
        self.assertEqual(trial.partner_id.name, "Lou Martin")
        self.assertEqual(lead.stage_id, self.stage("trial"))
        self.assertNotEqual(lead.won_status, "won")
        # Clicked again, it opens the same one.
        self.assertEqual(lead.action_trial_day()["res_id"], trial.id)

    def test_a_stage_is_never_gone_back_to(self):
        lead = self.lead()
        lead.action_trial_day()
        lead.action_visited()
        self.assertEqual(lead.stage_id, self.stage("trial"))

    def test_a_plan_taken_closes_the_interest_as_won(self):
        lead = self.lead(plan_id=self.plan_half.id)
        action = lead.action_subscribe()
        subscription = (
            self.env["tierslieux.subscription"]
            .with_user(self.reception)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(subscription.plan_id, self.plan_half)
        self.assertFalse(lead.subscription_id)
        subscription.action_start()
        self.assertEqual(lead.subscription_id, subscription)
        self.assertEqual(lead.stage_id, self.stage("joined"))
        self.assertEqual(lead.won_status, "won")

    def test_a_lost_interest_says_why(self):
        lead = self.lead()
        action = lead.action_lose()
        reason = self.env.ref("tierslieux_coworking.lost_reason_far")
        self.env["tierslieux.lead.lose"].with_user(self.reception).with_context(
            **action["context"]
        ).create({"reason_id": reason.id, "note": "Lives in Dreux"}).action_lose()
        self.assertFalse(lead.active)
        self.assertEqual(lead.lost_reason_id, reason)
        self.assertEqual(lead.won_status, "lost")

    def test_without_a_name_it_is_asked_for(self):
        with self.assertRaisesRegex(UserError, "who it is"):
            self.lead(contact_name=False).action_subscribe()

    def test_the_board_does_not_move_interests(self):
        with self.assertRaises(AccessError):
            self.lead().with_user(self.board).action_visited()
