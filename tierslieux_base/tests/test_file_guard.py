# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A small file that unfolds without end is refused in words, before it costs anything."""

import doctest

from odoo.tests import BaseCase, tagged

from ..tools import file_guard
from ..tools.file_guard import Budget, FileRefused
from .file_guard_common import HEADINGS, MEMBER, make_workbook


@tagged("-at_install", "post_install")
class TestFileGuard(BaseCase):
    def test_examples_hold(self):
        self.assertFalse(doctest.testmod(file_guard).failed)

    def test_the_time_is_bounded_too(self):
        budget = Budget()
        budget.started -= file_guard.MAX_SECONDS + 1
        with self.assertRaises(FileRefused) as caught:
            file_guard.check_workbook(make_workbook(HEADINGS + MEMBER), budget)
        self.assertEqual(caught.exception.code, "too_slow")
