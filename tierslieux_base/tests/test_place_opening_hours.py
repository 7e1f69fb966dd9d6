import doctest
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import opening_hours
from ..tools.opening_hours import (
    DAY_MINUTES,
    Closing,
    OpeningHours,
    describe_week,
    format_opening_hours,
    parse_opening_hours,
)

FRENCH_DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


@st.composite
def spans(draw):
    """Sorted spans of one day that do not touch."""
    bounds = draw(
        st.lists(st.integers(0, DAY_MINUTES), min_size=2, max_size=6, unique=True).map(sorted)
    )
    return tuple(zip(bounds[::2], bounds[1::2], strict=False))


@st.composite
def opening(draw):
    days = st.dates(date(2020, 1, 1), date(2090, 1, 1))
    closings = {
        Closing(day, day + timedelta(days=more))
        for day, more in draw(st.lists(st.tuples(days, st.integers(0, 40)), max_size=3))
    }
    return OpeningHours(
        week=draw(st.dictionaries(st.integers(0, 6), spans())),
        holidays=draw(st.sampled_from([None, ()])),
        closings=tuple(sorted(closings, key=lambda c: (c.start, c.end))),
    )


@tagged("post_install", "-at_install")
class TestPlaceOpeningHours(BaseCase):
    """The notation of OpenStreetMap, both ways."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(opening_hours).failed, 0)

    def test_the_example_of_the_national_schema_is_read(self):
        hours = parse_opening_hours("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00")
        weekday = ((9 * 60, 12 * 60), (14 * 60, 18 * 60 + 30))
        self.assertEqual(hours.week, {**dict.fromkeys(range(5), weekday), 5: ((510, 720),)})
        self.assertFalse(hours.leftover)

    def test_a_later_rule_replaces_an_earlier_one_on_its_days(self):
        hours = parse_opening_hours("Tu-Sa 09:00-13:00,14:00-18:00; We,Fr 14:00-18:00")
        self.assertEqual(hours.week[1], ((540, 780), (840, 1080)))
        self.assertEqual(hours.week[2], ((840, 1080),))
        self.assertEqual(hours.week[4], ((840, 1080),))

    def test_a_rule_after_a_comma_adds_to_the_day(self):
        hours = parse_opening_hours("Mo-Fr 08:00-12:00, We 14:00-18:00")
        self.assertEqual(hours.week[2], ((480, 720), (840, 1080)))

    def test_a_closed_day_is_not_in_the_week(self):
        hours = parse_opening_hours("Mo-Su 09:00-12:00; Su off; PH off")
        self.assertEqual(sorted(hours.week), [0, 1, 2, 3, 4, 5])
        self.assertEqual(hours.holidays, ())

    def test_hours_past_midnight_go_on_the_next_day(self):
        hours = parse_opening_hours("Su 20:00-02:00")
        self.assertEqual(hours.week, {0: ((0, 120),), 6: ((1200, 1440),)})

    def test_dated_closings_are_read(self):
        hours = parse_opening_hours(
            "Mo 09:00-12:00; 2026 Dec 24-2027 Jan 02 off; 2026 May 04 14:00-18:00 off"
        )
        self.assertEqual(
            hours.closings,
            (
                Closing(date(2026, 5, 4), date(2026, 5, 4), (840, 1080)),
                Closing(date(2026, 12, 24), date(2027, 1, 2)),
            ),
        )

    def test_what_is_not_understood_is_kept(self):
        for rule in ("sur rendez-vous", "Jul-Aug off", "Mo 25:00-26:00", "Mo[1] 09:00-12:00"):
            hours = parse_opening_hours(f"Tu 09:00-12:00; {rule}")
            self.assertEqual(hours.leftover, (rule,))
            self.assertEqual(list(hours.week), [1])

    def test_spaces_case_and_single_digits_are_forgiven(self):
        self.assertEqual(
            format_opening_hours(parse_opening_hours(" mo - fr  9:00 – 12:00 ;sa off ")),
            "Mo-Fr 09:00-12:00",
        )

    def test_always_open(self):
        self.assertEqual(format_opening_hours(parse_opening_hours("24/7")), "24/7")

    def test_days_with_the_same_hours_are_written_together(self):
        text = "Tu,Fr 14:00-18:00; We,Sa 10:00-13:00,14:00-18:00"
        self.assertEqual(format_opening_hours(parse_opening_hours(text)), text)

    def test_the_week_reads_in_french(self):
        hours = parse_opening_hours("Mo 09:00-12:00,14:00-18:00; We 08:05-12:30")
        self.assertEqual(
            describe_week(hours, FRENCH_DAYS),
            ["Lundi 9h–12h, 14h–18h", "Mercredi 8h05–12h30"],
        )

    @settings(max_examples=200, deadline=None)
    @given(opening())
    def test_what_is_written_is_read_back(self, hours):
        self.assertEqual(parse_opening_hours(format_opening_hours(hours)), hours)

    @settings(max_examples=200, deadline=None)
    @given(st.text(alphabet='MoTuWeThFrSaSuPHoff0123456789:-,;" /', max_size=40))
    def test_no_text_breaks_the_reader(self, text):
        once = parse_opening_hours(text)
        self.assertEqual(parse_opening_hours(format_opening_hours(once)).week, once.week)
