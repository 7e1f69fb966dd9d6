from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..tools.cancellation import fee_amount, fee_deadlines, fee_percent


class TierslieuxBooking(models.Model):
    """Cancelling: the fee is said before, written when it is due, waived with a reason."""

    _inherit = "tierslieux.booking"

    policy_id = fields.Many2one(related="resource_id.policy_id", string="Booking Rules")
    fee_waive_reason = fields.Char(string="Why waived", copy=False, readonly=True)
    cancel_until = fields.Datetime(
        string="Free of charge until",
        compute="_compute_cancel_until",
        help="Cancelling is free of charge until then.",
    )
    cancel_sentence = fields.Char(
        string="If cancelled now", compute="_compute_cancel_sentence", compute_sudo=True
    )

    @api.depends("start", "resource_id.policy_id.ladder_ids")
    def _compute_cancel_until(self):
        for booking in self:
            deadlines = booking.start and fee_deadlines(booking._get_ladder(), booking.start)
            booking.cancel_until = deadlines[0][0] if deadlines else booking.start

    @api.depends("start", "state", "amount", "resource_id.policy_id.ladder_ids")
    @api.depends_context("lang")
    def _compute_cancel_sentence(self):
        for booking in self:
            booking.cancel_sentence = (
                booking._get_cancellation_fee()[2]
                if booking.state in ("option", "confirmed")
                else False
            )

    # ------------------------------------------------------------------ fee

    def _get_ladder(self):
        # sudo: the ladder of a policy is no secret, and whoever books online must be told.
        return [(step.hours_before, step.fee_percent) for step in self.sudo().policy_id.ladder_ids]

    def _get_fee_amount(self, percent):
        self.ensure_one()
        return float(fee_amount(self.amount, percent))

    def _get_cancellation_fee(self, at=None):
        """What cancelling costs at a moment, now by default. An option costs nothing.

        :return: (percent, amount in the association's currency, the sentence to show)
        """
        self.ensure_one()
        at = at or fields.Datetime.now()
        if self.state == "option":
            return 0.0, 0.0, self.env._("Giving up an option is free of charge.")
        percent = fee_percent(self._get_ladder(), self.start, at)
        amount = self._get_fee_amount(percent)
        if not percent:
            return percent, amount, self._get_free_sentence(at)
        if not amount:
            return (
                percent,
                amount,
                self.env._("Cancelled now: nothing to pay, as nothing was charged for it."),
            )
        return (
            percent,
            amount,
            self.env._(
                "Cancelled now: %(percent)s %% of %(price)s, that is %(amount)s.",
                percent=f"{percent:g}",
                price=self._format_money(self.amount),
                amount=self._format_money(amount),
            ),
        )

    def _get_free_sentence(self, at):
        deadlines = fee_deadlines(self._get_ladder(), self.start)
        coming = [moment for moment, percent in deadlines if percent and moment >= at]
        if not coming:
            return self.env._("Cancelling is free of charge.")
        return self.env._(
            "Cancelling is free of charge until %(moment)s.",
            moment=self._format_moment(coming[0]),
        )

    def _get_cancellation_terms(self, at=None):
        """What is due when, for messages: a list of sentences, the earliest first.

        :param datetime at: when it is read, now by default; what was due before is left out
        """
        self.ensure_one()
        at = at or fields.Datetime.now()
        deadlines = fee_deadlines(self._get_ladder(), self.start)
        if not deadlines or not self.amount:
            return [self.env._("You can cancel free of charge until it begins.")]
        coming = [(moment, percent) for moment, percent in deadlines if moment >= at]
        percent = fee_percent(self._get_ladder(), self.start, at)
        if percent:
            terms = [
                self.env._(
                    "Cancelling costs %(percent)s %% of the price, that is %(amount)s.",
                    percent=f"{percent:g}",
                    amount=self._format_money(self._get_fee_amount(percent)),
                )
            ]
        else:
            terms = [self._get_free_sentence(at)]
        return terms + [
            self.env._(
                "After %(moment)s: %(percent)s %% of the price, that is %(amount)s.",
                moment=self._format_moment(moment),
                percent=f"{percent:g}",
                amount=self._format_money(self._get_fee_amount(percent)),
            )
            for moment, percent in coming
        ]

    def _format_money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    @api.model
    def _get_no_fee(self):
        return {
            "fee_percent": 0.0,
            "fee_amount": 0.0,
            "fee_waived": False,
            "fee_waive_reason": False,
        }

    # ------------------------------------------------------------------ cancel

    def action_cancel(self):
        """Open the window where the fee is shown and may be waived."""
        self._check_cancellable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel a Booking")
            if len(self) == 1
            else self.env._("Cancel Bookings"),
            "res_model": "tierslieux.booking.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_booking_ids": [fields.Command.set(self.ids)]},
        }

    def _check_cancellable(self, online=False):
        """:raise UserError: if one of them is over, or was cancelled before."""
        self._check_life_state(
            ("option", "confirmed"), self.env._("only a booking to come can be cancelled.")
        )
        now = fields.Datetime.now()
        for booking in self:
            if online and booking.start <= now:
                raise UserError(
                    self.env._(
                        "%(booking)s has begun. Ask the front desk.", booking=booking._describe()
                    )
                )

    def _cancel(self, reason=None, waive=False, waive_reason=None, by=None):
        """Cancel, and write the fee that is due at this moment.

        Whoever calls has shown the fee. ``_on_released`` then gives back what was used and
        offers the slot to those who wait.

        :param str reason: why, in a few words
        :param bool waive: forget the fee, for ``waive_reason``
        :param by: the partner who cancels, when it is not the team
        :raise UserError: see ``_check_cancellable``; or no reason is given for the waiver
        """
        self._check_cancellable(online=bool(by))
        if waive and not waive_reason:
            raise UserError(self.env._("Say why the fee is waived: it is kept with the booking."))
        now = fields.Datetime.now()
        firm = self.filtered(lambda booking: booking.state != "option")
        groups = self.grouped(lambda booking: booking._get_cancellation_fee(now)[:2])
        for (percent, amount), bookings in groups.items():
            # Of a price in credits too, which has no amount.
            waived = bool(waive and percent)
            bookings._write_facts(
                {
                    "state": "cancelled",
                    "cancelled_at": now,
                    "cancel_reason": reason or False,
                    "fee_percent": percent,
                    "fee_amount": 0.0 if waived else amount,
                    "fee_waived": waived,
                    "fee_waive_reason": waive_reason if waived else False,
                    "option_until": False,
                }
            )
        self._credit_excess()
        firm._queue_messages("cancelled")
        return True
