from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.membership_invoicing import DESK_GROUPS

from ..tools.credit_allocation import to_credits


class TierslieuxUsePass(models.TransientModel):
    """Take what no booking and no arrival takes: prints, hours spent without a booking."""

    _name = "tierslieux.use.pass"
    _description = "Use of Credits"

    partner_id = fields.Many2one("res.partner", string="Who uses them?", required=True)
    credit_summary = fields.Char(related="partner_id.credit_summary")
    type_ids = fields.Many2many("tierslieux.credit.type", compute="_compute_type_ids")
    type_id = fields.Many2one(
        "tierslieux.credit.type",
        string="Credit",
        domain="[('id', 'in', type_ids)]",
        compute="_compute_type_id",
        store=True,
        readonly=False,
    )
    quantity = fields.Float(digits=(12, 2), default=1.0, required=True)
    date = fields.Date(string="Day of Use", required=True, default=fields.Date.context_today)
    reason = fields.Char(string="What for", help="Shown to the person with the movement.")

    @api.depends("partner_id", "date")
    def _compute_type_ids(self):
        for wizard in self:
            rows = wizard.partner_id._origin._get_credit_summaries(wizard.date)
            types = self.env["tierslieux.credit.type"]
            for row in rows.get(wizard.partner_id._origin.id, ()):
                types |= row["type"]
            wizard.type_ids = types.sudo(self.env.su)

    @api.depends("type_ids")
    def _compute_type_id(self):
        """What is used by the piece first: days and hours have their bookings."""
        for wizard in self:
            types = wizard.type_ids
            wizard.type_id = types.filtered(lambda t: t.unit == "piece")[:1] or types[:1]

    def action_use(self):
        """Take the credits.

        :raise UserError: saying what is left, when it is not enough
        """
        self.ensure_one()
        self.env["tierslieux.membership"]._check_group(*DESK_GROUPS)
        if not self.type_id:
            raise UserError(self.env._("%(name)s has no credits left.", name=self.partner_id.name))
        if self.quantity <= 0:
            raise UserError(self.env._("Give a quantity above zero."))
        if to_credits(self.quantity) % self.type_id._get_step():
            raise UserError(
                self.env._(
                    "%(type)s are used by %(step)s: give a whole number of them.",
                    type=self.type_id.name,
                    step=self.type_id._format_number(self.type_id._get_step()),
                )
            )
        # sudo: who serves a person at the desk uses the credits of that person.
        self.env["tierslieux.credit.line"].sudo()._use(
            self.partner_id, self.type_id, self.quantity, self.date, strict=True, reason=self.reason
        )
        return {"type": "ir.actions.act_window_close"}
