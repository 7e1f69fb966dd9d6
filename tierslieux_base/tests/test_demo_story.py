from datetime import date

from odoo.tests import TransactionCase, tagged

from ..demo.story.people import People


@tagged("post_install", "-at_install")
class TestDemoStory(TransactionCase):
    """The script of the demo. What it writes is looked at by tests/test_demo.py."""

    def test_the_persons_are_sixty_and_no_two_are_alike(self):
        story = People(self.env)
        story.today = date(2026, 11, 22)
        rows = list(story.rows("people.csv"))
        self.assertEqual(len(rows), 60)
        self.assertEqual(len({row["key"] for row in rows}), 60)
        self.assertEqual(len({(row["firstname"], row["lastname"]) for row in rows}), 60)
