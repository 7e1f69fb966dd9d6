from collections import Counter
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.shift_plan_run import MOST_ATTEMPTS, _Teller
from ..tools.planner import solving
from ..tools.planner.outputs import Broken, Progress, Rule
from .plan_common import PlanCase
from .volunteer_common import NOW

JOB = "odoo.addons.tierslieux_volunteer.models.shift_plan_run"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftPlan(PlanCase):
    """A month worked out in the background, and looked at before anybody hears of it."""

    # -- the job -----------------------------------------------------------------------------

    def test_the_default_is_next_month_at_ones_places_and_what_counted_last(self):
        """In January 2027: from 1 to 28 February."""
        Plan = self.as_user(self.env["tierslieux.shift.plan"], self.coordinator)
        plan = Plan.create({"weight_wishes": "very much"})
        self.assertEqual((str(plan.date_from), str(plan.date_to)), ("2027-02-01", "2027-02-28"))
        self.assertEqual(plan.place_ids, self.as_user(self.place, self.coordinator))
        self.assertEqual(plan.patience, 60)
        self.assertEqual(Plan.create({}).weight_wishes, "very much")
        self.assertEqual(plan.display_name, "February 2027 · Le Bourg")

    def test_the_job_proposes_and_nobody_hears_of_it(self):
        shifts = self.shift_on(1) | self.shift_on(2)
        plan = self.propose()
        self.assertEqual(len(self.pairs(plan, "new")), 2)
        self.assertFalse(shifts.assignment_ids)
        self.assertFalse(self.messages(self.ana) | self.messages(self.bob))
        self.assertEqual(plan.summary, "2 shifts: all have enough people.")
        self.assertEqual(plan.stopped_by, "proof")
        self.assertEqual(plan.requested_by_id, self.coordinator)

    def test_the_same_records_give_the_same_plan_and_fingerprint(self):
        for day in (1, 2, 3):
            self.shift_on(day)
        plan = self.propose()
        first = plan.fingerprint, self.pairs(plan, "new")
        self.work_out(plan)
        self.assertEqual((plan.fingerprint, self.pairs(plan, "new")), first)
        self.ana.max_per_week = 1
        self.work_out(plan)
        self.assertNotEqual(plan.fingerprint, first[0])

    def test_a_second_tap_starts_nothing_more(self):
        self.shift_on(1)
        plan = self.make_plan()
        domain = [("cron_id", "=", self.env.ref("tierslieux_volunteer.cron_plan").id)]
        before = self.env["ir.cron.trigger"].search_count(domain)
        plan.action_propose()
        asked = plan.requested_at
        with freeze_time("2027-01-11 08:00:05"):
            plan.action_propose()
        self.assertEqual(self.env["ir.cron.trigger"].search_count(domain), before + 1)
        self.assertEqual((plan.state, plan.requested_at), ("todo", asked))

    def test_a_second_coordinator_reads_who_plans_these_shifts(self):
        other = new_test_user(
            self.env,
            "other_coordinator",
            "tierslieux_base.group_coordinator",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.place.team_ids |= other
        self.make_plan().action_propose()
        plan = self.make_plan(other, date_from="2027-02-15", date_to="2027-03-15")
        with self.assertRaisesRegex(UserError, "Test Coordinator is planning"):
            plan.action_propose()
        self.make_plan(other, date_from="2027-03-01", date_to="2027-03-31").action_propose()
        garden = self.make_mission("Garden")
        repair = self.make_plan(other, date_from="2027-04-01", date_to="2027-04-30")
        repair.mission_ids = self.mission
        repair.action_propose()
        self.make_plan(
            date_from="2027-04-01", date_to="2027-04-30", mission_ids=garden.ids
        ).action_propose()

    def test_a_proposal_of_somebody_else_is_said(self):
        self.shift_on(1)
        self.propose()
        plan = self.make_plan(self.manager)
        self.assertIn("Test Coordinator has a proposal", plan.warning)

    def test_a_plan_whose_job_was_killed_is_taken_up_again_and_not_for_ever(self):
        self.shift_on(1)
        plan = self.make_plan()
        plan.action_propose()
        plan.sudo().write({"state": "running", "attempts": 1})
        with self.enter_registry_test_mode():
            self.env.ref("tierslieux_volunteer.cron_plan").method_direct_trigger()
        plan.invalidate_recordset()
        self.assertEqual((plan.state, plan.attempts), ("proposed", 2))
        plan.sudo().write({"state": "running", "attempts": MOST_ATTEMPTS})
        with self.enter_registry_test_mode():
            self.env.ref("tierslieux_volunteer.cron_plan").method_direct_trigger()
        plan.invalidate_recordset()
        self.assertEqual(plan.state, "failed")
        self.assertIn("stopped under it 3 times", plan.message)

    def test_two_that_wait_are_worked_out_one_after_the_other(self):
        self.shift_on(1)
        self.shift("2027-03-02 14:00", "2027-03-02 18:00")
        one = self.make_plan()
        other = self.make_plan(date_from="2027-03-01", date_to="2027-03-31")
        one.action_propose()
        self.work_out(other)
        one.invalidate_recordset()
        self.assertEqual((one.state, other.state), ("proposed", "proposed"))

    def test_a_plan_that_waits_is_given_up_by_hand(self):
        plan = self.make_plan()
        plan.action_propose()
        plan.action_stop()
        self.assertEqual(plan.state, "draft")

    def test_stop_is_read_by_the_search_at_most_once_a_second(self):
        plan = self.make_plan()
        plan.action_propose()
        plan.sudo().state = "running"
        self.env.flush_all()
        with self.enter_registry_test_mode():
            teller = _Teller(plan)
            self.assertFalse(teller(Progress("short", 3, 1, 1.0, 59.0, 2)))
            plan.action_stop()
            self.env.flush_all()
            self.assertFalse(teller(Progress("short", 2, 1, 1.5, 58.5, 3)))
            self.assertTrue(teller(Progress("short", 2, 1, 2.1, 57.9, 3)))
        plan.invalidate_recordset()
        self.assertEqual(plan.progress["best"], 2)
        told = plan.get_progress()
        self.assertEqual(
            told["lines"], ["Best so far: 2 people are missing.", "It cannot be under 1."]
        )
        self.assertTrue(told["stopping"])

    def test_how_it_ended_is_said(self):
        plan = self.make_plan()
        plan.sudo().write({"stopped_by": "hand", "quality_gap": 0.042})
        self.assertIn("Stopped by hand, within 4 % of the best", plan.how_found)
        plan.sudo().stopped_by = "clock"
        self.assertIn("Stopped by the clock, within 4 %", plan.how_found)

    def test_a_plan_that_breaks_a_rule_is_never_shown(self):
        shift = self.shift_on(1)
        broken = [Broken(Rule.REST, self.ana.id, (shift.id,))]
        with patch.object(solving, "check_plan", return_value=broken), mute_logger(JOB):
            plan = self.work_out(self.make_plan())
        self.assertEqual(plan.state, "failed")
        self.assertIn("breaks a rule", plan.message)
        self.assertFalse(plan.line_ids)

    def test_without_any_shift_it_says_so(self):
        plan = self.work_out(self.make_plan())
        self.assertEqual(plan.state, "failed")
        self.assertIn("No open shift", plan.message)

    # -- what comes out of it -------------------------------------------------------------------

    def test_twelve_equal_shifts_for_seven_people_are_shared_fairly(self):
        """12 shifts of one person on 12 days, 7 people free for all: 2, 2, 2, 2, 2, 1, 1."""
        self.mission.seats_max = 1
        for name in ("Dan", "Eve", "Flo", "Gus"):
            self.volunteer(name)
        for day in range(1, 13):
            self.shift_on(day)
        plan = self.propose(weight_fairness="much")
        shares = Counter(name for name, _day in self.pairs(plan, "new"))
        self.assertEqual(sorted(shares.values(), reverse=True), [2, 2, 2, 2, 2, 1, 1])
        plan.action_publish()
        asked = self.env["tierslieux.shift.assignment"].search([("state", "=", "proposed")])
        by_person = Counter(
            asked.partner_id.mapped(lambda p: len(asked.filtered(lambda a: a.partner_id == p)))
        )
        self.assertEqual(by_person, {2: 5, 1: 2})
        people = asked.volunteer_id
        self.assertEqual([len(self.messages(each)) for each in people], [1] * 7)

    def test_who_did_more_in_three_months_does_less_now(self):
        """Ana did 8 hours in January, Bob and Cleo none: one shift each for these."""
        past = self.shift("2027-01-04 14:00", "2027-01-04 22:00")
        row = self.put(past, self.ana)
        self.env["tierslieux.shift"]._cron_follow_time()
        row.action_came()
        self.assertEqual(row.attended_hours, 8.0)
        self.mission.seats_max = 1
        self.shift_on(1)
        self.shift_on(2)
        plan = self.propose()
        self.assertEqual({name for name, _day in self.pairs(plan, "new")}, {"Bob", "Cleo"})

    def test_who_promised_stays_and_who_said_no_is_not_asked(self):
        shift = self.shift_on(1)
        self.shift_on(3)
        self.put(shift, self.ana).action_confirm()
        self.env["tierslieux.shift.assignment"]._propose(shift, self.bob)._decline()
        plan = self.propose()
        self.assertIn(("Ana", 1), self.pairs(plan, "kept"))
        self.assertNotIn(("Bob", 1), self.pairs(plan, "new"))
        shift.write({"seats_min": 2, "seats_wanted": 2})
        self.cleo._leave(self.day(2027, 1, 31))
        self.work_out(plan)
        self.assertEqual(self.pairs(plan, "new") & {("Bob", 1)}, set())
        self.assertEqual(plan.short_count, 1)

    def test_a_yes_that_the_team_took_beside_a_wish_is_not_undone(self):
        """Ana said on the telephone that she comes, though not in her usual hours."""
        shift = self.shift_on(1)
        self.ana.week = {"2": [[540, 720]]}
        self.put(shift, self.ana)
        self.assertEqual(self.codes(self.ana, shift), ["hours"])
        plan = self.propose()
        self.assertEqual(self.pairs(plan, "kept"), {("Ana", 1)})

    def test_a_shift_elsewhere_counts(self):
        """Ana is at the annex at that time, which is not of the plan."""
        annex = self.make_place("L'Annexe", "ANNEX")
        other = self.make_mission("Counter", place_id=annex.id)
        self.put(self.shift_on(1, (13, 15), other), self.ana)
        (self.bob | self.cleo).active = False
        self.shift_on(1)
        plan = self.propose()
        self.assertEqual((plan.short_count, self.pairs(plan, "new")), (1, set()))

    def test_a_short_shift_says_why_and_what_would_fill_it(self):
        """Monday 1 Feb: Ana alone drives, Bob and Cleo have no papers. She has the shift at
        14:00 and does one a day: that of 18:00 is short."""
        self.mission.is_driving = True
        self.mission.seats_max = 1
        self.ana.write(
            {
                "max_per_day": 1,
                "paper_ids": [(0, 0, {"kind": kind}) for kind in ("licence", "insurance")],
            }
        )
        self.put(self.shift_on(1, (14, 17)), self.ana)
        short = self.shift_on(1, (18, 21))
        plan = self.propose()
        line = plan.short_ids
        self.assertEqual((line.shift_id.id, line.missing), (short.id, 1))
        self.assertIn("One person is missing.", line.reasons)
        self.assertIn(
            "Bob Benevole, Cleo Benevole: have no valid licence and insurance on that day.",
            line.reasons,
        )
        self.assertIn("Ana Benevole could, but has promised: Repair café", line.reasons)
        self.assertIn("Valid papers to drive, of:", line.remedies)
        self.assertIn("If they agree to one more shift: Ana Benevole.", line.remedies)
        self.assertIn(
            "Ana Benevole could without this shift, which would then be short: Repair café",
            self.propose(moves_accepted=True).short_ids.reasons,
        )

    def test_nobody_at_all_is_said(self):
        for each in (self.ana, self.bob, self.cleo):
            each.week = {"2": [[540, 720]]}
        self.shift_on(1)
        plan = self.propose()
        self.assertIn("Nobody else can come on Mon", plan.short_ids.reasons)

    def test_what_the_plan_is_made_from_takes_as_many_queries_for_more(self):
        def count():
            plan = self.make_plan()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan._prepare_problem()
            queries = self.env.cr.sql_log_count - before
            plan.unlink()
            return queries

        self.ana.week = {"0": [[540, 1200]]}
        self.put(self.shift_on(1), self.bob)
        few = count()
        for number in range(10):
            person = self.volunteer(f"V{number}", place_ids=self.place.ids, max_km=10)
            person.week = {"0": [[540, 1200]]}
            self.put(self.shift_on(number + 2), person)
        self.assertLessEqual(count(), few)

    # -- who may ---------------------------------------------------------------------------------

    def test_only_who_runs_the_places_or_a_manager_plans(self):
        annex = self.make_place("L'Annexe", "ANNEX")
        with self.assertRaises(AccessError):
            self.make_plan(place_ids=annex.ids)
        both = self.make_plan(self.manager, place_ids=(annex | self.place).ids)
        for button in ("action_propose", "action_publish", "action_stop", "action_undo"):
            with self.assertRaises(AccessError):
                getattr(self.as_user(both, self.coordinator), button)()
        with self.assertRaises(AccessError):
            self.as_user(both, self.coordinator).get_progress()
        both.action_propose()
        self.assertEqual(both.state, "todo")
        for user in (self.reception, self.treasurer, self.board, self.care, self.portal):
            with self.assertRaises(AccessError):
                self.as_user(self.env["tierslieux.shift.plan"], user).search([])

    def test_nobody_writes_what_came_out_of_it(self):
        self.shift_on(1)
        plan = self.propose()
        for vals in ({"state": "published"}, {"fingerprint": "x"}, {"line_ids": [(5, 0, 0)]}):
            with self.assertRaises(AccessError):
                plan.write(vals)
        with self.assertRaises(AccessError):
            plan.line_ids.write({"kind": "kept"})
        plan.action_propose()
        with self.assertRaisesRegex(AccessError, "being worked out"):
            plan.patience = 10
        with self.assertRaisesRegex(UserError, "being worked out"):
            plan.unlink()

    def test_a_plan_has_places_and_missions_of_these(self):
        with self.assertRaises(ValidationError):
            self.make_plan(place_ids=[])
        annex = self.make_place("L'Annexe", "ANNEX")
        other = self.make_mission("Counter", place_id=annex.id)
        with self.assertRaisesRegex(ValidationError, "another place"):
            self.make_plan(mission_ids=other.ids)
