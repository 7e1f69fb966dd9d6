"""Paper, margins and scale of a printed report, worked out as wkhtmltopdf did."""

import re
from dataclasses import dataclass

MM_PER_UNIT = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}
MM_PER_INCH = 25.4
CSS_PX_PER_MM = 96 / MM_PER_INCH

# Reports of Odoo are drawn for wkhtmltopdf's "smart shrinking", that is WebKit's: a page is laid
# out 1.25 times as wide as the paper.
SHRINK = 1.25
MIN_SCALE, MAX_SCALE = 0.1, 2.0


def to_mm(value, default=0.0):
    """Read a length as wkhtmltopdf does; a bare number is in millimetres.

    >>> to_mm("1.5cm"), to_mm(" 12 "), to_mm("2in"), to_mm(None, 7.0), to_mm("wide", 3.0)
    (15.0, 12.0, 50.8, 7.0, 3.0)
    """
    if value is None or value is False:
        return default
    match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*([a-z]*)\s*", str(value))
    if not match or (match[2] and match[2] not in MM_PER_UNIT):
        return default
    return float(match[1]) * MM_PER_UNIT[match[2] or "mm"]


def is_true(value):
    """
    >>> is_true("True"), is_true("1"), is_true("False"), is_true("0"), is_true(None)
    (True, True, False, False, False)
    """
    return str(value or "").strip().lower() not in ("", "0", "false", "no")


@dataclass(frozen=True)
class Geometry:
    """Lengths in millimetres; ``scale`` is the printed size of a CSS pixel, 1 for 1/96 inch.

    >>> a4 = Geometry(width=210, height=297, margin_top=52, margin_bottom=32)
    >>> a4.points, round(a4.print_options()["paperWidth"], 3)
    ((595, 842), 8.268)
    >>> round(a4.css_px(210)), a4.header_top
    (992, 52.0)
    """

    width: float = 210.0
    height: float = 297.0
    margin_top: float = 10.0
    margin_bottom: float = 10.0
    margin_left: float = 0.0
    margin_right: float = 0.0
    header_spacing: float = 0.0
    header_line: bool = False
    scale: float = 1 / SHRINK

    @property
    def points(self):
        """The page's size in whole PDF points, as wkhtmltopdf rounded it."""
        return (round(self.width / MM_PER_INCH * 72), round(self.height / MM_PER_INCH * 72))

    @property
    def header_top(self):
        """How far below the paper's edge a header begins."""
        return float(self.margin_top - self.header_spacing)

    @property
    def body_width(self):
        return max(self.width - self.margin_left - self.margin_right, 1.0)

    def css_px(self, mm):
        """The CSS pixels that cover a length on paper."""
        return mm * CSS_PX_PER_MM / self.scale

    def print_options(self, margins=True):
        """The options of ``Page.printToPDF``; without margins for a page that has its own."""

        def inches(mm):
            return max(mm, 0) / MM_PER_INCH if margins else 0

        return {
            "paperWidth": self.width / MM_PER_INCH,
            "paperHeight": self.height / MM_PER_INCH,
            "marginTop": inches(self.margin_top),
            "marginBottom": inches(self.margin_bottom),
            "marginLeft": inches(self.margin_left),
            "marginRight": inches(self.margin_right),
            "scale": self.scale,
            "printBackground": True,
            "preferCSSPageSize": False,
            "generateTaggedPDF": False,
        }


def make_geometry(paperformat, sizes, landscape, specific, viewport=False):
    """Gather a :class:`Geometry` from a paper format and from the report's own attributes.

    :param paperformat: record (or likeness) of ``report.paperformat``, possibly empty
    :param dict sizes: paper name → (width, height) in mm
    :param landscape: True to force it; None lets the report's ``data-report-landscape`` decide
    :param dict specific: the ``data-report-*`` attributes, which come first
    :param bool viewport: lay the page out 1280 pixels wide (1024 in landscape)
    """
    specific = specific or {}
    if landscape is None:
        landscape = is_true(specific.get("data-report-landscape"))
    width, height = sizes["A4"]
    if not paperformat:
        margins = {"margin_left": 10.0, "margin_right": 10.0}
        dpi, shrink = 96, True
    else:
        if paperformat.format == "custom":
            if paperformat.page_width and paperformat.page_height:
                width, height = paperformat.page_width, paperformat.page_height
        elif paperformat.format:
            width, height = sizes[paperformat.format]
        landscape = landscape or paperformat.orientation == "Landscape"
        margins = {
            "margin_top": to_mm(specific.get("data-report-margin-top"), paperformat.margin_top),
            "margin_bottom": to_mm(
                specific.get("data-report-margin-bottom"), paperformat.margin_bottom
            ),
            "margin_left": paperformat.margin_left,
            "margin_right": paperformat.margin_right,
            "header_spacing": to_mm(
                specific.get("data-report-header-spacing"), paperformat.header_spacing
            ),
            "header_line": paperformat.header_line,
        }
        dpi = to_mm(specific.get("data-report-dpi")) or paperformat.dpi or 96
        shrink = not paperformat.disable_shrinking
    if landscape:
        width, height = height, width
    scale = 96 / dpi / (SHRINK if shrink else 1)
    if viewport:
        body = width - margins["margin_left"] - margins["margin_right"]
        scale = body * CSS_PX_PER_MM / (1024 if landscape else 1280)
    scale = min(max(scale, MIN_SCALE), MAX_SCALE)
    return Geometry(width=width, height=height, scale=scale, **margins)
