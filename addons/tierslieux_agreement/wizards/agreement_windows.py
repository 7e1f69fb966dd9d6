import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxAgreementWindow(models.AbstractModel):
    """A window about one agreement, of today where nothing else is said."""

    _name = "tierslieux.agreement.window"
    _description = "Window about an Agreement"
    _inherit = ["tierslieux.once.mixin"]

    agreement_id = fields.Many2one("agreement", required=True, readonly=True)

    @api.model
    def _default_date(self):
        return self.env["agreement"]._get_local_day()


class TierslieuxAgreementNotice(models.TransientModel):
    """Give notice, and say from the terms when the agreement ends."""

    _name = "tierslieux.agreement.notice"
    _description = "Give Notice"
    _inherit = ["tierslieux.agreement.window"]

    party_id = fields.Many2one(
        "tierslieux.agreement.party",
        string="By",
        domain="[('agreement_id', '=', agreement_id)]",
        help="Empty: by us.",
    )
    date = fields.Date(
        string="Given on",
        required=True,
        default=lambda self: self._default_date(),
    )
    end_date = fields.Date(
        string="Ends on",
        compute="_compute_end_date",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    reason = fields.Text(string="Why")

    @api.depends("agreement_id", "date")
    def _compute_end_date(self):
        for window in self:
            known = window.agreement_id and window.date
            window.end_date = known and window.agreement_id._get_notice_end(window.date)

    @act_once
    def action_give(self):
        """Write the notice down."""
        self.agreement_id._give_notice(self.date, self.end_date, self.party_id, self.reason)
        return {"type": "ir.actions.act_window_close"}


class TierslieuxAgreementSign(models.TransientModel):
    """Signed on paper: the scan, who signed, and when."""

    _name = "tierslieux.agreement.sign"
    _description = "Signed on Paper"
    _inherit = ["tierslieux.agreement.window"]

    date = fields.Date(
        string="Signed on",
        required=True,
        default=lambda self: self._default_date(),
    )
    file = fields.Binary(string="Scan (PDF)", required=True)
    filename = fields.Char()

    @act_once
    def action_sign(self):
        """Keep the signed file: the agreement runs from its first day."""
        agreement = self.agreement_id
        agreement._check_writer()
        if self.date > agreement._get_local_day():
            raise UserError(
                self.env._("A signature is written down once it is there: see its date.")
            )
        content = base64.b64decode(self.file)
        agreement._keep_signed_paper(content, self.filename, self.date)
        return {"type": "ir.actions.act_window_close"}
