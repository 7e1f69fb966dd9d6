"""HTML in, HTML out: what Chromium is given to print.

A report comes as bodies (one document each) and as one document with all headers and one with all
footers. The bodies are printed as they are. Once their pages are counted, the *letterhead*, one
sheet for each of these pages with its header, footer and page numbers, is printed in one go, to
be laid over them.
"""

import copy
import hashlib
import re

import lxml.html

MARKERS = {
    "page": "page",
    "topage": "pages",
    "frompage": "first",
    "sitepage": "page",
    "sitepages": "pages",
}

BODY_STYLE = """
html, body { height: auto !important; overflow: visible !important; }
body { max-width: none !important; }
body { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
"""

SHEET_STYLE = """
html, body.o_pdf_letterhead {{
    height: auto !important; width: auto !important; max-width: none !important;
    min-width: 0 !important; margin: 0 !important; padding: 0 !important;
    background: transparent !important; overflow: visible !important;
    -webkit-print-color-adjust: exact; print-color-adjust: exact;
}}
.o_pdf_sheet {{
    position: relative; contain: strict; overflow: hidden; break-inside: avoid;
    width: {width:.3f}px; height: {height:.3f}px;
}}
.o_pdf_sheet + .o_pdf_sheet {{ break-before: page; }}
.o_pdf_sheet > .o_pdf_header, .o_pdf_sheet > .o_pdf_footer {{
    position: absolute !important; contain: layout; box-sizing: border-box !important;
    left: {left:.3f}px; width: {body:.3f}px !important; max-width: none !important;
    overflow: visible !important; min-height: 0;
}}
.o_pdf_sheet > .o_pdf_header {{ top: {header_top:.3f}px; height: {header_height:.3f}px; }}
.o_pdf_sheet > .o_pdf_footer {{ top: {footer_top:.3f}px; height: {footer_height:.3f}px; }}
.o_pdf_sheet > .o_pdf_line {{
    position: absolute; left: {left:.3f}px; width: {body:.3f}px; top: {line_top:.3f}px;
    border-top: 1px solid black;
}}
"""


def _parse(html):
    return lxml.html.document_fromstring(
        str(html), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    )


def _serialize(root):
    return lxml.html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")


def _has_class(name):
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


# What ties a body to a page of its own: styles of its own, places on the page, inner links
_PARTICULAR = re.compile(
    r"<(?:style|iframe|object|embed|link|base)\b|position\s*[:-]\s*(?:fixed|absolute|sticky)"
    r"|href=[\"']#",
    re.I,
)
_BODY = re.compile(r"(.*<body\b[^>]*>)(.*)</body\s*>.*", re.I | re.S)
BATCH_STYLE = """
.o_pdf_body + .o_pdf_body { break-before: page; }
.o_pdf_body { position: relative; }
.o_pdf_body > a.o_pdf_start {
    position: absolute; top: 0; left: 0; width: 3px; height: 3px; display: block;
}
"""
BATCH_LENGTH = 50
BATCH_SIZE = 4 * 1024 * 1024


def batches(bodies):
    """Cut bodies into runs that can be printed as one document, which is four times as fast.

    Only bodies of the same head that could not disturb each other go together.

    >>> page = "<html><head></head><body>%s</body></html>"
    >>> batches([page % "a", page % "b", page % "<style></style>", page % "c"])
    [[0, 1], [2], [3]]
    """
    runs, previous, size = [], None, 0
    for index, html in enumerate(bodies):
        match = _BODY.fullmatch(html.strip())
        opening = match[1] if match and not _PARTICULAR.search(match[2]) else None
        size += len(html)
        if (
            opening is None
            or opening != previous
            or len(runs[-1]) >= BATCH_LENGTH
            or size > BATCH_SIZE
        ):
            runs.append([])
            size = len(html)
        runs[-1].append(index)
        previous = opening
    return runs


def batch_document(htmls, marker):
    """Return one document for several bodies, each starting a page.

    :param marker: address whose links, ``marker + rank``, tell where each body starts
    """
    if len(htmls) == 1:
        return body_document(htmls[0])
    matches = [_BODY.fullmatch(html.strip()) for html in htmls]
    parts = [matches[0][1], f"<style>{BATCH_STYLE}</style>"]
    for rank, match in enumerate(matches):
        parts.append(f'<div class="o_pdf_body"><a class="o_pdf_start" href="{marker}{rank}"></a>')
        parts.append(match[2])
        parts.append("</div>")
    parts.append("</body></html>")
    return body_document("".join(parts))


def body_document(html):
    """Return the HTML of a body, ready to print, as bytes.

    >>> b"overflow" in body_document("<p>Just a fragment</p>")
    True
    """
    html = str(html).strip()
    style = f"<style>{BODY_STYLE}</style>"
    html, found = re.subn(r"</head\s*>", lambda m: style + m[0], html, count=1, flags=re.I)
    if not found:
        html = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8">{style}</head>'
            f"<body>{html}</body></html>"
        )
    elif not html[:9].lower() == "<!doctype":
        html = "<!DOCTYPE html>" + html
    return html.encode()


def record_id(html, model):
    """Return the id of the record that a body shows, or None when its template does not tell.

    >>> record_id('<div data-oe-id="7" class="article x" data-oe-model="res.partner"></div>',
    ...           "res.partner")
    7
    >>> record_id('<div class="article"></div>', "res.partner")
    """
    for tag in re.finditer(r"<div\b[^>]*>", str(html)):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag[0]))
        if "article" in attributes.get("class", "").split():
            if attributes.get("data-oe-model") == model:
                return int(attributes.get("data-oe-id") or 0) or None
            return None
    return None


class _Part:
    """The headers (or the footers) of all bodies, as their common document gives them."""

    def __init__(self, html, container_id):
        self.root = _parse(html)
        body = self.root.find("body")
        self.body = body
        classes = [c for c in (body.get("class") or "").split() if c != "overflow-hidden"]
        self.attributes = {"class": " ".join(classes)}
        for name in ("dir", "style", "lang"):
            if body.get(name):
                self.attributes[name] = body.get(name)
        container = body.get_element_by_id(container_id, None)
        if container is None:
            # A document of its own, the same for all bodies
            self.blocks, self.common = None, list(body)
        else:
            self.blocks, self.common = list(container), None

    def for_body(self, index):
        """The elements to show over the pages of a body."""
        if self.blocks is None:
            return self.common
        return self.blocks[index : index + 1]


class Letterhead:
    """All headers and footers of a print.

    :param header: document of the headers, or None
    :param footer: document of the footers, or None
    :param Geometry geometry: where they go
    :param store: ``store(bytes, mimetype) -> url``, where pictures given inline are put, so that
        a logo is in the PDF once and not once a page
    """

    def __init__(self, header, footer, geometry, store):
        self.geometry = geometry
        self.store = store
        self._urls = {}
        self.parts = []
        if header:
            self.parts.append(("header", _Part(header, "minimal_layout_report_headers")))
        if footer:
            self.parts.append(("footer", _Part(footer, "minimal_layout_report_footers")))
        for _name, part in self.parts:
            self._share_images(part.body)

    def is_empty(self):
        """Whether no page would get anything."""
        return not self.geometry.header_line and all(
            part.blocks == [] for _name, part in self.parts
        )

    def _share_images(self, body):
        for image in body.iter("img"):
            source = image.get("src") or ""
            match = re.match(r"data:([\w/+.-]+);base64,", source)
            if match and len(source) > 500:
                digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
                if digest not in self._urls:
                    self._urls[digest] = self.store(source[match.end() :], match[1])
                image.set("src", self._urls[digest])

    def document(self, page_counts, order):
        """Return the HTML of the sheets.

        :param page_counts: for each body, the number of its pages
        :param order: the order in which the bodies will follow each other
        """
        root = copy.deepcopy(self.parts[0][1].root) if self.parts else _parse("<html></html>")
        head = root.find("head")
        if head is None:
            head = lxml.html.fragment_fromstring("<head></head>")
            root.insert(0, head)
        root.attrib.pop("style", None)
        for script in list(root.iter("script")):
            script.drop_tree()
        style = lxml.html.fragment_fromstring("<style></style>")
        style.text = self._style()
        head.append(style)
        body = root.find("body")
        body.clear()
        body.set("class", "o_pdf_letterhead")
        for index in order:
            count = page_counts[index]
            for page in range(1, count + 1):
                body.append(self._sheet(index, {"page": page, "pages": count, "first": 1}))
        return _serialize(root)

    def _style(self):
        geo = self.geometry
        footer_top = geo.height - geo.margin_bottom
        return SHEET_STYLE.format(
            width=geo.css_px(geo.width),
            # A hair less than the paper, lest rounding put a blank page after each sheet
            height=geo.css_px(geo.height) - 1,
            left=geo.css_px(geo.margin_left),
            body=geo.css_px(geo.body_width),
            header_top=geo.css_px(geo.header_top),
            header_height=max(geo.css_px(geo.height - geo.header_top) - 1, 0),
            footer_top=geo.css_px(footer_top),
            footer_height=max(geo.css_px(geo.margin_bottom) - 1, 0),
            line_top=geo.css_px(geo.margin_top),
        )

    def _sheet(self, index, numbers):
        sheet = lxml.html.fragment_fromstring("<div></div>")
        sheet.set("class", "o_pdf_sheet")
        for name, part in self.parts:
            box = lxml.html.fragment_fromstring("<div></div>")
            for attribute, value in part.attributes.items():
                box.set(attribute, value)
            box.set("class", f"{part.attributes['class']} o_pdf_{name}")
            for block in part.for_body(index):
                box.append(copy.deepcopy(block))
            for marker, key in MARKERS.items():
                for node in box.xpath(f".//*[{_has_class(marker)}]"):
                    # As wkhtmltopdf's script did: a marker is an element that only holds a number
                    if not len(node):
                        node.text = str(numbers[key])
            sheet.append(box)
        if self.geometry.header_line:
            line = lxml.html.fragment_fromstring("<div></div>")
            line.set("class", "o_pdf_line")
            sheet.append(line)
        return sheet
