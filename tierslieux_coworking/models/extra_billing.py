from odoo import api, fields, models
from odoo.fields import Domain


class TierslieuxBillingRun(models.Model):
    """What was noted during the month goes on its invoice with the other extras."""

    _inherit = "tierslieux.billing.run"

    @api.model
    def _get_extra_models(self):
        """Names of the models of extras (``tierslieux.extra.mixin``), in the invoice's order."""
        return ["tierslieux.secretariat.time", "tierslieux.credit.overrun"]

    def _collect_extras(self, until, payers=None):
        result = super()._collect_extras(until, payers)
        for name in self._get_extra_models():
            Extra = self.env[name]
            extras = Extra.search(
                Domain("company_id", "=", self.company_id.id)
                & Domain("date", "<=", until)
                & Domain("amount", ">", 0)
                & ~Extra._get_billed_domain(),
                order="date, id",
            )
            payer_of = self._get_payers(extras.partner_id)
            for extra in extras:
                payer = payer_of.get(extra.partner_id, extra.partner_id)
                if payers is None or payer in payers:
                    lang = payer.lang or self.env.lang
                    result.setdefault(payer, []).append(
                        extra.with_context(lang=lang)._get_billing_part()
                    )
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"secretariat_id", "credit_overrun_id"}

    secretariat_id = fields.Many2one(
        "tierslieux.secretariat.time",
        string="Secretarial Work",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    credit_overrun_id = fields.Many2one(
        "tierslieux.credit.overrun",
        string="Use beyond the Credits",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
