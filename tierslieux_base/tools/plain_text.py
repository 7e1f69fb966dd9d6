"""Strangers' text is text: what somebody typed, on its way into a field of HTML."""

from markupsafe import Markup


def text_to_html(text):
    """What somebody typed, as they typed it, for a field of HTML: a note, a message, a comment.

    Nothing of it is live: neither tags nor addresses, which would tell a stranger who reads the
    page, and lead the team to theirs. Lines stay lines.

    >>> text_to_html("Lou <b>Petit</b>\\nhttps://example.org")
    Markup('<p>Lou &lt;b&gt;Petit&lt;/b&gt;<br>https://example.org</p>')
    >>> text_to_html(None), text_to_html("  ")
    (Markup(''), Markup(''))
    """
    lines = str(text or "").strip().splitlines()
    return Markup("<p>%s</p>") % Markup("<br>").join(lines) if lines else Markup()
