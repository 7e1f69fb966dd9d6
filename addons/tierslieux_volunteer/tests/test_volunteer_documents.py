import io

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .hours_common import LATER, HoursCase

CERTIFICATE = "tierslieux_volunteer.action_report_hours_certificate"
CIVIC = "tierslieux_volunteer.action_report_civic_engagement"
LETTER = "tierslieux_volunteer.action_report_engagement_letter"
PASSPORT = "tierslieux_volunteer.action_report_volunteer_passport"


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestDocuments(HoursCase):
    """What is handed to volunteers: true figures, validated hours only."""

    def html(self, report, records, user=None):
        Report = self.env["ir.actions.report"].with_user(user or self.coordinator)
        Report = Report.with_context(allowed_company_ids=self.company.ids)
        return Report._render_qweb_html(report, records.ids)[0].decode()

    def window(self, **vals):
        return self.by(self.env["tierslieux.hours.certificate"]).create(
            {
                "volunteer_ids": self.ana.ids,
                "date_from": "2027-01-01",
                "date_to": "2027-01-31",
                **vals,
            }
        )

    def test_the_certificate_says_validated_hours_by_mission(self):
        """A shift of 4 h, 2 h declared and validated, corrected to 1 h 30: 5 h 30. 3 h that are
        only declared, and those of December, are not in it."""
        [row] = self.done(self.ana)
        self.by(row)._write_hours()
        line = self.declare()
        self.by(line).action_validate()
        self.by(line)._correct(1.5, "Left early")
        self.declare(start="2027-01-25 14:00", stop="2027-01-25 17:00")
        december = self.declare(start="2026-12-20 14:00", stop="2026-12-20 16:00")
        self.by(december).action_validate()
        self.assertEqual(
            self.ana._get_hours_by_mission(self.date("2027-01-01"), self.date("2027-01-31")),
            [{"mission": "Repair café", "place": "Le Bourg", "hours": 5.5, "days": 2}],
        )
        window = self.window()
        self.assertEqual(window.waiting_hours, 3.0)
        page = self.html(CERTIFICATE, window)
        self.assertIn("5 h 30", page)
        self.assertIn(self.ana.partner_id.name, page)

    def test_no_hours_no_certificate(self):
        with self.refused(UserError, "No hours are validated"):
            self.window().action_print()

    def test_civic_figures_are_those_of_the_year(self):
        """90 h of 100 in one association; then 100 h: reached, and not 200 in all."""
        day = self.date("2026-03-01")
        for number in range(10):
            line = self.ana._declare_hours(
                date=day.replace(day=1 + number), hours=9, mission=self.mission
            )
            self.by(line).action_validate()
        self.assertFalse(self.ana._get_civic_figures(2026)["is_one_reached"])
        line = self.ana._declare_hours(date="2026-04-01", hours=10, mission=self.mission)
        self.by(line).action_validate()
        figures = self.ana._get_civic_figures(2026)
        self.assertEqual((figures["hours"], figures["is_one_reached"]), (100.0, True))
        self.assertFalse(figures["is_reached"])
        page = self.html(CIVIC, self.window(date_from="2026-01-01", date_to="2026-12-31"))
        self.assertIn("L5151-9", page)
        self.assertIn("100 h", page)
        for text in ("240", "720", "06/30/2027", "12/31/2027"):
            self.assertIn(text, page)

    def test_the_law_of_2024_made_three_years_of_existence_one(self):
        """Hours of 2023: three years; of 2024: one (law of 15 April 2024)."""
        years = [self.ana._get_civic_figures(year)["years"] for year in (2023, 2024, 2026)]
        self.assertEqual(years, [3, 1, 1])

    def test_the_letter_and_the_passport(self):
        skill = self.env["tierslieux.volunteer.skill"].create({"name": "Soldering"})
        self.ana.skill_line_ids = [(0, 0, {"volunteer_skill_id": skill.id, "level": "3"})]
        [row] = self.done(self.ana)
        self.by(row)._write_hours()
        page = self.html(PASSPORT, self.ana)
        for text in ("Soldering", "Can teach it", "Repair café", "4 h"):
            self.assertIn(text, page)
        self.assertIn("Engagement letter", self.html(LETTER, self.ana))

    def test_documents_are_printed_by_coordinators(self):
        for report in (LETTER, PASSPORT):
            with self.refused(AccessError):
                self.html(report, self.ana, self.reception)

    def test_the_passport_is_a_pdf(self):
        Report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content = Report._render_qweb_pdf(PASSPORT, self.ana.ids)[0]
        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        self.assertIn(self.ana.partner_id.name, text)
