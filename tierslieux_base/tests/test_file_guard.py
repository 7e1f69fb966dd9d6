# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A small file that unfolds without end is refused in words, before it costs anything.

The files are made here. What they cost is counted (cells, elements, comparisons), not timed.
"""

import datetime
import doctest
import io
import json
import zipfile

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tools import file_guard, mediation_numerique, member_file
from odoo.addons.tierslieux_base.tools.file_guard import Budget, FileRefused
from odoo.addons.tierslieux_base.tools.member_match import ALIKE_MAX, Identity, Matcher, judge

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def make_workbook(sheet, strings="", head="", parts=()):
    """The bytes of a workbook of one sheet.

    :param sheet: XML of its rows, or an iterable of pieces of it
    :param str strings: XML of the shared texts
    :param str head: what stands before the rows: a size, styles
    :param parts: more (name, content)
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/>'
            "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{MAIN}">{head}<sheetData>'.encode())
            for piece in [sheet] if isinstance(sheet, str) else sheet:
                part.write(piece.encode())
            part.write(b"</sheetData></worksheet>")
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def text_cell(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADINGS = "<row r='1'>" + text_cell("A1", "Nom") + text_cell("B1", "Prénom") + "</row>"
MEMBER = "<row r='2'>" + text_cell("A2", "Roux") + text_cell("B2", "Léa") + "</row>"


@tagged("-at_install", "post_install")
class TestWorkbooks(BaseCase):
    def refuse(self, content):
        """The code of the refusal, and what was counted until then."""
        budget = Budget()
        with self.assertRaises(member_file.MemberFileError) as caught:
            member_file.read_member_file(content, budget=budget)
        return caught.exception.code, budget

    def test_examples_hold(self):
        self.assertFalse(doctest.testmod(file_guard).failed)

    def test_an_ordinary_workbook_is_read(self):
        budget = Budget()
        sheet = member_file.read_member_file(make_workbook(HEADINGS + MEMBER), budget=budget)
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
        sheet = member_file.read_member_file(make_workbook(HEADINGS + row))
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
        sheet = member_file.read_member_file(make_workbook([HEADINGS, MEMBER, *pieces]))
        self.assertEqual(len(sheet.rows), 1)

    def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(self):
        head = '<dimension ref="A1:XFD1048576"/>'
        sheet = member_file.read_member_file(make_workbook(HEADINGS + MEMBER, head=head))
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
class TestTexts(BaseCase):
    refuse = TestWorkbooks.refuse

    def refuse_places(self, content):
        budget = Budget()
        with self.assertRaises(mediation_numerique.PlacesFileError) as caught:
            mediation_numerique.read_table(content, budget)
        return caught.exception.code, budget

    def test_one_line_without_end_is_refused(self):
        line = b"Nom;Prenom\n" + b"x" * 20_000_000
        self.assertEqual(self.refuse(line)[0], "bad_cell")
        self.assertEqual(self.refuse_places(line.replace(b"Nom", b"nom"))[0], "bad_cell")

    def test_columns_without_end_are_refused(self):
        for count in (300, 50_000, 5_000_000):
            line = b"Nom;Prenom" + b";x" * count
            code, budget = self.refuse(line + b"\n" + line)
            self.assertEqual(code, "too_many_columns")
            self.assertLess(budget.cells, 80_000)
            code, budget = self.refuse_places(line + b"\n" + line)
            self.assertEqual(code, "too_many_columns")
            self.assertLess(budget.cells, 80_000)

    def test_rows_that_are_wide_together_are_refused(self):
        lines = b"Nom;Prenom\n" + (b"a;b" + b";" * 30_000 + b"\n") * 100
        code, budget = self.refuse(lines)
        self.assertEqual(code, "too_many_cells")
        self.assertLessEqual(budget.cells, file_guard.MAX_CELLS + 40_000)

    def test_encodings_and_signs_that_are_not_kept_are_refused_in_words(self):
        text = "Nom;Prénom\nRoux;Léa\n"
        for encoding in ("utf-32", "utf-32-le", "utf-32-be"):
            self.assertEqual(self.refuse(text.encode(encoding))[0], "utf32", encoding)
            self.assertEqual(self.refuse_places(text.encode(encoding))[0], "utf32", encoding)
        for content in (
            text.replace("Léa", "Lé\x00a").encode(),
            text.encode() + b"x;y\n" * 5000 + b"a\x00;b",
            text.replace("Léa", "L\x00").encode("utf-16"),
        ):
            self.assertEqual(self.refuse(content)[0], "nul")
            self.assertEqual(self.refuse_places(content)[0], "nul")
        for content in (text.encode() + b"x\xed\xa0\x80;y",):
            self.assertEqual(self.refuse(content)[0], "surrogate")
            self.assertEqual(self.refuse_places(content)[0], "surrogate")
        content = make_workbook(HEADINGS + f"<row r='2'>{text_cell('A2', '&#xD800;')}</row>")
        self.assertEqual(self.refuse(content)[0], "damaged")

    def test_json_of_too_many_levels_or_records_is_refused(self):
        for deep in ("[" * 10_000, '{"a":' * 10_000, "[" * 60 + "]" * 60):
            code, budget = self.refuse_places(f'[{{"nom": {deep}'.encode())
            self.assertEqual(code, "too_deep")
            self.assertLess(budget.elements, 200)
        self.assertEqual(self.refuse_places(b"[" + b"{}," * 300_000 + b"{}]")[0], "too_many_cells")
        rows = json.dumps([{f"k{n}": "x", "nom": "x"} for n in range(300)]).encode()
        self.assertEqual(self.refuse_places(rows)[0], "too_many_columns")
        rows = json.dumps([{"nom": "a\x00b", "commune": "x"}]).encode()
        self.assertEqual(self.refuse_places(rows)[0], "nul")
        rows = b'[{"nom": "a\\ud800b", "commune": "x"}]'
        self.assertEqual(self.refuse_places(rows)[0], "surrogate")

    def test_brackets_inside_a_text_are_no_levels(self):
        rows = json.dumps([{"nom": "[" * 500 + '\\"[', "commune": "x"}]).encode()
        self.assertEqual(len(mediation_numerique.read_table(rows)[1]), 1)

    def test_every_refusal_has_a_sentence(self):
        from odoo.addons.tierslieux_base.wizards.member_import_messages import FILE_ERRORS

        for code in (
            "too_big", "too_many_rows", "too_many_columns", "too_many_cells", "empty_rows",
            "unzipped", "too_many_parts", "too_slow", "too_deep", "entities", "utf32", "nul",
            "surrogate", "bad_cell", "damaged",
        ):  # fmt: skip
            self.assertIn(code, FILE_ERRORS)

    def test_the_time_is_bounded_too(self):
        budget = Budget()
        budget.started -= file_guard.MAX_SECONDS + 1
        with self.assertRaises(FileRefused) as caught:
            file_guard.check_workbook(make_workbook(HEADINGS + MEMBER), budget)
        self.assertEqual(caught.exception.code, "too_slow")


@tagged("-at_install", "post_install")
class TestManyAlike(BaseCase):
    COUNT = 6000

    def alike(self, **vals):
        return [
            Identity(ref=number, lastname="Martin", firstname="Jean", **vals)
            for number in range(self.COUNT)
        ]

    def judge(self, rows, known=()):
        matcher = Matcher(known, own_numbers=True)
        verdicts = judge(rows, matcher)
        self.assertLess(matcher.compared, 5 * ALIKE_MAX * self.COUNT)
        return verdicts

    def test_equal_names_cost_the_same_however_many_they_are(self):
        """6 000 equal rows and 6 000 people of that name: 36 million pairs are not compared."""
        for vals in (
            {},
            {"birthdate": datetime.date(1970, 1, 1)},
            {"number": "12"},
            {"siret": "81234567600017", "is_organisation": True},
            {"is_organisation": True},
            {"email": "a@example.org", "zip": "26150"},
        ):
            with self.subTest(vals=vals):
                verdicts = self.judge(self.alike(**vals), self.alike(**vals))
                self.assertTrue(all(len(v.candidates) <= 2 * ALIKE_MAX for v in verdicts.values()))
                self.assertTrue(
                    all(len(v.row_candidates) <= 2 * ALIKE_MAX for v in verdicts.values())
                )

    def test_one_birth_date_for_all_costs_the_same(self):
        rows = [
            Identity(
                ref=number,
                lastname=f"Nom{number * 7919}",
                firstname=f"Prenom{number}",
                birthdate=datetime.date(1970, 1, 1),
            )
            for number in range(self.COUNT)
        ]
        verdicts = self.judge(rows)
        self.assertEqual(len(verdicts), self.COUNT)

    def test_among_very_many_of_one_name_contacts_and_births_still_tell(self):
        known = [
            Identity(
                ref=f"k{number}",
                lastname="Martin",
                firstname="Jean",
                email=f"jean{number}@example.org",
                zip=f"{number:05}",
            )
            for number in range(500)
        ]
        born = [
            Identity(
                ref=f"b{number}",
                lastname="Martin",
                firstname="Jean",
                birthdate=datetime.date(1950, 1, 1) + datetime.timedelta(days=number),
            )
            for number in range(500)
        ]
        matcher = Matcher(known + born, own_numbers=True)
        row = Identity(
            ref=1, lastname="MARTIN", firstname="Jean", email="jean421@example.org", zip="00421"
        )
        self.assertEqual(matcher.find(row).sure.ref, "k421")
        row = Identity(
            ref=1, lastname="Martin", firstname="Jean", birthdate=datetime.date(1951, 1, 31)
        )
        self.assertEqual(matcher.find(row).sure.ref, "b395")
