import io

from PIL import Image

from odoo import fields
from odoo.http import request

from ..tools import typed
from ..tools.typed import BLOCK_MAX, LINE_MAX, to_day

PROOF_MAX_BYTES = 10 * 1024 * 1024
# How the files begin that may be sent; what their names say is anybody's word.
PROOF_MARKS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
# A photo of a telephone has 12 to 50 million points. A small file may say that it has billions,
# and would take as many bytes of memory.
PICTURE_MAX_POINTS = 50_000_000
FILENAME_MAX = 150
NAME_MAX = 100  # a first name, a last name
OLDEST_BIRTH_YEAR = 1900


class Form:
    """The reader of the forms of our pages: typed values, and what is wrong with each.

    ::

        form = Form(post)
        values = {"lastname": form.line("lastname", 100), "date": form.line("date")}
        errors = self._check(values) | form.errors

    A text that cannot be kept as it was typed gives an error of its field and comes back without
    what is wrong with it, to be shown again; nothing that is sent makes a reader fail.
    """

    def __init__(self, post):
        """:param dict post: what was sent: texts, files, or what JSON holds"""
        self._post = post
        self.errors = {}

    @property
    def sent(self):
        """The names of what was sent."""
        return list(self._post)

    def _text(self, name, size, read):
        value = self._post.get(name)
        fault = typed.find_fault(value, size)
        if fault:
            self.errors[name] = describe_fault(fault, size)
        # The form shows it again: whole, as long as somebody may have typed it.
        return read(value, max(2 * size, 1000))

    def line(self, name, size=LINE_MAX):
        """One line of text."""
        return self._text(name, size, typed.to_line)

    def block(self, name, size=BLOCK_MAX):
        """A text of several lines."""
        return self._text(name, size, typed.to_block)

    def id(self, name):
        """An id, 0 for none."""
        return typed.to_int(self._post.get(name))

    def ids(self, name):
        """The ids of boxes that share a name."""
        return typed.to_ids(request.httprequest.form.getlist(name))

    def lines(self, name):
        """The texts of boxes that share a name."""
        return [typed.to_line(text) for text in request.httprequest.form.getlist(name)]

    def flag(self, name):
        """Whether a box is ticked."""
        return typed.to_flag(self._post.get(name))

    def choice(self, name, choices, default=None):
        return typed.to_choice(self._post.get(name), choices, default)

    def proof(self, errors, missing=""):
        """The file of the field ``proof``: see ``read_proof``."""
        return read_proof(self._post.get("proof"), errors, missing)


def describe_fault(fault, size=None):
    """What is wrong with a text, in a sentence; see ``typed.find_fault``."""
    _ = request.env._
    return {
        "not_text": lambda: _("A text is expected here, not a file."),
        "signs": lambda: _(
            "This text held signs that cannot be kept. They are taken out: read it again, then"
            " send it."
        ),
        "too_long": lambda: _("This text is too long: %s letters at most.", size),
    }[fault]()


def find_birthdate_fault(text, required=False):
    """Error sentence for a typed birth date (``yyyy-mm-dd``), or an empty string."""
    _ = request.env._
    if not text:
        return _("Enter the birth date.") if required else ""
    day = to_day(text, first_year=1)
    if not day:
        return _("This is not a date: day, month and year, for instance 24/03/2015.")
    if day > fields.Date.context_today(request.env.user):
        return _("A birth date cannot be in the future.")
    if day.year < OLDEST_BIRTH_YEAR:
        return _("This birth date is before 1900: check the year.")
    return ""


def read_proof(upload, errors, missing=""):
    """The photo or the PDF that somebody uploads to pay a reduced price.

    To be read last: a form with any error is shown again, and the browser does not keep its file.

    :param dict errors: field → sentence, where what is wrong with the proof is added
    :param str missing: sentence for who must give one and does not
    :return: (name of the file, content), or None
    """
    _ = request.env._
    filename = typed.to_line(getattr(upload, "filename", ""))
    if not filename:
        if missing:
            errors["proof"] = missing
        return None
    content = upload.read(PROOF_MAX_BYTES + 1)
    if len(content) > PROOF_MAX_BYTES:
        errors["proof"] = _("This file is over 10 MB: choose a smaller one.")
        return None
    mimetype = next((kind for mark, kind in PROOF_MARKS if content.startswith(mark)), "")
    if not mimetype:
        errors["proof"] = _("This file is not a PDF, JPEG or PNG: choose another one.")
        return None
    if mimetype.startswith("image/") and not _is_picture(content):
        errors["proof"] = _(
            "This picture is damaged or far too large: choose another one, or take the photo again."
        )
        return None
    if errors:
        errors["proof"] = _("Choose the file again: your browser does not keep it.")
    return filename[-FILENAME_MAX:], content


def _is_picture(content):
    """Whether this is a picture of a size that can be shown; only its head is read."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
            if width * height > PICTURE_MAX_POINTS:
                return False
            picture.verify()
    except Exception:  # noqa: BLE001 - a damaged picture fails in Pillow with many kinds of errors
        return False
    return True
