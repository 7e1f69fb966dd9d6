from datetime import timedelta

from odoo.tests import tagged

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
class TestBookingAudience(CoworkingCase):
    """What is kept for subscribers is booked online by them, and by nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["tierslieux.booking.policy"].create(
            {"name": "Subscribers", "audience": "subscribers"}
        )
        cls.ada = cls.person("Ada", "Martin")

    def accepted(self, partner, day=None):
        days = {day or self.today}
        return self.policy._get_accepted_days(partner, days, self.company) == days

    def test_a_subscriber_may_book(self):
        self.subscription(self.plan_full, self.ada)
        self.assertTrue(self.accepted(self.ada))

    def test_others_may_not(self):
        self.assertFalse(self.accepted(self.ada))
        self.assertFalse(self.accepted(self.env["res.partner"]))

    def test_it_is_the_day_of_the_booking_that_counts(self):
        """A plan that runs for ten days more: in five days, and not in fifteen."""
        subscription = self.subscription(self.plan_full, self.ada)
        subscription.sudo().date_end = self.today + timedelta(days=10)
        self.assertTrue(self.accepted(self.ada, self.today + timedelta(days=5)))
        self.assertFalse(self.accepted(self.ada, self.today + timedelta(days=15)))
