# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .member_import_periods import PERIOD_CHOICES


class TierslieuxMemberImportLine(models.TransientModel):
    """A row of the file as the dry run judged it, and what the user decides about it."""

    _name = "tierslieux.member.import.line"
    _description = "Row of a Members' File"
    _order = "row_number, id"

    import_id = fields.Many2one(
        "tierslieux.member.import", required=True, ondelete="cascade", index=True
    )
    row_number = fields.Integer(string="Row", readonly=True)
    status = fields.Selection(
        [
            ("create", "To create"),
            ("match", "Known"),
            ("decide", "To decide"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
    )
    name = fields.Char(readonly=True)
    member_number = fields.Char(string="Number", readonly=True)
    birthdate = fields.Date(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    city = fields.Char(string="Town", readonly=True)
    membership_text = fields.Char(string="Membership", readonly=True)
    has_membership = fields.Boolean(readonly=True)
    reason = fields.Text(readonly=True)
    candidate_ids = fields.Many2many(
        "res.partner",
        "tierslieux_import_line_candidate_rel",
        "line_id",
        "partner_id",
        string="May be",
        readonly=True,
    )
    candidate_row = fields.Integer(string="May be Row", readonly=True)
    suggested_action = fields.Char(readonly=True)
    action = fields.Selection(
        [
            ("create", "Create a new person"),
            ("match", "Is the known person"),
            ("row", "Is the same person as the other row"),
            ("skip", "Leave aside"),
        ],
        required=True,
        default="skip",
        string="What to do",
    )
    partner_id = fields.Many2one("res.partner", string="Known Person")
    is_likely = fields.Boolean(
        readonly=True, help="Same name, and an e-mail, a telephone or an address in common."
    )
    period_ask = fields.Selection(
        [
            ("held", "This period is recorded already"),
            ("new", "Paid at the end of a period"),
        ],
        readonly=True,
    )
    period_text = fields.Char(string="Two Readings", readonly=True)
    period_choice = fields.Selection(PERIOD_CHOICES, string="Fee of")

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id and self.status != "refused":
            self.action = "match"
