from odoo import models

from odoo.addons.tierslieux_base.tools.cancellation import fee_deadlines


class TierslieuxBooking(models.Model):
    """What cancelling keeps of the credits used, said before one books."""

    _inherit = "tierslieux.booking"

    def _get_cancellation_terms(self):
        terms = super()._get_cancellation_terms()
        return self._get_credit_terms(self.credit_note, terms)

    def _get_credit_terms(self, credits, terms):
        """The terms of a booking that credits pay, all of it or a part.

        :param str credits: what is used, in words; nothing: the terms as they are
        :param list terms: what they are in money
        """
        self.ensure_one()
        deadlines = fee_deadlines(self._get_ladder(), self.start)
        if not credits or not deadlines:
            return terms
        if self.amount:
            return [*terms, self.env._("The same share of the credits used is kept.")]
        result = []
        if deadlines[0][1]:
            result.append(
                self.env._(
                    "You can cancel free of charge until %(moment)s.",
                    moment=self._format_moment(deadlines[0][0]),
                )
            )
        return result + [
            self.env._(
                "After %(moment)s: %(percent)s %% of the credits used (%(credits)s) are kept.",
                moment=self._format_moment(moment),
                percent=f"{percent:g}",
                credits=credits,
            )
            for moment, percent in deadlines
        ]
