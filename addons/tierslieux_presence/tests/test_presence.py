import doctest
import unittest

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCommon

from ..tools import presence_days


# Tuesday 17 November 2026, 10:00 in Paris.
@freeze_time("2026-11-17 09:00:00")
@tagged("post_install", "-at_install")
class TestPresence(BookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Presence = cls.env["tierslieux.presence"]
        cls.annexe = cls.env["tierslieux.place"].create({"name": "Annexe", "code": "TANX"})

    def stay(self, start, stop, partner=None, day=17):
        return self.Presence.create(
            {
                "partner_id": (partner or self.lou).id,
                "place_id": self.place.id,
                "checkin_at": self.utc(2026, 11, day, *start),
                "checkout_at": self.utc(2026, 11, day, *stop),
            }
        )

    def test_the_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(presence_days).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)

    def test_the_database_refuses_two_open_presences_of_one_person(self):
        self.Presence._check_in(self.lou, self.place)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.Presence.create({"partner_id": self.lou.id, "place_id": self.annexe.id})

    def test_nobody_leaves_before_they_arrive(self):
        presence = self.Presence._check_in(self.lou, self.place)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            presence.checkout_at = self.utc(2026, 11, 17, 8)
            self.env.flush_all()

    def test_checking_in_twice_in_one_place_keeps_the_first_arrival(self):
        first = self.Presence._check_in(self.lou, self.place, at=self.utc(2026, 11, 17, 9))
        self.assertEqual(self.Presence._check_in(self.lou, self.place), first)
        self.assertEqual(first.checkin_at, self.utc(2026, 11, 17, 9))

    def test_checking_in_elsewhere_leaves_the_first_place(self):
        first = self.Presence._check_in(self.lou, self.place, at=self.utc(2026, 11, 17, 9))
        second = self.Presence._check_in(self.lou, self.annexe)
        self.assertEqual(first.checkout_at, self.utc(2026, 11, 17, 10))
        self.assertTrue(second.is_here)

    def test_a_stay_of_four_and_a_half_hours_is_a_half_day_and_longer_a_day(self):
        self.assertEqual(self.stay((9, 0), (13, 30)).day_count, 0.5)
        self.assertEqual(self.stay((9, 0), (13, 31), self.person("Zoé")).day_count, 1.0)

    def test_the_threshold_is_the_associations_own(self):
        self.company.half_day_max_hours = 3.0
        self.assertEqual(self.stay((9, 0), (12, 30)).day_count, 1.0)

    def test_going_out_for_lunch_makes_one_day_and_not_two_halves(self):
        stays = self.stay((9, 0), (12, 0)) | self.stay((13, 0), (17, 0))
        self.assertEqual(sum(stays.mapped("day_count")), 1.0)

    def test_two_short_stays_are_one_half_day(self):
        stays = self.stay((9, 0), (10, 0)) | self.stay((14, 0), (15, 0))
        self.assertEqual(sum(stays.mapped("day_count")), 0.5)

    def test_a_stay_set_right_counts_the_others_of_its_day_again(self):
        morning, afternoon = self.stay((9, 0), (12, 0)), self.stay((13, 0), (17, 0))
        morning.checkout_at = self.utc(2026, 11, 17, 9, 10)
        self.assertEqual((morning.day_count, afternoon.day_count), (0.5, 0.0))
        morning.unlink()
        self.assertEqual(afternoon.day_count, 0.5)

    def test_the_day_is_that_of_the_places_clock(self):
        presence = self.stay((0, 15), (1, 0))
        self.assertEqual(str(presence.day), "2026-11-17")

    def test_coming_back_after_a_forgotten_departure_opens_a_new_stay(self):
        old = self.Presence._check_in(self.lou, self.place, at=self.utc(2026, 11, 16, 9))
        new = self.Presence._check_in(self.lou, self.place)
        self.assertEqual(old.checkout_at, self.utc(2026, 11, 16, 18))
        self.assertTrue(new.is_here)

    def test_a_forgotten_departure_is_closed_at_closing_time(self):
        presence = self.Presence._check_in(self.lou, self.place, at=self.utc(2026, 11, 16, 9))
        self.Presence._cron_close_forgotten()
        self.assertEqual(presence.checkout_at, self.utc(2026, 11, 16, 18))
        self.assertTrue(presence.is_checkout_guessed)
        self.assertEqual(presence.day_count, 1.0)

    def test_whoever_came_today_is_not_sent_out_by_the_night(self):
        presence = self.Presence._check_in(self.lou, self.place)
        self.Presence._cron_close_forgotten()
        self.assertTrue(presence.is_here)

    def test_the_desk_cannot_send_out_somebody_who_left(self):
        presence = self.stay((9, 0), (9, 30))
        with self.assertRaisesRegex(UserError, "left already"):
            presence.with_user(self.reception).action_check_out()

    def test_reception_records_presences_but_does_not_delete_them(self):
        presence = self.Presence.with_user(self.reception)._check_in(self.lou, self.place)
        presence.action_check_out()
        self.assertFalse(presence.is_here)
        with self.assertRaises(AccessError):
            presence.unlink()

    def test_board_treasurer_and_portal_do_not_see_who_is_here(self):
        self.Presence._check_in(self.lou, self.place)
        for user in (self.board, self.treasurer, self.portal):
            with self.assertRaises(AccessError):
                self.Presence.with_user(user).search([])

    def test_another_association_does_not_see_our_presences(self):
        other = self.env["res.company"].create({"name": "Other association"})
        self.Presence._check_in(self.lou, self.place)
        stranger = self.reception.copy({"login": "other_reception"})
        stranger.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.assertFalse(
            self.Presence.with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .search([("partner_id", "=", self.lou.id)])
        )

    def test_closing_forgotten_presences_costs_no_more_queries_for_many(self):
        people = [self.person(f"P{n}") for n in range(12)]
        for person in people:
            self.Presence._check_in(person, self.place, at=self.utc(2026, 11, 16, 9))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(15):
            self.Presence._cron_close_forgotten()
            self.env.flush_all()
