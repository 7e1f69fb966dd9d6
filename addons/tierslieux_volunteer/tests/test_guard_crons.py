from freezegun import freeze_time

from odoo.tests import tagged

from .test_absence_guard import GuardCase
from .volunteer_common import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestGuardCrons(GuardCase):
    """The scheduled actions as the server runs them."""

    def run_cron(self, name, text):
        with freeze_time(self.at(text)), self.enter_registry_test_mode():
            self.env.ref(f"tierslieux_volunteer.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_next_one_is_asked_by_the_scheduled_action(self):
        self.row_ana._cannot_come("portal")
        self.run_cron("cron_replacement", "2027-01-11 13:00")
        self.run_cron("cron_replacement", "2027-01-11 13:10")
        self.assertEqual(self.asked(self.monday), self.cleo | self.dora)
        self.assertEqual(self.kinds(self.dora), ["replacement"])

    def test_reminders_are_queued_by_the_scheduled_action_once(self):
        self.run_cron("cron_shift_reminder", "2027-01-17 10:00")
        self.run_cron("cron_shift_reminder", "2027-01-17 10:30")
        self.assertEqual(self.kinds(self.ana), ["reminder"])

    def test_texts_leave_by_the_scheduled_action(self):
        self.cleo.contact_mode = "text"
        self.cleo.partner_id.phone = "06 12 34 56 78"
        self.row_ana._cannot_come("portal")
        message = self.messages(self.cleo)
        self.run_cron("cron_text_message", "2027-01-11 09:10")
        awaited = "sent" if "sms.sms" in self.env else "todo"
        self.assertEqual(message.state, awaited)
