from freezegun import freeze_time
from lxml import html

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .booking_common import NOW, BookingCase, PortalBookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingScale(BookingCase):
    """What is searched over all the bookings of a network is found by an index."""

    def explain(self, domain):
        # Few rows are read whole: the planner is asked what it would do of many.
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        select = self.env["tierslieux.booking"].sudo()._search(domain).select()
        self.env.cr.execute(SQL("EXPLAIN %s", select))
        return "\n".join(row[0] for row in self.env.cr.fetchall())

    def test_bookings_of_a_place_are_found_by_an_index(self):
        plan = self.explain([("place_id", "=", self.place.id)])
        self.assertIn("place_id_index", plan)

    def test_bookings_to_pay_are_found_among_those_on_no_invoice(self):
        """Among three thousand that were invoiced: no invoice is looked at."""
        self.env.cr.execute(
            """
            INSERT INTO tierslieux_booking
                   (resource_id, partner_id, company_id, place_id, start, stop, state, seats,
                    source, is_exclusive, amount, is_on_invoice)
            SELECT %s, %s, %s, %s, timestamp '2020-01-01' + hour * interval '1 hour',
                   timestamp '2020-01-01' + (hour + 1) * interval '1 hour', 'confirmed', 1,
                   'desk', false, 12, true
              FROM generate_series(1, 3000) AS hour
            """,
            [self.room.id, self.ada.id, self.company.id, self.place.id],
        )
        self.env.cr.execute("ANALYZE tierslieux_booking")
        plan = self.explain([("payment_state", "=", "due")])
        self.assertIn("price_idx", plan)
        self.assertNotIn("account_move", plan)

    def test_a_booking_knows_whether_a_living_invoice_carries_it(self):
        """It is: a draft, posted, back in draft, cancelled, deleted. Two hours at 15 €: 30 €."""
        booking = self.book()
        Booking = self.env["tierslieux.booking"]
        due = [("id", "=", booking.id), ("payment_state", "=", "due")]
        found = [(booking.is_on_invoice, Booking.search_count(due))]
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ada.id,
                "invoice_line_ids": [Command.create(booking._prepare_invoice_line_vals())],
            }
        )
        self.assertEqual(move.amount_untaxed, 30.0)
        steps = (
            None,
            move.action_post,
            move.button_draft,
            move.button_cancel,
            move.button_draft,
            move.unlink,
        )
        for step in steps:
            if step:
                step()
            found.append((booking.is_on_invoice, Booking.search_count(due)))
        on, off = (True, 0), (False, 1)
        self.assertEqual(found, [off, on, on, on, off, on, off])

    def test_each_payment_state_finds_what_it_says(self):
        """Two hours at 15 €: due, then invoiced, then paid or given back; what is free: nothing."""
        due, invoiced, paid, refund, free = (
            self.book(
                start=f"2030-03-{day:02} 14:00",
                stop=f"2030-03-{day:02} 16:00",
                **({"tariff": "free"} if day == 14 else {}),
            )
            for day in (5, 6, 7, 13, 14)
        )
        (invoiced | paid | refund)._invoice_apart()
        states = {booking: booking.payment_state for booking in (due, invoiced, free)}
        self.assertEqual(list(states.values()), ["due", "invoiced", "nothing"])
        Booking = self.env["tierslieux.booking"]
        ours = [("id", "in", (due | invoiced | free).ids)]
        for booking, state in states.items():
            found = Booking.search([*ours, ("payment_state", "=", state)])
            self.assertEqual(found, booking, state)
            self.assertNotIn(booking, Booking.search([*ours, ("payment_state", "!=", state)]))
        found = Booking.search([*ours, ("payment_state", "in", ("due", "invoiced"))])
        self.assertEqual(found, due | invoiced)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFindAtScale(PortalBookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(30):
            cls.resource(f"Room {number:02}", capacity=10 + number)

    def names(self, response):
        page = html.fromstring(response.text)
        more = page.xpath("//a[normalize-space()='See more']/@href")
        return [name.text_content().strip() for name in page.xpath("//h3")], more

    def test_twelve_rooms_at_a_time_until_there_are_no_more(self):
        """Thirty rooms for ten persons or more, and the big one for sixteen."""
        self.login(self.anne)
        seen, pages = [], 0
        response = self.find(persons=10)
        while pages < 9:
            names, more = self.names(response)
            self.assertLessEqual(len(names), 12)
            seen += names
            pages += 1
            if not more:
                break
            response = self.url_open("/my/bookings/find" + more[0])
        self.assertEqual((pages, len(seen), len(set(seen))), (3, 31, 31))

    def test_thirty_rooms_cost_no_more_queries_than_twelve(self):
        self.login(self.anne)
        counts = []
        for persons in (28, 10):
            self.find(persons=persons)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.find(persons=persons)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
