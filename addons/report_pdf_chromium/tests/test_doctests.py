import doctest

from odoo.tests import BaseCase

from odoo.addons.report_pdf_chromium import compose, geometry, layers


class TestDoctests(BaseCase):
    def test_examples_of_the_docstrings_are_true(self):
        for module in (compose, geometry, layers):
            with self.subTest(module=module.__name__):
                result = doctest.testmod(module)
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)
