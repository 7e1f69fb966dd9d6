# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The means of payment that a text speaks of. Plain Python without Odoo."""

from odoo.addons.tierslieux_base.tools.text_values import plain


def is_cash(method):
    """Whether a payment method of the file means notes and coins.

    >>> is_cash("Espèces"), is_cash("Chèque")
    (True, False)
    """
    return bool(set(plain(method).split()) & {"especes", "espece", "liquide", "cash", "caisse"})


_MEANS = {
    "cheque": {"cheque", "cheques", "chq"},
    "card": {"cb", "carte", "cartes", "tpe"},
    "online": {"helloasso", "stripe", "paypal", "internet", "ligne"},
    "transfer": {"virement", "virements", "vir"},
    "debit": {"prelevement", "prelevements", "sepa"},
}


def payment_means(label):
    """The means of payment that a text of the file, or a journal's name, speaks of.

    >>> payment_means("Chèque n° 12"), payment_means("CB"), payment_means("Banque")
    ({'cheque'}, {'card'}, set())
    """
    words = set(plain(label).split())
    return {means for means, names in _MEANS.items() if words & names}
