# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from stdnum.fr import siren

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class FecExportWizard(models.TransientModel):
    """Odoo Community makes the file of accounting entries but offers no way to get it."""

    _inherit = "l10n_fr.fec.export.wizard"

    def _get_company_legal_data(self, company):
        """The SIREN of the SIRET too: an association outside VAT has no VAT number."""
        number = super()._get_company_legal_data(company)
        registry = "".join((company.company_registry or "").split())[:9]
        return number or (registry if siren.is_valid(registry) else "")

    def generate_fec(self):
        if not self.test_file:
            self._lock_period()
        return super().generate_fec()

    def _lock_period(self):
        """Close the period of a real file, as Odoo does, for whoever manages the accounts.

        Odoo writes the lock date with the rights of the user, who may not write companies.
        """
        company = self.env.company
        if self.date_to >= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "This period is not over: the real file closes it, and nothing could be"
                    " recorded in it any more. Tick “Test File”, or choose an end date that is"
                    " past."
                )
            )
        if company.fiscalyear_lock_date and company.fiscalyear_lock_date >= self.date_to:
            return
        if not self.env.su and not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(
                self.env._(
                    "The real file closes the period: ask whoever manages the accounts, or tick"
                    " “Test File”."
                )
            )
        # sudo: this date alone, whose two conditions were checked; drafts are refused by Odoo
        company.sudo().fiscalyear_lock_date = self.date_to

    def create_fec_report_action(self):
        """Make the file and download it."""
        self.ensure_one()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The start date is after the end date: correct one."))
        report = self.generate_fec()
        # Attached to the wizard of its user: who may read it is who asked for it.
        attachment = self.env["ir.attachment"].create(
            {
                "name": report["file_name"],
                "datas": base64.b64encode(report["file_content"]),
                "mimetype": "text/plain",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }
