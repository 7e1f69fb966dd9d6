"""Numbers shown so that their owner recognises them, and nobody else learns them."""


def mask_number(number):
    """The first four and the last four characters of a bank account number.

    >>> mask_number("FR76 3000 6000 0112 3456 7890 189")
    'FR76 •••• •••• 0189'
    >>> mask_number("12345678")
    '•••• 5678'
    >>> mask_number("1234")
    '••••'
    >>> mask_number(False)
    ''
    """
    number = "".join((number or "").split())
    if not number:
        return ""
    if len(number) >= 15:
        return f"{number[:4]} •••• •••• {number[-4:]}"
    return f"•••• {number[-4:]}" if len(number) >= 8 else "••••"


def mask_email(email):
    """The first letter and the domain of an e-mail address.

    >>> mask_email("camille@example.org")
    'c•••@example.org'
    >>> mask_email(False)
    ''
    """
    name, _sep, domain = (email or "").partition("@")
    return f"{name[:1]}•••@{domain}" if domain else ""
