from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_base.controllers.portal_family import MembershipPortalFamily

from .booking_common import NOW
from .test_portal_booking import PortalBookingCase
from .test_portal_join import PaymentCase
from .test_portal_pages import PortalCase


@tagged("post_install", "-at_install")
class TestMembersForms(PortalCase):
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
        old = self.membership(
            self.me,
            date_start=self.today - timedelta(days=300),
            date_end=self.today + timedelta(days=10),
            state="active",
        )
        self.assert_acts_once("/my/memberships", f"/my/memberships/{old.id}/renew", self.count)

    def test_portal_membership_link(self):
        """Asked for by who was sent the address of a membership, and is not logged in."""
        membership = self.membership(
            self.me,
            date_start=self.today - timedelta(days=300),
            date_end=self.today + timedelta(days=10),
            state="active",
        )
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
@freeze_time(NOW)
class TestBookingsForms(PortalBookingCase, PaymentCase):
    def setUp(self):
        super().setUp()
        self.login(self.anne)
        self.url = f"/my/bookings/{self.mine.id}"

    def test_portal_booking_submit(self):
        query = "&".join(f"{name}={value}" for name, value in self.choice().items())
        self.assert_acts_once(
            f"/my/bookings/new?{query}",
            "/my/bookings/new",
            lambda: len(self.bookings_of(self.anne)),
            title="Team <b>meeting</b>",
            note="We come\nearly",
        )

    def test_portal_booking_wait(self):
        self.assert_acts_once(
            f"/my/bookings/find?kind={self.desk.kind_id.id}&persons=1&day=2030-03-05&minutes=60",
            "/my/bookings/wait",
            lambda: self.env["tierslieux.booking.wait"].search_count([]),
            resource=str(self.desk.id),
            time="14:30",
        )

    def test_portal_wait_cancel(self):
        wait = self.env["tierslieux.booking.wait"].create(
            {
                "resource_id": self.desk.id,
                "partner_id": self.anne.partner_id.id,
                "start": self.at("2030-03-05 14:30"),
                "stop": self.at("2030-03-05 15:30"),
            }
        )
        self.assert_acts_once(
            "/my/bookings", f"/my/bookings/wait/{wait.id}/cancel", lambda: wait.state
        )

    def test_portal_booking_invoice(self):
        self.assert_acts_once(
            self.url, f"{self.url}/pay", lambda: len(self.mine.invoice_line_ids.move_id)
        )

    def test_portal_booking_link(self):
        query = f"?access_token={self.mine._portal_ensure_token()}"
        self.authenticate(None, None)
        self.assert_acts_once(
            f"{self.url}{query}",
            f"{self.url}/link",
            lambda: self.env["tierslieux.one.time.link"].search_count([]),
        )

    def test_portal_booking_cancel(self):
        self.assert_acts_once(self.url, f"{self.url}/cancel", lambda: self.mine.state)

    def test_portal_booking_confirm(self):
        option = self.book(
            self.desk,
            "2030-03-06 14:00",
            "2030-03-06 15:00",
            partner=self.anne.partner_id,
            state="option",
            option_until="2030-03-05 08:00:00",
        )
        self.assert_acts_once(
            "/my/bookings", f"/my/bookings/{option.id}/confirm", lambda: option.state
        )

    def test_portal_calendar_renew(self):
        self.assert_acts_once(
            "/my/bookings",
            "/my/bookings/calendar/renew",
            lambda: self.anne.partner_id.calendar_token,
        )


@tagged("post_install", "-at_install")
class TestFormTokens(PortalCase):
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

    def test_a_token_is_good_for_a_week_and_remembered_for_longer(self):
        with freeze_time("2030-03-04 08:00:00"):
            self.login(self.anne)
            tokens = self.tokens()
        Submission = self.env["tierslieux.form.submission"]
        key = self.session.sid[:42]
        with freeze_time("2030-03-11 07:59:00"):
            self.assertTrue(Submission._read_token(tokens["form_token"], key))
        with freeze_time("2030-03-11 08:00:01"):
            self.assertFalse(Submission._read_token(tokens["form_token"], key))
        old = Submission.create({"token": "a", "path": "/", "fingerprint": "x"})
        new = Submission.create({"token": "b", "path": "/", "fingerprint": "x"})
        self.env.cr.execute(
            "UPDATE tierslieux_form_submission SET create_date = now() - interval '10 days'"
            " WHERE id = %s",
            [old.id],
        )
        self.env.invalidate_all()
        Submission._gc_submissions()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_nobody_reads_what_was_sent(self):
        """Where a form led may be an address with a secret: not even administrators read it."""
        for user in (self.manager, self.treasurer, self.anne, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.env["tierslieux.form.submission"].with_user(user).search([])
