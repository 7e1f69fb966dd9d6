from odoo import api, models
from odoo.fields import Domain

from odoo.addons.tierslieux_booking.models.booking import COUNTED

from ..tools.bill_part import BillPart


class TierslieuxBooking(models.Model):
    """A booking is an extra of the month: rooms and desks, fees of those who did not come.

    What ``tierslieux.extra.mixin`` says of extras, for a model that has its own dates and
    amounts.
    """

    _inherit = "tierslieux.booking"

    @api.model
    def _get_due_extras(self, company, until):
        """Bookings with something to pay, until that day, that no living invoice carries."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("activity_date", "<=", until)
            & (
                Domain("state", "in", COUNTED) & Domain("amount", ">", 0)
                | Domain("state", "in", ("cancelled", "no_show"))
                & Domain("fee_amount", ">", 0)
                & Domain("fee_waived", "=", False)
            )
            & ~Domain("invoice_line_ids", "any", [("parent_state", "!=", "cancel")]),
            order="start, id",
        )

    def _get_bill_part(self):
        """What this booking adds to the month's invoice, in the language of the environment."""
        self.ensure_one()
        return BillPart(
            kind=self._get_billing_kind(),
            name=self._get_invoice_label(),
            price_unit=self._get_due_amount(),
            product=self._get_price_product(),
            source=self,
            line_vals={"account_id": self._get_income_account().id, "booking_id": self.id},
        )

    def _get_billing_kind(self):
        return "booking" if self.state in COUNTED else "cancel_fee"

    # ------------------------------------------------------------------ paid apart

    def _get_payment_terms(self):
        return self.env._(
            "To be paid: at the front desk, or with the invoice you get at the end of the month."
        )

    def _prepare_invoice_line_vals(self):
        return {
            **super()._prepare_invoice_line_vals(),
            "billing_kind": self._get_billing_kind(),
        }
