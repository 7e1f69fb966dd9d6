"""The secrets of addresses, of whatever room: read by nobody."""

from odoo.fields import NO_ACCESS
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import PortalCase

SECRETS = ("access_token", "calendar_token", "kiosk_token", "referral_token", "token_hash")
# Who sends invoices sends their address; see tests/access_fields.csv.
BY_RIGHT = {("account.move", "access_token"): {"treasurer"}}


@tagged("post_install", "-at_install")
class TestSecrets(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: getattr(cls, name)
            for name in (
                "reception", "coordinator", "manager", "treasurer", "board", "care", "portal",
                "anne",
            )
        }  # fmt: skip

    def secret_fields(self):
        return [
            (name, field)
            for name in self.env.registry
            for field in SECRETS
            if field in self.env[name]._fields
            and not self.env[name]._abstract
            and (
                isinstance(self.env[name], self.env.registry["portal.mixin"])
                or (self.env[name]._fields[field]._module or "").startswith("tierslieux")
                or name == "calendar.attendee"
            )
        ]

    def test_every_secret_is_closed(self):
        found = self.secret_fields()
        for name, field in found:
            with self.subTest(f"{name}.{field}"):
                groups = self.env[name]._fields[field].groups
                by_right = BY_RIGHT.get((name, field), set())
                for role, user in self.users.items():
                    model = self.env[name].with_user(user)
                    self.assertEqual(
                        model._has_field_access(model._fields[field], "read"), role in by_right
                    )
                if not by_right:
                    self.assertEqual(groups, NO_ACCESS)
        for expected in (
            ("tierslieux.membership", "access_token"),
            ("tierslieux.booking", "access_token"),
            ("account.move", "access_token"),
            ("res.partner", "calendar_token"),
            ("tierslieux.resource", "calendar_token"),
            ("tierslieux.place", "kiosk_token"),
            ("tierslieux.one.time.link", "token_hash"),
            ("calendar.attendee", "access_token"),
        ):
            self.assertIn(expected, found)

    def test_only_the_administrator_writes_templates_that_run_code(self):
        """A template with expressions is rendered with more rights than its writer has."""
        for role, user in self.users.items():
            self.assertFalse(user.has_group("mail.group_mail_template_editor"), role)
