"""Properties of the ledger's arithmetic: never negative, nothing lost or made."""

import doctest
import unittest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from odoo.tests import TransactionCase

from ..tools import credit_allocation as tool
from ..tools import plan_hours

DAY = date(2026, 1, 1)
quantities = st.integers(0, 4000).map(lambda n: Decimal(n) / 100)
days = st.integers(0, 120).map(lambda n: DAY + timedelta(days=n))
steps = st.sampled_from(list(tool.STEPS.values()))
lots = st.lists(st.tuples(quantities, days, days), max_size=8).map(
    lambda rows: [
        tool.Lot(number, left, min(a, b), max(a, b))
        for number, (left, a, b) in enumerate(rows, start=1)
    ]
)


class TestCreditAllocation(TransactionCase):
    def test_the_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        for module in (tool, plan_hours):
            doctest.DocTestSuite(module).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)

    @settings(deadline=None)
    @given(lots, quantities, days, st.integers(0, 3), steps)
    def test_a_use_never_takes_more_than_asked_nor_than_is_left(self, lots, quantity, day, n, step):
        last = day + timedelta(days=n)
        parts = tool.allocate(lots, quantity, day, last, step)
        taken = sum((part for _lot, part in parts), Decimal(0))
        self.assertLessEqual(taken, quantity)
        self.assertEqual(taken % step, 0)
        after = {lot.id: lot for lot in tool.withdraw(lots, parts)}
        by_id = {lot.id: lot for lot in lots}
        for lot_id, part in parts:
            self.assertGreater(part, 0)
            self.assertGreaterEqual(after[lot_id].left, 0)
            # Nothing is used beyond its expiry, nor before it begins.
            self.assertTrue(by_id[lot_id].start <= day and last <= by_id[lot_id].end)
        # What a use could have had, it had: less than a step is left of what was asked.
        available = sum((lot.left for lot in lots if lot.is_usable(day, last)), Decimal(0))
        self.assertLess(min(quantity, available) - taken, step)

    @settings(deadline=None)
    @given(lots, quantities, days)
    def test_what_expires_first_is_used_first(self, lots, quantity, day):
        parts = dict(tool.allocate(lots, quantity, day))
        after = {lot.id: lot.left for lot in tool.withdraw(lots, list(parts.items()))}
        usable = [lot for lot in lots if lot.is_usable(day)]
        for used in (lot for lot in usable if lot.id in parts):
            for other in usable:
                if other.end < used.end:
                    self.assertEqual(after[other.id], 0)

    @settings(deadline=None)
    @given(lots, quantities, days, steps, st.integers(0, 100))
    def test_what_is_given_back_is_at_most_what_was_used(self, lots, quantity, day, step, percent):
        uses = tool.allocate(lots, quantity, day, step=step)
        used = sum((part for _lot, part in uses), Decimal(0))
        share = Decimal(percent) / 100
        back = tool.give_back(uses, share, step)
        total = sum((part for _lot, part in back), Decimal(0))
        self.assertTrue(used * share <= total <= used)
        self.assertLess(total - used * share, step)
        for lot_id, part in back:
            self.assertTrue(0 < part <= dict(uses)[lot_id])

    @settings(deadline=None)
    @given(lots, days, quantities)
    def test_carried_over_is_never_more_than_the_cap(self, lots, day, cap):
        after = tool.withdraw(lots, tool.over_cap(lots, day, cap))
        carried = sum((lot.left for lot in after if lot.start < day), Decimal(0))
        before = sum((lot.left for lot in lots if lot.start < day), Decimal(0))
        self.assertEqual(carried, min(before, cap))
        self.assertEqual(
            [lot.left for lot in after if lot.start >= day],
            [lot.left for lot in lots if lot.start >= day],
        )

    @settings(deadline=None)
    @given(quantities, st.integers(0, 31), st.sampled_from(sorted(tool.STEPS)))
    def test_a_part_of_a_period_gives_at_most_the_whole(self, quantity, used, unit):
        given_ = tool.prorated_credits(quantity, used, 31, unit)
        self.assertTrue(quantity * used / 31 <= given_ <= quantity)

    def test_a_negative_use_is_refused(self):
        with self.assertRaises(ValueError):
            tool.allocate([], Decimal(-1), DAY)
        with self.assertRaises(ValueError):
            tool.withdraw([tool.Lot(1, Decimal(1))], [(1, Decimal(2))])
        with self.assertRaises(ValueError):
            tool.give_back([], Decimal(2))


class Ledger(RuleBasedStateMachine):
    """Whatever is granted, used, given back, capped and expired, in whatever order."""

    def __init__(self):
        super().__init__()
        self.lots = []
        self.lines = []
        self.uses = []

    def _post(self, parts, sign):
        self.lines += [(lot, sign * part) for lot, part in parts]
        self.lots = tool.withdraw(self.lots, [(lot, -sign * part) for lot, part in parts])

    @rule(quantity=quantities.filter(bool), a=days, b=days)
    def grant(self, quantity, a, b):
        lot = tool.Lot(len(self.lots) + 1, Decimal(0), min(a, b), max(a, b))
        self.lots.append(lot)
        self._post([(lot.id, quantity)], 1)

    @rule(quantity=quantities, day=days, step=steps)
    def use(self, quantity, day, step):
        parts = tool.allocate(self.lots, quantity, day, step=step)
        if parts:
            self._post(parts, -1)
            self.uses.append(parts)

    @precondition(lambda self: self.uses)
    @rule(percent=st.integers(0, 100))
    def cancel(self, percent):
        self._post(tool.give_back(self.uses.pop(), Decimal(percent) / 100), 1)

    @rule(day=days, cap=quantities)
    def turn_of_the_month(self, day, cap):
        self._post(tool.over_cap(self.lots, day, cap), -1)

    @rule(day=days)
    def expire(self, day):
        self._post([(lot.id, lot.left) for lot in self.lots if lot.end < day and lot.left], -1)

    @invariant()
    def never_negative(self):
        assert all(lot.left >= 0 for lot in self.lots)

    @invariant()
    def nothing_lost_or_made(self):
        """The balance is the sum of the lines, lot by lot."""
        for lot in self.lots:
            assert lot.left == sum(part for number, part in self.lines if number == lot.id)


TestCreditLedgerArithmetic = Ledger.TestCase
TestCreditLedgerArithmetic.settings = settings(deadline=None, max_examples=60)
