"""What somebody types to find something, in words: pure, no ORM.

Each word must be found, in any order; signs are signs, never wildcards.
"""

import re
import unicodedata

# With fewer digits, everybody's phone number matches.
PHONE_DIGITS = 4
_TOKEN = re.compile(r"\+?\(?\d[\d\s.()/-]*\d(?!\S)|\S+")
# What parts a name as a space does: « Jean-Pierre », « d’Hauteville ».
_PARTING = re.compile(r"[-\s'’.,]+")
# More words than anybody types, each of which would cost a search.
MOST_WORDS = 12


def split_words(text):
    """The words of a text; groups of digits, as phone numbers are written, are one.

    >>> split_words("  Bézier Hélène "), split_words("Zoé 06 12 34 56 78"), split_words("2 rue")
    (['Bézier', 'Hélène'], ['Zoé', '06 12 34 56 78'], ['2', 'rue'])
    """
    return _TOKEN.findall(unicodedata.normalize("NFC", text))[:MOST_WORDS]


def name_parts(word):
    """What a name must have of a word; the word itself when it is made of signs.

    >>> name_parts("Jean-Pierre"), name_parts("d’Ançelle"), name_parts("100%"), name_parts("-")
    (['Jean', 'Pierre'], ['d', 'Ançelle'], ['100%'], ['-'])
    """
    return [part for part in _PARTING.split(word) if part] or [word]


def phone_digits(word):
    """The digits to look for in phone numbers, without the country's code or the zero that stands
    for it, which are everybody's; "" when the word is no number.

    >>> phone_digits("02 97 11"), phone_digits("+33 2 97 11 22 33"), phone_digits("112233")
    ('29711', '297112233', '112233')
    >>> phone_digits("0033"), phone_digits("12"), phone_digits("A-0012")
    ('', '', '')
    """
    if re.search(r"[^\d\s.+()/-]", word):
        return ""
    digits = re.sub(r"\D", "", word)
    national = re.sub(r"^(?:0033|33(?=\d{9})|0)", "", digits)
    return national if min(len(digits), len(national) + 1) >= PHONE_DIGITS else ""
