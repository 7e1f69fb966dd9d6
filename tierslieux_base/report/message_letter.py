from odoo import api, models
from odoo.exceptions import UserError


class ReportMessageLetter(models.AbstractModel):
    """Letters to who has no e-mail address: the record says it all."""

    _name = "report.tierslieux_base.report_message_letter"
    _inherit = ["tierslieux.document"]
    _description = "Letter"

    @api.model
    def _get_printed(self, docids):
        """Those that still have something to say."""
        letters = super()._get_printed(docids)._filter_printable()
        if not letters:
            raise UserError(self.env._("Nothing that these letters say is true any more."))
        return letters
