from odoo import api, models


class ResPartner(models.Model):
    """What the house asks of a person, answered by the rooms that know."""

    _inherit = "res.partner"

    def _filter_members(self):
        """Those of these persons who are members today, for who may book and at which price.

        Nobody is, in a house without memberships.
        """
        return self.browse()

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
