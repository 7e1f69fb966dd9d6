from odoo import api, fields, models
from odoo.tools import format_amount

from odoo.addons.tierslieux_booking.tools.cancellation import fee_deadlines, fee_percent


class TierslieuxBooking(models.Model):
    """What credits would pay of bookings, and what cancelling keeps of them, said before."""

    _inherit = "tierslieux.booking"

    def _get_cancellation_terms(self, at=None):
        terms = super()._get_cancellation_terms(at)
        return self._get_credit_terms(self.credit_note, terms, at)

    def _get_credit_terms(self, credits, terms, at=None):
        """The terms of a booking that credits pay, all of it or a part.

        :param str credits: what is used, in words; nothing: the terms as they are
        :param list terms: what they are in money
        :param datetime at: when it is read, now by default; what was kept before is left out
        """
        self.ensure_one()
        at = at or fields.Datetime.now()
        deadlines = fee_deadlines(self._get_ladder(), self.start)
        if not credits or not deadlines:
            return terms
        if self.amount:
            return [*terms, self.env._("The same share of the credits used is kept.")]
        coming = [(moment, percent) for moment, percent in deadlines if moment >= at]
        percent = fee_percent(self._get_ladder(), self.start, at)
        result = []
        if percent:
            result.append(
                self.env._(
                    "Cancelling keeps %(percent)s %% of the credits used (%(credits)s).",
                    percent=f"{percent:g}",
                    credits=credits,
                )
            )
        elif coming:
            result.append(
                self.env._(
                    "You can cancel free of charge until %(moment)s.",
                    moment=self._format_moment(coming[0][0]),
                )
            )
        return result + [
            self.env._(
                "After %(moment)s: %(percent)s %% of the credits used (%(credits)s) are kept.",
                moment=self._format_moment(moment),
                percent=f"{percent:g}",
                credits=credits,
            )
            for moment, percent in coming
        ]

    def _preview_all_credits(self):
        """``_preview_credits`` of several bookings of one person, each as if it were alone.

        The purse is read once for each association, whatever the number of bookings.

        :return: {booking id: dict}
        """
        previews = {}
        for company, bookings in self.grouped("company_id").items():
            days = [day for booking in bookings for day in booking._get_credit_days()]
            partner = bookings.partner_id
            purse = self.env["tierslieux.credit.line"]._open_purse(
                partner._origin or partner,
                bookings._get_credit_types(bookings.kind_id),
                min(days),
                max(days),
                company=company,
            )
            previews |= {booking.id: booking._preview_credits(purse) for booking in bookings}
        return previews

    # ------------------------------------------------------------------ on the portal

    @api.model
    def _get_portal_costs(self, partner, slots):
        """Say what credits pay; each cost has ``credits``, what is used in words, too."""
        costs = super()._get_portal_costs(partner, slots)
        previews = self.union(*(cost["booking"] for cost in costs))._preview_all_credits()
        for cost in costs:
            booking, preview = cost["booking"], previews[cost["booking"].id]
            cost["credits"] = preview["credits"]
            if not preview["covered"] and preview["amount"] == preview["price"]:
                continue
            price = format_amount(self.env, preview["amount"], booking.currency_id)
            words = [preview["credits"], price if preview["amount"] else ""]
            cost.update(
                amount=preview["amount"],
                short=" + ".join(word for word in words if word),
                note=preview["note"],
            )
            booking.amount = preview["amount"]
        return costs

    def _get_portal_terms(self, cost):
        return self._get_credit_terms(cost["credits"], super()._get_portal_terms(cost))

    def _get_portal_cancelled_message(self):
        """What was kept and what came back, read from the movements themselves."""
        used, back = {}, {}
        for line in self.credit_line_ids:
            if line.move == "use":
                used[line.type_id] = used.get(line.type_id, 0) - line.quantity
            elif line.move == "give_back":
                back[line.type_id] = back.get(line.type_id, 0) + line.quantity
        kept = {type_: quantity - back.get(type_, 0) for type_, quantity in used.items()}
        kept, back = self._format_credits(kept), self._format_credits(back)
        if kept and not self.fee_amount:
            message = self.env._("Your booking is cancelled.")
        else:
            message = super()._get_portal_cancelled_message()
        if kept:
            message = self.env._("%(message)s Kept: %(credits)s.", message=message, credits=kept)
        if back:
            message = self.env._(
                "%(message)s Given back: %(credits)s.", message=message, credits=back
            )
        return message

    @staticmethod
    def _format_credits(totals):
        return " · ".join(
            type_._format_quantity(quantity) for type_, quantity in totals.items() if quantity > 0
        )
