from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .coworking_portal_common import CommunityCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalCommunity(CommunityCase):
    def test_each_shows_what_they_ticked_and_nothing_else(self):
        self.login(self.anne)
        page = self.url_open("/my/community").text
        self.assertIn("Bob Étranger", page)
        self.assertIn("Cabinet maker", page)
        self.assertIn("bob@example.org", page)
        self.assertNotIn("11 22 33", page)
        self.assertNotIn("rue du Four", page)

    def test_a_long_directory_is_read_by_pages(self):
        """Twenty-four cards at a time, of thirty more persons; all skills are told at once."""
        skill = self.env["tierslieux.skill"].sudo()._find_or_create(["Zinc"])
        for number in range(30):
            partner = self.person(f"P{number:02}", "Zz")
            partner.write({"community_visible": True, "community_skill_ids": skill.ids})
            self.membership(partner, date_start="2030-01-01", date_end="2030-12-31", state="active")
        self.login(self.anne)
        first, second = (
            html.fromstring(self.url_open(f"/my/community{page}").text) for page in ("", "/page/2")
        )
        names = [
            [name.text_content().strip() for name in page.xpath("//h3")] for page in (first, second)
        ]
        self.assertEqual(len(names[0]), 24)
        self.assertFalse(set(names[0]) & set(names[1]))
        for page in (first, second):
            self.assertIn("Zinc", page.text_content())

    def test_who_did_not_tick_is_not_there(self):
        self.bob.partner_id.community_visible = False
        self.login(self.anne)
        for path in ("/my/community", "/my/community?q=Bob", "/my/community?q=Cabinet"):
            self.assertNotIn("Étranger", self.url_open(path).text)

    def test_what_is_hidden_cannot_be_found_by_searching_it(self):
        self.login(self.anne)
        for text in ("11 22", "rue du Four", "Guéret"):
            page = self.url_open(f"/my/community?q={text}").text
            self.assertNotIn("Étranger", page)

    def test_by_a_skill(self):
        skill = self.bob.partner_id.community_skill_ids
        self.login(self.anne)
        self.assertIn("Étranger", self.url_open(f"/my/community?skill={skill.id}").text)
        self.assertNotIn("Étranger", self.url_open("/my/community?skill=999999").text)

    def test_who_has_left_is_no_longer_shown(self):
        self.foreign.action_end()
        self.login(self.anne)
        self.assertNotIn("Étranger", self.url_open("/my/community").text)

    def test_outsiders_see_nobody(self):
        zoe = self._create_portal_user("zoe", "Zoé", "Outside")
        self.login(zoe)
        page = self.url_open("/my/community").text
        self.assertNotIn("Étranger", page)
        self.assertIn("for those who have a plan or are members", page)
        self.post("/my/community/profile", community_visible="1")
        self.assertFalse(zoe.partner_id.community_visible)

    def test_members_without_a_plan_are_of_the_community(self):
        zoe = self._create_portal_user("zoe", "Zoé", "Member")
        self.membership(
            zoe.partner_id, date_start="2030-01-01", date_end="2030-12-31", state="active"
        )
        self.login(zoe)
        self.assertIn("Étranger", self.url_open("/my/community").text)

    def test_who_has_written_nothing_yet_can_write_about_themselves(self):
        self.login(self.anne)
        self.assertFalse(self.anne.partner_id.community_about)
        page = html.fromstring(self.url_open("/my/community/profile").text)
        self.assertEqual(len(page.xpath("//textarea[@name='community_about']")), 1)

    def test_what_i_show_is_written_on_my_record_alone(self):
        self.login(self.anne)
        self.post(
            "/my/community/profile",
            community_visible="1",
            community_activity="  Drawing  ",
            skills="Oak, page layout,, OAK",
            community_link="javascript:alert(1)",
            partner_id=self.bob.partner_id.id,
            name="Forged",
            booking_tariff_choice="free",
        )
        anne = self.anne.partner_id
        self.assertRecordValues(
            anne,
            [
                {
                    "name": "Anne Le Goff",
                    "community_visible": True,
                    "community_show_email": False,
                    "community_activity": "Drawing",
                    "booking_tariff_choice": False,
                }
            ],
        )
        self.assertEqual(set(anne.community_skill_ids.mapped("name")), {"Oak", "page layout"})
        self.assertEqual(self.bob.partner_id.community_activity, "Cabinet maker")
        self.assertNotIn("javascript:", self.url_open("/my/community").text)

    def test_links_are_web_addresses_or_nothing(self):
        partner = self.anne.partner_id
        for typed, shown in (
            ("www.example.org/me", "https://www.example.org/me"),
            ("http://example.org", "http://example.org"),
            ("javascript:alert(1)", ""),
            ("data:text/html,x", ""),
            ("two words", ""),
            (False, ""),
        ):
            partner.community_link = typed
            self.assertEqual(partner._get_safe_link(), shown)

    def test_here_today_are_those_who_agree(self):
        Presence = self.env["tierslieux.presence"]
        for user in (self.anne, self.bob):
            Presence.create({"partner_id": user.partner_id.id, "place_id": self.place.id})
        self.bob.partner_id.community_visible = False
        self.login(self.anne)
        self.assertNotIn("Étranger", self.url_open("/my/community").text)
        self.bob.partner_id.community_show_presence = True
        self.assertIn("Étranger", self.url_open("/my/community").text)

    def test_who_has_left_the_place_is_no_longer_here(self):
        self.bob.partner_id.write({"community_show_presence": True, "community_visible": False})
        self.env["tierslieux.presence"].create(
            {
                "partner_id": self.bob.partner_id.id,
                "place_id": self.place.id,
                "checkin_at": "2030-03-04 07:00:00",
                "checkout_at": "2030-03-04 07:30:00",
            }
        )
        self.login(self.anne)
        self.assertNotIn("Étranger", self.url_open("/my/community").text)

    def test_looking_makes_no_address_to_recommend(self):
        self.login(self.anne)
        self.url_open("/my/community")
        self.assertFalse(self.anne.partner_id.referral_token)
        self.post("/my/community/referral")
        token = self.anne.partner_id.referral_token
        self.assertIn(f"/coworking/trial?ref={token}", self.url_open("/my/community").text)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTrialDay(CommunityCase):
    def setUp(self):
        super().setUp()
        # The public page is that of the public user's association.
        self.env.ref("base.public_user").sudo().write(
            {"company_ids": [(4, self.company.id)], "company_id": self.company.id}
        )
        self.place.manager_id = self.manager
        self.authenticate(None, None)

    def ask(self, **vals):
        values = {
            "name": "Lou Petit",
            "email": "lou.petit@example.org",
            "phone": "06 00 00 00 00",
            "date": "2030-03-12",
            "place": self.place.id,
            "message": "I draw comics",
            **vals,
        }
        return self.post("/coworking/trial", **values)

    def leads(self):
        return self.env["crm.lead"].search([("email_from", "=like", "lou.petit%")])

    def test_a_request_becomes_an_interest_with_a_task_for_the_desk(self):
        page = self.ask().text
        self.assertIn("we have your request", page)
        lead = self.leads()
        self.assertRecordValues(
            lead,
            [
                {
                    "contact_name": "Lou Petit",
                    "company_id": self.company.id,
                    "team_id": self.env.ref("tierslieux_membership.crm_team_welcome").id,
                    "user_id": False,
                }
            ],
        )
        self.assertEqual(str(lead.trial_date), "2030-03-12")
        self.assertEqual(lead.activity_ids.user_id, self.manager)

    def test_a_robot_that_fills_in_the_hidden_field_writes_nothing(self):
        page = self.ask(website="http://spam.example.com").text
        self.assertIn("we have your request", page)
        self.assertFalse(self.leads())

    def test_asked_twice_it_is_recorded_once(self):
        self.ask()
        self.ask(email="LOU.PETIT@example.org")
        self.assertEqual(len(self.leads()), 1)

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self):
        page = self.ask(email="not an address", date="2030-03-01").text
        self.assertIn("Enter your e-mail address", page)
        self.assertIn("This day is past", page)
        self.assertIn("I draw comics", page)
        self.assertFalse(self.leads())

    def test_forged_keys_are_ignored(self):
        self.ask(user_id=self.manager.id, expected_revenue="9999", stage_id="1")
        self.assertRecordValues(self.leads(), [{"user_id": False, "expected_revenue": 0.0}])

    def test_another_associations_place_is_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        place = self.env["tierslieux.place"].create(
            {"name": "Far", "code": "FAR", "company_id": other.id}
        )
        page = self.ask(place=place.id).text
        self.assertIn("Choose where you would like to come.", page)
        self.assertFalse(self.leads())

    def test_without_its_token_a_form_is_refused(self):
        response = self.post("/coworking/trial", token=False, name="Lou", email="lou.petit@x.org")
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.leads())

    def test_who_recommended_the_place_is_known(self):
        anne = self.anne.partner_id
        anne._renew_referral_token()
        page = self.url_open(f"/coworking/trial?ref={anne.referral_token}").text
        self.assertIn("Anne", page)
        self.assertNotIn("Le Goff", page)
        self.ask(ref=anne.referral_token)
        self.assertEqual(self.leads().referrer_id, anne)
        self.login(self.anne)
        page = self.url_open("/my/community").text
        self.assertIn("Lou", page)
        self.assertNotIn("lou.petit@example.org", page)

    def test_an_unknown_recommendation_is_no_obstacle(self):
        self.assertEqual(self.url_open("/coworking/trial?ref=nobody").status_code, 200)
        self.ask(ref="x" * 50)
        self.assertFalse(self.leads().referrer_id)


@tagged("post_install", "-at_install")
class TestSkill(CommunityCase):
    def test_skills_are_found_whatever_the_case_and_spaces(self):
        Skill = self.env["tierslieux.skill"]
        first = Skill._find_or_create(["  Page   layout ", "", "page layout"])
        self.assertEqual(first.mapped("name"), ["Page layout"])
        self.assertEqual(Skill._find_or_create(["PAGE LAYOUT"]), first)

    def test_an_archived_skill_is_not_written_twice(self):
        Skill = self.env["tierslieux.skill"]
        skill = Skill._find_or_create(["Oak"])
        skill.active = False
        self.assertEqual(Skill._find_or_create(["oak"]), skill)
