import hashlib
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import PortalCase
from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .agreement_common import PDF, AgreementCase


@tagged("post_install", "-at_install")
class TestPortalAgreement(AgreementCase, PortalCase):
    """Anne is the contact of the CAF; Bob works there too, and nobody wrote him down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(NOW):
            cls.anne.partner_id.parent_id = cls.caf
            cls.bob.partner_id.parent_id = cls.caf
            cls.agreement = cls.make_agreement(
                signed="2024-01-01", name="Counter on Thursdays", note="Slow to answer"
            )
            cls.agreement.party_ids.contact_id = cls.anne.partner_id
            cls.due = cls.duty(
                side="theirs", name="Yearly figures", date_first=date(2030, 3, 1)
            ).date_ids
            cls.ours = cls.duty(name="Our own report", date_first=date(2030, 3, 1)).date_ids
            cls.page = f"/my/agreements/{cls.agreement.id}"
            cls.done = f"/my/agreements/duty/{cls.due.id}/done"

    def test_the_contact_reads_her_agreement_and_not_the_notes_of_the_team(self):
        self.login(self.anne)
        self.assertIn("Counter on Thursdays", self.url_open("/my/agreements").text)
        page = self.url_open(self.page).text
        self.assertIn("Yearly figures", page)
        self.assertNotIn("Slow to answer", page)
        self.assertNotIn("Our own report", page)

    def test_a_colleague_who_is_no_contact_sees_nothing(self):
        self.login(self.bob)
        self.assertNotIn("Counter on Thursdays", self.url_open("/my/agreements").text)
        self.assertEqual(self.path(self.url_open(self.page)), "/my/agreements")
        self.assertEqual(self.path(self.post(self.done, note="Hello")), "/my/agreements")
        self.assertEqual(self.due.state, "todo")

    def test_a_draft_is_not_shown(self):
        draft = self.make_agreement(name="Not yet")
        draft.party_ids.contact_id = self.anne.partner_id
        self.login(self.anne)
        self.assertNotIn("Not yet", self.url_open("/my/agreements").text)

    def test_the_partner_says_once_that_a_duty_is_done(self):
        self.login(self.anne)
        self.assert_acts_once(
            f"/my/agreements/duty/{self.due.id}",
            self.done,
            lambda: (self.due.invalidate_recordset(), self.due.state, self.due.done_note)[1:],
            note="Sent by e-mail",
        )
        self.assertEqual(self.due.done_by_id, self.anne)

    def test_a_proof_that_is_needed_is_asked_for_and_kept(self):
        self.due.duty_id.proof_needed = True
        self.login(self.anne)
        answer = self.post(self.done, note="Sent")
        self.assertIn("Add the file that proves it", answer.text)
        self.assertEqual(self.due.state, "todo")
        answer = self.url_open(
            self.done,
            data={**self.tokens(), "note": "Sent"},
            files={"proof": ("figures.pdf", PDF, "application/pdf")},
        )
        self.due.invalidate_recordset()
        self.assertRecordValues(self.due, [{"state": "done", "proof_filename": "figures.pdf"}])

    def test_nobody_says_so_of_our_own_duties(self):
        self.login(self.anne)
        answer = self.post(f"/my/agreements/duty/{self.ours.id}/done", note="Done")
        self.assertEqual(self.path(answer), "/my/agreements")
        self.assertEqual(self.ours.state, "todo")

    def to_sign(self):
        self.draft = self.make_agreement(name="To sign", body="<p>{{partner}}</p>")
        self.draft.party_ids.contact_id = self.anne.partner_id
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_render_qweb_pdf", return_value=(PDF, "pdf")):
            self.as_user(self.draft, self.coordinator).action_prepare_signature()
        return self.draft.document_ids

    def test_the_contact_signs_the_file_that_she_read(self):
        document = self.to_sign()
        self.login(self.anne)
        url = f"/my/agreements/{self.draft.id}"
        self.assertEqual(self.url_open(f"{url}/document/{document.id}").content, PDF)
        self.assertIn(hashlib.sha256(PDF).hexdigest(), self.url_open(url).text)
        answer = self.post(
            f"{url}/sign/{document.id}", signer="Anne", fingerprint="of what she read before"
        )
        self.assertIn("read it again", answer.text)
        self.assertFalse(document.signature_ids)
        self.assert_acts_once(
            url,
            f"{url}/sign/{document.id}",
            lambda: (document.invalidate_recordset(), document.signature_ids.mapped("signer"))[1],
            signer="Anne Le Goff",
        )

    def test_a_stranger_neither_reads_nor_signs_it(self):
        document = self.to_sign()
        self.login(self.bob)
        url = f"/my/agreements/{self.draft.id}"
        self.assertNotEqual(self.url_open(f"{url}/document/{document.id}").content, PDF)
        self.post(f"{url}/sign/{document.id}", signer="Bob", fingerprint=document.fingerprint)
        self.assertFalse(document.signature_ids)
        # A document is not read through another agreement that is one's own.
        self.login(self.anne)
        other = self.url_open(f"{self.page}/document/{document.id}")
        self.assertNotEqual(other.content, PDF)

    def test_the_portal_has_no_right_on_what_its_pages_show(self):
        for record in (self.agreement, self.due, self.agreement.party_ids):
            self.assertFalse(record.with_user(self.anne).has_access("read"), record._name)
