from odoo import api, models


class ReportAgreementsRunning(models.AbstractModel):
    """Agreements in force on one page, for the board: with whom, about what, until when."""

    _name = "report.tierslieux_agreement.report_running"
    _inherit = ["tierslieux.document"]
    _description = "Agreements in Force"

    @api.model
    def _get_report_values(self, docids, data=None):
        values = super()._get_report_values(docids, data)
        agreements = values["docs"].sorted(
            lambda agreement: (str(agreement.period_end or "9999"), agreement.code)
        )
        shows_money = self.env.su or agreements._has_field_access(
            agreements._fields["committed_in"], "read"
        )
        return {
            **values,
            "docs": agreements,
            "shows_money": shows_money,
            "today": agreements._format_day(agreements._get_local_day()),
            "company": self.env.company,
        }
