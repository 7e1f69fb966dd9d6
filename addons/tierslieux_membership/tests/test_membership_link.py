from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.tierslieux_base.models import one_time_link
from odoo.addons.tierslieux_base.tests.portal_common import LinkCase

from .membership_common import MembershipPortalCase


@tagged("post_install", "-at_install")
class TestMembershipLink(MembershipPortalCase, LinkCase):
    def setUp(self):
        super().setUp()
        self.old = self.ending(self.anne.partner_id)
        self.stranger()

    def test_the_secret_of_a_membership_reads_and_does_not_renew(self):
        token = self.old._portal_ensure_token()
        url = f"/my/memberships/{self.old.id}?access_token={token}"
        page = self.url_open(url).text
        self.assertIn("Receive a link by e-mail", page)
        self.assertNotIn("/renew", page)
        for user in (None, self.board, self.reception, self.bob):
            self.authenticate(user and user.login, user and user.login)
            self.post(f"/my/memberships/{self.old.id}/renew", access_token=token)
            self.assertFalse(self.old.next_ids)

    def test_a_reminders_link_renews_once_and_goes_on_to_the_payment(self):
        link = self.issue(self.old)
        page = self.url_open(f"/my/memberships/{self.old.id}?link={link}").text
        self.assertIn(f"/my/memberships/{self.old.id}/renew?link={link}", page)
        response = self.post(f"/my/memberships/{self.old.id}/renew?link={link}")
        renewal = self.old.next_ids
        self.assertEqual(renewal.state, "to_pay")
        self.assertEqual(self.path(response), f"/my/memberships/{renewal.id}/pay")
        self.assertIn(f"/invoice/transaction/{renewal.invoice_id.id}", response.text)
        self.stranger()
        response = self.url_open(f"/my/memberships/{renewal.id}/pay?link={link}")
        self.assertIn("/web/login", response.url, "the link opens what it was sent for")

    def test_a_reminder_leads_to_the_page_by_a_link(self):
        self.assertTrue(
            self.old._get_reminder_url().endswith(f"/my/memberships/{self.old.id}?link=to-send")
        )

    def test_a_link_is_for_who_pays(self):
        child = self.ending(self.person("Léo"), payer_id=self.anne.partner_id.id)
        link = self.issue(child)
        child.payer_id = self.bob.partner_id
        self.post(f"/my/memberships/{child.id}/renew", link=link)
        self.assertFalse(child.next_ids)

    def test_old_links_are_swept_away(self):
        self.issue(self.old)
        self.links(self.old).expires_at = self.today - timedelta(days=one_time_link.KEPT_DAYS + 1)
        self.issue(self.old)
        self.env["tierslieux.one.time.link"]._gc_links()
        self.assertEqual(len(self.links(self.old)), 1)
