from odoo import models
from odoo.exceptions import UserError

# What is booked where, in the chart of associations (external id) and in any other (code).
ACCOUNTS = {
    "deposit": ("pcg_1655", "165%", ("liability_non_current", "liability_current")),
    "booking": ("pcg_7083", "7083%", ("income", "income_other")),
    "service": ("pcg_706", "706%", ("income", "income_other")),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_coworking_account(self, usage):
        """Account of deposits (165), bookings (7083) or services (706), in this company's chart.

        :param str usage: ``deposit``, ``booking`` or ``service``
        :raise UserError: if the chart has no such account
        """
        self.ensure_one()
        xmlid, code, types = ACCOUNTS[usage]
        chart_sudo = self.env["account.chart.template"].sudo().with_company(self)
        account = chart_sudo.ref(xmlid, raise_if_not_found=False)
        # sudo: which account an invoice takes is no secret, and its reader may be the desk.
        Account_sudo = self.env["account.account"].sudo().with_company(self)
        account = account or Account_sudo.search(
            [
                ("code", "=like", code),
                ("company_ids", "parent_of", self.id),
                ("account_type", "in", types),
            ],
            order="code",
            limit=1,
        )
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account %(code)s: the treasurer adds it to the chart of"
                    " accounts.",
                    company=self.name,
                    code=code.rstrip("%"),
                )
            )
        return account


def get_distribution(record):
    """Analytic distribution of an activity: the one given, else its place and programme."""
    if record.analytic_distribution:
        return record.analytic_distribution
    accounts = record.place_id.analytic_account_id | record.programme_id
    return {",".join(str(account.id) for account in accounts): 100.0} if accounts else False
