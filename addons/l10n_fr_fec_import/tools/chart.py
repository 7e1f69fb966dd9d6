# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Find the accounts of a file in a chart, without Odoo.

The same account is « 512 », « 512000 » or « 51200000 » from one software to the next, and some
have one account for each third party (« 411DUPONT »).
"""

import re

# Where no neighbour says it: the type of an account by the beginning of its number, the longest
# that fits. Plan comptable général (regulation ANC 2014-03, art. 932-1) and of associations
# (ANC 2018-06): the class, then what stands apart in it.
TYPES = {
    "1": "equity",
    "14": "liability_non_current",
    "15": "liability_non_current",
    "16": "liability_non_current",
    "17": "liability_non_current",
    "18": "liability_current",
    "19": "liability_current",
    "191": "liability_non_current",
    "2": "asset_fixed",
    "3": "asset_current",
    "4": "asset_current",
    "40": "liability_payable",
    "409": "asset_current",
    "41": "asset_receivable",
    "419": "liability_current",
    "42": "liability_current",
    "43": "liability_current",
    "44": "liability_current",
    "441": "asset_current",
    "4456": "asset_current",
    "45": "liability_current",
    "455": "liability_current",
    "462": "asset_current",
    "464": "liability_current",
    "466": "liability_current",
    "468": "liability_current",
    "4687": "asset_current",
    "477": "liability_current",
    "486": "asset_prepayments",
    "487": "liability_current",
    "5": "asset_cash",
    "50": "asset_current",
    "519": "liability_current",
    "58": "asset_current",
    "59": "asset_current",
    "6": "expense",
    "68": "expense_depreciation",
    "7": "income",
    "75": "income_other",
    "76": "income_other",
    "77": "income_other",
    "78": "income_other",
    "8": "off_balance",
}
# What a number says whatever its neighbours are: beside the account of a bank stand those of what
# is on its way to it.
SURE = {"512": "asset_cash", "514": "asset_cash", "53": "asset_cash"}


def get_root(code):
    """« 51200000 » and « 512 » are one account: the number without its last zeros."""
    return code.rstrip("0") or code


def split_third_party(code):
    """« 411DUPONT », « 411 DUPONT » → (« 411 », « DUPONT »); a number alone → (number, "")"""
    match = re.fullmatch(r"(\d{3,})\s*([^\d\s].*)", code)
    return (match[1], match[2]) if match else (code, "")


def match_accounts(codes, known):
    """Which accounts of the chart the codes of a file are.

    :param codes: codes of the file
    :param known: codes of the chart
    :return: {code of the file: code of the chart}, without those that the chart lacks
    """
    known = set(known)
    roots = {}
    for code in sorted(known):
        roots.setdefault(get_root(code), code)
    found = {}
    for code in codes:
        same = code if code in known else roots.get(get_root(code))
        if same:
            found[code] = same
    return found


def get_collective(code, known):
    """The account of all third parties that one of them alone stands under: 411100 of « 411DUPONT »

    :param known: {code: type} of the chart
    :return: a code of the chart, or "" where the account is of no third party or the chart has none
    """
    digits, third_party = split_third_party(code)
    if not third_party:
        return ""
    collective = sorted(
        other
        for other, kind in known.items()
        if other.startswith(digits) and kind in ("asset_receivable", "liability_payable")
    )
    return match_accounts([digits], known).get(digits) or next(iter(collective), "")


def get_account_type(code, known):
    """The type of an account that the chart lacks: that of its nearest neighbours, those whose
    numbers begin like it, three digits at least; else what the class says.

    :param known: {code: type} of the chart
    """
    digits = split_third_party(code)[0]
    for start, kind in SURE.items():
        if digits.startswith(start):
            return kind
    for length in range(len(digits), 2, -1):
        near = [kind for other, kind in known.items() if other[:length] == digits[:length]]
        near = [kind for kind in near if kind != "equity_unaffected"]
        if near:
            return max(sorted(set(near)), key=near.count)
    for length in range(min(4, len(digits)), 0, -1):
        if digits[:length] in TYPES:
            return TYPES[digits[:length]]
    return "asset_current"
