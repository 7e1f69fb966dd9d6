from odoo import models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.res_company_account import INCOME_TYPES

# What is booked where, in the chart of associations (external id) and in any other (code).
ACCOUNTS = {
    "deposit": ("pcg_1655", "165", ("liability_non_current", "liability_current")),
    "booking": ("pcg_7083", "7083", INCOME_TYPES),
    "service": ("pcg_706", "706", INCOME_TYPES),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_coworking_account(self, usage):
        """Account of deposits (165), bookings (7083) or services (706), in this company's chart.

        :param str usage: ``deposit``, ``booking`` or ``service``
        :raise UserError: if the chart has no such account
        """
        self.ensure_one()
        account = self._find_chart_account(*ACCOUNTS[usage])
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account %(code)s: the treasurer adds it to the chart of"
                    " accounts.",
                    company=self.name,
                    code=ACCOUNTS[usage][1],
                )
            )
        return account


def get_distribution(record):
    """Analytic distribution of an activity: the one given, else its place and programme."""
    if record.analytic_distribution:
        return record.analytic_distribution
    accounts = record.place_id.analytic_account_id | record.programme_id
    return {",".join(str(account.id) for account in accounts): 100.0} if accounts else False
