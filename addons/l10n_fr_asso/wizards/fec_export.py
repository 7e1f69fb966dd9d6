# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import csv
import io

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.account_chart_template import ASSOCIATION_TEMPLATES
from ..tools.fec import mend_rows


class FecExportWizard(models.TransientModel):
    """Odoo Community makes the file of accounting entries but offers no way to get it."""

    _inherit = "l10n_fr.fec.export.wizard"

    def _get_company_legal_data(self, company):
        """The SIREN of the SIRET too: an association outside VAT has no VAT number."""
        return super()._get_company_legal_data(company) or company._get_l10n_fr_asso_siren()

    def _get_base_domain(self):
        """Without class 8: contributions in kind are no entries of the books."""
        # By their ids: Odoo joins the accounts to this query by itself
        accounts = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self.env.company),
                ("account_type", "=", "off_balance"),
            ]
        )
        return [*super()._get_base_domain(), ("account_id", "not in", accounts.ids)]

    def generate_fec(self):
        if not self.test_file:
            self._lock_period()
        report = super().generate_fec()
        if self.env.company.chart_template in ASSOCIATION_TEMPLATES:
            report["file_content"] = self._mend_fec(report["file_content"])
        return report

    def _mend_fec(self, content):
        """Odoo's file (bytes) with what article A47 A-1 wants in each column: see ``mend_rows``."""
        # Labels hold neither "|" nor the end of a line; the rules know no quotes.
        heading, *rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter="|")
        company = self.env.company
        chart = self.env["account.chart.template"].with_company(company.root_id)
        accounts = {
            "surplus": chart.ref("pcg_120", raise_if_not_found=False),
            "deficit": chart.ref("pcg_129", raise_if_not_found=False),
        }
        results = {
            kind: (account.code, account.name) if account else (code, self.env._("Result"))
            for (kind, account), code in zip(accounts.items(), ("120000", "129000"), strict=True)
        }
        rows = mend_rows(
            rows,
            own_documents=self._get_own_documents(),
            result_account=company.root_id.get_unaffected_earnings_account().code,
            results=results,
            currency=company.currency_id.name,
        )
        return "\r\n".join("|".join(row) for row in [heading, *rows]).encode()

    def _get_own_documents(self):
        """{(code of the journal, number)} of the invoices and credit notes of the period."""
        moves = self.env["account.move"].search_fetch(
            [
                ("company_id", "in", self.env.company._accessible_branches().ids),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                ("move_type", "in", self.env["account.move"].get_sale_types(include_receipts=True)),
            ],
            ["name", "journal_id"],
        )
        return {(move.journal_id.code, move.name) for move in moves}

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
