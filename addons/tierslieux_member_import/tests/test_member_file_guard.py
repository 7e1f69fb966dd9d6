# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A members' file that unfolds without end is refused in words, before it costs anything."""

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tests.file_guard_common import (
    HEADINGS,
    MEMBER,
    RefusedTexts,
    make_workbook,
    text_cell,
)
from odoo.addons.tierslieux_base.tools import file_guard, table_file
from odoo.addons.tierslieux_base.tools.file_guard import Budget, FileRefused
from odoo.addons.tierslieux_base.tools.table_sentences import FILE_ERRORS

from ..tools.member_columns import known_headings


class MemberFileCase(BaseCase):
    def refuse(self, content):
        """The code of the refusal, and what was counted until then."""
        budget = Budget()
        with self.assertRaises(FileRefused) as caught:
            table_file.read_table(content, known_headings, budget)
        return caught.exception.code, budget


@tagged("-at_install", "post_install")
class TestWorkbooks(MemberFileCase):
    def test_an_ordinary_workbook_is_read(self):
        budget = Budget()
        sheet = table_file.read_table(make_workbook(HEADINGS + MEMBER), known_headings, budget)
        self.assertEqual(sheet.rows[0].cells, ["Roux", "Léa"])
        self.assertEqual(budget.cells, 4)

    def test_names_in_the_last_column_are_refused_at_the_first(self):
        rows = (f"<row r='{n}'>{text_cell(f'XFD{n}', 'Martin')}</row>" for n in range(3, 19_003))
        content = make_workbook([HEADINGS, MEMBER, *rows])
        self.assertLess(len(content), 400_000)
        code, budget = self.refuse(content)
        self.assertEqual(code, "too_many_columns")
        self.assertEqual(budget.cells, 5)

    def test_formatted_cells_without_a_text_do_not_count_as_columns(self):
        row = (
            f"<row r='2'>{text_cell('A2', 'Roux')}{text_cell('B2', 'Léa')}<c r='XFD2' s='0'/></row>"
        )
        sheet = table_file.read_table(make_workbook(HEADINGS + row), known_headings)
        self.assertEqual(sheet.rows[0].cells, ["Roux", "Léa"])

    def test_shared_texts_without_end_are_refused_when_there_are_too_many(self):
        strings = "".join(f"<si><t>{n * 7919 % 99991}</t></si>" for n in range(1_000_000))
        content = make_workbook(HEADINGS + MEMBER, strings=strings)
        code, budget = self.refuse(content)
        self.assertEqual(code, "too_many_cells")
        self.assertEqual(budget.strings, file_guard.MAX_STRINGS + 1)

    def test_a_part_that_is_packed_a_thousandfold_is_refused_unread(self):
        """Fifteen million empty texts, in less than a megabyte."""
        content = make_workbook(HEADINGS + MEMBER, strings="<si/>" * 15_000_000)
        self.assertLess(len(content), 1_000_000)
        code, budget = self.refuse(content)
        self.assertEqual((code, budget.elements), ("unzipped", 0))

    def test_what_unfolds_too_far_is_refused_before_it_is_unfolded(self):
        zeros = (" " * 1_000_000 for _n in range(130))
        code, budget = self.refuse(make_workbook([HEADINGS, MEMBER, *zeros]))
        self.assertEqual(code, "unzipped")
        self.assertEqual(budget.elements, 0)

    def test_two_million_empty_rows_are_refused(self):
        pieces = ('<row s="1" customFormat="1"/>' * 1000 for _n in range(2000))
        code, budget = self.refuse(make_workbook([HEADINGS, MEMBER, *pieces]))
        self.assertIn(code, ("empty_rows", "unzipped"))
        self.assertLessEqual(budget.rows, file_guard.MAX_WRITTEN_ROWS + 1)

    def test_some_thousand_empty_rows_below_the_members_are_not_counted(self):
        pieces = ["<row s='1' customFormat='1'/>" * 50_000]
        sheet = table_file.read_table(make_workbook([HEADINGS, MEMBER, *pieces]), known_headings)
        self.assertEqual(len(sheet.rows), 1)

    def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(self):
        head = '<dimension ref="A1:XFD1048576"/>'
        sheet = table_file.read_table(make_workbook(HEADINGS + MEMBER, head=head), known_headings)
        self.assertEqual(len(sheet.rows), 1)

    def test_rows_that_no_spreadsheet_has_are_damage(self):
        far = f"<row r='999999999'>{text_cell('A1', 'x')}</row>"
        self.assertEqual(self.refuse(make_workbook(HEADINGS + far))[0], "damaged")

    def test_one_endless_cell_is_refused(self):
        row = ["<row r='3'><c r='A3' t='inlineStr'><is><t>", *["x" * 1_000_000] * 30]
        content = make_workbook([HEADINGS, MEMBER, *row, "</t></is></c></row>"])
        self.assertIn(self.refuse(content)[0], ("bad_cell", "unzipped"))
        strings = "<si><t>" + "x" * 1_000_000 + "</t></si>"
        self.assertEqual(self.refuse(make_workbook(HEADINGS, strings=strings))[0], "bad_cell")

    def test_entities_are_refused(self):
        laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
        content = make_workbook(HEADINGS + MEMBER, parts=[("xl/theme/theme1.xml", laughs)])
        self.assertEqual(self.refuse(content)[0], "entities")

    def test_levels_and_parts_without_end_are_refused(self):
        deep = "<row>" + "<x>" * 100_000
        self.assertEqual(self.refuse(make_workbook(HEADINGS + deep))[0], "too_deep")
        parts = [(f"xl/media/{number}.png", b"") for number in range(2000)]
        self.assertEqual(
            self.refuse(make_workbook(HEADINGS + MEMBER, parts=parts))[0], "too_many_parts"
        )


@tagged("-at_install", "post_install")
class TestTexts(RefusedTexts, MemberFileCase):
    def test_rows_that_are_wide_together_are_refused(self):
        lines = b"Nom;Prenom\n" + (b"a;b" + b";" * 30_000 + b"\n") * 100
        code, budget = self.refuse(lines)
        self.assertEqual(code, "too_many_cells")
        self.assertLessEqual(budget.cells, file_guard.MAX_CELLS + 40_000)

    def test_half_a_sign_in_a_workbook_is_damage(self):
        content = make_workbook(HEADINGS + f"<row r='2'>{text_cell('A2', '&#xD800;')}</row>")
        self.assertEqual(self.refuse(content)[0], "damaged")

    def test_every_refusal_has_a_sentence(self):
        for code in (
            "too_big", "too_many_rows", "too_many_columns", "too_many_cells", "empty_rows",
            "unzipped", "too_many_parts", "too_slow", "too_deep", "entities", "utf32", "nul",
            "surrogate", "bad_cell", "damaged",
        ):  # fmt: skip
            self.assertIn(code, FILE_ERRORS)
