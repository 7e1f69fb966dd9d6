from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_absence_guard import GuardCase
from .volunteer_common import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftSwap(GuardCase):
    """Ana is in on Monday, Cleo on Wednesday."""

    def setUp(self):
        super().setUp()
        self.wednesday = self.shift("2027-01-20 14:00", "2027-01-20 18:00")
        self.row_cleo = self.put(self.wednesday, self.cleo)
        self.Swap = self.env["tierslieux.shift.swap"]

    def who(self, shift):
        return set(shift.assignment_ids.filtered("is_holding").partner_id.mapped("firstname"))

    def propose(self, mode="free"):
        self.mission.swap_mode = mode
        return self.Swap._propose(self.row_ana, self.row_cleo)

    def test_both_have_the_others_shift_when_both_agree(self):
        swap = self.propose()
        self.assertEqual(self.who(self.monday), {"Ana", "Bob"})
        swap._agree()
        self.assertEqual(self.who(self.monday), {"Cleo", "Bob"})
        self.assertEqual(self.who(self.wednesday), {"Ana"})
        self.assertEqual(swap.state, "done")
        self.assertFalse(self.search_of(self.monday))

    def test_the_coordinator_approves_where_the_mission_asks_for_it(self):
        swap = self.propose("approval")
        swap._agree()
        self.assertEqual(swap.state, "to_approve")
        self.assertEqual(self.who(self.monday), {"Ana", "Bob"})
        for user in (self.reception, self.portal):
            with self.assertRaises(AccessError):
                swap.with_user(user).action_approve()
        swap.with_user(self.coordinator).action_approve()
        self.assertEqual(self.who(self.monday), {"Cleo", "Bob"})
        with self.assertRaises(UserError):
            swap.with_user(self.coordinator).action_approve()

    def test_a_refusal_changes_nothing_and_both_are_told(self):
        swap = self.propose("approval")
        swap._agree()
        swap.with_user(self.coordinator).action_refuse()
        self.assertEqual(self.who(self.monday), {"Ana", "Bob"})
        self.assertIn("swapped", self.kinds(self.ana))
        self.assertIn("swapped", self.kinds(self.cleo))

    def test_all_or_nothing(self):
        """Cleo is away on Monday since: neither moves."""
        swap = self.propose()
        self.env["tierslieux.volunteer.absence"].create(
            {
                "volunteer_id": self.cleo.id,
                "kind": "pause",
                "date_from": "2027-01-18",
                "date_to": "2027-01-18",
            }
        )
        with self.assertRaises(UserError), self.cr.savepoint():
            swap._agree()
        self.env.invalidate_all()
        self.assertEqual(self.who(self.monday), {"Ana", "Bob"})
        self.assertEqual(self.who(self.wednesday), {"Cleo"})

    def test_only_shifts_that_fit_both_are_offered(self):
        self.mission.swap_mode = "free"
        self.assertEqual(self.row_ana._get_swaps(), self.row_cleo)
        self.env["tierslieux.volunteer.absence"].create(
            {
                "volunteer_id": self.ana.id,
                "kind": "away",
                "date_from": "2027-01-20",
                "date_to": "2027-01-20",
            }
        )
        self.assertFalse(self.row_ana._get_swaps())
        with self.assertRaises(UserError):
            self.Swap._propose(self.row_ana, self.row_cleo)

    def test_a_mission_may_say_no_swaps(self):
        self.mission.swap_mode = "none"
        self.assertFalse(self.row_ana._get_swaps())

    def test_a_shift_of_the_same_time_is_swapped_too(self):
        """Each lets go of the seat that clashes."""
        self.mission.swap_mode = "free"
        garden = self.make_mission("Garden", seats=(1, 1, 1), swap_mode="free")
        row = self.put(self.shift(mission=garden), self.dora)
        self.assertIn(row, self.row_ana._get_swaps())
        self.Swap._propose(self.row_ana, row)._agree()
        self.assertEqual(self.who(self.monday), {"Dora", "Bob"})

    def test_other_proposals_for_these_seats_are_given_up(self):
        first = self.propose()
        row = self.put(self.shift("2027-01-21 14:00", "2027-01-21 18:00"), self.dora)
        second = self.Swap._propose(self.row_ana, row)
        first._agree()
        self.assertEqual(second.state, "cancelled")
        with self.assertRaises(UserError):
            second._agree()

    def test_nobody_writes_a_swap_by_hand(self):
        swap = self.propose()
        for user in (self.coordinator, self.manager):
            with self.assertRaises(AccessError):
                swap.with_user(user).write({"state": "done"})
