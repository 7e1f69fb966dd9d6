from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxBookingCancel(models.TransientModel):
    """Cancel bookings at the desk: the fee is shown before, and may be waived with a reason."""

    _name = "tierslieux.booking.cancel"
    _inherit = "tierslieux.once.mixin"
    _description = "Cancellation of Bookings"

    booking_ids = fields.Many2many(
        "tierslieux.booking", "tierslieux_booking_cancel_rel", string="Bookings", required=True
    )
    series_id = fields.Many2one("tierslieux.booking.series", compute="_compute_series_id")
    scope = fields.Selection(
        [
            ("this", "This date only"),
            ("following", "This date and the next ones"),
            ("all", "All the dates to come"),
        ],
        string="Cancel",
        required=True,
        default="this",
    )
    date_from = fields.Date(
        string="From this Day on",
        compute="_compute_date_from",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="The dates of the series from this day on are cancelled.",
    )
    target_ids = fields.Many2many(
        "tierslieux.booking",
        "tierslieux_booking_cancel_target_rel",
        compute="_compute_target_ids",
        string="Cancelled",
    )
    target_count = fields.Integer(compute="_compute_target_ids")
    currency_id = fields.Many2one("res.currency", compute="_compute_fee")
    fee_amount = fields.Monetary(string="Fee Due", compute="_compute_fee")
    sentence = fields.Text(compute="_compute_fee")
    reason = fields.Char(help="Kept with the booking.")
    waive = fields.Boolean(string="Waive the fee")
    waive_reason = fields.Char(string="Why waived")

    @api.depends("booking_ids")
    def _compute_series_id(self):
        for wizard in self:
            series = wizard.booking_ids.series_id
            wizard.series_id = series if len(wizard.booking_ids) == 1 else False

    @api.depends("booking_ids")
    def _compute_date_from(self):
        for wizard in self:
            first = wizard.booking_ids.sorted("start")[:1]
            wizard.date_from = first and first._localize(first.start).date()

    @api.depends("booking_ids", "scope", "date_from")
    def _compute_target_ids(self):
        for wizard in self:
            bookings = wizard.booking_ids._origin
            if wizard.series_id and wizard.scope != "this":
                bookings = wizard.series_id._get_coming_bookings()
                if wizard.scope == "following":
                    bookings = bookings.filtered(
                        lambda b, day=wizard.date_from: (
                            not day or b._localize(b.start).date() >= day
                        )
                    )
            wizard.target_ids = bookings
            wizard.target_count = len(bookings)

    @api.depends("target_ids")
    def _compute_fee(self):
        for wizard in self:
            bookings = wizard.target_ids._origin
            fees = [booking._get_cancellation_fee() for booking in bookings]
            wizard.currency_id = bookings[:1].currency_id or self.env.company.currency_id
            wizard.fee_amount = sum(amount for _percent, amount, _sentence in fees)
            if len(bookings) == 1:
                wizard.sentence = fees[0][2]
            elif not wizard.fee_amount:
                wizard.sentence = self.env._(
                    "%(count)s bookings: cancelling them is free of charge.", count=len(bookings)
                )
            else:
                wizard.sentence = self.env._(
                    "%(count)s bookings, of which %(charged)s are charged: %(amount)s in all.",
                    count=len(bookings),
                    charged=sum(1 for fee in fees if fee[1]),
                    amount=bookings[0]._format_money(wizard.fee_amount),
                )

    @act_once
    def action_cancel_bookings(self):
        """Cancel them; each keeps its own fee."""
        self.ensure_one()
        if not self.target_ids:
            raise UserError(self.env._("No booking to cancel from this day on."))
        # the fee can only be waived where there is one: each booking keeps its own
        self.target_ids._cancel(
            reason=self.reason,
            waive=self.waive and bool(self.fee_amount),
            waive_reason=self.waive_reason,
        )
        return {"type": "ir.actions.act_window_close"}
