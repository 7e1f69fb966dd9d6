"""Put the printed bodies and their letterhead together in one PDF."""

import io

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

OVERLAY = "/ReportLetterhead"


def read(content):
    """Return a reader of a PDF given as bytes."""
    return PdfFileReader(io.BytesIO(content), strict=False)


def page_count(content):
    """Return the number of pages of a PDF given as bytes."""
    return len(read(content).pages)


def _stream(writer, data):
    stream = DecodedStreamObject()
    stream.setData(data) if hasattr(stream, "setData") else stream.set_data(data)
    return writer._add_object(stream)


def _as_form(page):
    """Return the reference of the page's drawing as a form that another page can show.

    Chromium writes a page's drawing as one compressed stream: it is taken as it is.
    """
    reference = page.raw_get("/Contents")
    contents = reference.get_object()
    contents.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(page["/MediaBox"]),
            NameObject("/Resources"): page["/Resources"],
        }
    )
    return reference


def _lay_over(writer, page, sheet):
    """Draw a sheet over a page, links included."""
    resources = page["/Resources"]
    forms = resources.get("/XObject") or DictionaryObject()
    forms = DictionaryObject(forms)
    forms[NameObject(OVERLAY)] = _as_form(sheet)
    page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/XObject"): forms})
    page[NameObject("/Contents")] = ArrayObject(
        [
            _stream(writer, b"q\n"),
            page.raw_get("/Contents"),
            _stream(writer, f"\nQ\nq {OVERLAY} Do Q\n".encode()),
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

    :param bodies: readers of the bodies, in order
    :param letterhead: reader with one sheet for each page of the bodies, or None
    :param size: width and height of the page in points
    :param groups: for each body, a key; bodies in a row with the same key are one document
    """
    writer = PdfFileWriter()
    sheets = iter(letterhead.pages if letterhead else ())
    box = [NumberObject(0), NumberObject(0), NumberObject(size[0]), NumberObject(size[1])]
    starts, total, previous = [], 0, object()
    for reader, group in zip(bodies, groups, strict=True):
        if group != previous:
            starts.append(total)
            previous = group
        for page in reader.pages:
            page[NameObject("/MediaBox")] = ArrayObject(box)
            if letterhead:
                _lay_over(writer, page, next(sheets))
            writer.addPage(page)
            total += 1
    if len(starts) > 1:
        _add_outlines(writer, starts)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()
