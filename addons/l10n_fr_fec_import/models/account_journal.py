# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AccountJournal(models.Model):
    """A journal of another software has numbers of its own: the next invoice made here must not
    follow them, so that what is taken over stands in journals apart."""

    _inherit = "account.journal"

    fec_import_code = fields.Char(
        string="Code in the File of Entries",
        readonly=True,
        copy=False,
        help="The journal of another software whose entries were taken over in this one.",
    )

    _fec_import_code = models.UniqueIndex(
        "(company_id, fec_import_code) WHERE fec_import_code IS NOT NULL",
        "This journal of a file of entries has its journal here already.",
    )
