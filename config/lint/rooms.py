"""The rooms of the house and the arrows between them, as the design has them.

A room depends on lower layers only: libraries (which know nothing of us), the base, foundations,
trades, roof. Among foundations and among trades, the arrows written here and no others.
"""

BASE = "tierslieux_base"
# foundation → foundations it may depend on
FOUNDATIONS = {
    "tierslieux_membership": set(),
    "tierslieux_member_import": {"tierslieux_membership"},
    "tierslieux_directory": set(),
    "tierslieux_booking": set(),
    "tierslieux_presence": {"tierslieux_booking"},
    "tierslieux_billing": {"tierslieux_booking"},
    "tierslieux_volunteer": {"tierslieux_booking"},
    "tierslieux_agreement": {"tierslieux_booking"},
    "tierslieux_lending": {"tierslieux_booking"},
    "tierslieux_reception": {"tierslieux_directory", "tierslieux_presence"},
}
# trade → trades it may depend on; the exceptions that the design writes down
TRADES = {
    "tierslieux_coworking": set(),
    "tierslieux_business_centre": {"tierslieux_coworking"},
    "tierslieux_sepa": set(),
    "tierslieux_seniors": set(),
    "tierslieux_finance": set(),
    "tierslieux_digital": set(),
    "tierslieux_counter": set(),
    "tierslieux_fablab": set(),
    "tierslieux_concierge": set(),
    "tierslieux_network": set(),
    "tierslieux_governance": set(),
}
ROOF = {"tierslieux_dashboard", "tierslieux_website"}
# Those that need few foundations, so that a place may leave the others out
NARROW = {
    "tierslieux_finance": {
        "tierslieux_volunteer",
        "tierslieux_agreement",
        "tierslieux_membership",
    },
    "tierslieux_sepa": {"tierslieux_billing"},
}
# What lies at the root of the checkout; all else is in addons/.
AT_ROOT = (BASE, "tierslieux_coworking", "tierslieux_seniors", "tierslieux_finance")


def get_allowed(name, libraries):
    """The modules of ours that the room ``name`` may depend on.

    :param set libraries: names of the libraries of the project
    :return: set of names, or None for a room that the design does not have
    """
    if name == BASE:
        return set(libraries)
    lower = libraries | {BASE}
    if name in FOUNDATIONS:
        return lower | FOUNDATIONS[name]
    if name in TRADES:
        return lower | NARROW.get(name, set(FOUNDATIONS)) | TRADES[name]
    if name in ROOF:
        return lower | set(FOUNDATIONS) | set(TRADES)
    return None
