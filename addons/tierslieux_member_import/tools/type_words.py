# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which texts of a type column name no membership. Plain Python without Odoo."""

from odoo.addons.tierslieux_base.tools.text_values import plain

_MEMBERSHIP_WORDS = {
    "adhesion", "adhesions", "cotisation", "cotisations", "adherent", "adherents", "membre",
    "membres", "bienfaiteur", "bienfaiteurs", "societaire", "societaires",
}  # fmt: skip
_SERVICE_WORDS = {
    "cours", "atelier", "ateliers", "stage", "stages", "don", "dons", "billet", "billetterie",
    "repas", "location", "boutique", "formation", "formations", "carnet", "seance", "seances",
}  # fmt: skip


def is_service(label, of_activities=False):
    """Whether a text of the type column is something sold besides, rather than a membership.

    :param bool of_activities: the file lists all activities, of which few are memberships

    >>> is_service("Cours de couture"), is_service("Couture"), is_service("Couture", True)
    (True, False, True)
    """
    words = set(plain(label).split())
    if words & _MEMBERSHIP_WORDS:
        return False
    return of_activities or bool(words & _SERVICE_WORDS)
