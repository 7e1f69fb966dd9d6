from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .coworking_portal_common import CommunityCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCoworkingForms(CommunityCase):
    """Each form of the coworking pages, sent twice: see ``FormCase.assert_acts_once``."""

    def setUp(self):
        super().setUp()
        self.login(self.anne)
        self.me = self.anne.partner_id
        self.plan_url = f"/my/plan/{self.mine.id}"

    def count(self):
        return len(self.subscriptions_of(self.anne))

    # ------------------------------------------------------------------ plans

    def test_portal_plan_take_submit(self):
        """A book of 200 €: one subscription, one invoice, and the page of that invoice."""
        url = f"/my/plan/new/{self.book_plan.id}"
        self.assert_acts_once(
            url,
            url,
            lambda: (
                self.count(),
                self.env["account.move"].search_count([("partner_id", "=", self.me.id)]),
            ),
            date_start="2030-03-10",
        )
        book = self.subscriptions_of(self.anne) - self.mine
        self.assertEqual(book.sale_invoice_id.amount_total, 200.0)

    def test_portal_plan_switch(self):
        half = self.monthly.copy({"name": "Mi-temps", "amount": 150.0, "portal_open": True})
        self.assert_acts_once(
            f"/my/plan/new/{half.id}",
            f"/my/plan/new/{half.id}/switch",
            lambda: len(self.requests_of(self.mine)),
        )

    def test_portal_plan_wait(self):
        self.monthly.capacity = 1
        self.login(self.bob)
        url = f"/my/plan/new/{self.monthly.id}"
        page = self.assert_acts_once(
            url, f"{url}/wait", lambda: self.env["tierslieux.plan.wait"].search_count([])
        )
        self.assertIn("You are on the waiting list", page.text)

    def test_portal_plan_pause_submit(self):
        self.assert_acts_once(
            f"{self.plan_url}/pause",
            f"{self.plan_url}/pause",
            lambda: len(self.requests_of(self.mine)),
            date="2030-04-01",
            date_end="2030-04-30",
            reason="Travel & rest",
        )

    def test_portal_plan_notice_submit(self):
        self.assert_acts_once(
            f"{self.plan_url}/notice",
            f"{self.plan_url}/notice",
            lambda: (self.mine.state, len(self.mine.message_ids)),
            reason="I move away",
        )

    # ------------------------------------------------------------------ team

    def make_team(self):
        plan = self.make_plan("Team", amount=600, audience="team", is_transferable=True)
        return self.subscribe(plan, self.organisation("Studio"), manager_id=self.me.id)

    def test_portal_team_add(self):
        team = self.make_team()
        url = f"/my/plan/{team.id}/team"
        self.assert_acts_once(
            url,
            f"{url}/add",
            lambda: (
                len(team.person_ids),
                self.env["res.users"].search_count([("login", "=", "ines@example.org")]),
            ),
            firstname="Ines",
            lastname="Garnier",
            email="ines@example.org",
        )

    def test_portal_team_remove(self):
        team = self.make_team()
        team._add_person(self.person("Ines", "Garnier"))
        url = f"/my/plan/{team.id}/team"
        self.assert_acts_once(
            url, f"{url}/{team.person_ids.id}/remove", lambda: team.person_ids.mapped("date_end")
        )

    # ------------------------------------------------------------------ community, visitors

    def test_portal_community_profile_submit(self):
        self.assert_acts_once(
            "/my/community/profile",
            "/my/community/profile",
            lambda: (self.me.community_about, self.env["tierslieux.skill"].search_count([])),
            community_visible="1",
            community_activity="Draws “comics”",
            community_about="Lines\nof text",
            skills="ink, paper",
        )

    def test_portal_community_referral(self):
        self.assert_acts_once(
            "/my/community", "/my/community/referral", lambda: self.me.referral_token
        )

    def test_trial_day_submit(self):
        # The public page is that of the public user's association.
        self.env.ref("base.public_user").sudo().write(
            {"company_ids": [(4, self.company.id)], "company_id": self.company.id}
        )
        self.authenticate(None, None)
        self.assert_acts_once(
            "/coworking/trial",
            "/coworking/trial",
            lambda: self.env["crm.lead"].search_count([("email_from", "=", "lou@example.org")]),
            name="Lou Petit",
            email="lou@example.org",
            phone="06 00 00 00 00",
            date="2030-03-12",
            message="I draw\n<comics>",
        )
