import doctest
from datetime import date, datetime, time
from decimal import Decimal

from icalendar import Calendar

from odoo.tests import BaseCase

from ..tools import booking_calendar, cancellation, recurrence
from ..tools.cancellation import fee_amount, fee_deadlines, fee_percent
from ..tools.recurrence import MAX_OCCURRENCES, Rule, occurrences
from ..wizards import booking_series_line

# Tuesday 12 May 2026, 14:00
START = datetime(2026, 5, 12, 14)


class TestCancellationFee(BaseCase):
    """Worked by hand: 50 % under 48 hours, 100 % under 24 hours, of a room at 24.75 €.

    48 hours before is Sunday the 10th at 14:00, 24 hours before Monday the 11th at 14:00.
    Source of the ladder: usual terms of French coworking spaces (48 h / 24 h).
    """

    ladder = [(24, 100), (48, 50)]

    def test_doctests(self):
        for module in (cancellation, recurrence, booking_calendar, booking_series_line):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_free_of_charge_early_and_at_the_very_hour(self):
        self.assertEqual(fee_percent(self.ladder, START, datetime(2026, 5, 1, 9)), 0)
        self.assertEqual(fee_percent(self.ladder, START, datetime(2026, 5, 10, 14)), 0)

    def test_half_a_second_later_the_first_step_counts(self):
        self.assertEqual(fee_percent(self.ladder, START, datetime(2026, 5, 10, 14, 0, 1)), 50)
        self.assertEqual(fee_percent(self.ladder, START, datetime(2026, 5, 11, 14)), 50)

    def test_the_nearest_step_counts_until_after_the_start(self):
        self.assertEqual(fee_percent(self.ladder, START, datetime(2026, 5, 11, 14, 1)), 100)
        self.assertEqual(fee_percent(self.ladder, START, datetime(2026, 5, 12, 18)), 100)

    def test_without_a_ladder_nothing_is_due(self):
        self.assertEqual(fee_percent([], START, START), 0)
        self.assertEqual(fee_deadlines([], START), [])

    def test_a_ladder_may_go_down_again(self):
        """A step of 0 % near the start: a machine that is always in demand."""
        ladder = [(48, 50), (2, 0)]
        self.assertEqual(fee_percent(ladder, START, datetime(2026, 5, 12, 13)), 0)
        self.assertEqual(
            fee_deadlines(ladder, START),
            [(datetime(2026, 5, 10, 14), 50), (datetime(2026, 5, 12, 12), 0)],
        )

    def test_cents_are_rounded_half_up(self):
        # 24.75 × 50 % = 12.375 → 12.38; 0.1 + 0.2 € do not make a fee of 0.30000000000000004
        self.assertEqual(fee_amount(24.75, 50), Decimal("12.38"))
        self.assertEqual(fee_amount(24.75, 100), Decimal("24.75"))
        self.assertEqual(fee_amount(0.1 + 0.2, 100), Decimal("0.30"))
        self.assertEqual(fee_amount(0, 100), Decimal("0.00"))


class TestRecurrence(BaseCase):
    """Summer time in France: from Sunday 29 March to Sunday 25 October 2026."""

    def days(self, slots):
        return [slot.day for slot in slots]

    def test_the_hour_on_the_wall_stays_when_summer_time_begins(self):
        rule = Rule(start=time(14), stop=time(16))
        before, after = occurrences(rule, date(2026, 3, 24), "Europe/Paris", count=2)
        self.assertEqual((before.start, before.stop), (self.at(3, 24, 13), self.at(3, 24, 15)))
        self.assertEqual((after.start, after.stop), (self.at(3, 31, 12), self.at(3, 31, 14)))

    def test_the_hour_on_the_wall_stays_when_summer_time_ends(self):
        rule = Rule(start=time(9), stop=time(12))
        before, after = occurrences(rule, date(2026, 10, 22), "Europe/Paris", count=2)
        self.assertEqual(before.start, self.at(10, 22, 7))
        self.assertEqual(after.start, self.at(10, 29, 8))

    def test_a_place_without_summer_time(self):
        rule = Rule(start=time(14), stop=time(16))
        slots = occurrences(rule, date(2026, 3, 24), "Indian/Reunion", count=2)
        self.assertEqual({slot.start.hour for slot in slots}, {10})

    def test_a_night_over_the_change_lasts_an_hour_less(self):
        """From 22:00 on Saturday to 06:00 on Sunday 29 March: seven hours."""
        rule = Rule(freq="daily", start=time(22), stop=time(6))
        (slot,) = occurrences(rule, date(2026, 3, 28), "Europe/Paris", count=1)
        self.assertEqual((slot.stop - slot.start).total_seconds() / 3600, 7)

    def test_every_other_week_on_two_days(self):
        rule = Rule(interval=2, weekdays=(0, 3))
        slots = occurrences(rule, date(2026, 5, 4), "Europe/Paris", until=date(2026, 5, 31))
        self.assertEqual(self.days(slots), [date(2026, 5, day) for day in (4, 7, 18, 21)])

    def test_until_is_included(self):
        slots = occurrences(Rule(), date(2026, 5, 5), "Europe/Paris", until=date(2026, 5, 19))
        self.assertEqual(self.days(slots)[-1], date(2026, 5, 19))

    def test_a_month_without_the_31st_is_passed_over(self):
        slots = occurrences(Rule("monthly_day"), date(2026, 1, 31), "Europe/Paris", count=3)
        self.assertEqual(self.days(slots), [date(2026, m, 31) for m in (1, 3, 5)])

    def test_the_second_tuesday_and_the_last_one(self):
        second = occurrences(Rule("monthly_weekday"), date(2026, 5, 12), "Europe/Paris", count=2)
        self.assertEqual(self.days(second), [date(2026, 5, 12), date(2026, 6, 9)])
        last = occurrences(Rule("monthly_weekday"), date(2026, 3, 31), "Europe/Paris", count=3)
        self.assertEqual(self.days(last), [date(2026, 3, 31), date(2026, 4, 28), date(2026, 5, 26)])

    def test_a_rule_without_an_end_is_refused(self):
        with self.assertRaises(ValueError):
            occurrences(Rule(), date(2026, 5, 5), "Europe/Paris")

    def test_a_series_has_a_length(self):
        slots = occurrences(Rule("daily"), date(2026, 1, 1), "Europe/Paris", until=date(2030, 1, 1))
        self.assertEqual(len(slots), MAX_OCCURRENCES)

    @staticmethod
    def at(month, day, hour):
        return datetime(2026, month, day, hour)


class TestCalendarFile(BaseCase):
    def test_what_is_written_is_read_again(self):
        event = booking_calendar.Event(
            uid="booking-7@x",
            start=datetime(2026, 5, 12, 12),
            stop=datetime(2026, 5, 12, 14),
            summary="Atelier « couture », débutants; niveau 1",
            stamp=datetime(2026, 5, 1, 8, 30, 12, 999),
            location="La Fabrique, 12 rue de la Gare\n28000 Chartres",
            organizer_name="L'Atelier",
            organizer_email="contact@example.com",
        )
        calendar = Calendar.from_ical(booking_calendar.build_calendar([event], method="PUBLISH"))
        (component,) = calendar.walk("VEVENT")
        self.assertEqual(calendar["method"], "PUBLISH")
        self.assertEqual(component["summary"], event.summary)
        self.assertEqual(component["location"], event.location)
        self.assertEqual(component.decoded("dtstart").isoformat(), "2026-05-12T12:00:00+00:00")
        self.assertEqual(component["organizer"], "mailto:contact@example.com")
