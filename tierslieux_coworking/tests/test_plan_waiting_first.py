from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestPlanWaitingFirst(CoworkingCase):
    """One place in the full-time plan: First leaves on 23 December, and Second waits for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_full.capacity = 1
        cls.first = cls.subscription(partner=cls.subscriber("First"))
        cls.first._give_notice(date(2026, 11, 23), date(2026, 12, 23))
        cls.second = cls.wait("Second")
        cls.mover = cls.subscription(cls.plan_half, cls.subscriber("Mover"))

    @classmethod
    def wait(cls, firstname, partner=None):
        return cls.env["tierslieux.plan.wait"].create(
            {
                "plan_id": cls.plan_full.id,
                "partner_id": (partner or cls.subscriber(firstname)).id,
            }
        )

    def test_an_upgrade_does_not_take_the_place_that_is_to_be_freed(self):
        mover = self.mover.with_user(self.reception)
        with self.assertRaisesRegex(UserError, "Second Benali waits"):
            mover._plan_change(date(2027, 1, 1), self.plan_full)
        self.assertEqual(self.mover.plan_id, self.plan_half)

    def test_who_waits_and_is_first_changes_to_it(self):
        self.second.action_drop()
        wait = self.wait("", self.mover.partner_id)
        self.mover._plan_change(date(2027, 1, 1), self.plan_full)
        self.assertEqual(wait.state, "taken")

    def test_where_there_is_a_place_for_all_an_upgrade_is_made(self):
        """Three places: one held until December, one for Second, one for the mover."""
        self.plan_full.capacity = 3
        self.assertEqual(self.second.state, "offered")
        self.mover._plan_change(date(2027, 1, 1), self.plan_full)
        self.assertEqual(self.plan_full.places_left, 0)

    def test_a_place_added_is_offered(self):
        self.plan_full.capacity = 2
        self.assertEqual(self.second.state, "offered")

    def test_a_change_given_up_gives_its_place_to_who_waits(self):
        self.second.action_drop()
        self.plan_full.capacity = 2
        change = self.mover._plan_change(date(2027, 1, 1), self.plan_full)
        third = self.wait("Third")
        self.assertEqual(third.state, "waiting")
        change.action_cancel()
        self.assertEqual(third.state, "offered")

    def test_a_notice_is_not_withdrawn_when_the_place_is_promised(self):
        self.second.action_drop()
        self.mover._plan_change(date(2027, 1, 1), self.plan_full)
        with self.assertRaisesRegex(UserError, "full"):
            self.first.action_withdraw_notice()

    def test_the_desk_reads_who_waits_before_it_gives_the_last_place(self):
        draft = self.subscription(
            partner=self.subscriber("Passer-by"), start=date(2026, 12, 24), begin=False
        )
        self.assertIn("Second Benali", draft.with_user(self.reception).wait_warning)
        own = self.subscription(
            partner=self.second.partner_id, start=date(2026, 12, 24), begin=False
        )
        self.assertFalse(own.wait_warning)

    def test_nobody_online_takes_the_place_of_who_waits(self):
        draft = self.subscription(
            partner=self.subscriber("Passer-by"), start=date(2026, 12, 24), begin=False
        )
        with self.assertRaisesRegex(UserError, "others have been waiting"):
            draft.with_user(self.portal).sudo().action_start()
