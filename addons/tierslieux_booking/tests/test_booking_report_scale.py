from datetime import datetime, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .test_booking_report import BookingReportCommon

JANUARY = [("date", ">=", "2026-01-01"), ("date", "<", "2026-02-01")]


@tagged("post_install", "-at_install")
class TestBookingReportScale(BookingReportCommon):
    """The lines of a network's bookings, a page at a time: those that a page shows are read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two hours a weekday of January in the room, one in the left half every other day, and a
        # night in the space that begins long before it ends.
        for day in range(22):
            start = datetime(2026, 1, 5, 8) + timedelta(days=day)
            cls.book(cls.room, start, 2)
            if day % 2:
                cls.book(cls.left, start, 1)
        cls.book(cls.space, datetime(2026, 1, 20, 20), 60)

    def ids(self, domain=(), **options):
        site = [("place_id", "=", self.site.id), *domain]
        return self.Report.search(site, **options).ids

    def test_a_page_is_what_the_whole_list_has_there(self):
        """22 × 2 + 11 + 60 = 115 lines."""
        for more in ((), JANUARY, [("resource_id", "=", self.left.id)], [("hour", "=", 9)]):
            whole = self.ids(more)
            for offset in (0, 7, 40, 200):
                page = self.ids(more, limit=10, offset=offset)
                self.assertEqual(page, whole[offset : offset + 10], (more, offset))
        self.assertEqual(len(self.ids()), 115)

    def test_a_page_costs_as_many_queries_whatever_lies_before_it(self):
        counts = []
        for first in ("2026-01-26", "2026-01-01"):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.ids([("date", ">=", first)], limit=5)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_a_line_is_read_from_its_booking(self):
        line = self.Report.search([("place_id", "=", self.site.id)], limit=1)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.Report.sudo()._search([("id", "in", line.ids)])
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("tierslieux_booking_pkey", plan)
        self.assertEqual(query.get_result_ids(), tuple(line.ids))
