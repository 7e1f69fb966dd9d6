# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may import, and whose import it is."""

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .member_import_common import LEA, MemberImportCommon


@tagged("-at_install", "post_install")
@freeze_time("2026-11-20")
class TestMemberImportRights(MemberImportCommon):
    def test_only_reception_and_above_import(self):
        for user in (self.board, self.care, self.portal):
            with self.assertRaises(AccessError):
                self.env["tierslieux.member.import"].with_user(user).create(
                    {"file": b"eA==", "filename": "x.csv"}
                )

    def test_an_import_is_its_users_own(self):
        wizard = self.preview(LEA)
        with self.assertRaises(AccessError):
            wizard.with_user(self.coordinator).read(["filename"])
        with self.assertRaises(AccessError):
            wizard.line_ids.with_user(self.coordinator).read(["name"])

    def test_reception_reads_mappings_and_coordinators_edit_them(self):
        mapping = self.preview(LEA).mapping_id
        mapping.with_user(self.reception).read(["name"])
        with self.assertRaises(AccessError):
            mapping.with_user(self.reception).write({"name": "x"})
        mapping.with_user(self.coordinator).write({"name": "Old tool"})
        mapping.with_user(self.coordinator).unlink()

    def test_a_file_goes_to_the_users_own_association(self):
        other = self.env["res.company"].create({"name": "Other association"})
        self.env["tierslieux.membership.type"].create(
            {"name": "Mécène", "company_id": other.id, "amount": 5.0}
        )
        wizard = self.preview(LEA.replace("Individuel", "Mécène"))
        self.assertEqual(wizard.count_refused, 1)
        wizard = self.run_import(LEA)
        self.assertEqual(wizard.membership_ids.company_id, self.company)
        self.assertEqual(wizard.mapping_id.company_id, self.company)
