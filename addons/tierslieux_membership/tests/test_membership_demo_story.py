from datetime import date

from odoo.tests import TransactionCase, tagged

from odoo.addons.tierslieux_base.demo.story.chapter import TOWNS
from odoo.addons.tierslieux_base.demo.story.people import GUARDIANS, LOGINS, TAGS, People

from ..demo.story.fees import FLAGS, JOURNALS, SCALES, Fees


@tagged("post_install", "-at_install")
class TestMembershipDemoStory(TransactionCase):
    """The script of the fees: its files agree, and its dates hold on any day of any year.

    What it writes is looked at by tests/test_demo.py, on a database that has it.
    """

    def story(self, chapter, today):
        story = chapter(self.env)
        story.today = today
        return story

    def periods(self, text, today):
        return [(p["start"], p["day"]) for p in self.story(Fees, today).periods(text)]

    def test_a_renewal_follows_the_year_before_and_is_paid_in_its_own_time(self):
        """Y-1@0.5: half of 365 days from 1 January 2025 is 2 July (day 182 of 364); Y@0.1 on
        22 November 2026: a tenth of the 325 days elapsed is 2 February, but it begins on
        1 January.
        """
        self.assertEqual(
            self.periods("Y-1@0.5 Y@0.1", date(2026, 11, 22)),
            [
                (date(2025, 7, 2), date(2025, 7, 2)),
                (date(2026, 1, 1), date(2026, 2, 2)),
            ],
        )

    def test_two_rolling_years_have_no_gap(self):
        """D-353*2 on 22 November 2026: the second year begins on 4 December 2025."""
        self.assertEqual(
            self.periods("D-353*2", date(2026, 11, 22)),
            [(date(2024, 12, 4), date(2024, 12, 4)), (date(2025, 12, 4), date(2025, 12, 4))],
        )

    def test_a_season_begins_in_september(self):
        for today, start in (
            (date(2026, 11, 22), date(2026, 9, 1)),
            (date(2027, 8, 31), date(2026, 9, 1)),
            (date(2027, 9, 1), date(2027, 9, 1)),
        ):
            self.assertEqual(self.story(Fees, today).season_start(), start)

    def test_nothing_of_the_story_is_to_come(self):
        """On the first and the last day of a year, on 29 February: no fee after today."""
        for today in (date(2027, 1, 1), date(2028, 2, 29), date(2027, 9, 1), date(2027, 12, 31)):
            story = self.story(Fees, today)
            for row in story.rows("memberships.csv"):
                days = [period["day"] for period in story.periods(row["periods"])]
                self.assertTrue(days)
                self.assertLessEqual(max(days), today, row)
                self.assertEqual(days, sorted(days), row)

    def test_a_last_letter_says_what_became_of_a_fee(self):
        story = self.story(Fees, date(2026, 11, 22))
        for letter, fate in FLAGS.items():
            self.assertEqual([p["fate"] for p in story.periods(f"Y@0.2{letter}")], [fate])

    def test_the_files_name_each_other_rightly(self):
        story = self.story(Fees, date(2026, 11, 22))
        persons = self.story(People, date(2026, 11, 22))
        people = {row["key"]: row for row in persons.rows("people.csv")}
        organisations = {row["key"]: row for row in persons.rows("organisations.csv")}
        everybody = people | organisations
        for row in everybody.values():
            self.assertIn(row["town"], TOWNS)
            self.assertLessEqual({tag for tag in row["tags"].split(",") if tag}, set(TAGS))
        for row in story.rows("memberships.csv"):
            named = {row["person"], *row["covered"].split(), *filter(None, [row["payer"]])}
            self.assertLessEqual(named, set(everybody), row)
            self.assertIn(row["mode"], {"", *JOURNALS})
            self.assertIn(row["scale"], {"", *SCALES})
        self.assertLessEqual({*GUARDIANS, *GUARDIANS.values()}, set(people))
        self.assertLessEqual({person for person, _groups in LOGINS.values()}, set(people))
