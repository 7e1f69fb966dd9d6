from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_base.models import one_time_link
from odoo.addons.tierslieux_base.tests.portal_common import LINK, LinkCase

from .booking_common import NOW, PortalBookingCase


class BookingLinkCase(PortalBookingCase, LinkCase):
    def hold(self):
        """An option of Anne's."""
        return self.book(
            self.desk,
            "2030-03-06 14:00",
            "2030-03-06 16:00",
            partner=self.anne.partner_id,
            state="option",
            option_until=self.at("2030-03-05 09:00"),
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingLink(BookingLinkCase):
    """What changes a booking asks for its person, logged in, or for a link that works once."""

    def setUp(self):
        super().setUp()
        self.path_mine = f"/my/bookings/{self.mine.id}"
        self.stranger()

    def cancel(self, **data):
        return self.post(f"{self.path_mine}/cancel", fee_percent="100", **data)

    def test_the_secret_of_a_booking_reads_and_changes_nothing(self):
        held = self.hold()
        for booking, action in (
            (self.mine, "cancel"),
            (held, "confirm"),
            (held, "cancel"),
            (self.mine, "pay"),
        ):
            token = booking._portal_ensure_token()
            state = booking.state
            page = self.url_open(f"/my/bookings/{booking.id}?access_token={token}").text
            self.assertIn("Receive a link by e-mail", page)
            self.assertNotIn(f"/my/bookings/{booking.id}/{action}", page)
            self.post(f"/my/bookings/{booking.id}/{action}", access_token=token, fee_percent="100")
            self.assertEqual(booking.state, state, action)
            self.assertFalse(booking.invoice_line_ids, action)

    def test_nobody_who_works_here_acts_through_the_secret(self):
        token = self.mine._portal_ensure_token()
        for user in (self.board, self.reception, self.treasurer, self.bob):
            self.authenticate(user.login, user.login)
            self.cancel(access_token=token)
            self.assertEqual(self.mine.state, "confirmed", user.login)

    def test_the_person_logged_in_acts_by_the_secret_or_without(self):
        self.login(self.anne)
        self.cancel(access_token=self.mine._portal_ensure_token())
        self.assertEqual(self.mine.state, "cancelled")

    def test_who_looks_after_the_person_acts_when_logged_in(self):
        child = self.person("Léo", guardian_id=self.anne.partner_id.id)
        booking = self.book(self.desk, "2030-03-06 14:00", "2030-03-06 16:00", partner=child)
        self.login(self.anne)
        self.post(
            f"/my/bookings/{booking.id}/cancel",
            access_token=booking._portal_ensure_token(),
            fee_percent="100",
        )
        self.assertEqual(booking.state, "cancelled")

    def test_opening_a_link_changes_nothing_and_uses_nothing_up(self):
        """Programs that look through e-mails open their links."""
        link = self.issue(self.mine)
        for _time in range(3):
            page = self.url_open(f"{self.path_mine}?link={link}").text
            self.assertIn("Cancel this booking", page)
            self.assertEqual(self.url_open(f"{self.path_mine}/cancel?link={link}").status_code, 405)
        self.assertEqual(self.mine.state, "confirmed")
        self.assertFalse(self.links(self.mine).used_at)

    def test_a_link_cancels_once(self):
        link = self.issue(self.mine)
        self.cancel(link=link)
        self.assertEqual(self.mine.state, "cancelled")
        self.assertTrue(self.links(self.mine).used_at)
        page = self.url_open(f"{self.path_mine}?link={link}").text
        self.assertIn("Cancelled", page)
        self.mine.write({"state": "confirmed"})
        self.stranger()
        page = self.url_open(f"{self.path_mine}?link={link}").text
        self.assertNotIn("Cancel this booking", page)
        self.cancel(link=link)
        self.assertEqual(self.mine.state, "confirmed", "in another browser, the link is used up")

    def test_the_browser_that_used_a_link_goes_on_for_an_hour(self):
        held = self.hold()
        link = self.issue(held)
        self.post(f"/my/bookings/{held.id}/confirm", link=link)
        self.assertEqual(held.state, "confirmed")
        with freeze_time(NOW) as clock:
            clock.tick(timedelta(minutes=61))
            self.post(f"/my/bookings/{held.id}/cancel", link=link, fee_percent="100")
            self.assertEqual(held.state, "confirmed")
            clock.tick(timedelta(minutes=-2))
            self.post(f"/my/bookings/{held.id}/cancel", link=link, fee_percent="100")
            self.assertEqual(held.state, "cancelled")

    def test_a_link_is_for_one_record(self):
        link = self.issue(self.foreign)
        self.assertIn("/web/login", self.url_open(f"{self.path_mine}?link={link}").url)
        self.cancel(link=link)
        self.assertEqual(self.mine.state, "confirmed")

    def test_a_link_dies_with_the_persons_part(self):
        link = self.issue(self.mine)
        self.mine.partner_id = self.bob.partner_id
        self.cancel(link=link)
        self.assertEqual(self.mine.state, "confirmed")

    def test_a_link_that_is_over_offers_another_and_shows_nothing(self):
        link = self.issue(self.mine)
        self.links(self.mine).expires_at = "2030-03-04 07:59:00"
        page = self.url_open(f"{self.path_mine}?link={link}").text
        self.assertNotIn("Weekly meeting", page)
        self.assertIn("This link is over", page)
        self.assertIn("Ask for a new one: it is sent to a•••@example.org", page)
        self.assertIn("Ask for a new one: it is sent to a•••@example.org", page)
        self.cancel(link=link)
        self.assertEqual(self.mine.state, "confirmed")
        page = self.post(f"{self.path_mine}/link?link={link}").text
        self.assertIn("a•••@example.org", page)
        (link,) = LINK.findall(self.asked(self.mine)._prepare_outgoing_body())
        self.cancel(link=link)
        self.assertEqual(self.mine.state, "cancelled")

    def test_forged_and_odd_links_open_nothing(self):
        self.issue(self.mine)
        hashed = self.links(self.mine).token_hash
        for link in ("x", "é", "%00", "to-send", "False", hashed, "-" * 5000):
            self.assertIn("/web/login", self.url_open(f"{self.path_mine}?link={link}").url, link)
            self.cancel(link=link)
            self.assertEqual(self.mine.state, "confirmed", link)

    def test_the_database_keeps_the_hash_and_not_the_secret(self):
        link = self.issue(self.mine)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*) FROM tierslieux_one_time_link l WHERE l::text LIKE %s", [f"%{link}%"]
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_a_link_is_taken_once_whatever_the_cache_says(self):
        link = self.links(self.mine)._find(self.mine, self.issue(self.mine))
        self.assertFalse(link.used_at)
        self.assertTrue(link._take())
        self.assertFalse(link._take())
        self.assertTrue(link.used_at)

    def test_a_link_is_asked_for_in_one_tap_and_leaves_by_e_mail(self):
        token = self.mine._portal_ensure_token()
        page = self.post(f"{self.path_mine}/link", access_token=token).text
        self.assertIn("A link is on its way to a•••@example.org", page)
        mail = self.asked(self.mine)
        self.assertEqual(mail.recipient_ids, self.anne.partner_id)
        self.assertIn("Salle Rouge", mail.subject)
        self.assertIn("link=to-send", mail.body_html)
        (link,) = LINK.findall(mail._prepare_outgoing_body())
        self.stranger()
        self.cancel(link=link)
        self.assertEqual(self.mine.state, "cancelled")

    def test_links_are_not_asked_for_without_end(self):
        token = self.mine._portal_ensure_token()
        for _time in range(one_time_link.MAX_ASKED):
            page = self.post(f"{self.path_mine}/link", access_token=token).text
            self.assertIn("A link is on its way", page)
        page = self.post(f"{self.path_mine}/link", access_token=token).text
        self.assertIn("Several links were sent", page)
        self.assertEqual(len(self.asked(self.mine)), one_time_link.MAX_ASKED)

    def test_a_stranger_asks_for_no_link(self):
        for data in ({}, {"access_token": "x"}, {"link": "x"}):
            self.assertIn("/web/login", self.post(f"{self.path_mine}/link", **data).url)
        self.assertFalse(self.links(self.mine))

    def test_the_thread_is_not_written_in_through_the_secret(self):
        token = self.mine._portal_ensure_token()
        thread = self.env["tierslieux.booking"].with_user(self.env.ref("base.public_user"))
        sign = self.mine._sign_token(self.anne.partner_id.id)
        for given in ({"token": token}, {"hash": sign, "pid": self.anne.partner_id.id}):
            self.assertFalse(thread._get_thread_with_access(self.mine.id, **given))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestLinkInMail(BookingLinkCase):
    """The link is made when the e-mail leaves, for its only reader, who is the person."""

    def mail(self, record, **vals):
        return self.env["mail.mail"].create(
            {
                "body_html": f'<p><a href="{record._get_action_url()}">Go</a></p>',
                "recipient_ids": [(6, 0, record._get_link_partners().ids)],
                **vals,
            }
        )

    def test_the_offer_of_a_freed_slot_holds_a_link_once_it_leaves(self):
        offered = self.hold()
        message = offered.message_log_ids.message_id
        message._send()
        mail = self.env["mail.mail"].search(
            [("model", "=", message._name), ("res_id", "=", message.id)]
        )
        self.assertIn(f"/my/bookings/{offered.id}?link=to-send", mail.body_html)
        self.assertFalse(self.links(offered), "what the team may read holds no secret")
        (link,) = LINK.findall(mail._prepare_outgoing_body())
        self.stranger()
        page = self.url_open(f"/my/bookings/{offered.id}?link={link}").text
        self.assertIn("Confirm", page)
        self.post(f"/my/bookings/{offered.id}/confirm", link=link)
        self.assertEqual(offered.state, "confirmed")

    def test_a_link_goes_to_its_person_and_to_nobody_else(self):
        """Whoever may write e-mails would otherwise send themselves links."""
        bob = self.bob.partner_id
        anne = self.anne.partner_id
        for vals in (
            {"recipient_ids": [(6, 0, bob.ids)]},
            {"recipient_ids": [(6, 0, (anne | bob).ids)]},
            {"email_to": "bob@example.org"},
            {"email_cc": "bob@example.org"},
            {"recipient_ids": [(5,)], "email_to": anne.email},
        ):
            body = self.mail(self.mine, **vals)._prepare_outgoing_body()
            self.assertNotIn("link=", body)
            self.assertIn(f'/my/bookings/{self.mine.id}"', body)
        self.assertFalse(self.links(self.mine))
        self.assertTrue(LINK.search(self.mail(self.mine)._prepare_outgoing_body()))
