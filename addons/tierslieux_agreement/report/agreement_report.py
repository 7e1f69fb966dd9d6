from odoo import api, models


class ReportAgreement(models.AbstractModel):
    """The contract, as it stands; « unsigned version » unless a process freezes it to be signed.

    What was signed is the file that was frozen: it is opened, and never printed again.
    """

    _name = "report.tierslieux_agreement.report_agreement"
    _inherit = ["tierslieux.document"]
    _description = "Agreement"

    @api.model
    def _get_report_values(self, docids, data=None):
        values = super()._get_report_values(docids, data)
        # An address can say anything in ``data``: only a process prints what is to be signed.
        values["to_sign"] = self.env.su and bool((data or {}).get("to_sign"))
        return values
