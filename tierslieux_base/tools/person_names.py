# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Names of persons and of months, as people write them in their files. Plain Python, no Odoo."""

import re

from .text_values import clean, plain

PARTICLES = {"de", "du", "des", "le", "la", "les", "d", "l", "von", "van", "den", "der", "el"}
MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "january": 1,
    "fevrier": 2, "fevr": 2, "fev": 2, "feb": 2, "february": 2,
    "mars": 3, "mar": 3, "march": 3,
    "avril": 4, "avr": 4, "apr": 4, "april": 4,
    "mai": 5, "may": 5,
    "juin": 6, "jun": 6, "june": 6,
    "juillet": 7, "juil": 7, "jul": 7, "july": 7,
    "aout": 8, "aou": 8, "aug": 8, "august": 8,
    "septembre": 9, "sept": 9, "sep": 9, "september": 9,
    "octobre": 10, "oct": 10, "october": 10,
    "novembre": 11, "nov": 11, "november": 11,
    "decembre": 12, "dec": 12, "december": 12,
}  # fmt: skip


def proper_name(text):
    """A name written all in capitals (or all in small letters), as it is usually printed.

    Mixed writing is somebody's choice and is kept.

    >>> proper_name("D'HAUTEVILLE"), proper_name("OULD-AHMED"), proper_name("Mac Dowell")
    ("D'Hauteville", 'Ould-Ahmed', 'Mac Dowell')
    """
    text = clean(text)
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 2 or not (text == text.upper() or text == text.lower()):
        return text
    return re.sub(r"[^\W\d_]+", lambda m: m.group(0).capitalize(), text.lower())


def split_full_name(text, last_first=False):
    """(first name, last name) of one cell that holds both.

    Words in capitals are the last name; otherwise the heading's order decides, ``last_first``
    for « Nom et prénom ». One comma always parts « Nom, Prénom ».

    >>> split_full_name("LE GOFF Anne-Marie"), split_full_name("Anne-Marie Le Goff")
    (('Anne-Marie', 'LE GOFF'), ('Anne-Marie', 'Le Goff'))
    >>> split_full_name("Dupont Jean", last_first=True), split_full_name("Dupont, Jean")
    (('Jean', 'Dupont'), ('Jean', 'Dupont'))
    """
    text = clean(text)
    if text.count(",") == 1:
        last, first = (part.strip() for part in text.split(","))
        return first, last
    words = text.split(" ")
    if len(words) == 1:
        return "", text
    capitals = [w for w in words if len(w) > 1 and w == w.upper() and any(map(str.isalpha, w))]
    others = [w for w in words if w not in capitals]
    if capitals and others:
        return " ".join(others), " ".join(capitals)
    if last_first:
        first_at = 1
        while first_at < len(words) - 1 and plain(words[first_at - 1]) in PARTICLES:
            first_at += 1
        return " ".join(words[first_at:]), " ".join(words[:first_at])
    return words[0], " ".join(words[1:])
