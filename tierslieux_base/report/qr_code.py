# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""QR codes as SVG, drawn without any imaging library."""

import base64

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET_ZONE = 4  # modules of white around the code, ISO/IEC 18004


def qr_code_svg(text):
    """Draw ``text`` as a QR code.

    The image is one SVG path, so that it prints sharp at any size and costs a few kilobytes.
    Error correction is M: the code is still read when 15 % of it is scratched.

    :param str text: what the code says, an address as a rule
    :return: an SVG document, as text

    >>> svg = qr_code_svg("https://example.org")
    >>> svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 33"')
    True
    """
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    side = count + 2 * QUIET_ZONE
    path = "".join(
        f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h1v1h-1z"
        for row in range(count)
        for column in range(count)
        if code.isDark(row, column)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path d="{path}" fill="#000"/></svg>'
    )


def qr_code_data_uri(text):
    """:func:`qr_code_svg` as a ``data:`` address that an ``<img>`` shows offline."""
    payload = base64.b64encode(qr_code_svg(text).encode()).decode()
    return f"data:image/svg+xml;base64,{payload}"
