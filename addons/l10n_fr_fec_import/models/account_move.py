# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    fec_import_id = fields.Many2one(
        "tierslieux.fec.import",
        string="Taken Over By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    fec_import_key = fields.Char(
        string="Key in the File of Entries",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Journal, number and day in the software that the entry comes from.",
    )
    fec_import_print = fields.Char(
        string="Fingerprint of the Lines in the File",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    fec_import_opening = fields.Boolean(
        string="Opening Balances of the File",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    # Two who import one file at the same moment: the database lets one of them.
    _fec_import_key = models.UniqueIndex(
        "(company_id, fec_import_key) WHERE fec_import_key IS NOT NULL",
        "This entry of the file is in the books already.",
    )

    def _must_check_constrains_date_sequence(self):
        # The number of another software needs not say the year. sudo: whether it is one, for
        # whoever posts the entry.
        return super()._must_check_constrains_date_sequence() and not self.sudo().fec_import_key
