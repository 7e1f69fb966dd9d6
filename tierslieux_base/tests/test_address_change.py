from odoo.fields import Command

from .common import TierslieuxCommon


class TestAddressChange(TierslieuxCommon):
    """Whose address changes is told at the old one, which may be the only way to learn of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"phone": "02 37 00 00 00", "email": "bonjour@example.com"})
        cls.lou = cls.person("Lou", "Martin", email="lou@example.com", lang="en_US")
        cls.login = cls.env["res.users"].create(
            {
                "partner_id": cls.lou.id,
                "login": "lou@example.com",
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.Message = cls.env["tierslieux.message"]

    def notices(self):
        return self.Message.search([("kind", "=", "address_changed")])

    def test_the_old_address_is_told_what_changed_and_whom_to_call(self):
        self.as_user(self.lou, self.reception).email = "zoe@example.org"
        notice = self.notices()
        self.assertRecordValues(
            notice,
            [{"partner_id": self.lou.id, "email": "lou@example.com", "state": "todo"}],
        )
        notice._send()
        self.assertEqual((notice.state, notice.email), ("sent", "lou@example.com"))
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual((mail.email_to, mail.recipient_ids.ids), ("lou@example.com", []))
        for words in ("lou@example.com", "z•••@example.org", "02 37 00 00 00", "bonjour@"):
            self.assertIn(words, mail.body_html)
        self.assertNotIn("zoe@example.org", mail.body_html)
        self.assertEqual(
            self.as_user(notice, self.reception).kind, "address_changed", "the desk reads it"
        )

    def test_an_address_taken_away_is_told_too(self):
        self.lou.email = False
        self.notices()._send()
        self.assertEqual(self.notices().state, "sent")

    def test_each_old_address_is_told(self):
        self.lou.email = "a@example.org"
        self.lou.email = "b@example.org"
        self.assertEqual(
            sorted(self.notices().mapped("email")), ["a@example.org", "lou@example.com"]
        )

    def test_who_changes_it_on_the_portal_is_told_too(self):
        self.login.with_user(self.login).write({"email": "zoe@example.org"})
        self.assertEqual(self.notices().email, "lou@example.com")

    def test_the_same_address_written_again_is_no_change(self):
        self.lou.email = " Lou@Example.com"
        self.assertFalse(self.notices())

    def test_who_does_not_log_in_on_the_portal_is_not_told(self):
        self.login.active = False
        self.lou.email = "zoe@example.org"
        self.treasurer.partner_id.email = "other@example.org"
        self.env.ref("base.public_partner").email = "public@example.org"
        self.env.ref("base.public_partner").email = "nobody@example.org"
        self.assertFalse(self.notices())
