# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SALE, FecCase, make


@tagged("post_install", "-at_install")
class TestFecRights(FecCase):
    def _user(self, login, groups):
        return new_test_user(
            self.env,
            login=login,
            groups=groups,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_who_manages_the_accounts_takes_books_over(self):
        user = self._user("fec_manager", "account.group_account_manager,base.group_partner_manager")
        vals = {"file": base64.b64encode(make(*SALE)), "filename": "1FEC20251231.txt"}
        book = self.env["tierslieux.fec.import"].with_user(user).create(vals)
        book.action_preview()
        book.action_import()
        self.assertEqual(book.count_booked, 1)

    def test_others_do_not(self):
        book = self._book(make(*SALE))
        for login, groups in (
            ("fec_billing", "account.group_account_invoice"),
            ("fec_portal", "base.group_portal"),
        ):
            user = self._user(login, groups)
            with self.assertRaises(AccessError, msg=login):
                book.with_user(user).action_undo()
            with self.assertRaises(AccessError, msg=login):
                self.env["tierslieux.fec.import"].with_user(user).create({"file": b"eA=="})
        reader = self._user("fec_reader", "account.group_account_readonly")
        self.assertEqual(book.with_user(reader).count_booked, 1)
        with self.assertRaises(AccessError):
            book.with_user(reader).action_undo()

    def test_another_company_does_not_see_it(self):
        book = self._book(make(*SALE))
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env(context={}),
            login="fec_other",
            groups="account.group_account_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        seen = self.env(user=user, context={})["tierslieux.fec.import"]
        self.assertFalse(seen.search([("id", "=", book.id)]))
