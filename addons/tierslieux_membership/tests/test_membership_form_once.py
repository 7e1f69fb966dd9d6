from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.portal_family import MembershipPortalFamily
from .membership_common import MembershipPortalCase


@tagged("post_install", "-at_install")
class TestMembersForms(MembershipPortalCase):
    """Each form of the pages of members, sent twice: see ``FormCase.assert_acts_once``."""

    def setUp(self):
        super().setUp()
        self.login(self.anne)
        self.me = self.anne.partner_id

    def count(self):
        return self.env["tierslieux.membership"].search_count([("payer_id", "=", self.me.id)])

    def test_portal_membership_join_submit(self):
        url = f"/my/memberships/join/{self.type_free.id}"
        self.assert_acts_once(url, url, self.count, amount="12,50")

    def test_portal_membership_renew(self):
        old = self.ending(self.me)
        self.assert_acts_once("/my/memberships", f"/my/memberships/{old.id}/renew", self.count)

    def test_portal_membership_give_up(self):
        left = self.membership(self.me, confirm=True, origin="portal")
        self.assert_acts_once(
            "/my/memberships",
            f"/my/memberships/{left.id}/give-up",
            lambda: left.invoice_id.reversal_move_ids.ids,
        )

    def test_portal_membership_link(self):
        """Asked for by who was sent the address of a membership, and is not logged in."""
        membership = self.ending(self.me)
        query = f"?access_token={membership._portal_ensure_token()}"
        self.authenticate(None, None)
        page = self.assert_acts_once(
            f"/my/memberships/{membership.id}{query}",
            f"/my/memberships/{membership.id}/link",
            lambda: self.env["tierslieux.one.time.link"].search_count([]),
        )
        self.assertIn("A link is on its way", page.text)

    def test_portal_family_submit(self):
        self.assert_acts_once(
            "/my/family/new",
            "/my/family/new",
            lambda: len(self.me.dependant_ids),
            firstname="Léo",
            lastname="Le « Goff »",
            birthdate_date="2015-03-24",
        )


@tagged("post_install", "-at_install")
class TestFormTokens(MembershipPortalCase):
    """What a token holds back, and what it lets through."""

    CHILD = {"firstname": "Léo", "lastname": "Le Goff", "birthdate_date": "2015-03-24"}

    def setUp(self):
        super().setUp()
        self.login(self.anne)
        self.me = self.anne.partner_id

    def names(self):
        return sorted(self.me.dependant_ids.mapped("firstname"))

    def test_a_form_that_was_refused_is_sent_again_once_it_is_right(self):
        """The same page, mended: its token was given back with the refusal."""
        tokens = self.tokens()
        page = self.post("/my/family/new", **tokens, **{**self.CHILD, "lastname": ""})
        self.assertIn("Enter the last name.", page.text)
        self.post("/my/family/new", **tokens, **self.CHILD)
        self.assertEqual(self.names(), ["Léo"])

    def test_a_form_whose_work_failed_is_sent_again(self):
        tokens = self.tokens()
        broken = patch.object(
            MembershipPortalFamily, "_create_family_person", side_effect=RuntimeError("broken")
        )
        with broken, mute_logger("odoo.http"):
            answer = self.post("/my/family/new", **tokens, **self.CHILD)
        self.assertEqual(answer.status_code, 500)
        self.post("/my/family/new", **tokens, **self.CHILD)
        self.assertEqual(self.names(), ["Léo"])

    def test_a_refusal_said_on_another_page_gives_the_token_back(self):
        tokens = self.tokens()
        url = f"/my/memberships/{self.paid(self.me).id}/renew"
        answer = self.post(url, **tokens)
        self.assertIn("cannot be renewed online now", self.words(answer))
        self.assertFalse(self.env["tierslieux.form.submission"].search([]))

    def test_what_was_typed_on_a_page_sent_already_is_shown_and_can_be_sent_as_well(self):
        """Somebody goes back in the browser and adds a second child: nothing of it is lost."""
        tokens = self.tokens()
        self.post("/my/family/new", **tokens, **self.CHILD)
        answer = self.post("/my/family/new", **tokens, **{**self.CHILD, "firstname": "Mia"})
        self.assertIn("was sent already, with something else", answer.text)
        self.assertEqual(self.names(), ["Léo"])
        again = self.read_form(answer, "/my/family/new")
        self.assertEqual(again["firstname"], "Mia")
        self.send_form("/my/family/new", again)
        self.assertEqual(self.names(), ["Léo", "Mia"])

    def test_a_new_form_has_a_new_token_and_acts_again(self):
        shown = set()
        for name in ("Léo", "Mia"):
            values = self.read_form(self.url_open("/my/family/new"), "/my/family/new")
            shown.add(values["form_token"])
            self.send_form("/my/family/new", {**values, **self.CHILD, "firstname": name})
        self.assertEqual(len(shown), 2)
        self.assertEqual(self.names(), ["Léo", "Mia"])

    def test_the_token_of_one_form_opens_no_other_once_it_is_used(self):
        tokens = self.tokens()
        self.post("/my/family/new", **tokens, **self.CHILD)
        url = f"/my/memberships/join/{self.type_person.id}"
        answer = self.post(url, **tokens, partner_id=self.me.id)
        self.assertIn("was sent already, with something else", answer.text)
        self.assertFalse(self.env["tierslieux.membership"].search([("payer_id", "=", self.me.id)]))

    def test_a_button_without_a_form_to_show_says_what_it_does_when_it_asks_again(self):
        """Its own words, the way back to the page where it stood, and no other host's."""
        membership = self.membership(self.me, confirm=True)
        url, host = f"/my/memberships/{membership.id}/renew", self.base_url()
        for referrer, back in (
            (f"{host}/my/memberships?page=1", "/my/memberships?page=1"),
            ("https://elsewhere.example/my/memberships", "/my"),
            (f"{host}//elsewhere.example", "/my"),
            ("http://[", "/my"),
            (f"{host}{url}", "/my"),
        ):
            page = self.url_open(
                url,
                data={**self.tokens(), "form_token": "x"},
                headers={"Referer": referrer},
            ).text
            text = " ".join(page.split())
            self.assertIn("Nothing was recorded", text)
            self.assertIn(">Renew this membership</h1>", text)
            self.assertIn(">Renew this membership</button>", text)
            self.assertIn(f'href="{back}"', text)
            self.assertNotIn("elsewhere.example", text)
