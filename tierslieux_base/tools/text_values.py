"""What people type, compared and read: names without their accents, the SIRET of an organisation.

Plain Python without Odoo.
"""

import re
import unicodedata

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)


def clean(text):
    """The text without spaces at its ends, doubled spaces and control characters.

    >>> clean("  Le\\u00a0 Goff\\r\\n ")
    'Le Goff'
    """
    if not text:
        return ""
    text = "".join(c if c.isprintable() else " " for c in str(text))
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u200b", "")).strip()


def plain(text):
    """Lower case ASCII letters and digits, words parted by one space.

    >>> plain("  D’HAUTEVILLE Élodie-Cœur ")
    'd hauteville elodie coeur'
    """
    text = str(text or "").translate(_LIGATURES)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def name_key(text):
    """What two spellings of one name share: no accent, capital, hyphen, apostrophe or space.

    >>> name_key("De La Tour") == name_key("DE-LA-TOUR") == name_key("de latour")
    True
    """
    return plain(text).replace(" ", "")


def parse_siret(text):
    """The 14 digits of a SIRET (or 9 of a SIREN) whose check digit is right, "" when empty.

    La Poste's own establishments follow another rule (sum of digits, a multiple of 5).

    :raise ValueError: "siret", or "siret_key" when only the check digit is wrong

    >>> parse_siret("732 829 320 00074")
    '73282932000074'
    """
    digits = re.sub(r"[\s.\-]", "", clean(text))
    if not digits:
        return ""
    kind = {9: siren, 14: siret}.get(len(digits))
    if not kind or not digits.isdigit():
        raise ValueError("siret")
    try:
        return kind.validate(digits)
    except ValidationError as error:
        raise ValueError("siret_key") from error
