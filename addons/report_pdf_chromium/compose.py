"""Put the printed bodies and their letterhead together in one PDF."""

import io
import re
from itertools import pairwise

from odoo.tools.pdf import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfFileReader,
    PdfFileWriter,
    createStringObject,
)

# Strings, literal and hexadecimal, are matched so as to be stepped over
_TOKENS = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>|/[^\s/\[\]<>(){}%]+", re.S)


def read(content):
    """Return a reader of a PDF given as bytes."""
    return PdfFileReader(io.BytesIO(content), strict=False)


def page_count(content):
    """Return the number of pages of a PDF given as bytes."""
    return len(read(content).pages)


def split_batch(reader, marker, count):
    """Return the pages of each of the bodies that were printed as one document.

    :param marker: address of the links that tell where a body starts; they are taken out
    :return: a list of lists of pages, or None if the starts cannot be told
    """
    pages = list(reader.pages)
    if count == 1:
        return [pages]
    starts = {}
    for number, page in enumerate(pages):
        links = page.get("/Annots")
        if not links:
            continue
        others = []
        for link in links:
            address = str(link.get_object().get("/A", {}).get("/URI") or "")
            if address.startswith(marker):
                starts.setdefault(int(address[len(marker) :]), number)
            else:
                others.append(link)
        page[NameObject("/Annots")] = ArrayObject(others)
    numbers = [starts.get(rank, -1) for rank in range(count)]
    if numbers[0] != 0 or any(a >= b for a, b in pairwise(numbers)):
        return None
    return [pages[a:b] for a, b in pairwise([*numbers, len(pages)])]


def _stream(writer, data):
    stream = DecodedStreamObject()
    stream._data = data
    return writer._add_object(stream.flateEncode())


def rename(content, names):
    """Rename the resources that a page's drawing uses, text left alone.

    >>> rename(b"/F1 9 Tf (see /F1) Tj <2F46> Tj /Im2 Do /F12 9 Tf", {"/F1", "/Im2"})
    b'/OF1 9 Tf (see /F1) Tj <2F46> Tj /OIm2 Do /F12 9 Tf'
    """

    def new_name(match):
        token = match[0]
        return (
            b"/O" + token[1:] if token[:1] == b"/" and token.decode("latin-1") in names else token
        )

    return _TOKENS.sub(new_name, content)


def _lay_over(writer, page, sheet):
    """Draw a sheet over a page, links included.

    The drawing itself is joined, not put in a form: what reads the text of a PDF (a bank's or a
    tax office's reader) often looks into pages only.
    """
    extra = sheet["/Resources"]
    resources = DictionaryObject(page["/Resources"])
    names = set()
    for category, entries in extra.items():
        entries = entries.get_object()
        if not isinstance(entries, DictionaryObject):
            continue  # /ProcSet
        names.update(entries)
        merged = DictionaryObject(resources.get(category) or {})
        for name in entries:
            merged[NameObject("/O" + name[1:])] = entries.raw_get(name)
        resources[NameObject(category)] = merged
    page[NameObject("/Resources")] = resources
    drawing = rename(sheet.getContents().getData(), names)
    page[NameObject("/Contents")] = ArrayObject(
        [
            _stream(writer, b"q\n"),
            page.raw_get("/Contents"),
            _stream(writer, b"\nQ\nq\n" + drawing + b"\nQ\n"),
        ]
    )
    links = sheet.get("/Annots")
    if links:
        page[NameObject("/Annots")] = ArrayObject([*(page.get("/Annots") or []), *links])


def _add_outlines(writer, starts):
    """Write the outline that Odoo cuts a PDF by: one entry for the first page of each record.

    Odoo reads it as wkhtmltopdf wrote it: a named destination that holds the page's index.
    """
    outlines = DictionaryObject({NameObject("/Type"): NameObject("/Outlines")})
    outlines_ref = writer._add_object(outlines)
    destinations = DictionaryObject()
    items = [DictionaryObject() for _start in starts]
    references = [writer._add_object(item) for item in items]
    for rank, (start, item) in enumerate(zip(starts, items, strict=True)):
        name = f"/record_{rank}"
        destinations[NameObject(name)] = ArrayObject([NumberObject(start), NameObject("/Fit")])
        item.update(
            {
                NameObject("/Title"): createStringObject(str(rank + 1)),
                NameObject("/Parent"): outlines_ref,
                NameObject("/Dest"): NameObject(name),
            }
        )
        if rank:
            item[NameObject("/Prev")] = references[rank - 1]
            items[rank - 1][NameObject("/Next")] = references[rank]
    outlines.update(
        {
            NameObject("/First"): references[0],
            NameObject("/Last"): references[-1],
            NameObject("/Count"): NumberObject(len(items)),
        }
    )
    writer._root_object.update(
        {NameObject("/Outlines"): outlines_ref, NameObject("/Dests"): destinations}
    )


def compose(bodies, letterhead, size, groups):
    """Return one PDF, as bytes.

    :param bodies: the pages of each body, in order
    :param letterhead: reader with one sheet for each page of the bodies, or None
    :param size: width and height of the page in points
    :param groups: for each body, a key; bodies in a row with the same key are one document
    """
    writer = PdfFileWriter()
    sheets = iter(letterhead.pages if letterhead else ())
    box = [NumberObject(0), NumberObject(0), NumberObject(size[0]), NumberObject(size[1])]
    starts, total, previous = [], 0, object()
    for pages, group in zip(bodies, groups, strict=True):
        if group != previous:
            starts.append(total)
            previous = group
        for page in pages:
            page[NameObject("/MediaBox")] = ArrayObject(box)
            if letterhead:
                _lay_over(writer, page, next(sheets))
            writer.addPage(page)
            total += 1
    # For one document too: Odoo's conversion to PDF/A counts on an outline.
    if starts:
        _add_outlines(writer, starts)
    result = io.BytesIO()
    writer.write(result)
    return _shorten_comment(result.getvalue())


def _shorten_comment(content):
    """Make the comment under the heading of a PDF (bytes) one byte shorter, all else in its place.

    Odoo takes a PDF with a comment of four bytes, as the library writes them all, for a PDF/A, and
    then does not make one of it.

    >>> _shorten_comment(b"%PDF-1.4\\n%\\xe2\\xe3\\xcf\\xd3\\n1 0 obj")
    b'%PDF-1.4\\n%\\xe2\\xe3\\xcf\\n\\n1 0 obj'
    """
    heading, comment, rest = content.split(b"\n", 2)
    if len(comment) == 5 and comment.startswith(b"%"):
        comment = comment[:4] + b"\n"
    return b"\n".join((heading, comment, rest))
