from odoo import api, models

# What an account is found by, see ``res.company._find_chart_account``.
FOUND_BY = frozenset(("account_type", "active", "code", "code_store", "company_ids"))


class AccountAccount(models.Model):
    """What the server remembers of the chart is forgotten when an account changes."""

    _inherit = "account.account"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env.registry.clear_cache()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if not FOUND_BY.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
