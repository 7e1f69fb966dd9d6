import doctest

from odoo.tests import BaseCase, tagged

from ..tools import plain_text, typed
from .common import TierslieuxCommon
from .text_common import ATTACK, StrangersTextCase


class TestPlainText(BaseCase):
    def test_the_examples_of_the_docstrings_hold(self):
        for module in (plain_text, typed):
            self.assertEqual(doctest.testmod(module).failed, 0)


@tagged("post_install", "-at_install")
class TestStrangersText(StrangersTextCase, TierslieuxCommon):
    """Texts that come from outside, on the screens of the team."""

    def test_a_label_and_its_place_are_text_in_the_task_of_its_renewal(self):
        place = self.make_place(ATTACK)
        kind = self.env["tierslieux.place.label.type"].search([], limit=1)
        label = self.env["tierslieux.place.label"].create(
            {
                "place_id": place.id,
                "label_type_id": kind.id,
                "date_start": self.today,
                "date_end": self.today,
            }
        )
        label._schedule_renewal_activity()
        self.assert_is_text("mail.activity")
