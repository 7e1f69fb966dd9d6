# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class FecImportAccount(models.Model):
    """An account of the file that the chart lacks: what becomes of it."""

    _name = "tierslieux.fec.import.account"
    _description = "Account That the Chart Lacks"
    _order = "code, id"

    import_id = fields.Many2one(
        "tierslieux.fec.import", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True, string="Name in the File")
    line_count = fields.Integer(string="Lines", readonly=True)
    action = fields.Selection(
        [("create", "Create it"), ("use", "Book it to another account")],
        required=True,
        default="create",
    )
    account_type = fields.Selection(selection="_get_account_types", string="Type")
    account_id = fields.Many2one("account.account", string="Booked to", check_company=True)

    _code_unique = models.Constraint(
        "UNIQUE(import_id, code)", "An account of the file is listed once."
    )

    @api.model
    def _get_account_types(self):
        """Those of the accounts, in the words of whoever reads them."""
        return self.env["account.account"]._fields["account_type"]._description_selection(self.env)

    @api.constrains("action", "account_id", "account_type")
    def _check_decided(self):
        for account in self:
            if account.action == "use" and not account.account_id:
                raise ValidationError(
                    self.env._("Say to which account %s is booked.", account.code)
                )
            if account.action == "create" and not account.account_type:
                raise ValidationError(
                    self.env._("Say of which type the account %s is.", account.code)
                )
