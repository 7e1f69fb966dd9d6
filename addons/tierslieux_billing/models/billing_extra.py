from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_booking.models.booking import COUNTED

from ..tools.bill_part import BillPart


class TierslieuxExtraMixin(models.AbstractModel):
    """Something noted during the month for a person, and billed once with its invoice.

    A concrete model adds ``amount`` and ``invoice_line_ids`` (its lines of invoices), and says what
    it adds to the invoice (``_get_bill_part``): the month's run bills whatever inherits this.
    """

    _name = "tierslieux.extra.mixin"
    _description = "Extra billed with the Month"

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    is_billed = fields.Boolean(
        string="Billed", compute="_compute_is_billed", search="_search_is_billed"
    )

    @api.model
    def _get_billed_domain(self):
        return Domain("invoice_line_ids", "any", [("parent_state", "!=", "cancel")])

    @api.depends("invoice_line_ids.parent_state")
    def _compute_is_billed(self):
        # sudo: whether it was billed is no secret of the books
        billed = self.sudo().search(Domain("id", "in", self.ids) & self._get_billed_domain())
        for extra in self:
            extra.is_billed = extra._origin in billed

    @api.model
    def _search_is_billed(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: see above; the records found are still read with the user's rights
        billed = Domain("id", "in", self.sudo()._search(self._get_billed_domain()))
        return (Domain(True in value) & billed) | (Domain(False in value) & ~billed)

    def _check_not_billed(self):
        """:raise UserError: for the first that is on an invoice"""
        if billed := self.filtered("is_billed"):
            raise UserError(billed[0]._get_billed_sentence())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._check_not_billed()

    def _get_billed_sentence(self):
        """Why this one cannot be changed any more."""
        raise NotImplementedError

    # ------------------------------------------------------------------ the month's run

    @api.model
    def _get_due_extras(self, company, until):
        """Those with something to pay, until that day, that no invoice carries yet."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("date", "<=", until)
            & Domain("amount", ">", 0)
            & ~self._get_billed_domain(),
            order="date, id",
        )

    def _get_bill_part(self):
        """What this adds to the month's invoice, in the language of the environment.

        :return: ``BillPart``
        """
        raise NotImplementedError


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
            & self._get_due_domain(),
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


class TierslieuxBillingRun(models.Model):
    """The extras of a month: whose they are, who pays them, what they come to."""

    _inherit = "tierslieux.billing.run"

    def _get_extras_end(self):
        """Last day of the extras of a run: those of the past month, and what is older."""
        return fields.Date.subtract(self.date, days=1)

    def _get_payers(self, partners):
        """Who pays the extras of these persons, when it is not themselves: nobody else here.

        :return: {partner: payer}
        """
        return {}

    def _get_extra_parts(self, payers=None, lock=False):
        """What the extras not invoiced yet come to: bookings, and whatever inherits
        ``tierslieux.extra.mixin``.

        :param payers: for these alone; for all when None
        :param bool lock: to be invoiced now: whoever bills the same at this instant waits, then
            finds it billed
        :return: {payer: [``BillPart``]}
        """
        self.ensure_one()
        heirs = self.env.registry.descendants(["tierslieux.extra.mixin"], "_inherit")
        due = [
            self.env[name]._get_due_extras(self.company_id, self._get_extras_end())
            for name in ("tierslieux.booking", *heirs)
            if not self.env[name]._abstract
        ]
        partners = self.env["res.partner"].union(*(extras.partner_id for extras in due))
        payer_of = {partner: partner for partner in partners} | self._get_payers(partners)
        parts = {}
        for extras in due:
            if payers is not None:
                extras = extras.filtered(lambda extra: payer_of[extra.partner_id] in payers)
            if lock:
                take_turn(extras)
            spoken = {}  # an environment each of the languages of the payers
            for extra in extras:
                payer = payer_of[extra.partner_id]
                lang = payer.lang or self.env.lang
                if lang not in spoken:
                    spoken[lang] = extras.with_context(lang=lang).env
                part = extra.with_env(spoken[lang])._get_bill_part()
                parts.setdefault(payer, []).append(part)
        return parts
