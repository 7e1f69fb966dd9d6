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

    def test_a_subscriber_may_book(self):
        self.subscription(self.plan_full, self.ada)
        self.assertTrue(self.policy._accepts(self.ada))

    def test_others_may_not(self):
        self.assertFalse(self.policy._accepts(self.ada))
        self.assertFalse(self.policy._accepts(self.env["res.partner"]))
