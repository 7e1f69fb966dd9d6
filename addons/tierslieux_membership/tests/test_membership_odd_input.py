"""What nobody types by accident: told in words where it is typed, "not found" in an address.

Every route is tried with many more by ``tests/test_odd_requests.py``.
"""

import struct
import zlib

from odoo.tests import tagged

from .membership_common import MembershipPortalCase


def picture(width, height):
    """The head of a PNG of that size, in a few bytes."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\x00" * 100))
        + chunk(b"IEND", b"")
    )


@tagged("post_install", "-at_install")
class TestMembershipOddInput(MembershipPortalCase):
    def add(self, files=None, **vals):
        self.login(self.anne)
        values = {"firstname": "Léonie", "lastname": "Le Goff", "birthdate_date": "2015-03-24"}
        data = {**self.tokens(), **values, **vals}
        for name in files or ():
            data.pop(name)
        page = self.url_open("/my/family/new", data=data, files=files)
        self.assertEqual(page.status_code, 200)
        return page.text

    def test_signs_that_cannot_be_kept_are_told_and_the_rest_is_kept(self):
        for odd in ("Léo\x00nie", "Léo\x1bnie", "Léo\u202enie", "Léo\uffffnie"):
            page = self.add(firstname=odd)
            self.assertIn("This text held signs that cannot be kept.", page)
            self.assertRegex(page, r'value="Léonie"')
            self.assertRegex(page, r'value="Le Goff"')
        self.assertFalse(self.anne.partner_id.dependant_ids)

    def test_too_long_a_text_is_told_and_kept(self):
        page = self.add(firstname="é" * 150)
        self.assertIn("This text is too long: 100 letters at most.", page)
        self.assertIn("é" * 150, page)

    def test_a_file_where_a_text_is_awaited_is_told(self):
        page = self.add(files={"firstname": ("note.txt", b"hello")})
        self.assertIn("A text is expected here, not a file.", page)
        self.assertRegex(page, r'value="Le Goff"')

    def test_what_is_no_day_is_told(self):
        for odd in ("2015-W13-2", "20150324", "0000-00-00", "9999-12-31", "²"):
            self.assertRegex(
                self.add(birthdate_date=odd),
                "This is not a date|before 1900|cannot be in the future",
                odd,
            )
        self.assertFalse(self.anne.partner_id.dependant_ids)

    def test_an_id_of_the_path_is_not_read_from_the_query(self):
        self.login(self.anne)
        for odd in ("1", "x", "²"):
            page = self.url_open(f"/my/family/new?person_id={odd}")
            self.assertEqual(page.status_code, 200, odd)

    def test_secrets_of_other_letters_open_nothing(self):
        card = self.membership(self.bob.partner_id, confirm=True)
        self.authenticate(None, None)
        for odd in ("é", "%00", "%ED%A0%80", "x" * 5000, "a%20b"):
            page = self.url_open(f"/my/memberships/{card.id}?access_token={odd}")
            self.assertIn("/web/login", page.url)
            page = self.url_open(f"/membership/check/{card.id}/{self.bob.partner_id.id}/{odd}")
            self.assertEqual(page.status_code, 404)

    def test_a_picture_that_unfolds_without_end_is_refused(self):
        self.type_scale.scale_ids[:1].proof_required = True
        self.login(self.anne)
        for size in ((60_000, 60_000), (1_000_000, 1)):
            page = self.url_open(
                f"/my/memberships/join/{self.type_scale.id}",
                data={
                    "partner_id": self.anne.partner_id.id,
                    "scale_id": self.type_scale.scale_ids[:1].id,
                    **self.tokens(),
                },
                files={"proof": ("photo.png", picture(*size))},
            )
            if size[0] * size[1] > 50_000_000:
                self.assertIn("damaged or far too large", page.text)
            self.assertEqual(page.status_code, 200)
