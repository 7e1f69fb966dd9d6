"""What is kept beside a signed file as evidence: the drawn signature, and roughly from where."""

import base64
import binascii
import io
import ipaddress

from PIL import Image

PREFIX = "data:image/png;base64,"
MAX_TEXT = 600_000
MAX_SIDE = 4000


class BadDrawing(ValueError):
    """What was sent is no drawn signature."""


def read_drawing(text):
    """The PNG of a drawn signature, from what the page's pad sends.

    :param text: an address « data:image/png;base64,… »; None where the page has no pad
    :return: bytes of a PNG without anything else in it; None where there was no pad
    :raise BadDrawing: when it is empty, no picture, or far too large
    """
    if text is None:
        return None
    if not isinstance(text, str) or not text.startswith(PREFIX) or len(text) > MAX_TEXT:
        raise BadDrawing
    try:
        content = base64.b64decode(text[len(PREFIX) :], validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if max(picture.size) > MAX_SIDE:
                raise BadDrawing
            drawing = picture.convert("RGBA")
    except (binascii.Error, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise BadDrawing from None
    if not drawing.getchannel("A").getbbox():
        raise BadDrawing
    stream = io.BytesIO()
    drawing.save(stream, "PNG")
    return stream.getvalue()


def mask_address(address):
    """The network of an address, and not the address: enough to hold two signatures apart.

    >>> mask_address("192.0.2.77"), mask_address("2001:db8:1:2::/64"), mask_address("")
    ('192.0.2.0/24', '2001:db8:1::/48', '')
    """
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return ""
    length = 24 if network.version == 4 else 48
    if network.prefixlen > length:
        network = network.supernet(new_prefix=length)
    return str(network)
