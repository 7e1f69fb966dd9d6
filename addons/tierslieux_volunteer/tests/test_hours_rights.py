from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .hours_common import LATER
from .test_expense import ExpenseCase

LEDGERS = ("tierslieux.volunteer.hours", "tierslieux.volunteer.expense")


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestHoursRights(ExpenseCase):
    def test_who_reads_hours_and_expenses(self):
        self.declare()
        self.ticket()
        readers = {
            "reception": (False, False),
            "coordinator": (True, True),
            "manager": (True, True),
            "treasurer": (True, True),
            "board": (False, False),
            "care": (False, False),
            "portal": (True, True),
        }
        for role, expected in readers.items():
            found = tuple(
                self.by(self.env[model], getattr(self, role)).has_access("read")
                for model in LEDGERS
            )
            self.assertEqual(found, expected, role)

    def test_a_volunteer_sees_their_own_alone(self):
        mine, theirs = self.declare(), self.declare(self.bob)
        spent, other = self.ticket(), self.ticket(volunteer=self.bob)
        self.assertEqual(self.by(self.Hours, self.portal).search([]), mine)
        found = self.by(self.env["tierslieux.volunteer.expense"], self.portal).search([])
        self.assertEqual(found, spent)
        for record in (theirs, other):
            with self.refused(AccessError):
                self.by(record, self.portal).read(["note" if record == theirs else "name"])

    def test_a_volunteer_writes_nothing_by_hand(self):
        """The pages of the portal call methods, which are private."""
        line, expense = self.declare(), self.ticket()
        for record in (line, expense):
            mine = self.by(record, self.portal)
            with self.refused(AccessError):
                mine.write({"date": "2027-01-19"})
            with self.refused(AccessError):
                mine.unlink()
            with self.refused(AccessError):
                mine.action_validate()

    def test_a_receipt_is_as_closed_as_its_expense(self):
        other = self.ticket(volunteer=self.bob)
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", other._name),
                    ("res_id", "=", other.id),
                    ("res_field", "=", "receipt"),
                ]
            )
        )
        self.assertTrue(file)
        for user in (self.portal, self.reception, self.board):
            with self.refused(AccessError):
                self.by(file, user).read(["datas"])
        self.assertTrue(self.by(file, self.treasurer).read(["datas"]))

    def test_only_the_treasurer_refunds(self):
        expense = self.validated(self.ticket())
        for user in (self.coordinator, self.manager, self.reception, self.portal):
            with self.refused(AccessError):
                self.by(expense, user).action_refund()

    def test_who_refunds_does_not_say_what(self):
        """The treasurer pays what a coordinator has validated, and changes nothing of it."""
        expense = self.ticket()
        for vals in ({"amount": 500}, {"date": "2027-01-02"}, {"receipt": False}):
            with self.refused(AccessError):
                self.by(expense, self.treasurer).write(vals)
        with self.refused(AccessError):
            self.by(expense, self.treasurer).action_validate()
        self.by(expense, self.treasurer)._refuse("Not ours")
        self.assertEqual(expense.state, "refused")

    def test_reception_and_treasurer_validate_no_hours(self):
        line = self.declare()
        for user in (self.reception, self.treasurer, self.board):
            with self.refused(AccessError):
                self.by(line, user).action_validate()

    def test_another_association_sees_nothing(self):
        self.declare()
        self.ticket()
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for model in (*LEDGERS, "tierslieux.volunteer.hours.review", "tierslieux.volunteer.figure"):
            self.assertFalse(self.by(self.env[model], self.manager).search([]), model)

    def test_figures_add_up_to_the_ledger(self):
        """2 h validated, corrected to 1 h: 1 h, 1/1607 of a full-time job, one person."""
        line = self.declare()
        self.by(line).action_validate()
        self.by(line)._correct(1, "Left early")
        self.env.flush_all()
        Figure = self.by(self.env["tierslieux.volunteer.figure"], self.board)
        [[hours, fte, people]] = Figure._read_group(
            [], [], ["hours:sum", "fte:sum", "partner_id:count_distinct"]
        )
        self.assertEqual((hours, people), (1.0, 1))
        self.assertAlmostEqual(fte, 1 / 1607, 6)
