from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS, check_groups

from ..tools.credit_allocation import to_credits


class TierslieuxUsePass(models.TransientModel):
    """Take what no booking and no arrival takes: prints, hours spent without a booking."""

    _name = "tierslieux.use.pass"
    _inherit = "tierslieux.once.mixin"
    _description = "Use of Credits"

    partner_id = fields.Many2one("res.partner", string="Who uses them?", required=True)
    credit_summary = fields.Char(related="partner_id.credit_summary", compute_sudo=False)
    type_ids = fields.Many2many("tierslieux.credit.type", compute="_compute_type_ids")
    type_id = fields.Many2one(
        "tierslieux.credit.type",
        string="Credit",
        domain="[('id', 'in', type_ids)]",
        compute="_compute_type_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    quantity = fields.Float(digits=(12, 2), default=1.0, required=True)
    date = fields.Date(string="Day of Use", required=True, default=fields.Date.context_today)
    reason = fields.Char(string="What for", help="Shown to the person with the movement.")

    overrun_quantity = fields.Float(digits=(12, 2), compute="_compute_overrun")
    overrun_note = fields.Char(string="Beyond the Credits", compute="_compute_overrun")

    @api.depends("partner_id", "date")
    def _compute_type_ids(self):
        # What has a price may be used without any credit.
        priced_sudo = self.env["tierslieux.credit.type"].sudo().search([("unit", "=", "piece")])
        priced_sudo = priced_sudo.filtered("extra_price")
        for wizard in self:
            rows = wizard.partner_id._origin._get_credit_summaries(wizard.date)
            types = priced_sudo if wizard.partner_id else priced_sudo.browse()
            for row in rows.get(wizard.partner_id._origin.id, ()):
                types |= row["type"]
            wizard.type_ids = types.sudo(self.env.su)

    @api.depends("type_ids")
    def _compute_type_id(self):
        """What is used by the piece first: days and hours have their bookings."""
        for wizard in self:
            types = wizard.type_ids
            wizard.type_id = types.filtered(lambda t: t.unit == "piece")[:1] or types[:1]

    @api.depends("partner_id", "type_id", "quantity", "date")
    def _compute_overrun(self):
        """What the month's invoice will carry, told before."""
        for wizard in self:
            rest, amount, how = wizard._get_overrun()
            wizard.overrun_quantity = rest
            if not rest:
                wizard.overrun_note = False
                continue
            wizard.overrun_note = self.env._(
                "%(type)s: %(how)s, that is %(amount)s on the invoice of the month.",
                type=wizard.type_id.name,
                how=how,
                amount=self.env.company.currency_id.format(amount),
            )

    def _get_overrun(self):
        """(quantity beyond the credits, what it costs, how it is reckoned); 0 without a price."""
        self.ensure_one()
        kind, partner = self.type_id._origin, self.partner_id._origin
        if not (partner and kind.extra_price and self.quantity > 0):
            return 0.0, 0.0, False
        partner.check_access("read")
        # sudo: who serves a person at the desk sees what the person may use.
        _covered, rest, discount = (
            self.env["tierslieux.credit.line"]
            .sudo()
            ._split_use(partner, kind, self.quantity, self.date)
        )
        Overrun = self.env["tierslieux.credit.overrun"]
        return (
            rest,
            Overrun._get_amount(rest, kind.extra_price, discount),
            Overrun._get_computation(kind, rest, kind.extra_price, discount),
        )

    @act_once
    def action_use(self):
        """Take the credits; what they do not cover goes on the month's invoice, at its price.

        :raise UserError: saying what is left, when it is not enough
        """
        self.ensure_one()
        check_groups(self.env, *DESK_GROUPS)
        self.partner_id.check_access("read")
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
        # sudo: who serves a person at the desk uses the credits of that person, and notes what is
        # beyond them.
        Line_sudo = self.env["tierslieux.credit.line"].sudo()
        price = self.type_id.extra_price
        lines = Line_sudo._use(
            self.partner_id,
            self.type_id,
            self.quantity,
            self.date,
            strict=not price,
            reason=self.reason,
        )
        rest = to_credits(self.quantity) + to_credits(sum(lines.mapped("quantity")))
        if rest > 0:
            _covered, _rest, discount = Line_sudo._split_use(
                self.partner_id, self.type_id, self.quantity, self.date
            )
            self.env["tierslieux.credit.overrun"].sudo().create(
                {
                    "partner_id": self.partner_id.id,
                    "type_id": self.type_id.id,
                    "date": self.date,
                    "quantity": float(rest),
                    "unit_price": price,
                    "discount": discount,
                    "reason": self.reason,
                }
            )
        return {"type": "ir.actions.act_window_close"}
