# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A file of places that unfolds without end is refused in words, before it costs anything."""

import json

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tests.file_guard_common import RefusedTexts
from odoo.addons.tierslieux_base.tools.file_guard import Budget, FileRefused

from ..tools import place_file


@tagged("-at_install", "post_install")
class TestPlacesTexts(RefusedTexts, BaseCase):
    headings = b"nom;Prenom"

    def refuse(self, content):
        budget = Budget()
        with self.assertRaises(FileRefused) as caught:
            place_file.read_table(content, budget)
        return caught.exception.code, budget

    def test_json_of_too_many_levels_or_records_is_refused(self):
        for deep in ("[" * 10_000, '{"a":' * 10_000, "[" * 60 + "]" * 60):
            code, budget = self.refuse(f'[{{"nom": {deep}'.encode())
            self.assertEqual(code, "too_deep")
            self.assertLess(budget.elements, 200)
        self.assertEqual(self.refuse(b"[" + b"{}," * 300_000 + b"{}]")[0], "too_many_cells")
        rows = json.dumps([{f"k{n}": "x", "nom": "x"} for n in range(300)]).encode()
        self.assertEqual(self.refuse(rows)[0], "too_many_columns")
        rows = json.dumps([{"nom": "a\x00b", "commune": "x"}]).encode()
        self.assertEqual(self.refuse(rows)[0], "nul")
        rows = b'[{"nom": "a\\ud800b", "commune": "x"}]'
        self.assertEqual(self.refuse(rows)[0], "surrogate")

    def test_brackets_inside_a_text_are_no_levels(self):
        rows = json.dumps([{"nom": "[" * 500 + '\\"[', "commune": "x"}]).encode()
        self.assertEqual(len(place_file.read_table(rows)[1]), 1)
