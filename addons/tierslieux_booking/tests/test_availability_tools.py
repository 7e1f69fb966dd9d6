import doctest
import unittest
from datetime import datetime, timedelta

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.tierslieux_base.tools.week import get_open_intervals

from ..tools import availability
from ..tools.availability import Rules, get_slots, get_windows
from .booking_common import PARIS

HOUR = timedelta(hours=1)
# Nine to seventeen from Monday to Friday, whichever week it is.
WEEK = {(kind, day): [(540, 1020)] for kind in (0, 1) for day in range(5)}


class TestOpeningOnTheCalendar(BaseCase):
    """Opening hours laid on days; instants are UTC, Paris being one or two hours ahead.

    The clocks of Paris go on at 02:00 on 31 March 2030 and back at 03:00 on 27 October 2030.
    """

    def spans(self, week, start, stop, zone=PARIS, is_holiday=None):
        found = get_open_intervals(week, zone, start, stop, is_holiday)
        return [(a.strftime("%d %H:%M"), b.strftime("%d %H:%M")) for a, b in found]

    def test_the_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(availability).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)

    def test_winter_and_summer_hours_differ_in_utc(self):
        self.assertEqual(
            self.spans(WEEK, datetime(2030, 3, 29), datetime(2030, 4, 2)),
            [("29 08:00", "29 16:00"), ("01 07:00", "01 15:00")],
        )

    def test_the_day_the_clock_goes_on_has_23_hours(self):
        week = {(kind, 6): [(0, 1440)] for kind in (0, 1)}
        ((start, stop),) = get_open_intervals(
            week, PARIS, datetime(2030, 3, 30), datetime(2030, 4, 2)
        )
        self.assertEqual(stop - start, 23 * HOUR)

    def test_the_day_the_clock_goes_back_has_25_hours(self):
        week = {(kind, 6): [(0, 1440)] for kind in (0, 1)}
        ((start, stop),) = get_open_intervals(
            week, PARIS, datetime(2030, 10, 26), datetime(2030, 10, 29)
        )
        self.assertEqual(stop - start, 25 * HOUR)

    def test_an_hour_that_comes_twice_is_open_twice(self):
        """02:00 to 03:00 on 27 October: from the first 02:00 (00:00 UTC) to the second 03:00."""
        week = {(kind, 6): [(120, 180)] for kind in (0, 1)}
        self.assertEqual(
            self.spans(week, datetime(2030, 10, 27), datetime(2030, 10, 28)),
            [("27 00:00", "27 02:00")],
        )

    def test_one_week_out_of_two(self):
        """Week types are Odoo's: days since 1 January of year 1, by seven, even or odd."""
        week = {(0, 0): [(540, 600)]}
        starts = [
            start.date().isoformat()
            for start, _stop in get_open_intervals(
                week, PARIS, datetime(2030, 3, 1), datetime(2030, 4, 1)
            )
        ]
        self.assertEqual(starts, ["2030-03-11", "2030-03-25"])

    def test_a_night_goes_on_over_midnight(self):
        week = {(kind, day): [(0, 120), (1320, 1440)] for kind in (0, 1) for day in range(7)}
        self.assertIn(
            ("05 21:00", "06 01:00"), self.spans(week, datetime(2030, 3, 5), datetime(2030, 3, 7))
        )

    def test_public_holidays_are_closed(self):
        self.assertEqual(
            self.spans(
                WEEK,
                datetime(2030, 3, 4),
                datetime(2030, 3, 6),
                is_holiday=lambda day: day.day == 4,
            ),
            [("05 08:00", "05 16:00")],
        )


class TestWindows(BaseCase):
    """What is free, in hours of one day."""

    def at(self, hour):
        return datetime(2030, 3, 5) + hour * HOUR

    def windows(self, busy, count=1, seats=1, **rules):
        busy = {
            unit: [(self.at(start), self.at(stop)) for start, stop in spans]
            for unit, spans in busy.items()
        }
        found = get_windows(busy, count, Rules(**rules), self.at(8), self.at(18), seats)
        return [((start - self.at(0)) / HOUR, (stop - self.at(0)) / HOUR) for start, stop in found]

    def test_what_is_not_taken_is_free(self):
        self.assertEqual(self.windows({1: [(10, 12)]}), [(8, 10), (12, 18)])

    def test_cleaning_keeps_away_from_what_is_taken_on_both_sides(self):
        self.assertEqual(self.windows({1: [(10, 12)]}, before=60, after=30), [(8, 9.5), (13, 18)])

    def test_a_gap_shorter_than_the_cleaning_is_no_window(self):
        self.assertEqual(self.windows({1: [(8, 12), (13, 18)]}, before=30, after=30), [])

    def test_two_seats_free_one_after_the_other_are_two_windows(self):
        """Nobody changes seats at eleven."""
        self.assertEqual(self.windows({1: [(11, 18)], 2: [(8, 11)]}, count=2), [(8, 11), (11, 18)])

    def test_windows_of_seats_may_overlap(self):
        self.assertEqual(self.windows({1: [(13, 18)], 2: [(8, 11)]}, count=2), [(8, 13), (11, 18)])

    def test_two_seats_need_two_free_at_once(self):
        self.assertEqual(self.windows({1: [(13, 18)], 2: [(8, 11)]}, 2, seats=2), [(11, 13)])

    def test_more_seats_than_there_are_is_never(self):
        self.assertEqual(self.windows({}, count=3, seats=4), [])

    spans = st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 8)).map(lambda s: (s[0], s[0] + s[1])),
        max_size=4,
    )

    @settings(deadline=None)
    @given(
        st.dictionaries(st.integers(1, 4), spans, max_size=4),
        st.integers(1, 4),
        st.integers(0, 45),
        st.integers(1, 10),
    )
    def test_a_window_holds_exactly_what_enough_seats_leave_free(self, busy, seats, begin, length):
        """The definition, tried on every case: k units free from one end to the other."""
        day = datetime(2030, 3, 5)
        quarter = timedelta(minutes=15)
        taken = {
            unit: [(day + a * quarter, day + b * quarter) for a, b in spans]
            for unit, spans in busy.items()
        }
        start, stop = day + begin * quarter, day + (begin + length) * quarter
        free = sum(
            not any(a < stop and start < b for a, b in taken.get(unit, ())) for unit in range(1, 5)
        )
        windows = get_windows(taken, 4, Rules(), day, day + 60 * quarter, seats)
        self.assertEqual(any(a <= start and stop <= b for a, b in windows), free >= seats)


class TestSlots(BaseCase):
    def starts(self, start, stop, minutes, zone=PARIS, **rules):
        slots = get_slots([(start, stop)], minutes, Rules(**rules), zone)
        return [begin.strftime("%H:%M") for begin, _end in slots]

    def test_slots_begin_on_the_step(self):
        self.assertEqual(
            self.starts(datetime(2030, 3, 5, 8, 10), datetime(2030, 3, 5, 10), 60),
            ["08:30", "09:00"],
        )

    def test_a_step_is_counted_on_the_clock_of_the_place(self):
        """Kathmandu is 5 h 45 ahead: its full hours are at a quarter past in UTC."""
        self.assertEqual(
            self.starts(
                datetime(2030, 3, 5, 8),
                datetime(2030, 3, 5, 10, 30),
                60,
                pytz.timezone("Asia/Kathmandu"),
                step=60,
            ),
            ["08:15", "09:15"],
        )

    def test_a_step_that_does_not_divide_the_day_begins_again_at_midnight(self):
        """Steps of 50 minutes: 23:20 in Paris, then 00:00."""
        self.assertEqual(
            self.starts(
                datetime(2030, 3, 5, 22),
                datetime(2030, 3, 6, 0, 45),
                50,
                step=50,
                shortest=50,
            ),
            ["22:20", "23:00", "23:50"],
        )

    def test_a_length_that_the_rules_refuse_has_no_slot(self):
        day = (datetime(2030, 3, 5, 8), datetime(2030, 3, 5, 18))
        self.assertFalse(self.starts(*day, 30, shortest=60))
        self.assertFalse(self.starts(*day, 300, longest=240))
        self.assertFalse(self.starts(*day, 45, step=30))

    zones = st.sampled_from(
        [
            "Europe/Paris",
            "Indian/Reunion",
            "America/Cayenne",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Noumea",
            "America/St_Johns",
        ]
    ).map(pytz.timezone)
    # Around both changes of the clock, in both hemispheres, and ordinary days.
    instants = st.builds(
        lambda day, minutes: datetime.fromisoformat(day) + timedelta(minutes=minutes),
        st.sampled_from(
            [
                "2030-03-30",
                "2030-10-26",
                "2030-04-06",
                "2030-10-05",
                "2030-06-11",
                "2030-03-09",
                "2030-11-02",
            ]
        ),
        st.integers(0, 3 * 1440),
    )

    @settings(deadline=None)
    @given(
        zones,
        instants,
        st.integers(1, 40),
        st.sampled_from([5, 10, 15, 20, 30, 45, 50, 60, 90, 120, 240, 1440]),
        st.integers(1, 30),
        st.integers(0, 30),
        st.integers(1, 60),
    )
    def test_slots_are_exactly_the_starts_that_no_rule_forbids(
        self, zone, start, hours, step, shortest, longest, length
    ):
        """Compared with the definition, minute by minute."""
        rules = Rules(step=step, shortest=5 * shortest, longest=5 * longest)
        stop = start + hours * HOUR
        minutes = 5 * length
        expected = []
        instant = start.replace(second=0)
        while instant + timedelta(minutes=minutes) <= stop:
            end = instant + timedelta(minutes=minutes)
            if not availability.get_breach(instant, end, rules, zone):
                expected.append((instant, end))
            instant += timedelta(minutes=1)
        self.assertEqual(get_slots([(start, stop)], minutes, rules, zone), expected)
