from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import FormCase

from .sepa_common import IBAN, SepaCommon


@tagged("post_install", "-at_install")
class TestDirectDebitForms(SepaCommon, FormCase):
    """Each form of the direct debit page, sent twice: see ``FormCase.assert_acts_once``."""

    def setUp(self):
        super().setUp()
        self.authenticate("test_portal", "test_portal")
        self.me = self.portal.partner_id

    def my_mandate(self):
        return self.me._get_direct_debit_mandate(self.company)

    def prepare(self):
        self.env["account.banking.mandate"]._portal_prepare(self.me, self.company, IBAN)

    def test_portal_direct_debit_account(self):
        self.assert_acts_once(
            "/my/direct-debit",
            "/my/direct-debit",
            lambda: (
                self.env["account.banking.mandate"].search_count([("partner_id", "=", self.me.id)]),
                len(self.me.bank_ids),
            ),
            iban="FR76 3000 6000 0112 3456 7890 189",
        )

    def test_portal_direct_debit_sign(self):
        self.prepare()
        self.assert_acts_once(
            "/my/direct-debit",
            "/my/direct-debit/sign",
            lambda: (self.my_mandate().state, len(self.my_mandate().message_ids)),
            name="Test « Portal »",
            agree="1",
        )

    def test_portal_direct_debit_stop(self):
        self.sign(self.me)
        self.assert_acts_once(
            "/my/direct-debit", "/my/direct-debit/stop", lambda: self.my_mandate().state
        )
