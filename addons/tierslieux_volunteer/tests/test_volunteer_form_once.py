from freezegun import freeze_time

from odoo.tests import tagged

from .test_mission_public import TYPED, MissionPagesCase
from .volunteer_common import NOW
from .volunteer_portal_common import VolunteerPortalCase

HOME = "/my/volunteering"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVolunteerForms(VolunteerPortalCase):
    def setUp(self):
        super().setUp()
        self.login(self.anne)

    def test_portal_shift_take(self):
        self.assert_acts_once(
            HOME, f"{HOME}/take/{self.wednesday.id}", lambda: self.wednesday.taken_count
        )

    def test_portal_shift_yes(self):
        row = self.ask(self.anne_sheet)
        self.assert_acts_once(f"/my/shifts/{row.id}", f"/my/shifts/{row.id}/yes", lambda: row.state)

    def test_portal_shift_no(self):
        self.assert_acts_once(
            f"/my/shifts/{self.mine.id}", f"/my/shifts/{self.mine.id}/no", lambda: self.mine.state
        )

    def test_portal_shift_undo(self):
        self.mine._cannot_come("mail")
        self.assert_acts_once(
            f"/my/shifts/{self.mine.id}", f"/my/shifts/{self.mine.id}/undo", lambda: self.mine.state
        )

    def test_portal_shift_other(self):
        row = self.ask(self.anne_sheet)
        self.fill(row.shift_id)
        self.assert_acts_once(
            f"/my/shifts/{row.id}",
            f"/my/shifts/{row.id}/other/{self.wednesday.id}",
            lambda: self.wednesday.taken_count,
        )

    def test_portal_shift_link(self):
        """A link that was used in another browser: a new one is sent, once."""
        row = self.ask(self.anne_sheet)
        token = self.issue(row)
        self.links(row)._take()
        self.stranger()
        url = f"/my/shifts/{row.id}"
        self.assert_acts_once(f"{url}?link={token}", f"{url}/link", lambda: len(self.links(row)))

    def test_portal_swap_propose(self):
        self.assert_acts_once(
            f"/my/shifts/{self.mine.id}/swap",
            f"/my/shifts/{self.mine.id}/swap/{self.foreign.id}",
            lambda: self.env["tierslieux.shift.swap"].search_count([]),
        )

    def swap(self):
        swap = self.env["tierslieux.shift.swap"]._propose(self.mine, self.foreign)
        self.login(self._get_bob_user())
        return swap

    def test_portal_swap_yes(self):
        swap = self.swap()
        url = f"/my/swaps/{swap.id}"
        self.assert_acts_once(url, f"{url}/yes", lambda: swap.state)

    def test_portal_swap_no(self):
        swap = self.swap()
        url = f"/my/swaps/{swap.id}"
        self.assert_acts_once(url, f"{url}/no", lambda: swap.state)

    def test_portal_volunteer_week(self):
        self.assert_acts_once(
            f"{HOME}/time", f"{HOME}/week", lambda: self.anne_sheet._get_week(), cell="0-540"
        )

    def test_portal_volunteer_away(self):
        self.assert_acts_once(
            f"{HOME}/time",
            f"{HOME}/away",
            lambda: len(self.anne_sheet.absence_ids),
            date_start="2027-02-01",
            date_end="2027-02-05",
        )

    def test_portal_volunteer_back(self):
        absence = self.env["tierslieux.volunteer.absence"].create(
            {"volunteer_id": self.anne_sheet.id, "date_from": "2027-02-01", "date_to": "2027-02-02"}
        )
        self.assert_acts_once(
            f"{HOME}/time",
            f"{HOME}/away/{absence.id}/delete",
            lambda: bool(absence.exists()),
        )

    def test_portal_volunteer_share(self):
        self.assert_acts_once(
            f"{HOME}/time",
            f"{HOME}/share",
            lambda: self.anne_sheet.shares_email,
            shares_email="1",
        )

    def test_portal_volunteer_calendar(self):
        self.assert_acts_once(
            f"{HOME}/time", f"{HOME}/calendar", lambda: self.anne_sheet.calendar_token
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMissionForm(MissionPagesCase):
    def test_mission_interested(self):
        self.assert_acts_once(
            "/volunteering/repair-cafe",
            "/volunteering/repair-cafe/interested",
            lambda: len(self.sheets()),
            **TYPED,
        )
