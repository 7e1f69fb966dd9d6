from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import TOO_OFTEN, RateCase

from .membership_common import MembershipPortalCase


@tagged("post_install", "-at_install")
class TestMembersFormsTooSoon(RateCase, MembershipPortalCase):
    def test_a_form_that_comes_too_soon_is_kept_on_the_page(self):
        self.limit("form", "2/10")
        self.company.write({"phone": "04 75 00 00 00", "email": "bonjour@tilleuls.example"})
        self.login(self.anne)
        child = {"firstname": "Léonie", "lastname": "Le Goff", "birthdate_date": "2015-03-24"}
        for name in ("Léo", "Zoé"):
            self.post("/my/family/new", **child | {"firstname": name})
        with self.quiet():
            page = self.post("/my/family/new", **child)
        self.assertEqual(page.status_code, 429)
        self.assertIn(TOO_OFTEN, page.text)
        self.assertIn('name="firstname" value="Léonie"', " ".join(page.text.split()))
        self.assertIn('action="/my/family/new"', page.text)
        self.assertIn('href="tel:0475000000"', page.text)
        self.assertIn('href="mailto:bonjour@tilleuls.example"', page.text)
        self.assertNotIn("Léonie", self.anne.partner_id.dependant_ids.mapped("firstname"))
        self.login(self.bob)
        self.assertEqual(self.post("/my/family/new", **child).status_code, 200)
