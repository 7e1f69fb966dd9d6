from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.text_common import ATTACK, STORED, StrangersTextCase

from .member_import_common import MemberImportCommon


@tagged("post_install", "-at_install")
class TestImportedText(StrangersTextCase, MemberImportCommon):
    stored = (*STORED, ("tierslieux.membership", "note"))

    def test_what_a_members_file_says_is_text_in_the_comment(self):
        self.run_import(
            f"Petit;Lou;06 00 00 00 00;{ATTACK}", headings="Nom;Prénom;Téléphone;Portable"
        )
        self.assert_is_text("res.partner")
