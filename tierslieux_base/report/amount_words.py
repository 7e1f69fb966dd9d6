# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Amounts written out, as receipts want them."""

from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words


def euros_in_french(amount):
    """Write an amount of euros in French words.

    ``res.currency.amount_to_text`` gives "Un Euros" and "Zéro Euros et Quatre-Vingts Cents": a
    receipt is signed and filed, so it follows the usage of French cheques instead.

    :param amount: number of euros, rounded to the cent
    :return: words in lower case but for the first letter

    >>> euros_in_french(45)
    'Quarante-cinq euros'
    >>> euros_in_french(1)
    'Un euro'
    >>> euros_in_french(12.5)
    'Douze euros et cinquante centimes'
    >>> euros_in_french(0.8)
    'Quatre-vingts centimes'
    >>> euros_in_french(1271.01)
    'Mille deux cent soixante et onze euros et un centime'
    >>> euros_in_french(2000000)
    "Deux millions d'euros"
    >>> euros_in_french(0)
    'Zéro euro'
    >>> euros_in_french(-15)
    'Moins quinze euros'
    """
    cents_total = int((Decimal(str(amount)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    sign = "moins " if cents_total < 0 else ""
    euros, cents = divmod(abs(cents_total), 100)
    parts = []
    if euros or not cents:
        link = " d'" if euros and euros % 1_000_000 == 0 else " "
        unit = "euros" if euros > 1 else "euro"
        parts.append(f"{num2words(euros, lang='fr')}{link}{unit}")
    if cents:
        unit = "centimes" if cents > 1 else "centime"
        parts.append(f"{num2words(cents, lang='fr')} {unit}")
    words = sign + " et ".join(parts)
    return words[0].upper() + words[1:]


def amount_in_words(amount, currency):
    """Write ``amount`` in the language of the currency's environment.

    French euros follow :func:`euros_in_french`, anything else Odoo's own wording.
    """
    lang = currency.env.context.get("lang") or currency.env.lang or ""
    if lang.startswith("fr") and currency.name == "EUR":
        return euros_in_french(amount)
    return currency.amount_to_text(amount)
