from odoo import fields, models
from odoo.fields import Domain


class TierslieuxBillingRun(models.Model):
    """What was used beyond the credits goes on the month's invoice with the other extras."""

    _inherit = "tierslieux.billing.run"

    def _collect_extras(self, until, payers=None):
        result = super()._collect_extras(until, payers)
        Overrun = self.env["tierslieux.credit.overrun"]
        overruns = Overrun.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("date", "<=", until)
            & Domain("amount", ">", 0)
            & ~Overrun._get_billed_domain(),
            order="date, id",
        )
        payer_of = self._get_payers(overruns.partner_id)
        for overrun in overruns:
            payer = payer_of.get(overrun.partner_id, overrun.partner_id)
            if payers is None or payer in payers:
                lang = payer.lang or self.env.lang
                result.setdefault(payer, []).append(
                    overrun.with_context(lang=lang)._get_billing_part()
                )
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    credit_overrun_id = fields.Many2one(
        "tierslieux.credit.overrun",
        string="Use beyond the Credits",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
