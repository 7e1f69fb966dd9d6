from odoo.exceptions import AccessError
from odoo.tests import tagged

from .membership_common import MembershipCommon


@tagged("post_install", "-at_install")
class TestActivityReport(MembershipCommon):
    """The figures are the sum of records that can be opened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["tierslieux.activity.report"]
        cls.site = cls.env["tierslieux.place"].create({"name": "Site", "code": "SITE"})

    def _lines(self, memberships):
        return self.Report.search([("res_id", "in", memberships.ids)])

    def test_memberships_count_once_paid_or_free(self):
        """Of a draft, one to pay, a free one and one of history, the last two count."""
        draft = self.membership()
        to_pay = self.membership(self.person("Ana", "B"), confirm=True)
        history = self.membership(
            self.person("Noé", "C"), is_history=True, place_id=self.site.id, confirm=True
        )
        self.assertFalse(self._lines(draft | to_pay))
        line = self._lines(history)
        self.assertRecordValues(
            line,
            [
                {
                    "kind": "membership",
                    "res_model": "tierslieux.membership",
                    "date": history.date_start,
                    "place_id": self.site.id,
                    "partner_id": history.partner_id.id,
                    "headcount": 1,
                    "amount": history.amount,
                    "company_id": self.company.id,
                }
            ],
        )

    def test_a_line_opens_its_record(self):
        history = self.membership(is_history=True, confirm=True)
        action = self._lines(history).action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("tierslieux.membership", history.id)
        )

    def test_the_total_is_the_sum_of_the_records(self):
        people = [self.person(f"P{n}", "Q") for n in range(3)]
        memberships = self.env["tierslieux.membership"].union(
            *(self.membership(p, is_history=True, confirm=True) for p in people)
        )
        [(count, amount)] = self.Report._read_group(
            [("res_id", "in", memberships.ids)], [], ["headcount:sum", "amount:sum"]
        )
        self.assertEqual((count, amount), (3, sum(memberships.mapped("amount"))))

    def test_a_cancelled_membership_leaves_the_figures(self):
        history = self.membership(is_history=True, confirm=True)
        self.assertTrue(self._lines(history))
        history.action_cancel()
        self.assertFalse(self._lines(history))

    def test_coordinator_treasurer_and_board_read_the_others_do_not(self):
        history = self.membership(is_history=True, confirm=True)
        for user in (self.coordinator, self.treasurer, self.board):
            line = self._lines(history).with_user(user)
            self.assertEqual(line.read(["headcount"])[0]["headcount"], 1)
            self.assertTrue(line.action_open_record())
        for user in (self.reception, self.care, self.portal):
            with self.assertRaises(AccessError):
                self.Report.with_user(user).search([])

    def test_another_association_s_figures_are_not_seen(self):
        history = self.membership(is_history=True, confirm=True)
        other = self.env["res.company"].create({"name": "Others"})
        self.board.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        lines = self.Report.with_user(self.board).with_context(allowed_company_ids=other.ids)
        self.assertFalse(lines.search([("res_id", "=", history.id)]))

    def test_no_line_is_written(self):
        line = self._lines(self.membership(is_history=True, confirm=True))
        with self.assertRaises(AccessError):
            line.with_user(self.manager).write({"headcount": 5})
