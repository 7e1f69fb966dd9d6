from odoo import fields, models
from odoo.fields import Domain


class TierslieuxBillingRun(models.Model):
    """Secretarial work goes on the month's invoice with the other extras."""

    _inherit = "tierslieux.billing.run"

    def _collect_extras(self, until, payers=None):
        result = super()._collect_extras(until, payers)
        Work = self.env["tierslieux.secretariat.time"]
        works = Work.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("date", "<=", until)
            & Domain("amount", ">", 0)
            & ~Work._get_billed_domain(),
            order="date, id",
        )
        payer_of = self._get_payers(works.partner_id)
        for work in works:
            payer = payer_of.get(work.partner_id, work.partner_id)
            if payers is None or payer in payers:
                lang = payer.lang or self.env.lang
                result.setdefault(payer, []).append(
                    work.with_context(lang=lang)._get_billing_part()
                )
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    secretariat_id = fields.Many2one(
        "tierslieux.secretariat.time",
        string="Secretarial Work",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
