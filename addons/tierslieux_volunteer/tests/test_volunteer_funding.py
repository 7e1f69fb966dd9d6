from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .hours_common import LATER, HoursCase
from .volunteer_common import NOW
from .volunteer_portal_common import VolunteerPortalCase


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestVolunteerFunding(HoursCase):
    """Ten validated hours, by who funds them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        funding = cls.env.ref("tierslieux_base.analytic_plan_funding")
        place = cls.env.ref("tierslieux_base.analytic_plan_place")
        cls.city, cls.state, cls.site = cls.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": cls.company.id}
                for name, plan in (("City", funding), ("State", funding), ("Site", place))
            ]
        )

    def figures(self):
        """{name of the funding: hours}"""
        self.env.flush_all()
        Figure = self.env["tierslieux.volunteer.figure"]
        Figure.invalidate_model()
        return {
            account.name: round(hours, 2)
            for account, hours in Figure._read_group(
                [("volunteer_id", "=", self.ana.id)], ["funding_id"], ["hours:sum"]
            )
        }

    def give(self, hours=10, **vals):
        line = self.ana._declare_hours(
            date=self.date("2027-01-20"), hours=hours, mission=self.mission, **vals
        )
        self.by(line).action_validate()
        return line

    def test_without_a_distribution_they_are_of_nobody(self):
        self.give()
        self.assertEqual(self.figures(), {False: 10})

    def test_two_fundings_share_them_and_the_rest_stays(self):
        """60 % and 25 % of 10 h, beside the plan of the places, which counts for nothing here."""
        self.mission.analytic_distribution = {
            f"{self.city.id},{self.site.id}": 60,
            str(self.state.id): 25,
        }
        self.give()
        self.assertEqual(self.figures(), {"City": 6, "State": 2.5, False: 1.5})

    def test_corrections_are_shared_as_what_they_correct(self):
        self.mission.analytic_distribution = {str(self.city.id): 100}
        self.by(self.give())._correct(8, "Left early")
        self.assertEqual(self.figures(), {"City": 8})

    def test_a_shift_of_another_funding_than_its_mission(self):
        self.mission.analytic_distribution = {str(self.city.id): 100}
        [row] = self.done(self.ana, analytic_distribution={str(self.state.id): 100})
        self.by(row)._write_hours()
        self.assertEqual(self.figures(), {"State": 4})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalDocuments(VolunteerPortalCase):
    """My letter and my certificates, and nobody else's."""

    def setUp(self):
        super().setUp()
        line = self.anne_sheet._declare_hours(
            date=date(2026, 12, 14), hours=3, mission=self.mission
        )
        line.with_user(self.coordinator).action_validate()
        self.login(self.anne)

    def test_documents_are_among_mine(self):
        titles = {item["title"]: item["url"] for item in self.anne_sheet._get_portal_documents()}
        self.assertEqual(titles["Engagement letter"], "/my/volunteering/letter")
        self.assertEqual(titles["Certificate of hours 2026"], "/my/volunteering/certificate/2026")
        self.assertNotIn("Certificate of hours 2027", titles)
        page = self.url_open("/my/volunteering")
        self.assertIn("/my/volunteering/certificate/2026", page.text)

    def test_they_are_made_of_my_own_sheet(self):
        for url in ("letter", "certificate/2026"):
            page = self.url_open(f"/my/volunteering/{url}")
            self.assertEqual(page.headers["Content-Type"], "application/pdf", self.words(page))

    def test_no_hours_no_certificate(self):
        page = self.url_open("/my/volunteering/certificate/2025", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
        self.login(self._get_bob_user())
        page = self.url_open("/my/volunteering/certificate/2026", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
