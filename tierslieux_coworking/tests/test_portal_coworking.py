from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .coworking_portal_common import PortalCoworkingCase

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00"
    b"IEND\xaeB`\x82"
)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalPlan(PortalCoworkingCase):
    def test_my_plan_says_its_state_price_and_credits(self):
        self.login(self.anne)
        page = self.url_open("/my/plan").text
        self.assertIn("Mensuel", page)
        self.assertIn("Running", page)
        self.assertIn("300.00", page)
        self.assertIn("Meeting hours: 4", page)
        self.assertNotIn("Carnet 10 jours", page)

    def test_my_plan_says_what_it_opens(self):
        self.mine.plan_id.write({"has_door": True, "has_wifi": True, "has_post_box": False})
        self.login(self.anne)
        page = self.url_open(f"/my/plan/{self.mine.id}").text
        self.assertIn("door access, Wi-Fi", page)
        self.assertNotIn("post box", page)

    def test_a_plan_that_somebody_else_pays_says_who(self):
        self.mine.payer_id = self.env["res.partner"].create(
            {"name": "Menhir Data", "is_company": True}
        )
        self.login(self.anne)
        page = self.url_open(f"/my/plan/{self.mine.id}").text
        self.assertIn("Menhir Data", page)
        self.assertNotIn("Next invoice", page)
        self.assertNotIn('href="/my/invoices"', page)

    def test_anothers_plan_leads_home(self):
        self.login(self.bob)
        path = f"/my/plan/{self.mine.id}"
        self.assertEqual(self.path(self.url_open(path)), "/my")
        self.assertEqual(self.path(self.url_open(f"{path}/team")), "/my")
        for action in ("pause", "notice"):
            self.post(f"{path}/{action}", date="2030-04-01", date_end="2030-04-10")
        self.assertRecordValues(self.mine, [{"state": "active", "notice_date": False}])
        self.assertFalse(self.requests_of(self.mine))

    def test_strangers_are_asked_to_log_in(self):
        self.authenticate(None, None)
        for path in ("/my/plan", f"/my/plan/{self.mine.id}", "/my/credits", "/my/community"):
            self.assertIn("/web/login", self.url_open(path).url)

    def test_subscriptions_plans_and_credits_are_out_of_reach_of_rpc(self):
        for model in (
            "tierslieux.subscription",
            "tierslieux.plan",
            "tierslieux.credit.line",
            "tierslieux.subscription.person",
            "tierslieux.skill",
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.anne).search([])

    def test_who_uses_a_team_plan_sees_no_price_of_it(self):
        team = self.make_plan("Team", amount=612, audience="team", is_transferable=True)
        shared = self.subscribe(team, self.organisation(), manager_id=self.bob.partner_id.id)
        shared._add_person(self.anne.partner_id)
        self.login(self.anne)
        page = self.url_open(f"/my/plan/{shared.id}").text
        self.assertIn("Team", page)
        self.assertNotIn("612", page)
        self.assertEqual(self.path(self.url_open(f"/my/plan/{shared.id}/team")), "/my")
        self.assertEqual(self.path(self.url_open(f"/my/plan/{shared.id}/notice")), "/my/plan")

    def test_a_pause_is_asked_for_and_the_team_decides(self):
        self.login(self.anne)
        for _rank in range(2):  # tapped twice
            self.post(
                f"/my/plan/{self.mine.id}/pause",
                date="2030-04-01",
                date_end="2030-04-30",
                reason="Travel",
            )
        self.assertEqual(self.mine.state, "active")
        self.assertEqual(len(self.requests_of(self.mine)), 1)
        page = self.url_open(f"/my/plan/{self.mine.id}").text
        self.assertIn("Pause asked for, from 04/01/2030 to 04/30/2030", page)

    def test_each_pause_asked_for_is_recorded(self):
        self.login(self.anne)
        for month in ("04", "08"):
            self.post(
                f"/my/plan/{self.mine.id}/pause",
                date=f"2030-{month}-01",
                date_end=f"2030-{month}-15",
            )
        self.assertEqual(len(self.requests_of(self.mine)), 2)

    def test_who_has_a_plan_asks_for_another_in_its_place(self):
        half = self.monthly.copy({"name": "Mi-temps", "amount": 150.0, "portal_open": True})
        self.login(self.anne)
        self.assertIn("invoiced twice", self.url_open(f"/my/plan/new/{self.monthly.id}").text)
        self.assertIn("Change for this plan", self.url_open(f"/my/plan/new/{half.id}").text)
        for _rank in range(2):  # tapped twice
            self.post(f"/my/plan/new/{half.id}/switch")
        self.assertEqual(self.requests_of(self.mine).summary, "Change asked for: « Mi-temps »")
        self.assertEqual(self.subscriptions_of(self.anne), self.mine)
        self.login(self.bob)
        self.assertNotIn("Change for this", self.url_open(f"/my/plan/new/{half.id}").text)

    def test_a_pause_that_ends_before_it_begins_is_refused_and_kept(self):
        self.login(self.anne)
        page = self.post(
            f"/my/plan/{self.mine.id}/pause",
            date="2030-04-10",
            date_end="2030-04-01",
            reason="Travel",
        ).text
        self.assertIn("not before the first", page)
        self.assertIn('value="Travel"', page)
        self.assertFalse(self.requests_of(self.mine))

    def test_notice_says_the_last_day_then_is_recorded(self):
        """30 days of notice received on 4 March 2030: the last day is 3 April."""
        self.login(self.anne)
        page = self.url_open(f"/my/plan/{self.mine.id}/notice").text
        self.assertIn("04/03/2030", page)
        self.assertFalse(self.mine.notice_date, "looking gives no notice")
        self.post(f"/my/plan/{self.mine.id}/notice", reason="I move", date_end="2030-03-05")
        self.assertRecordValues(
            self.mine,
            [
                {
                    "state": "notice",
                    "notice_date": date(2030, 3, 4),
                    "date_end": date(2030, 4, 3),
                }
            ],
        )

    def test_the_minimum_commitment_is_kept(self):
        self.mine.commitment_end = date(2030, 5, 31)
        self.login(self.anne)
        self.post(f"/my/plan/{self.mine.id}/notice")
        self.assertEqual(self.mine.date_end, date(2030, 5, 31))

    def test_without_its_token_a_notice_is_refused(self):
        self.login(self.anne)
        response = self.post(f"/my/plan/{self.mine.id}/notice", token=False)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.mine.state, "active")

    def test_the_next_invoice_of_a_plan_in_arrears_comes_after_the_month(self):
        self.monthly.billing = "arrears"
        self.assertEqual(self.mine._get_next_invoice(), (date(2030, 4, 1), 300.0))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalCredits(PortalCoworkingCase):
    def test_my_lines_and_no_others(self):
        self.env["tierslieux.credit.line"]._use(
            self.bob.partner_id, self.days, 1, date(2030, 3, 4), reason="Bob's visit"
        )
        self.login(self.anne)
        page = self.url_open("/my/credits").text
        self.assertIn("Meeting hours: 4", page)
        self.assertNotIn("Bob's visit", page.replace("&#39;", "'"))
        self.assertNotIn("Days", page)

    def test_looking_at_credits_moves_none(self):
        Line = self.env["tierslieux.credit.line"]
        count = Line.search_count([])
        self.login(self.anne)
        self.url_open("/my/credits")
        self.url_open("/my/plan")
        self.assertEqual(Line.search_count([]), count)

    def test_a_booking_says_the_credits_it_uses_then_uses_them_then_gives_them_back(self):
        """Two of the four meeting hours; cancelled more than a day before, they come back."""
        self.login(self.anne)
        values = {
            "resource": self.room.id,
            "start": "2030-03-06T09:00",
            "stop": "2030-03-06T11:00",
            "seats": 1,
        }
        query = "&".join(f"{key}={value}" for key, value in values.items())
        page = self.url_open(f"/my/bookings/new?{query}").text
        self.assertIn("Meeting hours: 2", page)
        self.assertEqual(self.left(self.hours, self.anne.partner_id), 4)
        self.post("/my/bookings/new", **values)
        self.assertEqual(self.left(self.hours, self.anne.partner_id), 2)
        booking = self.env["tierslieux.booking"].search(
            [("partner_id", "=", self.anne.partner_id.id)]
        )
        self.assertEqual(booking.amount, 0)
        response = self.post(f"/my/bookings/{booking.id}/cancel", fee_percent="0")
        self.assertEqual(self.left(self.hours, self.anne.partner_id), 4)
        self.assertIn("Given back: Meeting hours: 2", response.text)

    def test_cancelled_late_the_credits_kept_and_those_given_back_are_said(self):
        """Less than 24 hours before, half of the two hours is kept."""
        self.login(self.anne)
        booking = self.env["tierslieux.booking"].create(
            {
                "resource_id": self.room.id,
                "partner_id": self.anne.partner_id.id,
                "start": "2030-03-04 14:00",
                "stop": "2030-03-04 16:00",
                "state": "confirmed",
            }
        )
        page = self.post(f"/my/bookings/{booking.id}/cancel", fee_percent="50").text
        self.assertIn("Kept: Meeting hours: 1. Given back: Meeting hours: 1.", page)
        self.assertNotIn("free of charge", page)

    def test_each_free_room_says_the_credits_it_takes_at_one_cost(self):
        """Four rooms or ten: the credits are read once."""
        self.login(self.anne)
        kind = self.room.kind_id.id
        url = (
            f"/my/bookings/find?kind={kind}&place={self.place.id}&day=2030-03-06&minutes=120"
            "&persons=1&part=any"
        )
        counts = []
        for batch in range(2):
            if batch:
                for rank in range(6):
                    self.resource(f"Room {rank}", capacity=6)
            self.env.flush_all()
            page = self.url_open(url).text
            self.assertIn("Meeting hours: 2", page)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.url_open(url)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_what_is_for_subscribers_is_booked_by_them_alone(self):
        self.policy.audience = "subscribers"
        values = {
            "resource": self.room.id,
            "start": "2030-03-06T09:00",
            "stop": "2030-03-06T11:00",
        }
        zoe = self._create_portal_user("zoe", "Zoé", "Outside")
        self.login(zoe)
        self.assertIn("by subscribers", self.post("/my/bookings/new", **values).text)
        self.login(self.anne)
        self.assertIn("It is booked.", self.post("/my/bookings/new", **values).text)

    def test_in_a_team_one_sees_ones_own_uses(self):
        team = self.make_plan(
            "Team",
            amount=600,
            audience="team",
            is_transferable=True,
            credits={self.days: 20},
        )
        shared = self.subscribe(team, self.organisation(), manager_id=self.bob.partner_id.id)
        carol = self.person("Carol", "Doe")
        shared._add_person(self.anne.partner_id)
        shared._add_person(carol)
        Line = self.env["tierslieux.credit.line"]
        Line._use(carol, self.days, 1, date(2030, 3, 4), reason="Carol's visit")
        Line._use(self.anne.partner_id, self.days, 1, date(2030, 3, 4), reason="My visit")
        self.login(self.anne)
        page = self.url_open("/my/credits").text.replace("&#39;", "'")
        self.assertIn("My visit", page)
        self.assertNotIn("Carol", page)
        self.login(self.bob)
        page = self.url_open("/my/credits").text.replace("&#39;", "'")
        self.assertIn("Carol's visit", page)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalTake(PortalCoworkingCase):
    def take(self, plan, files=None, **vals):
        vals.setdefault("date_start", "2030-03-10")
        path = f"/my/plan/new/{plan.id}"
        if files:
            vals = {**self.tokens(), **vals}
            return self.url_open(path, data=vals, files=files, method="POST")
        return self.post(path, **vals)

    def test_who_is_no_member_reads_what_members_pay(self):
        self.monthly.price_ids = [
            Command.clear(),
            Command.create({"members_only": True, "amount": 240.0}),
        ]
        self.login(self.bob)
        self.assertIn("240.00\xa0€ for members", self.url_open("/my/plan/new").text)
        self.pay(self.membership(self.bob.partner_id))
        self.assertNotIn("for members", self.url_open("/my/plan/new").text)

    def test_only_plans_open_online_are_offered(self):
        hidden = self.make_plan("Hidden", amount=10)
        telework = self.make_plan("Telework", amount=10, audience="telework", portal_open=True)
        self.login(self.bob)
        page = self.url_open("/my/plan/new").text
        self.assertIn(f"/my/plan/new/{self.monthly.id}", page)
        for plan in hidden | telework:
            self.assertNotIn(f"/my/plan/new/{plan.id}", page)
            response = self.take(plan)
            self.assertEqual(self.path(response), "/my/plan/new")
        self.assertEqual(self.subscriptions_of(self.bob), self.foreign)

    def test_a_plan_taken_online_begins_at_the_price_of_the_list(self):
        self.login(self.bob)
        self.take(
            self.monthly,
            amount="1",
            state="ended",
            partner_id=self.anne.partner_id.id,
            payer_id=self.anne.partner_id.id,
        )
        self.assertRecordValues(
            self.subscriptions_of(self.bob) - self.foreign,
            [
                {
                    "plan_id": self.monthly.id,
                    "state": "active",
                    "amount": 300.0,
                    "payer_id": self.bob.partner_id.id,
                    "date_start": date(2030, 3, 10),
                }
            ],
        )

    def test_sent_twice_it_is_taken_once(self):
        self.login(self.bob)
        tokens = self.tokens()
        for _rank in range(2):
            self.take(self.monthly, **tokens)
        self.assertEqual(len(self.subscriptions_of(self.bob) - self.foreign), 1)
        self.take(self.monthly)  # from a new page: they want another one
        self.assertEqual(len(self.subscriptions_of(self.bob) - self.foreign), 2)

    def test_a_book_is_invoiced_at_once(self):
        self.login(self.anne)
        response = self.take(self.book_plan)
        book = self.subscriptions_of(self.anne) - self.mine
        self.assertRecordValues(
            book.sale_invoice_id,
            [{"state": "posted", "amount_untaxed": 200.0, "partner_id": self.anne.partner_id.id}],
        )
        self.assertIn(f"/my/invoices/{book.sale_invoice_id.id}", response.url)

    def test_with_an_overdue_invoice_nothing_is_sold_on_trust(self):
        invoice = self.foreign._invoice_sale()
        invoice.invoice_date_due = date(2030, 3, 1)
        self.login(self.bob)
        page = self.take(self.book_plan).text
        self.assertIn("overdue", page)
        self.assertEqual(self.subscriptions_of(self.bob), self.foreign)

    def test_a_price_that_asks_for_a_proof_waits_for_the_team(self):
        student = self.env["tierslieux.situation"].create(
            {"name": "Student", "proof_required": True}
        )
        self.monthly.price_ids = [
            Command.create({"situation_id": student.id, "members_only": False, "amount": 200})
        ]
        self.login(self.bob)
        page = self.take(self.monthly, situation=student.id).text
        self.assertIn("Add a photo or a PDF", page)
        self.take(
            self.monthly,
            situation=student.id,
            files={"proof": ("card.png", PNG, "image/png")},
        )
        taken = self.subscriptions_of(self.bob) - self.foreign
        self.assertRecordValues(taken, [{"state": "draft", "amount": 200.0}])
        self.assertEqual(len(self.requests_of(taken)), 1)
        self.assertEqual(taken.proof_filename, "card.png")
        self.assertTrue(taken.with_user(self.reception).proof_file)
        for user in (self.treasurer, self.board):
            with self.assertRaises(AccessError):
                taken.with_user(user).read(["proof_file"])
        papers = self.env["ir.attachment"].search(
            [("res_model", "=", taken._name), ("res_field", "=", "proof_file")]
        )
        self.assertTrue(papers)
        for user in (self.treasurer, self.board):
            with self.assertRaises(AccessError):
                papers.with_user(user).read(["datas"])
        self.assertFalse(taken.message_ids.attachment_ids)
        page = self.url_open(f"/my/plan/{taken.id}").text
        self.assertNotIn("Check the proof", page, "what the desk does is not the person's to do")
        taken.with_user(self.reception).proof_checked = True
        self.assertFalse(papers.exists(), "no copy is kept once it is seen")

    def test_no_proof_is_asked_for_what_changes_no_price(self):
        student = self.env["tierslieux.situation"].create(
            {"name": "Student", "proof_required": True}
        )
        self.monthly.price_ids = [
            Command.create({"situation_id": student.id, "members_only": True, "amount": 200})
        ]
        self.login(self.bob)
        self.assertNotIn("Student", self.url_open(f"/my/plan/new/{self.monthly.id}").text)

    def test_a_full_plan_has_a_waiting_list(self):
        self.monthly.capacity = 1
        self.login(self.bob)
        page = self.url_open(f"/my/plan/new/{self.monthly.id}").text
        self.assertIn("This plan is full for now.", page)
        self.take(self.monthly)
        self.assertEqual(self.subscriptions_of(self.bob), self.foreign)
        for _rank in range(2):
            self.post(f"/my/plan/new/{self.monthly.id}/wait")
        waits = self.env["tierslieux.plan.wait"].search([("plan_id", "=", self.monthly.id)])
        self.assertEqual(waits.partner_id, self.bob.partner_id)

    def test_a_place_offered_is_taken_online_by_whom_it_is_kept_for(self):
        self.monthly.capacity = 1
        wait = self.env["tierslieux.plan.wait"].create(
            {"plan_id": self.monthly.id, "partner_id": self.bob.partner_id.id}
        )
        self.mine.action_end()
        self.assertEqual(wait.state, "offered")
        self.login(self.bob)
        self.assertIn("A place is kept for you", self.url_open("/my/plan").text)
        self.take(self.monthly)
        self.assertEqual(
            (self.subscriptions_of(self.bob) - self.foreign).mapped("state"), ["active"]
        )
        self.assertEqual(wait.state, "taken")
        self.login(self.anne)
        self.assertNotIn("A place is kept for you", self.url_open("/my/plan").text)

    def test_a_day_of_the_past_is_refused(self):
        self.login(self.bob)
        page = self.take(self.monthly, date_start="2030-03-01").text
        self.assertIn("today or later", page)
        self.assertEqual(self.subscriptions_of(self.bob), self.foreign)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalTeam(PortalCoworkingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_plan = cls.make_plan(
            "Team",
            amount=600,
            audience="team",
            max_persons=2,
            is_transferable=True,
            credits={cls.days: 20},
        )
        cls.studio = cls.organisation("Studio")
        cls.shared = cls.subscribe(cls.team_plan, cls.studio, manager_id=cls.anne.partner_id.id)
        cls.url = f"/my/plan/{cls.shared.id}/team"

    def add(self, firstname="Ines", lastname="Garnier", email="ines@example.org"):
        return self.post(f"{self.url}/add", firstname=firstname, lastname=lastname, email=email)

    def test_the_manager_adds_a_person_who_may_then_use_the_plan(self):
        self.login(self.anne)
        page = self.add().text
        person = self.shared.person_ids.partner_id
        self.assertRecordValues(person, [{"name": "Ines Garnier", "email": "ines@example.org"}])
        self.assertEqual(person.parent_id, self.studio)
        self.assertIn("is now in your team", page)
        self.add()  # tapped twice
        self.assertEqual(self.shared.person_ids.partner_id, person)

    def test_typing_somebodys_address_shows_nothing_of_them(self):
        self.bob.partner_id.write({"email": "bob@example.org"})
        self.login(self.anne)
        page = self.add("Someone", "Else", "bob@example.org").text
        self.assertNotIn("Étranger", page)
        self.assertNotIn(self.bob.partner_id, self.shared.person_ids.partner_id)

    def test_what_each_used_this_month_is_shown(self):
        ines = self.person("Ines", "Garnier")
        self.shared._add_person(ines)
        self.env["tierslieux.credit.line"]._use(ines, self.days, 2, date(2030, 3, 4))
        self.login(self.anne)
        self.assertIn("Days: 2", self.url_open(self.url).text)

    def test_a_full_team_says_so_and_keeps_what_was_typed(self):
        for name in ("Ines", "Paul"):
            self.shared._add_person(self.person(name, "Garnier"))
        self.login(self.anne)
        page = self.add("Zoe", "Third").text
        self.assertEqual(len(self.shared.person_ids), 2)
        self.assertIn("complete", page)

    def test_the_manager_takes_a_person_out(self):
        line = self.shared._add_person(self.person("Ines", "Garnier"), date(2030, 3, 1))
        self.login(self.anne)
        self.post(f"{self.url}/{line.id}/remove")
        self.assertEqual(line.date_end, date(2030, 3, 3))

    def test_nobody_else_reads_or_changes_the_team(self):
        line = self.shared._add_person(self.bob.partner_id)
        self.login(self.bob)
        self.assertEqual(self.path(self.url_open(self.url)), "/my")
        self.assertEqual(self.path(self.add()), "/my")
        self.post(f"{self.url}/{line.id}/remove")
        self.assertFalse(line.date_end)
        self.assertEqual(self.shared.person_ids, line)

    def test_a_person_of_another_team_is_out_of_reach(self):
        other = self.subscribe(self.team_plan, self.organisation("Other"))
        line = other._add_person(self.bob.partner_id)
        self.login(self.anne)
        self.post(f"{self.url}/{line.id}/remove")
        self.assertFalse(line.date_end)

    def test_queries_do_not_grow_with_the_team(self):
        self.team_plan.max_persons = 0
        self.login(self.anne)
        counts = []
        for batch in (3, 9):
            for rank in range(batch):
                person = self.person(f"P{batch}{rank}", "Team")
                self.shared._add_person(person)
            self.env.flush_all()
            self.url_open(self.url)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.url_open(self.url)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_former_persons_are_listed_apart(self):
        line = self.shared._add_person(self.person("Ines", "Garnier"), date(2030, 2, 1))
        line.date_end = date(2030, 3, 4) - timedelta(days=1)
        self.login(self.anne)
        self.assertIn("No longer in the team", self.url_open(self.url).text)
