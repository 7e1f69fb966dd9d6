from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPresenceDays(AgreementCase):
    """Monday 4 March 2030. The CAF's agent is here on Thursdays, 9:00 to 12:00, in Salle Rouge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls.make_agreement(
            signed="2030-01-01", start_date="2030-01-01", end_date="2030-12-31"
        )
        cls.agent = cls.resource("Nora of the CAF", resource_type="user", rate_id=False)

    def plan(self, count=3, agent=True):
        action = self.as_user(self.agreement, self.coordinator).action_plan_presence()
        model = self.as_user(self.env["tierslieux.booking.series.wizard"], self.coordinator)
        return model.with_context(**action["context"]).create(
            {
                "resource_id": self.room.id,
                "agent_id": agent and self.agent.id,
                "date_from": date(2030, 3, 7),
                "hour_from": 9,
                "hour_to": 12,
                "thursday": True,
                "end_type": "count",
                "count": count,
            }
        )

    def test_the_days_are_bookings_of_the_room_and_of_the_agent(self):
        wizard = self.plan()
        wizard.action_preview()
        wizard.action_book()
        bookings = self.agreement.booking_ids.sorted("start")
        self.assertEqual(len(bookings), 6)
        self.assertEqual(bookings.resource_id, self.room | self.agent)
        self.assertEqual(bookings.partner_id, self.caf)
        self.assertEqual(set(bookings.mapped("amount")), {0.0})
        self.assertEqual(self.agreement.presence_count, 3)
        self.assertEqual(bookings.series_id.agreement_id, self.agreement)

    def test_clashes_of_the_room_and_of_the_agent_are_shown_and_decided_before(self):
        self.book(self.room, "2030-03-07 10:00", "2030-03-07 11:00", title="Sewing")
        self.book(self.agent, "2030-03-14 11:00", "2030-03-14 13:00")
        wizard = self.plan()
        wizard.action_preview()
        lines = wizard.line_ids.sorted("day")
        self.assertEqual(lines.mapped("decision"), ["todo", "todo", "book"])
        self.assertIn("Sewing", lines[0].refusal)
        self.assertIn("Nora of the CAF", lines[1].refusal)
        with self.assertRaises(UserError):
            wizard.action_book()
        wizard.action_skip_conflicts()
        wizard.action_book()
        self.assertEqual(self.agreement.presence_count, 1)

    def test_the_window_shows_the_agreement(self):
        action = self.as_user(self.agreement, self.coordinator).action_plan_presence()
        model = self.as_user(self.env["tierslieux.booking.series.wizard"], self.coordinator)
        form = Form(model.with_context(**action["context"]))
        self.assertEqual(form.agreement_id, self.agreement)
        self.assertEqual(form.partner_id, self.caf)

    def test_days_outside_the_agreement_are_not_booked(self):
        self.agreement._write_facts({"stop_date": date(2030, 3, 20)})
        wizard = self.plan()
        wizard.action_preview()
        with self.assertRaisesRegex(UserError, "is in force from"):
            wizard.action_book()

    def test_hours_given_are_held_against_hours_promised_by_year(self):
        """Three mornings of three hours; on 15 March two are held, one is a no-show: 3 h given,
        3 h to come. 120 h promised for the whole year."""
        self.duty(agreement_id=self.agreement.id, kind="presence", hours_promised=120)
        wizard = self.plan()
        wizard.action_preview()
        wizard.action_book()
        with freeze_time("2030-03-15 11:00:00"):
            first = self.agreement.booking_ids.filtered(
                lambda b: b.resource_id == self.room
            ).sorted("start")[0]
            first.action_no_show()
            self.agreement.invalidate_recordset()
            (row,) = self.agreement._get_presence_years()
            self.assertEqual(
                (row["year"], row["given"], row["coming"], row["promised"]), (2030, 3.0, 3.0, 120.0)
            )
            # 74 days of 365: 24.33 h were promised so far, and 3 are given.
            self.assertEqual(self.agreement._get_presence_balance(), (24.33, 3.0))
            self.assertIn("Hours promised", self.agreement.health_reasons)
