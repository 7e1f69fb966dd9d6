from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.once_mixin import act_once

from ..tools.credit_allocation import allocate, to_credits


class TierslieuxCreditAdjust(models.TransientModel):
    """Correct the credits of a subscription: a line more, with its reason, never one changed."""

    _name = "tierslieux.credit.adjust"
    _inherit = "tierslieux.once.mixin"
    _description = "Correction of Credits"

    subscription_id = fields.Many2one("tierslieux.subscription", required=True, readonly=True)
    type_ids = fields.Many2many("tierslieux.credit.type", compute="_compute_type_ids")
    type_id = fields.Many2one(
        "tierslieux.credit.type",
        string="Credit",
        required=True,
        compute="_compute_type_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    left = fields.Float(compute="_compute_left", digits=(12, 2))
    kind = fields.Selection(
        [("add", "Add"), ("remove", "Take off"), ("extend", "Extend what is left")],
        string="Correction",
        required=True,
        default="add",
    )
    quantity = fields.Float(digits=(12, 2), default=1.0)
    date_expiry = fields.Date(string="Usable until")
    reason = fields.Char(required=True, help="Kept with the correction, and shown to the person.")

    @api.depends("subscription_id")
    def _compute_type_ids(self):
        for wizard in self:
            wizard.type_ids = wizard._get_types()

    @api.depends("subscription_id")
    def _compute_type_id(self):
        for wizard in self:
            wizard.type_id = wizard._get_types()[:1] or self.env["tierslieux.plan"]._get_day_type()

    def _get_types(self):
        """Kinds of credits that the subscription gives or gave."""
        subscription = self.subscription_id
        return subscription.credit_line_ids.type_id | subscription.plan_id.credit_ids.type_id

    @api.depends("subscription_id", "type_id")
    def _compute_left(self):
        for wizard in self:
            wizard.left = sum(lot.left for lot in wizard._get_lots())

    def _get_lots(self):
        """Lots of this kind that may be used today or later."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        return self.subscription_id.credit_line_ids.filtered(
            lambda line: (
                line.move == "grant"
                and line.type_id == self.type_id
                and not line.is_unlimited
                and (not line.date_expiry or line.date_expiry >= today)
            )
        )

    @act_once
    def action_adjust(self):
        """Add the lines of the correction.

        :raise UserError: for a quantity that is not above zero, or more than is left
        """
        self.ensure_one()
        self._check_right()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept with the correction."))
        if self.kind == "extend":
            self._extend()
        elif self.quantity <= 0:
            raise UserError(self.env._("Give a quantity above zero."))
        elif self.kind == "add":
            self._add(to_credits(self.quantity))
        else:
            self._remove(to_credits(self.quantity))
        return {"type": "ir.actions.act_window_close"}

    def _check_right(self):
        if not self.env.user.has_group("tierslieux_base.group_coordinator"):
            raise AccessError(self.env._("Only a coordinator corrects credits."))
        self.subscription_id.check_access("write")

    def _add(self, quantity):
        """To the lot that ends last; a new one when there is none."""
        lots = self._get_lots()
        Line = self.env["tierslieux.credit.line"]
        if lots:
            last = lots.sorted(lambda x: (not x.date_expiry, x.date_expiry or x.date, x.id))[-1:]
            last._lock_lots()
            Line._post("adjust", [{"lot_id": last.id, "quantity": quantity, "reason": self.reason}])
            return
        # sudo: nobody may add lines but through the ledger's own methods.
        Line.sudo().create(
            {
                "subscription_id": self.subscription_id.id,
                "type_id": self.type_id.id,
                "move": "grant",
                "quantity": float(quantity),
                "date_start": fields.Date.context_today(self),
                "date_expiry": self.subscription_id.date_end,
                "reason": self.reason,
            }
        )

    def _remove(self, quantity):
        lots = self._get_lots()
        lots._lock_lots()
        today = fields.Date.context_today(self)
        purse = [
            lot._to_lot(left, start=today)
            for lot, left in zip(lots, lots._get_left().values(), strict=True)
        ]
        parts = allocate(purse, quantity, today)
        if sum(part for _lot, part in parts) < quantity:
            raise UserError(
                self.env._(
                    "%(subscription)s: only %(left)s are left, %(asked)s cannot be taken off.",
                    subscription=self.subscription_id.display_name,
                    left=self.type_id._format_quantity(self.left),
                    asked=self.type_id._format_number(quantity),
                )
            )
        self.env["tierslieux.credit.line"]._post(
            "adjust",
            [{"lot_id": lot, "quantity": -part, "reason": self.reason} for lot, part in parts],
        )

    def _extend(self):
        """What is left goes to a new lot that ends later; a book's own end follows."""
        today = fields.Date.context_today(self)
        lots = self.subscription_id.credit_line_ids.filtered(
            lambda x: x.move == "grant" and x.type_id == self.type_id and not x.is_unlimited
        )
        lots = lots.filtered(lambda x: x.date_expiry and x.date_expiry < self._get_new_end())
        lots._lock_lots()
        left = {lot: quantity for lot, quantity in lots._get_left().items() if quantity > 0}
        if not left:
            raise UserError(
                self.env._("Nothing is left that ends before %(date)s.", date=self._format_end())
            )
        Line = self.env["tierslieux.credit.line"]
        Line._post(
            "expire",
            [
                {"lot_id": lot, "quantity": -quantity, "reason": self.reason}
                for lot, quantity in left.items()
            ],
        )
        subscription = self.subscription_id
        if subscription.date_end and subscription.date_end < self.date_expiry:
            # sudo: a coordinator's decision, checked above; the chatter keeps who did it.
            subscription.sudo().date_end = self.date_expiry
        Line.sudo().create(
            {
                "subscription_id": subscription.id,
                "type_id": self.type_id.id,
                "move": "grant",
                "quantity": float(sum(left.values())),
                "date_start": today,
                "date_expiry": self.date_expiry,
                "reason": self.reason,
            }
        )

    def _get_new_end(self):
        if not self.date_expiry or self.date_expiry < fields.Date.context_today(self):
            raise UserError(self.env._("Give the new last day, today or later."))
        return self.date_expiry

    def _format_end(self):
        return format_date(self.env, self.date_expiry)
