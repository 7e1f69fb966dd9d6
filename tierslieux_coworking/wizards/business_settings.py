from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

SETTINGS = ("domiciliation_approval", "secretariat_quarter_price")


class TierslieuxBusinessSettings(models.TransientModel):
    """Business-centre settings for those who manage the place without administering Odoo."""

    _name = "tierslieux.business.settings"
    _description = "Business Centre Settings"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    domiciliation_approval = fields.Char(
        string="Approval for Domiciliation",
        help="Number and date of the prefecture's approval, printed on certificates.",
    )
    secretariat_quarter_price = fields.Monetary(string="Quarter of an Hour of Secretarial Work")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        company = self.env.company
        values["company_id"] = company.id
        values.update({name: company[name] for name in SETTINGS})
        return values

    def action_save(self):
        """Write these settings on the current company; work noted before keeps its price."""
        self.ensure_one()
        if not self.env.user.has_group("tierslieux_base.group_manager"):
            raise AccessError(self.env._("Only a manager may change these settings."))
        if self.secretariat_quarter_price < 0:
            raise UserError(self.env._("The price of a quarter of an hour cannot be negative."))
        # sudo: a manager changes these settings of the company, and no others.
        self.env.company.sudo().write({name: self[name] for name in SETTINGS})
        return {"type": "ir.actions.act_window_close"}
