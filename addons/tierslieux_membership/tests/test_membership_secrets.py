from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .membership_common import MembershipPortalCase


@tagged("post_install", "-at_install")
class TestMembershipSecrets(MembershipPortalCase):
    """The secret of a membership's address is read, searched, sorted and exported by nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.membership(cls.anne.partner_id, confirm=True)
        cls.users = {
            name: getattr(cls, name)
            for name in (
                "reception", "coordinator", "manager", "treasurer", "board", "care", "portal",
                "anne",
            )
        }  # fmt: skip

    def test_no_way_of_rpc_leads_to_a_secret(self):
        """Read, read with a search, conditions on its first letters, order, groups, export."""
        membership = self.mine
        token = membership._portal_ensure_token()
        ways = (
            ("read", [membership.ids, ["access_token"]]),
            ("web_read", [membership.ids, {"access_token": {}}]),
            ("search_read", [[("id", "=", membership.id)], ["access_token"]]),
            ("web_search_read", [[("id", "=", membership.id)], {"access_token": {}}]),
            ("search", [[("access_token", "=like", f"{token[:2]}%")]]),
            ("search_count", [[("access_token", "!=", False)]]),
            ("search", [[("next_ids.access_token", "=", token)]]),
            ("search", [[], 0, None, "access_token"]),
            ("read_group", [[], ["id"], ["access_token"]]),
            ("formatted_read_group", [[], ["access_token"], []]),
            ("export_data", [membership.ids, ["access_token"]]),
            ("get_portal_url", [membership.ids]),
            ("write", [membership.ids, {"access_token": "known"}]),
        )
        for role, user in self.users.items():
            if user._is_internal():  # who may export, exports what they read
                user.group_ids += self.env.ref("base.group_allow_export")
            for method, args in ways:
                refusal = AccessError
                if method == "export_data" and not user._is_internal():
                    refusal = UserError
                with self.subTest(role=role, method=method, args=args), self.assertRaises(refusal):
                    call_kw(self.env[membership._name].with_user(user), method, args, {})
        self.assertEqual(membership.access_token, token)

    def test_odoos_own_redirection_hands_out_no_secret(self):
        """« /mail/view » sends who is covered to the page, and not to the payer's address."""
        self.mine.covered_partner_ids = [Command.set(self.bob.partner_id.ids)]
        self.mine._portal_ensure_token()
        self.login(self.bob)
        response = self.url_open(f"/mail/view?model={self.mine._name}&res_id={self.mine.id}")
        self.assertIn(f"/my/memberships/{self.mine.id}", response.url)
        self.assertNotIn("access_token", response.url)

    def test_the_portals_sharing_wizard_gives_the_treasurer_invoices_alone(self):
        Share = self.env["portal.share"].with_user(self.treasurer)
        for record, given in ((self.mine, False), (self.mine.invoice_id, True)):
            share = Share.create(
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "partner_ids": [Command.set(self.bob.partner_id.ids)],
                }
            )
            self.assertEqual("access_token" in share.share_link, given, record._name)
        for user in (self.board, self.reception, self.anne):
            with self.assertRaises(AccessError):
                self.env["portal.share"].with_user(user).create(
                    {"res_model": self.mine._name, "res_id": self.mine.id, "partner_ids": []}
                )

    def test_the_board_prints_no_card(self):
        """The code on a card is signed: it checks its holder in on the tablet."""
        self.pay(self.mine)
        report = self.env["ir.actions.report"]
        name = "tierslieux_membership.action_report_membership_card"
        for user in (self.board, self.treasurer, self.anne):
            with self.assertRaises(AccessError):
                report.with_user(user)._render_qweb_html(name, self.mine.ids)
        page, _kind = report.with_user(self.reception)._render_qweb_html(name, self.mine.ids)
        self.assertIn(b"data:image/svg", page)
