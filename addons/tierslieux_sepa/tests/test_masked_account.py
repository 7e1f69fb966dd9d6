from odoo.exceptions import AccessError
from odoo.tests import tagged

from .sepa_common import IBAN, SepaCommon


@tagged("post_install", "-at_install")
class TestMaskedAccount(SepaCommon):
    """Whoever sees that somebody pays by direct debit does not see the whole account."""

    def test_a_mandate_shows_its_account_masked_to_all_but_who_collects(self):
        for user in (self.reception, self.manager, self.board, self.care):
            with self.subTest(user.login):
                (values,) = self.mandate.with_user(user).web_read(
                    {"display_name": {}, "partner_bank_id": {"fields": {"display_name": {}}}}
                )
                self.assertIn("0189", values["display_name"])
                self.assertEqual(values["partner_bank_id"]["display_name"], "FR76 •••• •••• 0189")
                account = self.mandate.partner_bank_id.with_user(user)
                full = account.with_context(show_bank_account="full")
                for read in (
                    lambda a=full: a.read(["acc_number_scrambled"]),
                    lambda a=account: a.get_acc_number("full"),
                ):
                    with self.assertRaises(AccessError):
                        read()
        (values,) = self.mandate.with_user(self.treasurer).web_read(
            {"partner_bank_id": {"fields": {"sanitized_acc_number": {}}}}
        )
        self.assertEqual(values["partner_bank_id"]["sanitized_acc_number"], IBAN)
