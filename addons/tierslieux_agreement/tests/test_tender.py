from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .agreement_common import PDF
from .tender_common import TenderCase


@tagged("post_install", "-at_install")
@freeze_time("2030-03-08 08:00:00")
class TestTender(TenderCase):
    # -- the pipeline --------------------------------------------------------------------

    def test_a_tender_begins_on_the_first_stage_of_its_team(self):
        team = self.env.ref("tierslieux_agreement.crm_team_tender")
        self.assertEqual(self.tender.team_id, team)
        stage = self.env.ref("tierslieux_agreement.crm_stage_tender_study")
        self.assertEqual(self.tender.stage_id, stage)
        self.assertEqual(self.tender.type, "opportunity")

    def test_whoever_follows_it_a_tender_stays_with_its_team(self):
        other = self.env["crm.team"].create(
            {"name": "Sales", "member_ids": [Command.link(self.coordinator.id)]}
        )
        self.tender.user_id = self.coordinator
        self.assertNotEqual(self.tender.team_id, other)

    def stages(self, team):
        Lead = self.Lead.with_context(default_team_id=team.id)
        return Lead._read_group_stage_ids(self.env["crm.stage"], [])

    def test_tenders_show_their_own_stages_and_every_other_team_keeps_its_own(self):
        names = ("study", "preparing", "submitted", "won")
        own = [self.env.ref(f"tierslieux_agreement.crm_stage_tender_{name}").id for name in names]
        self.assertEqual(self.stages(self.env.ref("tierslieux_agreement.crm_team_tender")).ids, own)
        sales = self.env["crm.team"].create({"name": "Rooms for companies"})
        self.assertFalse(set(self.stages(sales).ids) & set(own))
        lead = self.Lead.create({"name": "A seminar", "team_id": sales.id})
        self.assertEqual(lead.stage_id, self.env.ref("crm.stage_lead1"))
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.env.ref("crm.stage_lead4"))

    def test_steps_that_are_told_are_reached_by_buttons_alone(self):
        tender = self.as_user(self.tender, self.manager)
        tender.stage_id = self.env.ref("tierslieux_agreement.crm_stage_tender_preparing")
        for name in ("submitted", "won"):
            with self.assertRaisesRegex(AccessError, "reached by the buttons"):
                tender.stage_id = self.env.ref(f"tierslieux_agreement.crm_stage_tender_{name}")
        with self.assertRaisesRegex(AccessError, "is a tender"):
            tender.action_archive()

    def test_one_that_is_begun_in_the_column_of_the_won_is_not_won(self):
        won = self.env.ref("tierslieux_agreement.crm_stage_tender_won")
        tender = self.make_tender(stage_id=won.id)
        self.assertEqual(
            tender.stage_id, self.env.ref("tierslieux_agreement.crm_stage_tender_study")
        )

    # -- the deadline --------------------------------------------------------------------

    def countdown(self, now):
        with freeze_time(now):
            self.tender.invalidate_recordset(["tender_countdown", "tender_urgency"])
            return self.tender.tender_countdown, self.tender.tender_urgency

    def test_the_countdown_is_told_on_the_clock_of_the_place(self):
        """12:00 in Paris is 11:00 UTC; at 23:30 UTC on the 18th the day in Paris is the 19th."""
        self.assertEqual(self.countdown("2030-03-08 08:00:00"), ("in 12 days", "amber"))
        self.assertEqual(self.countdown("2030-03-04 08:00:00"), ("in 16 days", "green"))
        self.assertEqual(self.countdown("2030-03-18 23:30:00"), ("tomorrow at 12:00", "red"))
        self.assertEqual(self.countdown("2030-03-20 10:59:00"), ("today at 12:00", "red"))
        self.assertEqual(self.countdown("2030-03-20 11:01:00"), ("deadline passed", "red"))

    def test_a_place_overseas_has_its_own_noon(self):
        """08:00 UTC is 12:00 on Réunion."""
        self.place.calendar_id.tz = "Indian/Reunion"
        self.tender.tender_deadline = datetime(2030, 3, 20, 8, 0)
        self.assertEqual(self.countdown("2030-03-20 07:00:00")[0], "today at 12:00")

    # -- files ---------------------------------------------------------------------------

    def test_a_new_tender_begins_with_the_list_of_its_kind(self):
        files = self.tender.tender_document_ids
        self.assertEqual(files.mapped("name"), ["DC1", "Method", "DC4"])
        self.assertEqual(self.days(files, "due_on"), ["2030-03-10", "2030-03-17", "2030-03-17"])
        self.assertEqual(files.mapped("is_required"), [True, True, False])

    def test_the_list_changed_later_changes_no_tender(self):
        self.file_list.line_ids[0].write({"name": "DUME", "is_required": False})
        self.file_list.line_ids[1].unlink()
        files = self.tender.tender_document_ids
        self.assertEqual(files.mapped("name"), ["DC1", "Method", "DC4"])
        self.assertTrue(self.tender_file("DC1").is_required)

    def test_the_list_added_twice_is_there_once(self):
        tender = self.as_user(self.tender, self.manager)
        self.tender_file("DC4").unlink()
        tender.action_fill_checklist()
        tender.action_fill_checklist()
        self.assertEqual(sorted(self.tender.tender_document_ids.mapped("name")),
                         ["DC1", "DC4", "Method"])  # fmt: skip
        line = self.file_list.line_ids[0]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["tierslieux.tender.document"].create(
                {"lead_id": tender.id, "template_line_id": line.id, "name": "DC1 again"}
            ).flush_recordset()

    def test_a_deadline_put_off_puts_off_what_is_not_ready(self):
        self.tender_file("DC1").state = "ready"
        self.tender.tender_deadline = datetime(2030, 3, 27, 11, 0)
        files = self.tender.tender_document_ids
        self.assertEqual(self.days(files, "due_on"), ["2030-03-10", "2030-03-24", "2030-03-24"])

    def test_a_deadline_known_later_says_when_files_are_wanted(self):
        tender = self.make_tender(tender_deadline=False)
        self.assertFalse(any(tender.tender_document_ids.mapped("due_on")))
        tender.tender_deadline = datetime(2030, 4, 20, 10, 0)
        self.assertEqual(str(self.tender_file("DC1", tender).due_on), "2030-04-10")

    def test_who_said_when_that_a_file_is_ready_stays(self):
        document = self.as_user(self.tender_file("DC1"), self.manager)
        document.state = "ready"
        self.assertEqual(document.ready_by_id, self.manager)
        self.assertEqual(str(document.ready_at), "2030-03-08 08:00:00")
        document.state = "doing"
        self.assertFalse(document.ready_by_id or document.ready_at)

    def test_a_certificate_that_ends_before_the_deadline_is_missing(self):
        self.tender.tender_document_ids.state = "ready"
        self.assertEqual(self.tender.tender_missing_count, 0)
        self.tender_file("DC1").good_until = date(2030, 3, 20)
        self.assertEqual(self.tender.tender_missing_count, 0)
        self.tender_file("DC1").good_until = date(2030, 3, 19)
        self.assertTrue(self.tender_file("DC1").is_expired)
        self.assertIn("before the deadline", self.tender.tender_missing)

    def test_who_prepares_a_file_reads_tenders(self):
        with self.assertRaisesRegex(ValidationError, "does not read tenders"):
            self.tender_file("DC1").user_id = self.reception

    # -- to-dos --------------------------------------------------------------------------

    def test_who_prepares_a_file_is_told_once_seven_days_before(self):
        """DC1 is wanted on the 10th, Method on the 17th: on the 8th DC1 alone is near."""
        self.tender.tender_document_ids.user_id = self.coordinator
        self.run_job("tender_tell_cron")
        self.run_job("tender_tell_cron")
        todo = self.tender.activity_ids
        self.assertEqual((todo.user_id, todo.summary), (self.coordinator, "To prepare: DC1"))
        self.assertEqual(str(todo.date_deadline), "2030-03-10")

    def test_who_left_the_house_is_replaced_by_who_follows_the_tender(self):
        self.tender_file("DC1").user_id = self.coordinator
        self.coordinator.active = False
        self.run_job("tender_tell_cron")
        self.assertEqual(self.tender.activity_ids.user_id, self.manager)

    def test_what_is_ready_or_handed_in_reminds_nobody(self):
        self.tender.tender_document_ids.user_id = self.coordinator
        self.run_job("tender_tell_cron")
        self.as_user(self.tender_file("DC1"), self.coordinator).state = "ready"
        self.assertFalse(self.tender.activity_ids)
        self.tender._submit_tender(datetime(2030, 3, 8, 7, 0))
        with freeze_time("2030-03-12 08:00:00"):
            self.run_job("tender_tell_cron")
        self.assertFalse(self.tender.activity_ids)

    def test_a_file_given_to_somebody_else_is_told_to_that_one(self):
        self.tender_file("DC1").user_id = self.coordinator
        self.run_job("tender_tell_cron")
        self.tender_file("DC1").user_id = self.manager
        self.assertFalse(self.tender.activity_ids)
        self.run_job("tender_tell_cron")
        self.assertEqual(self.tender.activity_ids.user_id, self.manager)

    # -- lots ----------------------------------------------------------------------------

    def test_the_amount_is_that_of_the_lots_we_bid_for(self):
        self.tender.expected_revenue = 999
        self.assertEqual(self.tender.tender_amount, 999)
        self.add_lots(self.tender, 3000, 1500, None)
        self.assertEqual(self.tender.tender_amount, 4500)

    def test_lots_have_each_their_number(self):
        lots = self.add_lots(self.tender, 3000, 1500)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            lots[1].number = "1"
            lots.flush_recordset()

    # -- handed in -----------------------------------------------------------------------

    def test_the_window_says_what_is_missing_and_writes_the_proof_down(self):
        window = self.open_window("submit", receipt=self.paper(PDF), receipt_filename="receipt.pdf")
        self.assertEqual(window.missing, "DC1\nMethod")
        window.action_submit()
        window.action_submit()
        self.assertEqual(self.tender.tender_submitted_by_id, self.manager)
        self.assertEqual(self.tender.tender_receipt_filename, "receipt.pdf")
        self.assertEqual(
            self.tender.stage_id, self.env.ref("tierslieux_agreement.crm_stage_tender_submitted")
        )
        self.assertIn("Missing then: DC1; Method", self.tender.message_ids[0].body)

    def test_after_the_deadline_a_reason_is_wanted(self):
        with freeze_time("2030-03-20 12:00:00"):
            window = self.open_window("submit", submitted_at=datetime(2030, 3, 20, 11, 0, 1))
            self.assertTrue(window.is_after_deadline)
            with self.assertRaisesRegex(UserError, "The deadline"):
                window.action_submit()
            window.late_reason = "Platform out of order, accepted by e-mail"
            window.action_submit()
        self.assertIn("Platform", self.tender.tender_late_reason)

    def test_at_the_deadline_it_is_in_time(self):
        with freeze_time("2030-03-20 12:00:00"):
            self.tender._submit_tender(datetime(2030, 3, 20, 11, 0))
        self.assertFalse(self.tender.tender_late_reason)

    def test_it_is_handed_in_once_and_not_before_it_is(self):
        with self.assertRaisesRegex(UserError, "not before"):
            self.tender._submit_tender(datetime(2030, 3, 9, 8, 0))
        self.tender._submit_tender(datetime(2030, 3, 8, 7, 0))
        with self.assertRaisesRegex(UserError, "already"):
            self.tender._submit_tender(datetime(2030, 3, 8, 7, 30))

    def test_what_was_handed_in_is_not_deleted_and_its_lots_stay(self):
        lots = self.add_lots(self.tender, 3000)
        self.tender._submit_tender(datetime(2030, 3, 8, 7, 0))
        with self.assertRaises(UserError):
            self.as_user(self.tender, self.manager).unlink()
        with self.assertRaises(UserError):
            self.as_user(lots, self.manager).unlink()
        with self.assertRaises(AccessError):
            self.as_user(lots, self.manager).amount = 1

    def test_what_was_handed_in_keeps_its_kind_deadline_and_amount(self):
        """Without a kind it would leave the figures; « Not Submitted after all » opens it again."""
        self.tender._submit_tender(datetime(2030, 3, 8, 7, 0))
        tender = self.as_user(self.tender, self.manager)
        for vals in ({"tender_kind": False}, {"tender_deadline": False}, {"expected_revenue": 9}):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "was handed in"):
                tender.write(vals)
        tender.action_tender_not_submitted()
        tender.expected_revenue = 9

    def test_recorded_by_mistake_it_is_to_hand_in_again(self):
        self.tender._submit_tender(datetime(2030, 3, 8, 7, 0))
        self.as_user(self.tender, self.manager).action_tender_not_submitted()
        self.assertFalse(self.tender.tender_submitted_at)
        self.assertEqual(
            self.tender.stage_id, self.env.ref("tierslieux_agreement.crm_stage_tender_preparing")
        )


@tagged("post_install", "-at_install")
@freeze_time("2030-04-10 08:00:00")
class TestTenderResult(TenderCase):
    def decide(self, tender, *states):
        """The window of the result, with these states of its lots in turn."""
        window = self.open_window("decide", tender)
        for line, state in zip(window.line_ids, states, strict=True):
            line.state = state
            line.lost_reason_id = self.price_reason if state == "lost" else False
        return window

    def with_lots(self, *amounts):
        tender = self.make_tender()
        self.add_lots(tender, *amounts)
        tender._submit_tender(datetime(2030, 3, 15, 9, 0))
        return tender

    def test_one_lot_won_makes_the_tender_won(self):
        tender = self.with_lots(3000, 1500, None)
        self.decide(tender, "won", "lost").action_decide()
        self.assertEqual((tender.tender_outcome, tender.won_status), ("won", "won"))
        self.assertEqual(tender.tender_lot_ids.mapped("state"), ["won", "lost", "waiting"])
        self.assertEqual(tender.tender_lot_ids[1].lost_reason_id, self.price_reason)

    def test_as_long_as_a_lot_waits_the_tender_waits(self):
        tender = self.with_lots(3000, 1500)
        self.decide(tender, "lost", "waiting").action_decide()
        self.assertFalse(tender.tender_outcome)
        self.decide(tender, "lost", "lost").action_decide()
        self.assertEqual(tender.tender_outcome, "lost")
        self.assertFalse(tender.active)
        self.assertEqual(tender.lost_reason_id, self.price_reason)

    def test_a_lot_decided_before_the_others_keeps_its_day(self):
        tender = self.with_lots(3000, 1500)
        self.decide(tender, "won", "waiting").action_decide()
        with freeze_time("2030-04-20 08:00:00"):
            self.decide(tender, "won", "lost").action_decide()
        self.assertEqual(
            [str(day) for day in tender.tender_lot_ids.mapped("decided_on")],
            ["2030-04-10", "2030-04-20"],
        )

    def test_a_window_opened_before_does_not_undo_what_was_decided_since(self):
        tender = self.with_lots(3000, 1500)
        old = self.decide(tender, "waiting", "lost")
        self.decide(tender, "won", "waiting").action_decide()
        with self.assertRaisesRegex(UserError, "is decided already: open"):
            old.action_decide()
        self.assertEqual(tender.tender_lot_ids.mapped("state"), ["won", "waiting"])

    def test_what_is_lost_says_why(self):
        tender = self.with_lots(3000)
        window = self.decide(tender, "lost")
        window.line_ids.lost_reason_id = False
        with self.assertRaisesRegex(UserError, "Say why"):
            window.action_decide()
        whole = self.submitted()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.open_window("decide", whole, outcome="lost").action_decide()

    def test_what_was_not_handed_in_can_only_be_given_up(self):
        with self.assertRaisesRegex(UserError, "not handed in"):
            self.open_window("decide", outcome="won").action_decide()
        self.open_window("decide", outcome="given_up").action_decide()
        self.assertEqual(self.tender.tender_outcome, "given_up")
        self.assertFalse(self.tender.active)

    def test_partners_agree_without_handing_anything_in(self):
        partnership = self.make_tender("partnership", tender_deadline=False)
        self.open_window("decide", partnership, outcome="won").action_decide()
        self.assertEqual(partnership.won_status, "won")

    def test_a_result_taken_back_is_to_be_decided_again(self):
        tender = self.with_lots(3000)
        self.decide(tender, "lost").action_decide()
        self.as_user(tender, self.manager).action_tender_undecide()
        self.assertEqual(tender.tender_lot_ids.state, "waiting")
        self.assertFalse(tender.tender_outcome or tender.lost_reason_id)
        self.assertTrue(tender.active)

    # -- the agreement -------------------------------------------------------------------

    def won(self, **vals):
        tender = self.with_lots(3000, 1500)
        tender.write(
            {"tender_start_on": date(2030, 6, 1), "tender_end_on": date(2031, 5, 31), **vals}
        )
        self.decide(tender, "won", "lost").action_decide()
        return tender

    def test_what_is_won_becomes_an_agreement_filled_in(self):
        tender = self.won()
        action = self.as_user(tender, self.manager).action_make_agreement()
        agreement = self.Agreement.browse(action["res_id"])
        self.assertEqual(agreement.partner_id, self.buyer)
        self.assertEqual(agreement.awarded_amount, 3000)
        self.assertEqual(agreement.place_ids, self.place)
        self.assertEqual(str(agreement.start_date), "2030-06-01")
        self.assertEqual(str(agreement.end_date), "2031-05-31")
        self.assertIn("Lot 1: Sector 1", agreement.purpose)
        self.assertNotIn("Sector 2", agreement.purpose)
        self.assertEqual(agreement.state, "draft")

    def test_a_second_tap_opens_the_same_agreement(self):
        tender = self.as_user(self.won(), self.manager)
        first = tender.action_make_agreement()["res_id"]
        self.assertEqual(tender.action_make_agreement()["res_id"], first)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.make_agreement(tender_id=tender.id)

    def test_with_an_agreement_the_result_stays(self):
        tender = self.as_user(self.won(), self.manager)
        tender.action_make_agreement()
        with self.assertRaisesRegex(UserError, "has become the agreement"):
            tender.action_tender_undecide()

    def test_won_by_mistake_its_agreement_is_given_up_first(self):
        """A draft that was prepared for signature is not deleted any more."""
        tender = self.as_user(self.won(), self.manager)
        tender.action_make_agreement()
        with self.assertRaisesRegex(UserError, "give it up, first"):
            tender.action_tender_undecide()
        tender.tender_agreement_ids.action_cancel()
        tender.action_tender_undecide()
        self.assertFalse(tender.tender_outcome)

    def test_what_is_not_won_becomes_no_agreement(self):
        with self.assertRaisesRegex(UserError, "not won"):
            self.as_user(self.submitted(), self.manager).action_make_agreement()

    # -- figures -------------------------------------------------------------------------

    def figures(self, groupby=()):
        names = ["is_submitted", "is_won", "is_lost", "is_waiting", "rate", "rate_amount"]
        rows = self.env["tierslieux.tender.report"].formatted_read_group(
            [("company_id", "=", self.company.id)],
            list(groupby),
            [f"{name}:{'avg' if name.startswith('rate') else 'sum'}" for name in names],
        )
        return [tuple(row[key] for key in row if ":" in key and key.split(":")[0] in names)
                for row in rows]  # fmt: skip

    def test_the_rate_counts_what_is_decided_by_number_and_by_amount(self):
        """Lots of 3 000 (won), 1 000 (lost), 500 (not decided) and a call of 2 000 (lost): one won
        of three decided = 33.3 %; 3 000 of 6 000 = 50 %."""
        tender = self.with_lots(3000, 1000, 500)
        self.decide(tender, "won", "lost", "waiting").action_decide()
        call = self.submitted(kind="call", expected_revenue=2000)
        self.open_window(
            "decide", call, outcome="lost", lost_reason_id=self.price_reason.id
        ).action_decide()
        self.env.flush_all()
        (row,) = self.figures()
        self.assertEqual(row[:4], (4, 1, 2, 1))
        self.assertAlmostEqual(row[4], 33.33, 2)
        self.assertAlmostEqual(row[5], 50.0)
        rate = self.env["tierslieux.tender.report"]._get_hit_rate(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual((rate.by_number, rate.by_amount), (33.3, 50.0))

    def test_what_was_called_off_counts_on_neither_side(self):
        self.open_window("decide", self.submitted(), outcome="void").action_decide()
        self.env.flush_all()
        rate = self.env["tierslieux.tender.report"]._get_hit_rate(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual((rate.submitted, rate.won, rate.lost, rate.by_number), (1, 0, 0, None))

    def test_the_sheet_says_how_it_went_with_this_buyer_before(self):
        self.open_window("decide", self.submitted(), outcome="won").action_decide()
        self.submitted()
        self.env.flush_all()
        tender = self.as_user(self.tender, self.manager)
        self.assertEqual(
            tender.tender_buyer_history,
            "2 handed in: 1 won, 0 lost, 1 waiting – 100 % won of those decided",
        )

    def test_filters_of_the_pipeline_find_what_they_say(self):
        Lead = self.as_user(self.Lead, self.manager)
        ours = [("company_id", "=", self.company.id)]
        self.assertFalse(Lead.search([*ours, *Lead._get_near_tenders_domain(15)]))
        with freeze_time("2030-03-08 08:00:00"):
            self.assertEqual(Lead.search([*ours, *Lead._get_near_tenders_domain(15)]), self.tender)
