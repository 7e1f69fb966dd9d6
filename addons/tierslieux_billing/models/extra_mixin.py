from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


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
