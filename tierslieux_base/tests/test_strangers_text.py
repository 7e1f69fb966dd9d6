import doctest
from datetime import timedelta

from odoo.tests import BaseCase, tagged

from ..tools import plain_text
from .booking_common import BookingCommon
from .test_member_import import MemberImportCommon
from .text_common import ATTACK, StrangersTextCase


class TestPlainText(BaseCase):
    def test_the_examples_of_the_docstrings_hold(self):
        self.assertEqual(doctest.testmod(plain_text).failed, 0)


@tagged("post_install", "-at_install")
class TestStrangersText(StrangersTextCase, BookingCommon):
    """Texts that come from outside, on the screens of the team."""

    def test_who_waits_without_an_address_is_phoned_and_their_name_is_text(self):
        self.room.name = ATTACK
        lou = self.person(ATTACK, "Petit", phone=ATTACK)
        start = self.utc(2030, 3, 5, 10)  # a Tuesday, when the place is open
        wait = self.env["tierslieux.booking.wait"].create(
            {
                "resource_id": self.room.id,
                "partner_id": lou.id,
                "start": start,
                "stop": start + timedelta(hours=1),
            }
        )
        wait._offer()
        self.assert_is_text("mail.activity")

    def test_a_label_and_its_place_are_text_in_the_task_of_its_renewal(self):
        self.place.name = ATTACK
        kind = self.env["tierslieux.place.label.type"].search([], limit=1)
        label = self.env["tierslieux.place.label"].create(
            {
                "place_id": self.place.id,
                "label_type_id": kind.id,
                "date_start": self.today,
                "date_end": self.today,
            }
        )
        label._schedule_renewal_activity()
        self.assert_is_text("mail.activity")


@tagged("post_install", "-at_install")
class TestImportedText(StrangersTextCase, MemberImportCommon):
    def test_what_a_members_file_says_is_text_in_the_comment(self):
        self.run_import(
            f"Petit;Lou;06 00 00 00 00;{ATTACK}", headings="Nom;Prénom;Téléphone;Portable"
        )
        self.assert_is_text("res.partner")
