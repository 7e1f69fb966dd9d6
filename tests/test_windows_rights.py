"""The windows of every room, opened by who works for another association."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.common import TierslieuxCommon


@tagged("post_install", "-at_install")
class TestWindowsOfAnotherAssociation(TierslieuxCommon):
    def test_no_window_works_for_another_association(self):
        other = self.env["res.company"].create({"name": "Another association"})
        self.manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for model, values in (
            ("tierslieux.member.import", {"file": b"eA=="}),
            ("tierslieux.membership.settings", {}),
            ("tierslieux.association.settings", {}),
            ("tierslieux.presence.settings", {}),
            ("tierslieux.agreement.settings", {}),
            ("tierslieux.directory.import", {}),
            ("tierslieux.directory.export", {}),
            ("tierslieux.reminder.preview", {}),
        ):
            Wizard = (
                self.env[model].with_user(self.manager).with_context(allowed_company_ids=other.ids)
            )
            with self.subTest(model):
                self.assertTrue(Wizard.create(values))
                with self.assertRaises(AccessError):
                    Wizard.create(dict(values, company_id=self.company.id))
