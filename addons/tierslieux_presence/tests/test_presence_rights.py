from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW, BookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPresenceRights(BookingCase):
    """What nobody gets by writing to the database directly, past the buttons of the screens."""

    def as_reception(self, record):
        return record.with_user(self.reception)

    def test_days_of_presence_are_not_written_by_hand(self):
        presence = self.env["tierslieux.presence"].create(
            {"partner_id": self.ada.id, "place_id": self.place.id}
        )
        with self.assertRaises(AccessError):
            presence.with_user(self.coordinator).day_count = 9

    def test_who_came_when_is_recorded_by_the_buttons(self):
        booking = self.as_reception(self.book(start="2030-03-04 09:00", stop="2030-03-04 10:00"))
        booking.action_check_in()
        with self.assertRaises(AccessError):
            booking.checkin_at = False
        presence = booking.presence_ids
        for vals in ({"source": "kiosk"}, {"day_count": 3}, {"is_checkout_guessed": True}):
            with self.assertRaises(AccessError):
                presence.write(vals)
        booking.action_check_out()
        self.assertEqual(booking.state, "done")

    def test_a_portal_user_has_no_way_in_by_calls(self):
        presence = self.env["tierslieux.presence"].create(
            {"partner_id": self.portal.partner_id.id, "place_id": self.place.id}
        )
        calls = [
            (presence, "action_check_out"),
            (presence, "action_come_back"),
            (self.place, "action_renew_kiosk_token"),
            (self.place, "action_open_kiosk"),
            (self.place, "action_stop_kiosk"),
        ]
        for record, name in calls:
            with self.subTest(f"{record._name}.{name}"), self.assertRaises(AccessError):
                getattr(record.with_user(self.portal), name)()


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15 12:00:00")
class TestPresenceActivity(BookingCase):
    """What visits add to the activity figures."""

    def test_a_visit_counts_when_no_booking_does(self):
        booking = self.book(self.room, "2026-01-05 10:00", "2026-01-05 11:00")
        visits = self.env["tierslieux.presence"].create(
            [
                {
                    "partner_id": self.person("Ana", name).id,
                    "place_id": self.place.id,
                    "checkin_at": datetime(2026, 1, 5, 23, 30),
                    "checkout_at": datetime(2026, 1, 6, 1, 0),
                    "booking_id": linked.id if linked else False,
                }
                for name, linked in (("A", None), ("B", booking))
            ]
        )
        line = self.env["tierslieux.activity.report"].search(
            [("res_model", "=", visits._name), ("res_id", "in", visits.ids)]
        )
        self.assertRecordValues(line, [{"kind": "presence", "hours": 1.5, "headcount": 1}])
        # Half past midnight in Paris, the next day
        self.assertEqual(str(line.date), "2026-01-06")
