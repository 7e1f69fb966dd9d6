from datetime import datetime

from freezegun import freeze_time

from odoo.tests import Form, tagged

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCase
from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-27 09:00:00")
class TestBookingMemberTariff(MembershipCommon, BookingCase):
    """Ada is a member until 31/12/2026, in grace until 31/03/2027: two hours cost 20 € (10 € an
    hour) until then, 30 € (15 € an hour) after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_person.grace_days = 90
        cls.membership(cls.ada, state="active", date_start="2026-01-01")
        cls.policy.horizon_days = 0

    def on(self, day, **vals):
        return self.book(start=f"{day} 14:00", stop=f"{day} 16:00", **vals)

    def test_the_tariff_is_that_of_the_day_of_the_booking(self):
        self.assertEqual(self.on("2026-12-30").amount, 20)
        self.assertEqual(self.on("2027-02-15").amount, 20)
        self.assertEqual(self.on("2027-03-31").amount, 20)
        self.assertEqual(self.on("2027-04-01").amount, 30)
        self.assertEqual(self.on("2027-04-15").amount, 30)

    def test_a_day_begins_at_midnight_where_the_place_is(self):
        """In Cayenne, 3 h behind: on 31/03 at 22:00 there, it is 1 April in UTC."""
        self.place.calendar_id.tz = "America/Cayenne"
        self.place.opening_hours = "24/7"
        room = self.resource("Cayenne")
        last = self.book(room, start=datetime(2027, 4, 1, 1), stop=datetime(2027, 4, 1, 2))
        first = self.book(room, start=datetime(2027, 4, 1, 3), stop=datetime(2027, 4, 1, 4))
        self.assertEqual((last.tariff, first.tariff), ("member", "non_member"))

    def test_a_booking_that_moves_follows_and_a_tariff_chosen_stays(self):
        booking, granted = self.on("2027-02-15"), self.on("2027-02-16", tariff="free")
        booking.write({"start": self.at("2027-04-15 14:00"), "stop": self.at("2027-04-15 16:00")})
        self.assertEqual((booking.tariff, booking.amount), ("non_member", 30))
        booking.write({"start": self.at("2027-02-15 14:00"), "stop": self.at("2027-02-15 16:00")})
        self.assertEqual((booking.tariff, booking.amount), ("member", 20))
        granted.write({"start": self.at("2027-04-16 14:00"), "stop": self.at("2027-04-16 16:00")})
        self.assertEqual((granted.tariff, granted.amount), ("free", 0))

    def test_an_option_that_moves_follows_too(self):
        option = self.on("2027-02-15", state="option")
        option.write({"start": self.at("2027-04-15 14:00"), "stop": self.at("2027-04-15 16:00")})
        option.state = "confirmed"
        self.assertEqual(option.amount, 30)

    def test_the_price_shown_online_is_that_of_the_day(self):
        slots = [
            (self.room, self.at(f"{day} 14:00"), self.at(f"{day} 16:00"), 1)
            for day in ("2027-02-15", "2027-04-15")
        ]
        costs = self.env["tierslieux.booking"]._get_portal_costs(self.ada, slots)
        self.assertEqual([cost["amount"] for cost in costs], [20, 30])

    def test_the_desks_form_shows_the_tariff_of_the_day(self):
        form = Form(self.as_user(self.env["tierslieux.booking"], self.coordinator))
        form.resource_id, form.partner_id = self.room, self.ada
        form.start, form.stop = self.at("2027-04-15 14:00"), self.at("2027-04-15 16:00")
        self.assertEqual(form.tariff, "non_member")
        form.start = self.at("2027-02-15 14:00")
        self.assertEqual(form.tariff, "member")

    def test_next_year_already_paid_is_a_members_price_then(self):
        self.membership(self.ada, state="active", date_start="2027-01-01")
        self.assertEqual(self.on("2027-04-15").amount, 20)

    def test_a_granted_tariff_is_granted_whatever_the_day(self):
        self.ada.booking_tariff_choice = "partner"
        self.assertEqual(self.on("2027-04-15").tariff, "partner")

    def test_a_plan_that_begins_after_the_membership_has_the_full_price(self):
        """The price list by the first day: 90 € for members, else 120 €."""
        plan = self.env["tierslieux.plan"].create(
            {
                "name": "Flex",
                "kind": "recurring",
                "period": "month",
                "amount": 120,
                "company_id": self.company.id,
                "price_ids": [(0, 0, {"members_only": True, "amount": 90})],
            }
        )
        amounts = [plan._get_price(self.ada, date=self.day(2027, month, 15))[0] for month in (2, 4)]
        self.assertEqual(amounts, [90, 120])
