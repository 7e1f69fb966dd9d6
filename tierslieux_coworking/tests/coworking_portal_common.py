from odoo.addons.tierslieux_base.tests.portal_common import PortalCase

from .credit_common import CreditCase


class PortalCoworkingCase(CreditCase, PortalCase):
    """Anne has the monthly plan (300 €, 4 meeting hours), Bob a book of ten days.

    It is Monday 4 March 2030.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monthly.write({"notice_days": 30, "portal_open": True})
        cls.book_plan.portal_open = True
        cls.mine = cls.subscribe(partner=cls.anne.partner_id)
        cls.foreign = cls.subscribe(cls.book_plan, cls.bob.partner_id)

    def subscriptions_of(self, user):
        return self.env["tierslieux.subscription"].search([("partner_id", "=", user.partner_id.id)])

    def requests_of(self, subscription):
        kind = self.env.ref("tierslieux_coworking.activity_type_portal_request")
        return subscription.activity_ids.filtered(lambda a: a.activity_type_id == kind)


class CommunityCase(PortalCoworkingCase):
    """Anne and Bob both have a plan; Bob is in the directory, his e-mail shown, not his phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bob.partner_id.write(
            {
                "community_visible": True,
                "community_show_email": True,
                "community_activity": "Cabinet maker",
                "community_skill_ids": cls.env["tierslieux.skill"]._find_or_create(["Oak"]).ids,
                "phone": "+33 6 11 22 33 44",
                "email": "bob@example.org",
            }
        )
