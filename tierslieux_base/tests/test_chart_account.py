from odoo.tests import tagged

from .common import TierslieuxCommon


@tagged("post_install", "-at_install")
class TestChartAccount(TierslieuxCommon):
    """Accounts are found by code where the chart has not ours, and remembered until one changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": "income",
                    "company_ids": cls.company.ids,
                }
                for name, code in (("Halls", "709910"), ("Desks", "709920"))
            ]
        )

    def find(self):
        return self.company._find_chart_account("no_such_id", "7099")

    def test_the_first_code_is_found_and_remembered(self):
        self.assertEqual(self.find(), self.first)
        with self.assertQueryCount(0):
            self.find()

    def test_an_account_that_changes_is_not_remembered(self):
        self.find()
        self.first.code = "709930"
        self.assertEqual(self.find(), self.second)
        self.second.unlink()
        self.assertEqual(self.find(), self.first)
        self.first.active = False
        self.assertFalse(self.find())
