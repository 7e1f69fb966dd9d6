from freezegun import freeze_time

from odoo.tests import tagged

from .volunteer_common import NOW, VolunteerCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVolunteer(VolunteerCase):
    """A volunteer is a person of the association."""

    def test_a_painted_week_is_kept_as_it_was_painted(self):
        self.ana.week = {"0": [[540, 600], [600, 720]], "5": [[480, 720]]}
        self.assertEqual(
            self.ana.availability_ids.mapped(lambda line: (line.weekday, line.hour_to)),
            [("0", 12.0), ("5", 12.0)],
        )
        self.ana.invalidate_recordset()
        self.assertEqual(self.ana.week, {"0": [[540, 720]], "5": [[480, 720]]})
