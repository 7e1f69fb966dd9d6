"""What somebody answered to an e-mail about a shift: their own words, and whether these say clearly
that they cannot come. Pure functions, on text."""

import re
import unicodedata

from lxml import etree, html

# Longer answers are read by a human being.
LONGEST = 400
# Where mail programs put what is answered to.
QUOTES = (
    "//blockquote",
    "//*[@data-o-mail-quote]",
    "//*[contains(concat(' ', @class, ' '), ' gmail_quote ')]",
    "//*[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]",
    "//*[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')]",
    "//*[@id='divRplyFwdMsg' or @id='appendonsend']",
    "//style | //script | //head",
)
AFTER = "//*[@id='divRplyFwdMsg' or @id='appendonsend']/following-sibling::*"
BLOCKS = {"p", "div", "br", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "pre"}
# « Le lun. 11 janv. 2027 à 09:00, La Fabrique <…> a écrit : », over two lines at times
WROTE = re.compile(r"^\s*(le|on)\b.{0,200}?(a écrit|wrote)\s*:?\s*$", re.I | re.S)
ORIGINAL = re.compile(
    r"^\s*(-{2,}\s*(message d.origine|message transf|original message|forwarded)|_{10,}"
    r"|(de|from|exp[ée]diteur)\s*:\s.*(@|<|\w))",
    re.I,
)
SIGNATURE = re.compile(
    r"^(--\s*|envoyé (de|depuis|à partir)\b.*|sent from\b.*|télécharger? outlook\b.*)$", re.I
)

AUTOMATIC = re.compile(
    r"(?:r[ée]ponse automatique|absence du bureau|message d.absence|automatic reply|auto ?reply"
    r"|out of (?:the )?office)\b",
    re.I,
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
).split()

_CANNOT = r"(?:peux|peut|pourrai|pourrais|vais)"
_BE = r"(?:venir|etre (?:la|presente?|parmi vous)|y etre|assurer|participer|me liberer)"
_FREE = r"(?:la|presente?|dispo(?:nible)?|libre)"
_ALAS = r"(?:malheureusement )?"
# Whatever else is said beside one of these and politeness is read by a human being.
ABSENCE = re.compile(
    r"\b(?:"
    + "|".join(
        (
            rf"je (?:ne )?{_ALAS}{_CANNOT} {_ALAS}(?:pas|plus) {_ALAS}(?:pouvoir )?{_BE}",
            rf"je (?:ne )?{_CANNOT} {_ALAS}pas(?: du tout)?",
            rf"je (?:ne )?(?:viens|viendrai) {_ALAS}(?:pas|plus)",
            rf"je (?:ne )?(?:suis|serai) {_ALAS}(?:pas|plus) {_FREE}",
            rf"je (?:suis|serai) {_ALAS}(?:indispo(?:nible)?|absente?|empechee?)",
            r"pas (?:dispo(?:nible)?|libre)|indispo(?:nible)?|absente?|empechee?",
            r"j ai un empechement|un empechement|empechement|j annule|je dois annuler",
            r"(?:ca m est |il m est |c est |ce sera )?impossible (?:de venir|pour moi)",
            r"(?:(?:je )?suis |je me sens )?(?:tres |bien |trop |tombee? )?(?:malade|souffrante?)",
        )
    )
    + r")\b"
)
# Only to a question: « Non merci. »
NO = re.compile(r"\bnon\b")
POLITE = re.compile(
    r"\b(?:"
    r"bonjour|bonsoir|salut|coucou|hello|bonne (?:journee|soiree|semaine|continuation)|bon courage"
    r"|(?:tres |vraiment |je suis |suis )?(?:desolee?|navree?)(?: mais)?|je regrette(?: mais)?"
    r"|malheureusement|helas|pardon|excuse[zr]? moi|toutes mes excuses|mes excuses"
    r"|merci(?: beaucoup)?|de votre comprehension|cordialement|bien cordialement|amicalement"
    r"|bien a (?:vous|toi)|a (?:bientot|tous|toutes)|bises?|bisous|cette fois(?: ci)?|et|donc|car"
    r"|ce jour la|de derniere minute|en fait"
    r")\b"
)
GREETING = re.compile(
    r"^\s*(?:bonjour|bonsoir|salut|coucou|hello|ch[eè]re?)"
    r"(?:\s+(?!(?:Je|J|Oui|Non)\b)(?-i:[A-ZÉÈ])[\w-]+){1,2}\s*[,.!\n]",
    re.I,
)
NAME_BELOW = re.compile(r"[\n.!]\s*(?!(?:Je|J|Oui|Non)\b)[A-ZÉÈ][\w-]+(?: [A-ZÉÈ][\w-]*\.?)?\s*$")


def to_lines(body):
    """The text of an e-mail, HTML or not, without what HTML marks as quoted.

    :param str body: HTML as a mail program sends it, or plain text
    """
    if not re.search(r"<\w+[^>]*>", body or ""):
        return (body or "").replace("\r\n", "\n")
    try:
        tree = html.fromstring(f"<div>{body}</div>")
    except (etree.ParserError, ValueError):
        return re.sub(r"<[^>]+>", " ", body)
    for path in (AFTER, *QUOTES):
        for node in tree.xpath(path):
            if node.getparent() is not None:
                node.drop_tree()
    for node in tree.iter():
        if node.tag in BLOCKS:
            node.tail = "\n" + (node.tail or "")
    return tree.text_content().replace("\xa0", " ")


def cut_quoted(body):
    """Their own words: without the e-mail that they answer to, nor what programs sign with.

    >>> cut_quoted("Désolé, malade.\\n\\nLe 11/01/2027 à 9:00, La Fabrique a écrit :\\n> Nous vous")
    'Désolé, malade.'
    """
    lines = to_lines(body).split("\n")
    kept, place = [], 0
    while place < len(lines):
        line = lines[place]
        taken = _get_header_length(lines, place)
        if taken or ORIGINAL.match(line):
            rest = lines[place + (taken or 1) :]
            following = next((text for text in rest if text.strip()), "")
            if not (taken and following.lstrip().startswith(">")):
                break  # what follows is the other e-mail
            place += taken
            continue
        if SIGNATURE.match(line.strip()) and line.strip():
            if line.strip() == "--":
                break
        elif not line.lstrip().startswith(">"):
            kept.append(line.strip())
        place += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _get_header_length(lines, place):
    """How many lines « X wrote: » takes from there on; 0 when it is none."""
    for count in (1, 2, 3):
        if WROTE.match(" ".join(line.strip() for line in lines[place : place + count])):
            return count
    return 0


def normalize(text):
    """In lower case, without accents nor punctuation but « ? »."""
    text = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", re.sub(r"[^a-z0-9?]+", " ", text)).strip()


def is_absence(text, day, today, is_question=False):
    """Whether these words say, without any doubt, that their author does not come to a shift.

    They do when nothing is left beside « I cannot come » and politeness: an hour, another day, a
    condition, a question, somebody else who is ill is for a human being to read.

    :param str text: their own words, see ``cut_quoted``
    :param date day: of the shift
    :param date today: the day when it was written, on the clock of the same place
    :param bool is_question: whether they were asked to come: « Non » is an answer to that

    >>> from datetime import date
    >>> monday, sunday = date(2027, 1, 18), date(2027, 1, 17)
    >>> is_absence("Désolée, je ne peux pas venir demain", monday, sunday)
    True
    >>> is_absence("Je ne peux pas venir avant 10h", monday, sunday)
    False
    """
    if len(text) > LONGEST:
        return False
    words = normalize(NAME_BELOW.sub("", GREETING.sub("", text)))
    words = _drop_day(words, day, today)
    said = ABSENCE.sub(" ", words)
    is_said = said != words
    if is_question and NO.search(said):
        said, is_said = NO.sub(" ", said, count=1), True
    return is_said and not POLITE.sub(" ", said).strip()


def _drop_day(words, day, today):
    """Without the mention of the shift's own day, however it was said."""
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    number = r"1er|1" if day.day == 1 else f"0?{day.day}"
    words = re.sub(
        rf"\b(?:(?:ce|le) )?(?:{weekday} )?(?:le )?(?:{number})(?: {month}| 0?{day.month}\b)"
        rf"(?: {day.year})?\b",
        " ",
        words,
    )
    words = re.sub(rf"\b(?:(?:ce|le) )?{weekday}(?: (?:{number}))?\b", " ", words)
    if (day - today).days == 1:
        words = re.sub(r"\b(?:pour )?demain\b", " ", words)
    if day == today:
        words = re.sub(r"\b(?:pour )?aujourd hui\b", " ", words)
    return re.sub(r"\s+", " ", words).strip()


def is_automatic(headers):
    """Whether a machine answered: out of office, read receipts, lists.

    :param headers: of the e-mail, as a mapping whose names know no case
    """
    if (headers.get("Auto-Submitted") or "no").split(";")[0].strip().lower() != "no":
        return True
    if (headers.get("Precedence") or "").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    if (headers.get("Return-Path") or "").strip() == "<>":
        return True
    if any(headers.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):
        return True
    return bool(AUTOMATIC.match((headers.get("Subject") or "").strip()))
