from odoo import models


class TierslieuxResource(models.Model):
    """Hours that are free, and kept for others first: a seam for who lends and borrows things."""

    _inherit = "tierslieux.resource"

    def _get_kept_spans(self, date_from, date_to, partner=None):
        """Hours in which somebody may not book as others come first, for now. A seam.

        The slots shown, the refusals and the check of a booking all ask here. Whoever answers
        says what is kept from ``partner`` now; what is to be had from a day on is no longer kept
        on that day. The team lifts it as it lifts opening hours.

        :param datetime date_from: naive UTC, as all instants here
        :param partner: who would book; empty when nobody said, and then nothing is kept
        :return: {resource id: [:class:`..tools.availability.Kept`]}, for those that have some;
            here none
        """
        return {}

    def _get_kept_refusal(self, start, stop, partner=None, kept=None):
        """Why somebody cannot have this time though it may be free; False when they can.

        :param kept: what ``_get_kept_spans`` answered for a longer time, for who asks of many
            slots; it is asked for this one otherwise
        """
        self.ensure_one()
        if kept is None:
            kept = self._get_kept_spans(start, stop, partner)
        for span in kept.get(self.id, ()):
            if span.start < stop and start < span.stop:
                return span.sentence
        return False
