from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .sharing_common import SharingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSharingRights(SharingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sharing = cls.share(note="They scratch it")
        cls.worth(cls.sharing, "2030-01-01", "hour", 10)
        cls.rule = cls.priority(cls.sharing, "ours")
        cls.received = cls.skill()
        cls.line = cls.entry(cls.received)

    def test_the_desk_the_treasurer_and_the_board_read(self):
        for user in (self.reception, self.treasurer, self.board):
            with self.subTest(user.login):
                sharing = self.as_user(self.sharing, user)
                self.assertEqual(sharing.state, "running")
                self.assertEqual(self.as_user(self.received, user).hours_total, 2.0)
                figures = self.as_user(self.Figure, user).search(
                    [("sharing_id", "=", self.received.id)]
                )
                self.assertEqual(figures.hours, 2.0)
                self.assertEqual(figures.action_open_record()["res_id"], self.line.id)
                for record, vals in (
                    (self.sharing, {"goal": "Mine"}),
                    (self.sharing.worth_ids, {"amount": 1}),
                    (self.rule, {"days_before": 1}),
                ):
                    with self.assertRaises(AccessError):
                        self.as_user(record, user).write(vals)
                with self.assertRaises(AccessError):
                    self.as_user(self.env["tierslieux.sharing.entry"], user).create(
                        {"sharing_id": self.received.id, "hours": 1, "name": "Mine"}
                    )

    def test_the_board_reads_no_notes(self):
        with self.assertRaises(AccessError):
            self.as_user(self.sharing, self.board).read(["note"])
        self.assertTrue(self.as_user(self.sharing, self.reception).note)

    def test_coordinators_and_managers_write(self):
        for user in (self.coordinator, self.manager):
            sharing = self.as_user(self.Sharing, user).create(
                {"name": "Van", "kind": "vehicle", "place_id": self.place.id}
            )
            sharing.partner_id = self.town
            sharing.action_agree()
            self.as_user(self.env["tierslieux.sharing.entry"], user).create(
                {"sharing_id": sharing.id, "date": "2030-03-04", "hours": 1, "name": "Round"}
            )
            sharing.action_end()

    def test_buttons_are_for_who_may_write(self):
        for user in (self.reception, self.treasurer, self.board, self.care, self.portal):
            for record, name in (
                (self.sharing, "action_agree"),
                (self.sharing, "action_not_agreed"),
                (self.sharing, "action_end"),
                (self.sharing, "action_resume"),
                (self.line, "action_take_back"),
            ):
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    getattr(self.as_user(record, user), name)()

    def test_a_portal_user_who_guesses_reads_nothing(self):
        """Not even the one who is in touch for the partner."""
        self.portal.partner_id.parent_id = self.town
        for record in (
            self.sharing,
            self.sharing.worth_ids,
            self.rule,
            self.line,
            self.Figure.search([], limit=1),
        ):
            with self.subTest(record._name), self.assertRaises(AccessError):
                self.as_user(record, self.portal).read()
            with self.subTest(record._name), self.assertRaises(AccessError):
                self.as_user(record.browse(), self.portal).search([])

    def test_another_association_keeps_what_it_shares(self):
        company = self.env["res.company"].create({"name": "Another"})
        self.env.user.company_ids |= company
        place = self.env["tierslieux.place"].create(
            {"name": "Elsewhere", "code": "ELSE", "company_id": company.id}
        )
        sharing = self.skill(place_id=place.id)
        self.priority(sharing, "ours")
        self.worth(sharing, "2030-01-01", "hour", 10)
        line = self.entry(sharing)
        figure = self.Figure.sudo().search([("sharing_id", "=", sharing.id)])
        self.assertTrue(figure)
        for record in (sharing, sharing.worth_ids, sharing.priority_ids, line, figure):
            with self.subTest(record._name), self.assertRaises(AccessError):
                self.as_user(record, self.manager).read(["company_id"])
            mine = self.as_user(record.browse(), self.manager).search([])
            self.assertNotIn(record.id, mine.ids)
