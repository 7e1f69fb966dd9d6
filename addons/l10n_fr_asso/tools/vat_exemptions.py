# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why an association charges no VAT: the law's words, and their codes on electronic invoices."""

import re
from typing import NamedTuple


class Exemption(NamedTuple):
    tax: str  # external id of its 0 % tax in the chart
    name: str  # of that tax
    code: str  # VATEX code of EN 16931 (BT-121), from the list that Odoo knows
    mention: str  # in French, as the law wants it on invoices (BT-120)


EXEMPTIONS = {
    "franchise": Exemption(
        "asso_tax_293_b",
        "0% 293 B",
        "VATEX-FR-FRANCHISE",
        "TVA non applicable, article 293 B du CGI",
    ),
    "261_7": Exemption(
        "asso_tax_261_7",
        "0% 261-7-1°",
        "VATEX-FR-CGI261-7",
        "Exonération de TVA, article 261, 7-1° du CGI",
    ),
    "261_4": Exemption(
        "asso_tax_261_4",
        "0% 261-4-4°",
        "VATEX-FR-CGI261-4",
        "Exonération de TVA, article 261, 4-4° du CGI",
    ),
    "261d_2": Exemption(
        "asso_tax_261_d_2",
        "0% 261 D-2°",
        "VATEX-FR-CGI261D-2",
        "Exonération de TVA, article 261 D, 2° du CGI",
    ),
}
BY_CODE = {exemption.code: key for key, exemption in EXEMPTIONS.items()}
FRANCHISE = "franchise"

WORDS = (
    (r"293\s*B", FRANCHISE),
    (r"261\s*D\W", "261d_2"),
    (r"261\W+7", "261_7"),
    (r"261\W+4", "261_4"),
)


def guess_exemption(mention):
    """The exemption that a mention written by hand speaks of, or None.

    >>> guess_exemption("Exonération de TVA, article 261, 7-1° du CGI")
    '261_7'
    >>> guess_exemption("TVA non applicable, art. 293 B du CGI")
    'franchise'
    >>> guess_exemption("Article 261 D, 2° du CGI")
    '261d_2'
    >>> guess_exemption("Autoliquidation")
    """
    found = (key for words, key in WORDS if re.search(words, mention or "", re.IGNORECASE))
    return next(found, None)
