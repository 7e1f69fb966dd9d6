"""Addresses that hold a secret: shown once, to who has just made them, and read nowhere."""


def show_secret(title, url):
    """A client action that shows an address to copy, until it is closed; the form is read anew."""
    return {
        "type": "ir.actions.client",
        "tag": "tierslieux_secret",
        "params": {"title": title, "url": url},
    }
