from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .plan_common import PlanCase
from .volunteer_common import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftPlanPublish(PlanCase):
    """What people are told of a plan: what changes for them, and nothing else."""

    def kinds(self, volunteer):
        return self.messages(volunteer).mapped("kind")

    def test_only_those_whose_plan_changes_are_told(self):
        """Ana stays on the 1st; the 2nd is new for somebody; the third hears nothing."""
        first, second = self.shift_on(1), self.shift_on(2)
        self.put(first, self.ana)
        self.cleo.week = {"6": [[540, 720]]}
        plan = self.propose(weight_fairness="much")
        self.assertEqual(self.pairs(plan, "new"), {("Bob", 2)})
        plan.action_publish()
        self.assertEqual(self.rows(first), {"Ana": "accepted"})
        self.assertEqual(self.rows(second), {"Bob": "proposed"})
        self.assertEqual(self.kinds(self.bob), ["volunteer_asked"])
        self.assertFalse(self.kinds(self.ana) + self.kinds(self.cleo))

    def test_published_again_nothing_changes_and_nobody_is_told(self):
        self.shift_on(1)
        plan = self.propose()
        plan.action_publish()
        count = self.env["tierslieux.message"].search_count([])
        plan.action_publish()
        again = self.propose()
        self.assertFalse(self.pairs(again, "new") | self.pairs(again, "removed"))
        again.action_publish()
        self.assertEqual(self.env["tierslieux.message"].search_count([]), count)

    def test_who_is_not_needed_any_more_is_told_and_the_seat_is_free(self):
        """Ana is on the 1st and wants it no more by her new hours: Bob is asked. Blocking alone
        (a licence that the mission asks for since) takes somebody off who said yes."""
        shift = self.shift_on(1)
        self.put(shift, self.ana)
        self.mission.is_driving = True
        for kind in ("licence", "insurance"):
            self.env["tierslieux.volunteer.paper"].create(
                {"volunteer_id": self.bob.id, "kind": kind}
            )
        plan = self.propose()
        self.assertEqual(self.pairs(plan, "removed"), {("Ana", 1)})
        self.assertEqual(self.pairs(plan, "new"), {("Bob", 1)})
        plan.action_publish()
        self.assertEqual(self.rows(shift), {"Ana": "excused", "Bob": "proposed"})
        self.assertEqual(self.kinds(self.ana), ["volunteer_freed"])
        self.assertFalse(shift.assignment_ids.filtered("is_holding"))

    def test_who_was_asked_and_not_told_yet_is_told_nothing(self):
        shift = self.shift_on(1)
        self.mission.seats_max = shift.seats_max = 1
        asked = self.env["tierslieux.shift.assignment"]._propose(shift, self.ana)
        asked._queue_messages("asked")
        self.ana._leave(self.day(2027, 1, 30))
        shift.assignment_ids.filtered(
            lambda a: a.volunteer_id == self.ana
        ).sudo().state = "proposed"
        self.messages(self.ana).unlink()
        asked._queue_messages("asked")
        plan = self.propose()
        self.assertEqual(self.pairs(plan, "removed"), {("Ana", 1)})
        plan.action_publish()
        self.assertFalse(self.kinds(self.ana))

    def test_what_changed_meanwhile_is_left_out_by_name_and_the_rest_is_published(self):
        """The 1st is cancelled; who was to come on the 2nd says yes elsewhere at that time; the
        3rd is published."""
        first, second, third = (self.shift_on(day) for day in (1, 2, 3))
        plan = self.propose()
        elsewhere = self.make_mission("Garden")
        line = plan.line_ids.filtered(lambda line: line.shift_id.id == second.id)
        busy = self.env["tierslieux.volunteer"].browse(line.volunteer_id.id)
        self.put(self.shift_on(2, (13, 15), elsewhere), busy)
        first._cancel()
        plan.action_publish()
        notes = {line.shift_id.day.day: (line.outcome, line.note) for line in plan.line_ids}
        self.assertEqual(notes[1], ("left_out", "The shift was cancelled."))
        self.assertEqual(notes[2][0], "left_out")
        self.assertIn("Is in another shift at that time: Garden", notes[2][1])
        self.assertEqual(notes[3], ("published", False))
        self.assertEqual(plan.left_out_count, 2)
        self.assertFalse(second.assignment_ids)
        self.assertEqual(list(self.rows(third).values()), ["proposed"])

    def test_who_was_confirmed_meanwhile_stays(self):
        shift = self.shift_on(1)
        row = self.put(shift, self.ana)
        self.mission.is_driving = True
        plan = self.propose()
        self.assertEqual(self.pairs(plan, "removed"), {("Ana", 1)})
        row.sudo().state = "confirmed"
        plan.action_publish()
        self.assertEqual(plan.line_ids.outcome, "left_out")
        self.assertEqual(row.state, "confirmed")

    # -- who said yes ------------------------------------------------------------------------

    def three_for_ana(self):
        """Ana on 1, 2 and 3 February; Bob and Cleo, on none, are free on all three days."""
        shifts = self.shift_on(1) | self.shift_on(2) | self.shift_on(3)
        return [self.put(shift, self.ana) for shift in shifts]

    def test_nobody_who_said_yes_is_taken_off_to_be_fairer(self):
        """One each would be fairest by far, and changes weigh nothing."""
        self.three_for_ana()
        weights = {"weight_fairness": "very much", "weight_changes": "none"}
        plan = self.propose(**weights)
        self.assertFalse(self.pairs(plan, "removed") | self.pairs(plan, "new"))
        self.assertEqual(self.pairs(plan, "kept"), {("Ana", 1), ("Ana", 2), ("Ana", 3)})
        plan = self.propose(moves_accepted=True, **weights)
        self.assertEqual(len(self.pairs(plan, "removed")), 2)
        self.assertEqual({name for name, _day in self.pairs(plan, "new")}, {"Bob", "Cleo"})

    def test_nobody_who_said_yes_is_taken_off_to_fill_another_shift(self):
        """Bob alone may drive on the 1st at that hour, and said yes to something else then."""
        self.put(self.shift_on(1), self.bob)
        rides = self.make_mission("Rides", (1, 1, 1), is_driving=True)
        self.shift_on(1, (15, 17), rides)
        for kind in ("licence", "insurance"):
            self.env["tierslieux.volunteer.paper"].create(
                {"volunteer_id": self.bob.id, "kind": kind}
            )
        plan = self.propose()
        self.assertFalse(self.pairs(plan, "removed") | self.pairs(plan, "new"))
        self.assertEqual(plan.short_count, 1)
        plan = self.propose(moves_accepted=True)
        self.assertEqual(self.pairs(plan, "removed"), {("Bob", 1)})
        self.assertEqual(plan.short_count, 0)

    def test_who_is_ill_for_a_week_is_replaced_and_nobody_else_moves(self):
        """Ana, ill from the 1st to the 7th, was on the 1st, 2nd and 8th; Bob is on the 3rd."""
        for day in (1, 2, 8):
            self.put(self.shift_on(day), self.ana)
        self.put(self.shift_on(3), self.bob)
        self.mission.replacement_mode = "none"
        self.env["tierslieux.volunteer.absence"].create(
            {
                "volunteer_id": self.ana.id,
                "kind": "away",
                "date_from": "2027-02-01",
                "date_to": "2027-02-07",
            }
        )
        plan = self.propose(weight_fairness="very much", weight_changes="none")
        self.assertFalse(self.pairs(plan, "removed"))
        new = self.pairs(plan, "new")
        self.assertEqual({day for _name, day in new}, {1, 2})
        self.assertNotIn("Ana", {name for name, _day in new})
        self.assertEqual(self.pairs(plan, "kept"), {("Ana", 8), ("Bob", 3)})

    def test_who_said_yes_meanwhile_stays_and_nobody_is_asked_for_the_seat(self):
        """Ana was asked for three, of which the plan gives two away; then she said yes to all."""
        rows = self.three_for_ana()
        for row in rows:
            row.sudo().write({"state": "proposed"})
        plan = self.propose(weight_fairness="very much", weight_changes="none")
        self.assertEqual(len(self.pairs(plan, "removed")), 2)
        for row in rows:
            row._accept("portal")
        plan.action_publish()
        self.assertEqual({row.state for row in rows}, {"accepted"})
        notes = {line.kind: line.note for line in plan.line_ids if line.outcome == "left_out"}
        self.assertEqual(notes["removed"], "Said yes in the meantime: stays.")
        self.assertEqual(notes["new"], "Enough are in: who was to leave stays.")
        self.assertFalse(self.kinds(self.bob) + self.kinds(self.cleo))

    def test_a_seat_taken_meanwhile_is_not_asked_for(self):
        shift = self.shift_on(1, seats_max=1)
        plan = self.propose()
        other = (self.ana | self.bob | self.cleo).filtered(
            lambda v: v.id != plan.line_ids.volunteer_id.id
        )[0]
        self.put(shift, other)
        plan.action_publish()
        self.assertEqual(plan.line_ids.note, "The shift is full in the meantime.")

    def test_a_publication_is_taken_back_before_anybody_was_told(self):
        shift = self.shift_on(1)
        row = self.put(shift, self.ana)
        self.mission.is_driving = True
        for kind in ("licence", "insurance"):
            self.env["tierslieux.volunteer.paper"].create(
                {"volunteer_id": self.bob.id, "kind": kind}
            )
        plan = self.propose()
        plan.action_publish()
        self.assertTrue(plan.can_undo)
        plan.action_undo()
        self.assertEqual(plan.state, "proposed")
        self.assertEqual(self.rows(shift), {"Ana": "accepted"})
        self.assertEqual((row.is_holding, row.answer_source), (True, "desk"))
        self.assertFalse(self.kinds(self.ana) + self.kinds(self.bob))
        plan.action_publish()
        self.assertEqual(self.rows(shift), {"Ana": "excused", "Bob": "proposed"})

    def test_a_publication_is_not_taken_back_once_somebody_answered_or_was_told(self):
        shift = self.shift_on(1)
        plan = self.propose()
        plan.action_publish()
        shift.assignment_ids._accept("portal")
        plan.invalidate_recordset()
        self.assertFalse(plan.can_undo)
        with self.assertRaisesRegex(UserError, "has answered"):
            plan.action_undo()
        shift.assignment_ids.sudo().state = "proposed"
        self.env["tierslieux.message"].search([("kind", "=", "volunteer_asked")]).state = "sent"
        with self.assertRaisesRegex(UserError, "told already"):
            plan.action_undo()

    def test_publishing_takes_as_many_queries_for_more_shifts(self):
        """Beside what each message writes."""
        counts = []
        for month, days in (("02", 2), ("03", 12)):
            for day in range(1, days + 1):
                self.shift(f"2027-{month}-{day:02} 14:00", f"2027-{month}-{day:02} 18:00")
            plan = self.propose(date_from=f"2027-{month}-01", date_to=f"2027-{month}-28")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan.action_publish()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 12)
