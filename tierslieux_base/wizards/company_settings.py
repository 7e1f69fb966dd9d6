from odoo import api, fields, models
from odoo.exceptions import AccessError


class TierslieuxCompanySettings(models.AbstractModel):
    """Settings of the company, for those who manage the place without administering Odoo.

    A wizard inherits it with its fields, named as those of the company, lists them, and says
    which values it refuses. Another room that adds some extends ``_get_company_fields``.
    """

    _name = "tierslieux.company.settings"
    _description = "Settings of the Company"

    # Names of the fields that are read from the company and written to it, and of no others
    _company_fields = ()

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )

    # ------------------------------------------------------------------ to be said by each

    @api.model
    def _get_company_fields(self):
        """Names of the fields that are read from the company and written to it."""
        return self._company_fields

    def _check_values(self):
        """:raise UserError: for values that the company cannot have"""

    def _write_company(self, company_sudo):
        """Write these settings. sudo: a manager changes them on the company, and no others."""
        return company_sudo.write(
            {
                name: self._fields[name].convert_to_write(self[name], self)
                for name in self._get_company_fields()
            }
        )

    # ------------------------------------------------------------------ shared

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        company = self.env.company
        values.update(
            {
                name: company._fields[name].convert_to_write(company[name], company)
                for name in self._get_company_fields()
            }
        )
        return values

    def action_save(self):
        """Write these settings on the current company; what was done before is left as it is."""
        self.ensure_one()
        if not self.env.user.has_group("tierslieux_base.group_manager"):
            raise AccessError(self.env._("Only a manager may change these settings."))
        self._check_values()
        self._write_company(self.env.company.sudo())
        return {"type": "ir.actions.act_window_close"}
