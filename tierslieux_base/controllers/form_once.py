"""A form sent twice acts once: the decorator of every route of ours that a form is sent to."""

import functools
import hashlib
import inspect
from urllib.parse import urlsplit, urlunsplit

from odoo.http import request

from ..models.ir_qweb import get_session_key

MESSAGE = "tierslieux_message"
REFUSALS = ("warning", "danger")
TOKENS = ("csrf_token", "form_token")


def once(what):
    """Let a form act once, however often and however fast it is sent.

    To be put below ``@http.route``; the form carries ``tierslieux_base.form_token``. The handler
    redirects when it has done its work: the same form sent again gets the same redirection and
    the same message. It renders its form, or leaves a message of ``warning`` or ``danger``, when
    it has done nothing: the token is free again, and so it is when the transaction fails.

    A form whose token is missing, forged, too old or of another session does nothing: it is
    shown again with what was typed. A handler that has something typed to show has a parameter
    ``refusal``, a sentence, and shows its form with it without any writing. For the others, which
    are one button, a page asks again: they say what the button does, ``@once(_lt("Cancel it"))``.
    """
    return _once(what) if callable(what) else functools.partial(_once, button=what)


def _once(handler, button=""):
    shows_again = "refusal" in inspect.signature(handler).parameters

    @functools.wraps(handler)
    def send_once(self, *args, form_token="", **post):
        post.pop("refusal", None)
        submission_sudo, refusal = _claim(form_token, shows_again)
        if refusal and shows_again:
            return handler(self, *args, refusal=refusal, **post)
        if refusal:
            return _ask_again(refusal, button)
        if submission_sudo.result_url:
            if submission_sudo.message:
                request.session[MESSAGE] = [submission_sudo.message, submission_sudo.message_kind]
            return request.redirect(submission_sudo.result_url)
        former = request.session.pop(MESSAGE, None)
        response = handler(self, *args, **post)
        _remember(submission_sudo, response, former)
        return response

    send_once.is_sent_once = True
    send_once.asks_again = button or shows_again
    return send_once


def _claim(token, shows_again):
    """(the submission in superuser mode, why nothing is done now or "")"""
    _ = request.env._
    # sudo: nobody has a right on what was sent; only the row of this session's token is read
    Submission_sudo = request.env["tierslieux.form.submission"].sudo()
    nonce = Submission_sudo._read_token(token, get_session_key(request))
    if not nonce:
        if shows_again:
            return Submission_sudo, _(
                "Nothing was recorded: the page was open for too long, or you logged in since."
                " Check what is written here, then send it again."
            )
        return Submission_sudo, _(
            "Nothing was recorded: the page was open for too long, or you logged in since."
        )
    path, fingerprint = request.httprequest.path, _get_fingerprint()
    submission_sudo, is_first = Submission_sudo._claim(nonce, path, fingerprint)
    if is_first:
        return submission_sudo, ""
    if not submission_sudo.result_url:
        return submission_sudo, _(
            "This was sent already, and interrupted: look first whether it was recorded. If it was"
            " not, send it again."
        )
    if (submission_sudo.path, submission_sudo.fingerprint) != (path, fingerprint):
        return submission_sudo, _(
            "This page was sent already, with something else, which is recorded. To send this as"
            " well, send it again."
        )
    return submission_sudo, ""


def _get_typed():
    """What the form says, its tokens apart: a list of (name, text), in order."""
    form = request.httprequest.form
    return [item for item in form.items(multi=True) if item[0] not in TOKENS]


def _get_fingerprint():
    digest = hashlib.sha256(repr(_get_typed()).encode(errors="backslashreplace"))
    for name, upload in request.httprequest.files.items(multi=True):
        digest.update(repr((name, upload.filename)).encode(errors="backslashreplace"))
        while chunk := upload.stream.read(65536):
            digest.update(chunk)
        upload.stream.seek(0)
    return digest.hexdigest()


def _remember(submission_sudo, response, former):
    """Keep where a form that did its work leads; forget one that did nothing.

    :param former: message of an earlier page that nobody has read yet, kept when no other came
    """
    message, kind = request.session.get(MESSAGE) or ("", "")
    if former and not message:
        request.session[MESSAGE] = former
    if response.status_code not in (301, 302, 303) or kind in REFUSALS:
        submission_sudo.unlink()
        return
    submission_sudo.write(
        {"result_url": response.location, "message": message, "message_kind": kind}
    )


def _get_page_before():
    """The address of the page that the form was on, without its host: of ours, or the home page."""
    try:
        before = urlsplit(request.httprequest.referrer or "")
    except ValueError:  # no address at all
        return "/my"
    is_ours = before.netloc == request.httprequest.host and not before.path.startswith("//")
    if not is_ours or before.path == request.httprequest.path:
        return "/my"
    return urlunsplit(("", "", before.path, before.query, ""))


def _ask_again(refusal, button):
    """The page for forms that are one button: what it does, to be sent once more."""
    values = {
        "page_name": "form_again",
        "refusal": refusal,
        "button": request.env._(button),
        "page_before": _get_page_before(),
        "action": request.httprequest.full_path.rstrip("?"),
        "typed": _get_typed(),
    }
    return request.render("tierslieux_base.form_again", values)
