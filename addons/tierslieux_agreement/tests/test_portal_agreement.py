import hashlib

from odoo.tests import tagged

from .agreement_common import PDF
from .portal_agreement_common import PortalAgreementCase


@tagged("post_install", "-at_install")
class TestPortalAgreement(PortalAgreementCase):
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
