import base64
import hashlib
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .agreement_common import PDF, AgreementCase

REPORT = "tierslieux_agreement.report_agreement"


@tagged("post_install", "-at_install")
@freeze_time("2026-02-11 11:00:00")
class TestDocument(AgreementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.make_agreement(
            name="New counter", body="<p>{{partner}} comes to {{places}}.</p>"
        )

    def prepare(self, agreement=None):
        """Freeze the text, as the coordinator; printing stands for a file."""
        agreement = agreement or self.draft
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_render_qweb_pdf", return_value=(PDF, "pdf")):
            self.as_user(agreement, self.coordinator).action_prepare_signature()
        return agreement.document_ids.sorted("id")[-1]

    def html(self, agreement, user, **data):
        report = self.as_user(self.env["ir.actions.report"], user)
        return report._render_qweb_html(REPORT, agreement.ids, data=data)[0].decode()

    def test_the_text_is_filled_in_and_what_was_typed_stays_text(self):
        self.draft.partner_id.name = "CAF <b>35</b>"
        self.assertIn("CAF &lt;b&gt;35&lt;/b&gt; comes", self.draft._get_contract())

    def test_a_print_says_that_it_is_not_signed_whatever_its_address_says(self):
        for data in ({}, {"to_sign": True}):
            self.assertIn("UNSIGNED VERSION", self.html(self.draft, self.manager, **data))
        su = self.env["ir.actions.report"].sudo()
        frozen = su._render_qweb_html(REPORT, self.draft.ids, data={"to_sign": True})[0].decode()
        self.assertNotIn("UNSIGNED VERSION", frozen)

    def test_a_print_after_the_signature_says_so_too(self):
        self.assertIn("UNSIGNED VERSION", self.html(self.agreement, self.manager))

    def test_all_sign_the_same_file_and_the_last_one_makes_it_an_agreement(self):
        document = self.prepare()
        self.assertEqual(document.fingerprint, hashlib.sha256(PDF).hexdigest())
        self.as_user(document, self.coordinator).action_sign_for_us()
        self.assertEqual(self.draft.state, "draft")
        self.assertEqual(document.waiting, "CAF")
        document._sign(self.draft.party_ids, "Nora Contact")
        self.assertEqual(set(document.signature_ids.mapped("fingerprint")), {document.fingerprint})
        self.assertEqual(document.state, "signed")
        self.assertEqual(str(self.draft.signature_date), "2026-02-11")

    def test_nobody_signs_twice(self):
        document = self.prepare()
        document._sign(self.draft.party_ids, "Nora Contact")
        with self.assertRaises(UserError):
            document._sign(self.draft.party_ids, "Nora Contact")

    def test_a_change_after_the_first_signature_voids_it_and_says_who_had_signed(self):
        document = self.prepare()
        document._sign(self.draft.party_ids, "Nora Contact")
        self.draft.notice_count = 6
        self.assertEqual(document.state, "void")
        self.assertIn("Nora Contact", document.void_note)
        self.assertEqual(base64.b64decode(document.file), PDF)
        self.assertIn("Nora Contact", self.draft.message_ids[0].body)
        with self.assertRaises(UserError):
            self.as_user(document, self.coordinator).action_sign_for_us()

    def test_given_up_after_the_first_signature_it_is_void_and_stays(self):
        document = self.prepare()
        document._sign(self.draft.party_ids, "Nora Contact")
        self.as_user(self.draft, self.coordinator).action_cancel()
        self.assertEqual(document.state, "void")
        self.assertEqual(document.signature_ids.signer, "Nora Contact")
        self.assertIn("Nora Contact", self.draft.message_ids[0].body)
        with self.assertRaises(UserError):
            document._sign(self.env["tierslieux.agreement.party"], "Coco")

    def test_another_party_duty_or_price_is_a_change(self):
        for change in (
            lambda: self.duty(agreement_id=self.draft.id),
            lambda: self.price(agreement_id=self.draft.id),
            lambda: self.draft.party_ids[0].write({"role": "host"}),
        ):
            document = self.prepare()
            change()
            self.assertEqual(document.state, "void")

    def test_a_note_of_the_team_is_no_change(self):
        document = self.prepare()
        self.draft.note = "Call Nora"
        self.assertEqual(document.state, "signing")

    def test_what_is_signed_keeps_its_file_when_it_is_amended(self):
        document = self.prepare()
        document._sign(self.draft.party_ids, "Nora Contact")
        self.as_user(document, self.coordinator).action_sign_for_us()
        self.window("amend", agreement=self.draft, notice_count=9).action_amend()
        self.assertEqual(document.state, "signed")
        self.assertEqual(document.version, 1)
        self.assertEqual(self.draft.version, 2)

    def test_an_amended_text_is_signed_in_its_turn_and_the_first_signature_keeps_its_day(self):
        with freeze_time("2026-01-05 11:00:00"):
            first = self.prepare()
            first._sign(self.draft.party_ids, "Nora Contact")
            self.as_user(first, self.coordinator).action_sign_for_us()
        self.assertTrue(self.draft.is_text_signed)
        self.window("amend", agreement=self.draft, notice_count=9).action_amend()
        self.assertFalse(self.draft.is_text_signed)
        second = self.prepare()
        self.assertEqual(second.version, 2)
        second._sign(self.draft.party_ids, "Nora Contact")
        self.as_user(second, self.coordinator).action_sign_for_us()
        self.assertTrue(self.draft.is_text_signed)
        self.assertEqual(str(self.draft.signature_date), "2026-01-05")
        self.assertEqual(str(second.signed_on), "2026-02-11")

    def test_a_file_that_was_changed_is_signed_by_nobody(self):
        document = self.prepare()
        document.sudo().write({"file": self.paper(b"%PDF-1.4 another")})
        with self.assertRaisesRegex(UserError, "not the file"):
            document._sign(self.draft.party_ids, "Nora Contact")

    def test_the_scan_of_what_was_signed_on_paper_is_kept(self):
        window = self.window(
            "sign", agreement=self.draft, date="2026-02-01", file=self.paper(), filename="scan.pdf"
        )
        window.action_sign()
        self.assertEqual(str(self.draft.signature_date), "2026-02-01")
        self.assertRecordValues(
            self.draft.document_ids,
            [{"state": "signed", "is_paper": True, "fingerprint": hashlib.sha256(PDF).hexdigest()}],
        )

    def test_a_scan_is_a_pdf_and_not_of_tomorrow(self):
        for vals in ({"file": self.paper(b"GIF89a")}, {"file": self.paper(), "date": "2026-02-12"}):
            with self.assertRaises(UserError):
                self.window("sign", agreement=self.draft, **vals).action_sign()

    def test_documents_are_written_and_deleted_by_nobody(self):
        document = self.as_user(self.prepare(), self.manager)
        for vals in ({"state": "signed"}, {"fingerprint": "0"}, {"file": self.paper(b"x")}):
            with self.assertRaises(AccessError):
                document.write(vals)
        with self.assertRaises(UserError):
            document.unlink()
        with self.assertRaises(UserError):
            document.sudo().unlink()

    def test_the_board_reads_no_file(self):
        document = self.as_user(self.prepare(), self.board)
        with self.assertRaises(AccessError):
            document.read(["file"])
        with self.assertRaises(AccessError):
            self.html(self.draft, self.board)

    def test_a_text_with_a_field_that_is_none_is_refused(self):
        with self.assertRaisesRegex(UserError, "prtner"):
            self.env["tierslieux.agreement.text"].create({"name": "T", "body": "{{prtner}}"})
