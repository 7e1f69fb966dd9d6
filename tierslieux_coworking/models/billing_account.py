from odoo import models

from odoo.addons.tierslieux_base.models.res_company_account import INCOME_TYPES

# What is booked where, in the chart of associations (external id) and in any other (code).
ACCOUNTS = {
    "deposit": ("pcg_1655", "165", ("liability_non_current", "liability_current")),
    "service": ("pcg_706", "706", INCOME_TYPES),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_coworking_account(self, usage):
        """Account of deposits (165) or services (706), in this company's chart.

        :param str usage: ``deposit`` or ``service``
        :raise UserError: if the chart has no such account
        """
        return self._get_chart_account(*ACCOUNTS[usage])
