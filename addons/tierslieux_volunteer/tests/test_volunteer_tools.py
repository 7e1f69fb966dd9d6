import doctest

from odoo.tests import BaseCase, tagged

from ..models import absence_todo, volunteer_availability, volunteer_erasure
from ..tools import attended, daytime, distance, fit, mileage, patterns, replacement, week_cells
from ..tools.rota import cells, days, layout, people, reading


@tagged("post_install", "-at_install")
class TestVolunteerTools(BaseCase):
    """What the plain functions promise in their examples."""

    def test_the_examples_hold(self):
        for module in (
            attended,
            daytime,
            distance,
            fit,
            mileage,
            patterns,
            replacement,
            week_cells,
            absence_todo,
            volunteer_availability,
            volunteer_erasure,
            cells,
            days,
            layout,
            people,
            reading,
        ):
            failed, tried = doctest.testmod(module)
            self.assertTrue(tried, module.__name__)
            self.assertFalse(failed, module.__name__)
