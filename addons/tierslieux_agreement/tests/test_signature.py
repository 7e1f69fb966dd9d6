import base64
import hashlib
import io
from datetime import datetime

from freezegun import freeze_time
from PIL import Image, ImageDraw

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from ..tools.evidence import PREFIX, BadDrawing, mask_address, read_drawing
from .agreement_common import PDF
from .portal_agreement_common import PortalAgreementCase


def draw(ink=True, size=(120, 40), mode="RGBA", kind="PNG"):
    """What the pad sends: a picture as a « data: » address."""
    picture = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else (255, 255, 255))
    if ink:
        ImageDraw.Draw(picture).line((5, 30, 110, 8), fill="black", width=2)
    stream = io.BytesIO()
    picture.save(stream, kind)
    return PREFIX + base64.b64encode(stream.getvalue()).decode()


@tagged("post_install", "-at_install")
class TestDrawing(BaseCase):
    def test_a_drawing_is_kept_as_a_plain_png(self):
        content = read_drawing(draw())
        with Image.open(io.BytesIO(content)) as picture:
            self.assertEqual((picture.format, picture.size), ("PNG", (120, 40)))

    def test_without_a_pad_there_is_no_drawing(self):
        self.assertIsNone(read_drawing(None))

    def test_what_is_no_drawing_is_refused(self):
        large = draw(size=(4001, 10))
        not_png = draw(mode="RGB", kind="JPEG")
        for text in ("", "x", PREFIX, PREFIX + "%%%", PREFIX + "AAAA", draw(ink=False), large,
                     not_png, "data:image/svg+xml;base64,PHN2Zy8+", b"bytes",
                     PREFIX + "A" * 700_000):  # fmt: skip
            with self.subTest(text[:40]), self.assertRaises(BadDrawing):
                read_drawing(text)

    def test_an_address_is_kept_as_its_network(self):
        for address, network in (
            ("192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2::/64", "2001:db8:1::/48"),
            ("", ""),
            ("no address", ""),
        ):
            self.assertEqual(mask_address(address), network)


@tagged("post_install", "-at_install")
class TestSignature(PortalAgreementCase):
    def sign(self, document, **data):
        url = f"/my/agreements/{self.draft.id}"
        values = {"signer": "Anne Le Goff", "fingerprint": document.fingerprint, **data}
        answer = self.post(f"{url}/sign/{document.id}", **values)
        self.env.invalidate_all()
        return answer

    def test_a_drawn_signature_is_kept_beside_the_file_that_it_leaves_as_it_is(self):
        document = self.to_sign()
        self.login(self.anne)
        page = self.url_open(f"/my/agreements/{self.draft.id}").text
        self.assertIn("tierslieux_agreement.signature_pad", page)
        self.assertIn("Signed. Thank you.", self.sign(document, drawing=draw()).text)
        signature = document.signature_ids
        self.assertRecordValues(
            signature,
            [
                {
                    "signer": "Anne Le Goff",
                    "party_id": self.draft.party_ids.id,
                    "user_id": self.anne.id,
                    "means": "portal",
                    "zone": "Europe/Paris",
                    "network": "127.0.0.0/24",
                    "fingerprint": hashlib.sha256(PDF).hexdigest(),
                }
            ],
        )
        self.assertTrue(base64.b64decode(signature.drawing).startswith(b"\x89PNG"))
        self.assertEqual(base64.b64decode(document.file), PDF)

    def test_an_empty_frame_signs_nothing(self):
        document = self.to_sign()
        self.login(self.anne)
        self.assertIn("draw your signature", self.sign(document, drawing=draw(ink=False)).text)
        self.assertFalse(document.signature_ids)

    def test_all_sign_one_fingerprint_and_the_page_of_signatures_says_so(self):
        """Anne on the portal, the association on its screen: one file, two signatures, one page."""
        document = self.to_sign()
        self.login(self.anne)
        self.sign(document, drawing=draw())
        self.coordinator.password = self.coordinator.login
        self.login(self.coordinator)
        url = f"/agreements/sign/{document.id}"
        self.assertIn(self.company.name, self.url_open(url).text)
        self.post(f"{url}/0/done", signer="Coco", fingerprint=document.fingerprint, drawing=draw())
        self.env.invalidate_all()
        self.assertEqual(document.state, "signed")
        self.assertEqual(set(document.signature_ids.mapped("fingerprint")), {document.fingerprint})
        report = self.as_user(self.env["ir.actions.report"], self.reception)
        page = report._render_qweb_html("tierslieux_agreement.report_signatures", document.ids)[
            0
        ].decode()
        for text in (
            document.fingerprint,
            "Anne Le Goff",
            "Coco",
            "Europe/Paris",
            "data:image/png",
        ):
            self.assertIn(text, page)

    def test_the_hour_is_that_of_the_association_with_its_zone(self):
        """10:00 UTC is 12:00 in Paris in July, 11:00 in January."""
        document = self.to_sign()
        document._sign(self.draft.party_ids, "Anne")
        signature = document.signature_ids.with_context(lang="en_US")
        for moment, text in (
            (datetime(2030, 7, 1, 10, 0), "UTC+02:00"),
            (datetime(2030, 1, 7, 10, 0), "UTC+01:00"),
        ):
            signature.sudo().signed_at = moment
            self.assertIn(f"(Europe/Paris, {text})", signature.signed_at_text)
        self.assertIn("11:00", signature.signed_at_text)

    def test_the_screen_is_handed_over_by_who_changes_agreements(self):
        document = self.to_sign()
        url = f"/agreements/sign/{document.id}"
        for user in (self.anne, self.reception, self.treasurer):
            user.password = user.login
            self.login(user)
            with self.subTest(user.login):
                for path in (url, f"{url}/0", f"{url}/file"):
                    answer = self.url_open(path)
                    self.assertNotIn(PDF, answer.content)
                    self.assertNotIn("signature_pad", answer.text)
                self.post(
                    f"{url}/0/done", signer="Me", fingerprint=document.fingerprint, drawing=draw()
                )
                self.assertFalse(document.signature_ids)

    def test_on_the_screen_nobody_signs_twice_or_for_a_stranger(self):
        document = self.to_sign()
        self.coordinator.password = self.coordinator.login
        self.login(self.coordinator)
        other = self.agreement.party_ids
        url = f"/agreements/sign/{document.id}"
        for party in (other.id, 0, 0):
            self.post(f"{url}/{party}/done", signer="Coco", fingerprint=document.fingerprint)
        self.env.invalidate_all()
        self.assertEqual(document.signature_ids.mapped("signer"), ["Coco"])
        self.assertFalse(document.signature_ids.party_id)
        self.assertEqual(self.path(self.url_open(f"{url}/0")), url)

    def test_the_contact_alone_gets_the_page_of_signatures(self):
        document = self.to_sign()
        url = f"/my/agreements/{self.draft.id}/document/{document.id}/signatures"
        self.login(self.anne)
        self.assertEqual(self.path(self.url_open(url)), "/my/agreements")  # not all have signed
        document._sign(self.draft.party_ids, "Anne")
        document._sign(self.env["tierslieux.agreement.party"], "Coco")
        self.env.flush_all()
        self.login(self.bob)
        self.assertEqual(self.path(self.url_open(url)), "/my/agreements")

    def test_the_evidence_is_written_by_nobody_and_read_by_who_reads_the_file(self):
        document = self.to_sign()
        with freeze_time("2030-03-04 08:00:00"):
            document._sign(self.draft.party_ids, "Anne", drawing=b"\x89PNG")
        signature = document.signature_ids
        for vals in ({"drawing": False}, {"network": "x"}, {"zone": "UTC"}, {"means": "button"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.as_user(signature, self.manager).write(vals)
        self.assertTrue(self.as_user(signature, self.reception).drawing)
        with self.assertRaises(AccessError):
            self.as_user(signature, self.board).read(["drawing"])
