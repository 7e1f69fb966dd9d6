from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..models.expense_life import COORDINATOR, TREASURER


class TierslieuxExpenseRefusal(models.TransientModel):
    """Why expenses are not refunded: the volunteer reads it."""

    _name = "tierslieux.expense.refusal"
    _description = "Refusing Expenses"
    _inherit = ["tierslieux.once.mixin"]

    expense_ids = fields.Many2many("tierslieux.volunteer.expense", required=True)
    reason = fields.Char(required=True)

    @act_once
    def action_refuse(self):
        self.expense_ids._refuse(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class TierslieuxExpenseWaiver(models.TransientModel):
    """A waiver that one person signed on paper, or sent by e-mail, for validated expenses."""

    _name = "tierslieux.expense.waiver"
    _description = "Recording a Waiver"
    _inherit = ["tierslieux.once.mixin"]

    expense_ids = fields.Many2many("tierslieux.volunteer.expense", required=True)
    text = fields.Text(
        string="Words signed",
        compute="_compute_text",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    way = fields.Selection(
        [("paper", "On paper"), ("email", "By e-mail")], required=True, default="paper"
    )
    date = fields.Date(string="Signed on", required=True, default=fields.Date.context_today)

    @api.depends("expense_ids")
    def _compute_text(self):
        for window in self:
            window.text = window.expense_ids._get_waiver_text() if window.expense_ids else False

    @act_once
    def action_waive(self):
        check_groups(self.env, COORDINATOR, TREASURER)
        self.expense_ids.check_access("write")
        self.expense_ids._check_not_own()
        if len(self.expense_ids.partner_id) > 1:
            raise UserError(self.env._("A waiver is one person's: take their expenses alone."))
        self.expense_ids._waive(self.text, self.way, self.date)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
