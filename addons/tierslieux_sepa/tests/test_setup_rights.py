from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .sepa_common import COMPANY_IBAN, SepaCommon


@tagged("post_install", "-at_install")
class TestSetupRights(SepaCommon):
    """Company and bank account of the page come through the client: those of the user alone are
    read and written."""

    VALUES = {"creditor_identifier": "FR78ZZZ424242", "iban": COMPANY_IBAN, "bic": "PSSTFRPPPAR"}

    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Another association"})
        self.treasurer.write(
            {"company_ids": [Command.set(self.other.ids)], "company_id": self.other.id}
        )
        self.Setup = self.as_user(self.env["tierslieux.sepa.setup"], self.treasurer)

    def test_the_page_writes_nothing_of_another_association(self):
        with self.assertRaises(AccessError):
            self.Setup.create(
                {
                    **self.VALUES,
                    "company_id": self.company.id,
                    "journal_id": self.bank_journal.id,
                    "creditor_identifier": "FR12ZZZ123456",
                }
            ).action_apply()
        self.assertEqual(self.company.sepa_creditor_identifier, "FR78ZZZ424242")

    def test_the_bank_account_of_another_association_is_neither_read_nor_written(self):
        with self.assertRaises(AccessError):
            self.Setup.create({**self.VALUES, "journal_id": self.bank_journal.id}).action_apply()
        self.assertEqual(self.other.sepa_creditor_identifier, False)
        fields = ("company_id", "journal_id", "iban", "bic", "creditor_identifier")
        for values in ({"journal_id": self.bank_journal.id}, {"company_id": self.company.id}):
            with self.assertRaises(AccessError):
                self.Setup.onchange(values, list(values), {name: {} for name in fields})

    def test_a_journal_that_is_no_bank_of_the_company_is_refused(self):
        self.treasurer.write(
            {
                "company_ids": [Command.set((self.company | self.other).ids)],
                "company_id": self.company.id,
            }
        )
        Setup = self.Setup.with_context(allowed_company_ids=(self.company | self.other).ids)
        foreign = self.env["account.journal"].create(
            {"name": "Bank", "code": "OBNK", "type": "bank", "company_id": self.other.id}
        )
        for journal in (foreign, self.cash_journal):
            with self.assertRaises(UserError):
                Setup.create({**self.VALUES, "journal_id": journal.id}).action_apply()
        Setup.create({**self.VALUES, "journal_id": self.bank_journal.id}).action_apply()
