"""Who the browser tests are about: an association, and one person per role."""

ASSOCIATION = {
    "name": "Association Les Tilleuls",
    "siret": "81234567600017",
    "street": "4 place du Marché",
    "zip": "26150",
    "city": "Die",
}
# login (and password) → groups, by xmlid
PEOPLE = {
    "accueil": ["tierslieux_base.group_reception"],
    "coordination": ["tierslieux_base.group_coordinator"],
    "responsable": ["tierslieux_base.group_manager"],
    "tresoriere": ["tierslieux_base.group_treasurer"],
    "bureau": ["tierslieux_base.group_board"],
    "soin": ["tierslieux_base.group_care"],
}
