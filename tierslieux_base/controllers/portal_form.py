from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

PROOF_MAX_BYTES = 10 * 1024 * 1024
PROOF_MIMETYPES = ("application/pdf", "image/jpeg", "image/png")


def read_proof(upload, errors, missing=""):
    """The photo or the PDF that somebody uploads to pay a reduced price.

    To be read last: a form with any error is shown again, and the browser does not keep its file.

    :param dict errors: field → sentence, where what is wrong with the proof is added
    :param str missing: sentence for who must give one and does not
    :return: (name of the file, content), or None
    """
    _ = request.env._
    if not upload or not getattr(upload, "filename", ""):
        if missing:
            errors["proof"] = missing
        return None
    content = upload.read(PROOF_MAX_BYTES + 1)
    if len(content) > PROOF_MAX_BYTES:
        errors["proof"] = _("This file is over 10 MB: choose a smaller one.")
        return None
    if guess_mimetype(content) not in PROOF_MIMETYPES:
        errors["proof"] = _("This file is not a PDF, JPEG or PNG: choose another one.")
        return None
    if errors:
        errors["proof"] = _("Choose the file again: your browser does not keep it.")
    return upload.filename, content
