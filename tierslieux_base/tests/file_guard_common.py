"""Files that unfold without end, made here.

What they cost is counted (cells, elements, comparisons), not timed.
"""

import io
import zipfile

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


class RefusedTexts:
    """What each reader of texts refuses, in words; mixed into a case that has its ``refuse``.

    ``refuse(content)`` gives the code of the refusal, and what was counted until then.
    """

    headings = b"Nom;Prenom"

    def test_one_line_without_end_is_refused(self):
        line = self.headings + b"\n" + b"x" * 20_000_000
        self.assertEqual(self.refuse(line)[0], "bad_cell")

    def test_columns_without_end_are_refused(self):
        for count in (300, 50_000, 5_000_000):
            line = b"Nom;Prenom" + b";x" * count
            code, budget = self.refuse(line + b"\n" + line)
            self.assertEqual(code, "too_many_columns")
            self.assertLess(budget.cells, 80_000)

    def test_encodings_and_signs_that_are_not_kept_are_refused_in_words(self):
        text = "Nom;Prénom\nRoux;Léa\n"
        for encoding in ("utf-32", "utf-32-le", "utf-32-be"):
            self.assertEqual(self.refuse(text.encode(encoding))[0], "utf32", encoding)
        for content in (
            text.replace("Léa", "Lé\x00a").encode(),
            text.encode() + b"x;y\n" * 5000 + b"a\x00;b",
            text.replace("Léa", "L\x00").encode("utf-16"),
        ):
            self.assertEqual(self.refuse(content)[0], "nul")
        for content in (text.encode() + b"x\xed\xa0\x80;y",):
            self.assertEqual(self.refuse(content)[0], "surrogate")
