# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from unittest import SkipTest

from odoo.tests import TransactionCase, tagged

from .common import line, make

KIND = "CV|Contributions volontaires"
YEAR = (
    # Opening: 1 000 in the bank, 300 owed by users, 500 of grants; 200 earmarked, 1 600 of funds
    *(
        line("1", account, debit, credit, journal="AN|Reports à nouveaux", day="20240901")
        for account, debit, credit in (
            ("5121", "1000.00", ""),
            ("411", "300.00", ""),
            ("441", "500.00", ""),
            ("194", "", "200.00"),
            ("102200", "", "1600.00"),
        )
    ),
    # The number begins again in each journal. 120 of services, 30 of fees, 45 of next year's
    line("1", "411", "195.00", partner="U1|Awa Diallo", day="20241010"),
    line("1", "706", "", "120.00", day="20241010"),
    line("1", "7561", "", "30.00", day="20241010"),
    line("1", "487", "", "45.00", day="20241010"),
    # Lines of one entry apart from each other, and names that differ: wages of 400
    line("1", "6411", "400.00", journal="PA|Paie", day="20250131", name="Salaires"),
    line("2", "607", "80.00", journal="AC|Achats", day="20250131"),
    line("1", "42100001", "", "400.00", journal="PA|Paie", day="20250131", partner="S1|Luc Roy"),
    line("2", "401", "", "80.00", journal="AC|Achats", day="20250131", partner="F1|Bio Épi"),
    # 60 of earmarked funds used, 110 put aside
    line("3", "194", "60.00", journal="OD|Divers", day="20250831"),
    line("3", "7894", "", "60.00", journal="OD|Divers", day="20250831"),
    line("4", "6895", "110.00", journal="OD|Divers", day="20250831"),
    line("4", "195", "", "110.00", journal="OD|Divers", day="20250831"),
    line("1", "864", "250.00", journal=KIND, day="20250831"),
    line("1", "875", "", "250.00", journal=KIND, day="20250831"),
)
# By hand: debits less credits
TOTALS = {
    ("5121",): 1000,
    ("411",): 495,
    ("441",): 500,
    ("487",): -45,
    ("401",): -80,
    ("421",): -400,
    ("194", "195", "196"): -250,
    ("7",): -210,
    ("6",): 590,
    ("86",): 250,
    ("87",): -250,
}


@tagged("post_install", "-at_install")
class TestFecYear(TransactionCase):
    """A year that ends in August, of an association, by a software that writes dots for commas."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chart = cls.env["account.chart.template"]
        if "fr_asso" not in chart._get_chart_template_mapping():
            raise SkipTest("the chart of associations is not installed")
        cls.company = cls.env["res.company"].create(
            {"name": "La Fabrique", "country_id": cls.env.ref("base.fr").id}
        )
        cls.env.user.company_ids += cls.company
        chart.try_loading("fr_asso", company=cls.company, install_demo=False)
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids, "lang": "en_US"}
        )

    def _import(self, content, filename):
        book = self.env["tierslieux.fec.import"].create(
            {"file": base64.b64encode(content), "filename": filename}
        )
        book.action_preview()
        self.assertFalse(book.count_refused, book.refusals)
        book.action_import()
        return book

    def _sum(self, *prefixes):
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        return sum(
            item.balance for item in lines if item.account_id.code.startswith(tuple(prefixes))
        )

    def test_the_totals_of_the_year(self):
        content = make(*YEAR)
        book = self._import(content, "812345676FEC20250831.txt")
        self.assertEqual(book.count_booked, 7)
        for prefixes, total in TOTALS.items():
            self.assertEqual(self._sum(*prefixes), total, prefixes)
        types = {
            account.account_type
            for account in book.move_ids.line_ids.account_id
            if account.code[0] in "67"
        }
        self.assertLessEqual(
            types, {"income", "income_other", "expense", "expense_direct_cost"}, types
        )
        staff = book.move_ids.line_ids.filtered(lambda item: item.account_id.code == "42100001")
        self.assertEqual(staff.partner_id.name, "Luc Roy")
        again = self._import(content, "copie.txt")
        self.assertEqual((again.count_new, again.count_existing), (0, 7))

    def test_a_first_year_of_eighteen_months(self):
        early = [each.replace("20240901", "20240301") for each in YEAR]
        book = self._import(make(*early), "812345676FEC20250831.txt")
        self.assertEqual(str(book.date_from), "2024-03-01")

    def test_another_association_has_its_own(self):
        self._import(make(*YEAR), "812345676FEC20250831.txt")
        first, other = (
            self.company,
            self.company.create({"name": "L'Atelier", "country_id": self.env.ref("base.fr").id}),
        )
        self.env.user.company_ids += other
        self.env["account.chart.template"].try_loading("fr_asso", company=other, install_demo=False)
        other_env = self.env(
            context={**self.env.context, "allowed_company_ids": [other.id, first.id]}
        )
        book = other_env["tierslieux.fec.import"].create(
            {"file": base64.b64encode(make(*YEAR)), "filename": "812345676FEC20250831.txt"}
        )
        book.action_preview()
        self.assertEqual((book.count_new, book.count_existing), (7, 0))
        book.action_import()
        self.assertEqual(book.move_ids.company_id, other)
        self.assertEqual(book.move_ids.line_ids.account_id.company_ids, other)
        self.assertEqual(self._sum("7"), TOTALS[("7",)])

    def test_what_is_edited_here_afterwards_stays(self):
        content = make(*YEAR)
        book = self._import(content, "812345676FEC20250831.txt")
        move = book.move_ids.filtered(lambda each: each.fec_import_key.startswith("AC|2"))
        move.button_draft()
        move.line_ids.filtered("debit").name = "Farine"
        move.action_post()
        again = self._import(content, "812345676FEC20250831.txt")
        self.assertEqual((again.count_new, again.count_existing), (0, 7))
        self.assertEqual(move.line_ids.filtered("debit").name, "Farine")
