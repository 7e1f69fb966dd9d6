"""The text of a contract: a template in which {{words}} stand for what the agreement says."""

import re

from markupsafe import Markup, escape

FIELD = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


def fill(body, values):
    """The text with its fields filled in; one that is not known stays, so that it is seen.

    What somebody typed is text, and never markup, wherever the template has it.

    >>> fill("<p>{{ partner }}, {{other}}</p>", {"partner": "A & B"})
    Markup('<p>A &amp; B, {{other}}</p>')
    """
    return Markup(
        FIELD.sub(
            lambda found: str(escape(values[found[1]])) if found[1] in values else found[0],
            body or "",
        )
    )


def find_unknown(body, names):
    """The fields of a template that are none.

    >>> find_unknown("{{ partner }} {{ prtner }}", {"partner"})
    ['prtner']
    """
    return sorted({name for name in FIELD.findall(body or "") if name not in names})
