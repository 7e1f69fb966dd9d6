import doctest
import unittest

from odoo.tests import TransactionCase

from ..tools import bill_part


class TestBillPart(TransactionCase):
    def test_the_examples_of_the_docstring_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(bill_part).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)
