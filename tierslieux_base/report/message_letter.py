from odoo import models


class ReportMessageLetter(models.AbstractModel):
    """Letters to who has no e-mail address: the record says it all."""

    _name = "report.tierslieux_base.report_message_letter"
    _inherit = ["tierslieux.document"]
    _description = "Letter"
