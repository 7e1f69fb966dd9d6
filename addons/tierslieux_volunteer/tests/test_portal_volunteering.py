from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import LINK

from .volunteer_common import NOW
from .volunteer_portal_common import VolunteerPortalCase

HOME = "/my/volunteering"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVolunteerPages(VolunteerPortalCase):
    def setUp(self):
        super().setUp()
        self.login(self.anne)

    def read(self, path=HOME):
        return self.words(self.url_open(path))

    def test_the_home_leads_volunteers_there_and_nobody_else(self):
        self.assertIn(HOME, self.url_open("/my/home").text)
        stranger = self._create_portal_user("zoe", "Zoé", "Passante")
        self.login(stranger)
        self.assertNotIn(f'href="{HOME}"', self.url_open("/my/home").text)
        self.assertIn("no volunteer's sheet", self.read())

    def test_my_next_shifts_and_those_that_fit_me(self):
        refused = self.make_mission("Garden", seats=(1, 1, 1))
        self.env["tierslieux.volunteer.wish"].create(
            {"volunteer_id": self.anne_sheet.id, "mission_id": refused.id, "kind": "refusal"}
        )
        self.shift("2027-01-26 09:00", "2027-01-26 12:00", mission=refused)
        words = self.read()
        self.assertIn("Monday 18 January", words.replace("January 18", "18 January"))
        self.assertEqual(
            self.anne_sheet._get_free_shifts(),
            self.wednesday,
            "the garden is refused, Monday is mine",
        )
        self.assertNotIn("Garden", words)

    def test_one_tap_takes_a_free_shift_and_says_what_happens_next(self):
        page = self.post(f"{HOME}/take/{self.wednesday.id}")
        self.assertIn("You are expected", self.words(page))
        row = self.wednesday.assignment_ids.filtered(lambda a: a.volunteer_id == self.anne_sheet)
        self.assertEqual((row.state, row.answer_source), ("accepted", "portal"))

    def test_what_does_not_fit_is_not_taken(self):
        self.env["tierslieux.volunteer.wish"].create(
            {"volunteer_id": self.anne_sheet.id, "mission_id": self.mission.id, "kind": "refusal"}
        )
        page = self.post(f"{HOME}/take/{self.wednesday.id}")
        self.assertIn("Does not want this mission", self.words(page))
        self.assertEqual(self.wednesday.taken_count, 1)

    def test_my_own_yes_lifts_my_own_limits(self):
        """Asked outside her hours, Anne says yes: it is hers to say."""
        self.anne_sheet._set_week({"0": [[540, 600]]})
        row = self.ask(self.anne_sheet)
        self.post(f"/my/shifts/{row.id}/yes")
        self.assertEqual(row.state, "accepted")

    def test_a_shift_taken_meanwhile_says_which_still_need_someone(self):
        row = self.ask(self.anne_sheet)
        self.fill(row.shift_id)
        page = self.post(f"/my/shifts/{row.id}/yes")
        words = self.words(page)
        self.assertIn("somebody was quicker", words)
        self.assertIn("These still need someone", words)
        self.assertIn(f"/my/shifts/{row.id}/other/{self.wednesday.id}", page.text)
        self.assertEqual(row.state, "proposed")
        self.post(f"/my/shifts/{row.id}/other/{self.wednesday.id}")
        self.assertEqual(self.wednesday.taken_count, 2)

    def test_i_cannot_come_frees_the_seat_and_others_are_asked(self):
        page = self.post(f"/my/shifts/{self.mine.id}/no")
        self.assertIn("others are being asked", self.words(page))
        self.assertEqual(self.mine.state, "excused")
        self.assertTrue(self.monday.assignment_ids.filtered(lambda a: a.state == "proposed"))

    def test_shift_mates_are_first_names_and_what_they_show(self):
        self.cleo.partner_id.phone = "06 11 22 33 44"
        self.put(self.monday, self.cleo)
        words = self.read(f"/my/shifts/{self.mine.id}")
        self.assertIn("With you Cleo", words)
        self.assertNotIn("Benevole", words)
        self.assertNotIn("06 11 22 33 44", words)
        self.assertNotIn("cleo@example.com", words)
        self.cleo.shares_phone = True
        words = self.read(f"/my/shifts/{self.mine.id}")
        self.assertIn("06 11 22 33 44", words)
        self.assertNotIn("cleo@example.com", words)

    def test_a_holiday_frees_its_shifts_and_says_which(self):
        days = {"date_start": "2027-01-18", "date_end": "2027-01-19"}
        page = self.post(f"{HOME}/away", **days)
        self.assertIn("This frees: Repair café – Mon 18 Jan 14:00–18:00", self.words(page))
        self.assertFalse(self.anne_sheet.absence_ids)
        # Other days than those that were shown are shown first.
        self.post(f"{HOME}/away", sure="2027-01-18 2027-01-18", **days)
        self.assertFalse(self.anne_sheet.absence_ids)
        page = self.post(f"{HOME}/away", sure="2027-01-18 2027-01-19", **days)
        self.assertIn("you do not come to Repair café", self.words(page))
        self.assertEqual(self.mine.state, "excused")
        absence = self.anne_sheet.absence_ids
        page = self.post(f"{HOME}/away/{absence.id}/delete")
        self.assertEqual(self.mine.state, "accepted")
        self.assertFalse(absence.exists())

    def test_odd_days_are_refused_with_what_is_wrong(self):
        for first, last, sentence in (
            ("", "", "Say the first day"),
            ("2027-01-10", "", "This day is over"),
            ("2027-01-20", "2027-01-19", "The last day is before"),
            ("2027-01-20", "2029-01-19", "For more than a year"),
        ):
            page = self.post(f"{HOME}/away", date_start=first, date_end=last)
            self.assertIn(sentence, self.words(page))
        self.assertFalse(self.anne_sheet.absence_ids)

    def test_the_week_is_what_is_painted_and_the_night_stays(self):
        """9:00–10:00 on Monday is painted; 23:00–24:00 on Sunday, which the page hides, stays."""
        self.anne_sheet._set_week({"6": [[1380, 1440]], "2": [[600, 660]]})
        page = self.url_open(f"{HOME}/time")
        self.assertIn('value="6-1380"', page.text)
        cells = ["6-1380", "6-1410", "0-540", "0-570", "9-0", "0-7", "x", "0-99999"]
        self.post(f"{HOME}/week", cell=cells)
        self.assertEqual(self.anne_sheet._get_week(), {0: [(540, 600)], 6: [(1380, 1440)]})

    def test_what_shift_mates_see_is_mine_to_choose(self):
        self.post(f"{HOME}/share", shares_phone="1")
        self.assertEqual(
            (self.anne_sheet.shares_phone, self.anne_sheet.shares_email), (True, False)
        )

    def test_my_papers_are_among_my_documents(self):
        self.env["tierslieux.volunteer.paper"].create(
            {"volunteer_id": self.anne_sheet.id, "kind": "licence", "date_end": "2027-03-31"}
        )
        self.assertIn("valid until 31/03/2027", self.read())

    def test_my_calendar_is_read_by_who_has_its_address(self):
        self.post(f"{HOME}/calendar")
        token = self.anne_sheet.calendar_token
        self.stranger()
        feed = self.url_open(f"/tierslieux/calendar/volunteer/{token}.ics")
        self.assertIn("Repair café", feed.text)
        self.assertEqual(feed.text.count("BEGIN:VEVENT"), 1)
        self.anne_sheet._renew_calendar_token()
        self.assertEqual(
            self.url_open(f"/tierslieux/calendar/volunteer/{token}.ics").status_code, 404
        )

    def test_two_volunteers_swap_online(self):
        words = self.read(f"/my/shifts/{self.mine.id}/swap")
        self.assertIn("Now: Bob", words)
        self.assertNotIn("Étranger", words)
        self.post(f"/my/shifts/{self.mine.id}/swap/{self.foreign.id}")
        swap = self.env["tierslieux.shift.swap"].search([])
        self.login(self._get_bob_user())
        page = self.post(f"/my/swaps/{swap.id}/yes")
        self.assertIn("Swapped", self.words(page))
        self.assertEqual(self.monday.assignment_ids.filtered("is_holding").volunteer_id.partner_id,
                         self.bob_sheet.partner_id)  # fmt: skip

    # -- what is somebody else's -------------------------------------------------------------

    def test_another_ones_shift_is_neither_shown_nor_changed(self):
        page = self.url_open(f"/my/shifts/{self.foreign.id}")
        self.assertEqual(self.path(page), HOME)
        for answer in ("yes", "no", "link", f"other/{self.wednesday.id}"):
            self.post(f"/my/shifts/{self.foreign.id}/{answer}")
        self.post(f"/my/shifts/{self.foreign.id}/swap/{self.mine.id}")
        self.url_open(f"/my/shifts/{self.foreign.id}/swap")
        self.assertEqual(self.foreign.state, "accepted")
        self.assertFalse(self.env["tierslieux.shift.swap"].search([]))

    def test_another_ones_holiday_is_not_deleted(self):
        absence = self.env["tierslieux.volunteer.absence"].create(
            {"volunteer_id": self.bob_sheet.id, "date_from": "2027-02-01", "date_to": "2027-02-02"}
        )
        self.post(f"{HOME}/away/{absence.id}/delete")
        self.assertTrue(absence.exists())

    def test_a_swap_of_others_is_not_mine(self):
        row = self.put(self.shift("2027-01-27 14:00", "2027-01-27 18:00"), self.cleo)
        swap = self.env["tierslieux.shift.swap"]._propose(self.foreign, row)
        self.assertEqual(self.path(self.url_open(f"/my/swaps/{swap.id}")), HOME)
        for answer in ("yes", "no"):
            self.post(f"/my/swaps/{swap.id}/{answer}")
        self.assertEqual(swap.state, "proposed")

    def test_who_proposed_a_swap_does_not_accept_it_for_the_other(self):
        self.post(f"/my/shifts/{self.mine.id}/swap/{self.foreign.id}")
        swap = self.env["tierslieux.shift.swap"].search([])
        self.post(f"/my/swaps/{swap.id}/yes")
        self.assertEqual(swap.state, "proposed")
        self.post(f"/my/swaps/{swap.id}/no")
        self.assertEqual(swap.state, "cancelled")

    def test_a_shift_of_another_association_is_not_taken(self):
        other = self._create_company("Other")
        place = self.env["tierslieux.place"].create(
            {"name": "Elsewhere", "code": "ELSE", "company_id": other.id}
        )
        mission = self.env["tierslieux.mission"].create(
            {"name": "Elsewhere", "place_id": place.id, "coordinator_id": False}
        )
        shift = self.shift(mission=mission)
        self.post(f"{HOME}/take/{shift.id}")
        self.assertFalse(shift.assignment_ids)

    def test_ids_of_nothing_lead_home(self):
        for path in (
            "/my/shifts/999999",
            "/my/shifts/999999/swap",
            "/my/swaps/999999",
        ):
            self.assertEqual(self.url_open(path).status_code, 200, path)
        for path in (f"{HOME}/take/999999", "/my/shifts/999999/yes", "/my/swaps/999999/no"):
            self.assertEqual(self.post(path).status_code, 200, path)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVolunteerLinks(VolunteerPortalCase):
    """Links of messages, in a browser where nobody is logged in."""

    def setUp(self):
        super().setUp()
        self.asked = self.ask(self.anne_sheet)
        self.stranger()

    def url(self, row, token):
        return f"/my/shifts/{row.id}?link={token}"

    def answer(self, row, token, what="yes"):
        return self.post(f"/my/shifts/{row.id}/{what}", link=token)

    def test_the_message_holds_a_link_which_is_made_when_it_leaves(self):
        self.asked._queue_messages("asked")
        message = self.messages(self.anne_sheet)
        message._send()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.anne.partner_id.ids)], order="id desc", limit=1
        )
        self.assertIn("link=to-send", mail.body_html)
        token = LINK.search(mail._prepare_outgoing_body())[1]
        self.assertNotIn(token, mail.body_html)
        self.answer(self.asked, token)
        self.assertEqual(self.asked.state, "accepted")

    def test_opening_a_link_changes_nothing(self):
        token = self.issue(self.asked)
        for _time in range(3):
            page = self.url_open(self.url(self.asked, token))
        self.assertIn("Yes, I come", page.text)
        self.assertEqual(self.asked.state, "proposed")
        self.assertFalse(self.links(self.asked).used_at)

    def test_one_tap_answers_once(self):
        token = self.issue(self.asked)
        page = self.answer(self.asked, token)
        self.assertIn("You are expected", self.words(page))
        self.assertEqual((self.asked.state, self.asked.answer_source), ("accepted", "link"))
        self.stranger()  # another browser, with the same link
        page = self.url_open(self.url(self.asked, token))
        self.assertIn("used already", self.words(page))
        self.answer(self.asked, token, "no")
        self.assertEqual(self.asked.state, "accepted")

    def test_who_changes_their_mind_within_the_hour_may(self):
        token = self.issue(self.asked)
        self.answer(self.asked, token)
        self.answer(self.asked, token, "no")
        self.assertEqual(self.asked.state, "excused")

    def test_a_link_that_is_over_says_so_and_what_is_free(self):
        token = self.issue(self.asked)
        with freeze_time(self.at("2027-01-25 09:00")):
            later = self.shift("2027-01-30 09:00", "2027-01-30 12:00")
            response = self.url_open(self.url(self.asked, token))
            self.assertEqual(response.status_code, 200)
            words = self.words(response)
            self.assertIn("has begun or is over", words)
            self.assertIn("These still need someone", words)
            self.assertNotIn(f"/other/{later.id}", response.text)
            self.answer(self.asked, token)
        self.assertEqual(self.asked.state, "proposed")

    def test_a_cancelled_shift_says_so_and_what_is_free(self):
        token = self.issue(self.asked)
        self.asked.shift_id._cancel()
        words = self.words(self.url_open(self.url(self.asked, token)))
        self.assertIn("does not take place", words)
        self.assertIn("These still need someone", words)
        self.assertEqual(self.answer(self.asked, token).status_code, 200)
        self.assertEqual(self.asked.state, "proposed")

    def test_a_deleted_shift_says_so_and_what_is_free(self):
        token = self.issue(self.asked)
        url = self.url(self.asked, token)
        row_id = self.asked.id
        self.asked.unlink()
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn("does not exist any more", self.words(response))
        self.assertIn("These still need someone", self.words(response))
        response = self.post(f"/my/shifts/{row_id}/yes", link=token)
        self.assertEqual(response.status_code, 200)

    def test_a_late_yes_gets_other_shifts(self):
        token = self.issue(self.asked)
        self.fill(self.asked.shift_id)
        page = self.url_open(self.url(self.asked, token))
        self.assertIn("somebody was quicker", self.words(page))
        other = f"/my/shifts/{self.asked.id}/other/{self.wednesday.id}"
        self.assertIn(other, page.text)
        page = self.post(other, link=token)
        self.assertIn("You are expected", self.words(page))
        self.assertEqual(self.wednesday.taken_count, 2)

    def test_a_link_is_good_for_its_shift_and_its_person_alone(self):
        token = self.issue(self.asked)
        self.answer(self.foreign, token, "no")
        self.assertEqual(self.foreign.state, "accepted")
        for forged in ("", "x", "é" * 40, "to-send", token[:-1]):
            response = self.url_open(self.url(self.asked, forged))
            self.assertEqual(response.status_code, 200)
            self.assertNotIn("Repair café", self.words(response))
            self.answer(self.asked, forged)
        self.assertEqual(self.asked.state, "proposed")
        self.assertNotIn("Repair café", self.words(self.url_open(f"/my/shifts/{self.asked.id}")))

    def test_a_swap_is_answered_by_link(self):
        swap = self.env["tierslieux.shift.swap"]._propose(self.mine, self.foreign)
        token = self.issue(swap)
        self.assertIn("You give", self.url_open(f"/my/swaps/{swap.id}?link={token}").text)
        self.assertEqual(swap.state, "proposed")
        self.post(f"/my/swaps/{swap.id}/yes", link=token)
        self.assertEqual(swap.state, "done")
