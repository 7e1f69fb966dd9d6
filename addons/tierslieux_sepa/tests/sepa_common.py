from datetime import date

from odoo.addons.tierslieux_billing.tests.billing_common import BillingCommon

# Accounts of the examples of the European Payments Council's documents: right, and nobody's.
IBAN = "FR7630006000011234567890189"
OTHER_IBAN = "DE89370400440532013000"
COMPANY_IBAN = "FR1420041010050500013M02606"


class SepaCommon(BillingCommon):
    """An association that collects by direct debit, and a payer who has signed: ``cls.payer``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tierslieux.sepa.setup"].with_user(cls.treasurer).create(
            {
                "creditor_identifier": "FR78ZZZ424242",
                "journal_id": cls.bank_journal.id,
                "iban": COMPANY_IBAN,
                "bic": "PSSTFRPPPAR",
            }
        ).action_apply()
        cls.line = cls.company._get_direct_debit_line()
        cls.payer = cls.person("Eva", "Petit", email="eva@example.com")
        cls.mandate = cls.sign(cls.payer)

    @classmethod
    def sign(cls, partner, iban=IBAN):
        """A mandate of this person, signed online."""
        mandate = cls.env["account.banking.mandate"]._portal_prepare(partner, cls.company, iban)
        mandate._portal_sign(partner.name, "192.0.2.1")
        return mandate

    @classmethod
    def collect(cls, month=date(2026, 1, 1)):
        """A month billed and collected: its run and the payment order, sent to the bank."""
        run = cls.bill(month)
        action = run.with_user(cls.treasurer).action_collect()
        order = cls.env["account.payment.order"].browse(action["res_id"])
        order.draft2open()
        order.open2generated()
        order.generated2uploaded()
        return run, order
