from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.text_common import ATTACK, STORED, StrangersTextCase
from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .coworking_portal_common import CommunityCase

NAME = "Lou <img src='https://spy.example/y.png' onerror='alert(1)'> Petit"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestStrangersText(StrangersTextCase, CommunityCase):
    """What is typed on public and portal pages, where the team reads it."""

    stored = (*STORED, ("crm.lead", "description"), ("tierslieux.membership", "note"))

    def test_a_trial_day(self):
        # The public page is that of the public user's association.
        self.env.ref("base.public_user").sudo().write(
            {"company_ids": [(4, self.company.id)], "company_id": self.company.id}
        )
        self.authenticate(None, None)
        values = {
            "name": NAME,
            "email": "lou@example.org",
            "phone": ATTACK[:120],
            "date": "2030-03-12",
            "place": self.place.id,
            "message": f"Bonjour\n{ATTACK}",
        }
        self.assertIn("we have your request", self.post("/coworking/trial", **values).text)
        self.assert_is_text("crm.lead")
        self.assert_is_text("mail.activity", typed=NAME)
        lead = self.env["crm.lead"].search([("email_from", "=", "lou@example.org")])
        self.assertIn("Bonjour<br>", lead.description, "lines stay lines")

    def test_a_pause(self):
        self.login(self.anne)
        self.post(
            f"/my/plan/{self.mine.id}/pause",
            date="2030-04-01",
            date_end="2030-04-30",
            reason=ATTACK,
        )
        self.assert_is_text("mail.activity", "mail.message")

    def test_a_notice(self):
        self.login(self.anne)
        self.post(f"/my/plan/{self.mine.id}/notice", reason=ATTACK)
        self.assert_is_text("mail.message")

    def test_a_place_in_a_waiting_list(self):
        self.monthly.capacity = 1
        self.bob.partner_id.write({"firstname": ATTACK, "email": False})
        self.login(self.bob)
        self.post(f"/my/plan/new/{self.monthly.id}/wait")
        wait = self.env["tierslieux.plan.wait"].search([("plan_id", "=", self.monthly.id)])
        self.monthly.capacity = 2  # offers it at once
        self.assertEqual(wait.state, "offered")
        self.assert_is_text()

    def test_a_colleague_and_a_profile(self):
        plan = self.make_plan("Team", amount=600, audience="team", is_transferable=True)
        team = self.subscribe(plan, self.organisation("Studio"), manager_id=self.anne.partner_id.id)
        self.login(self.anne)
        page = self.post(
            f"/my/plan/{team.id}/team/add",
            firstname="Ines",
            lastname=NAME,
            email="ines@example.org",
        )
        self.assertNotIn("<img src='https://spy", page.text)
        self.post(
            "/my/community/profile",
            community_visible="1",
            community_about=ATTACK,
            community_activity=ATTACK[:120],
            community_link="javascript:alert(1)",
            skills=ATTACK,
        )
        page = self.url_open("/my/community").text
        for live in ('<img src="https://spy', '<a href="https://evil', 'href="javascript:'):
            self.assertNotIn(live, page)
        self.assert_is_text()

    def test_a_booking(self):
        """The title and the word to the team, in the e-mail that confirms them."""
        booking = self.book(partner=self.anne.partner_id, title=ATTACK, note=ATTACK)
        message = booking._queue_messages("confirmed")
        template = self.env.ref("tierslieux_booking.mail_template_booking_confirmed")
        template.send_mail(message.id)
        self.assert_is_text()
