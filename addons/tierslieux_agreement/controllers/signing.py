from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.tierslieux_base.controllers.portal_form import NAME_MAX, Form

from ..tools.evidence import BadDrawing, read_drawing


def sign_from_form(document_sudo, parties_sudo, post, means):
    """Sign a document with what a page sent: name, drawing, and the fingerprint that was read.

    The caller has checked that whoever sent it acts for these parties, or hands them the screen.

    :param parties_sudo: list of parties; an empty party stands for the association
    :return: why nothing was signed, in a sentence; "" when it was
    """
    _ = request.env._
    form = Form(post)
    signer = form.line("signer", NAME_MAX)
    read = form.line("fingerprint")
    try:
        drawing = read_drawing(post.get("drawing"))
    except BadDrawing:
        return _(
            "Nothing was signed: draw your signature in the frame, or choose « Auto » to have your"
            " name written."
        )
    if form.errors or not signer:
        return _("Nothing was signed: write your name.")
    if read != document_sudo.fingerprint:
        return _("The text has changed since you opened it: read it again, then sign.")
    try:
        with request.env.cr.savepoint():
            for party_sudo in parties_sudo:
                document_sudo._sign(party_sudo, signer, drawing=drawing, means=means)
    except UserError as error:
        return str(error)
    return ""
