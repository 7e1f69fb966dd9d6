from odoo import api, fields, models


class ResPartner(models.Model):
    """What the house asks of a person, answered by the rooms that know."""

    _inherit = "res.partner"

    def _filter_members(self, day=None):
        """Those of these persons who are members of the current company on that day.

        For who may book, and at which price.

        :param day: a date, past or to come; today by default
        """
        day = day or fields.Date.context_today(self)
        return self._get_members_by_day({day})[day]

    def _get_members_by_day(self, days):
        """Those of these persons who are members on each of these days, asked once for all.

        A seam: nobody is, in a house without memberships.

        :return: {day: partners}
        """
        return dict.fromkeys(days, self.browse())

    @api.model
    def _find_by_card(self, text, company):
        """The person of a card that was scanned.

        A room that gives out cards answers for its own, and asks ``super()`` about others.

        :param str text: what the camera read
        :param company: ``res.company`` whose card it should be
        :return: (partner, whether it has the form of a card of the house): no partner with True is
            a card that was forged, or is of somebody else
        """
        return self.browse(), False
