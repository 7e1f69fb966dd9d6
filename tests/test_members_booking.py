"""Rooms for members, booked online: what counts is the day of the booking."""

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCase
from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon


@tagged("post_install", "-at_install")
@freeze_time("2029-12-17 08:00:00")
class TestMembersBooking(BookingCase, MembershipCommon):
    """Today is Monday 17 December 2029; without days of grace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.audience = "members"
        cls.type_person.grace_days = 0

    def refusal(self, day):
        start, stop = (self.at(f"{day} {hour}") for hour in ("14:00", "15:00"))
        return self.room._get_refusal(start, stop, partner=self.ada, online=True)

    def test_a_member_until_the_end_of_the_year_books_january_once_renewed(self):
        membership = self.membership(self.ada, date_start="2029-01-01", state="active")
        self.assertFalse(self.refusal("2029-12-20"))
        self.assertIn("not one on", self.refusal("2030-01-03"))
        renewal = membership._renew()
        renewal.action_confirm()
        self.assertIn("not one on", self.refusal("2030-01-03"), "not paid yet")
        self.pay(renewal)
        self.assertFalse(self.refusal("2030-01-03"))

    def test_whose_membership_begins_next_week_books_from_then_on(self):
        self.paid(self.ada, date_start="2029-12-26")
        self.assertIn("not one on", self.refusal("2029-12-20"))
        self.assertFalse(self.refusal("2029-12-27"))
