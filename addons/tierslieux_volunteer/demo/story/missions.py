from datetime import date, timedelta

from odoo.fields import Command

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter

# key: name, place, programme, coordinator, (least, wanted, most), colour, values, description
MISSIONS = {
    "accueil": (
        "Accueil", "fabrique", "asso", "responsable", (1, 2, 2), 4, {"pairs_newcomers": True},
        "Ouvrir la porte, offrir un café, orienter vers la bonne personne. On n'est jamais seul"
        " les premières fois.",
    ),
    "repair": (
        "Repair café", "fabrique", "fablab", "coordination", (2, 3, 5), 2,
        {"pairs_newcomers": True, "swap_mode": "free"},
        "Un samedi sur deux, réparer avec celles et ceux qui apportent leur grille-pain.",
    ),
    "numerique": (
        "Aide numérique", "fabrique", "numerique", "responsable", (1, 2, 3), 6,
        {"swap_mode": "free"},
        "Une démarche en ligne, un téléphone neuf : on fait avec, jamais à la place.",
    ),
    "visites": (
        "Visites à domicile", "fabrique", "aines", "responsable", (1, 1, 2), 10,
        {
            "is_driving": True,
            "min_age": 18,
            "insurance_note": "Contrat d'association de La Fabrique ; prévenir l'accueil au"
            " 02 99 00 10 00.",
        },
        "Passer une heure avec une personne isolée, et la conduire faire une course.",
    ),
    "jardin": (
        "Jardin partagé", "annexe", "asso", "coordination", (2, 3, 8), 7, {"swap_mode": "free"},
        "Derrière L'Annexe : semer, désherber, récolter pour l'AMAP.",
    ),
    "conseil": (
        "Conseil d'administration", "fabrique", "asso", "responsable", (3, 4, 8), 9,
        {"replacement_mode": "none", "swap_mode": "none"},
        "Préparer et tenir la réunion mensuelle.",
    ),
}  # fmt: skip
# mission: skill, level, kind
NEEDS = {
    "numerique": [("numerique", "1", "must")],
    "repair": [("reparation", "1", "nice")],
    "visites": [("ecoute", "2", "nice")],
    "jardin": [("jardin", "2", "nice")],
}
# mission; weekday; from; to; every; from the week of today + so many; school; usual crew
PATTERNS = """
accueil;1;9;12.5;1;0;always;prigent_monique ruellan_sandrine
accueil;2;14;18;1;0;always;ruellan_sandrine garnier_simone benali_lina
accueil;4;9;12.5;1;0;always;prigent_monique garnier_simone haddad_malika
accueil;5;9.5;12.5;1;0;always;ruellan_sandrine benali_lina
repair;5;9.5;12.5;2;1;always;fernandes_paulo sylvestre_kevin lemoine_cyril fernandes_hugo morvan_erwan
numerique;1;10;12;1;0;outside;colin_mathieu
numerique;2;14;16;1;0;always;fernandes_hugo fernandes_paulo
numerique;3;14;17;1;0;always;sylvestre_kevin fernandes_paulo colin_mathieu haddad_malika
visites;1;14;17;1;0;always;riou_marcelle bouvier_michel lemoine_nadege
visites;4;14;17;1;0;always;bouvier_michel riou_marcelle lemoine_nadege
jardin;2;14;17;2;0;always;collet_bernard cadiou_rozenn bouvier_michel lemoine_cyril lemoine_nadege
conseil;1;18.5;20.5;4;1;always;collet_bernard ruellan_sandrine lemoine_nadege cadiou_rozenn fernandes_paulo
"""  # noqa: E501
WISHES = {
    "benali_lina": [("numerique", "wish")],
    "riou_evan": [("repair", "wish")],
    "garnier_simone": [("accueil", "wish"), ("visites", "refusal")],
    "fernandes_paulo": [("repair", "wish")],
    "colin_mathieu": [("numerique", "wish"), ("accueil", "refusal")],
    "bouvier_michel": [("visites", "wish")],
    "riou_marcelle": [("visites", "wish")],
    "haddad_malika": [("accueil", "wish")],
    "lemoine_nadege": [("conseil", "wish")],
}
# Zone B, near enough for a story: (name, first day, last day) of a season that begins in September.
HOLIDAYS = [
    ("Vacances de la Toussaint", (0, 10, 18), (0, 11, 2)),
    ("Vacances de Noël", (0, 12, 20), (1, 1, 4)),
    ("Vacances d'hiver", (1, 2, 14), (1, 3, 1)),
    ("Vacances de printemps", (1, 4, 11), (1, 4, 26)),
    ("Vacances d'été", (1, 7, 5), (1, 8, 31)),
]
USUAL_SINCE = 40  # weeks: a multiple of each rhythm


class Missions(Chapter):
    """Six missions with their usual shifts, who usually does them, and what people would like."""

    module = "tierslieux_volunteer"

    def tell(self):
        self.tell_missions()
        self.tell_holidays()
        self.tell_patterns()
        self.tell_wishes()

    def tell_missions(self):
        values = {}
        for key, (
            name,
            place,
            programme,
            user,
            seats,
            color,
            more,
            description,
        ) in MISSIONS.items():
            values[f"mission_{key}"] = {
                "name": name,
                "place_id": self.ref(f"place_{place}").id,
                "programme_id": self.ref(f"programme_{programme}").id,
                "coordinator_id": self.ref(f"user_{user}").id,
                "color": color,
                "description": f"<p>{description}</p>",
                "need_ids": [
                    Command.create(
                        {
                            "volunteer_skill_id": self.ref(f"skill_{skill}").id,
                            "level": level,
                            "kind": kind,
                        }
                    )
                    for skill, level, kind in NEEDS.get(key, ())
                ],
                **dict(zip(("seats_min", "seats_wanted", "seats_max"), seats, strict=True)),
                **more,
            }
        self.make("tierslieux.mission", values)

    def tell_holidays(self):
        year = self.season_start().year
        self.env["tierslieux.school.holiday"].create(
            [
                {
                    "name": name,
                    "company_id": self.company.id,
                    "date_from": date(year + first[0], *first[1:]),
                    "date_to": date(year + last[0], *last[1:]),
                }
                for name, first, last in HOLIDAYS
            ]
        )

    def tell_patterns(self):
        monday = self.today - timedelta(days=self.today.weekday())
        values = {}
        for number, row in enumerate(PATTERNS.strip().splitlines()):
            mission, weekday, start, stop, every, week, school, crew = row.split(";")
            values[f"pattern_{number}"] = {
                "mission_id": self.ref(f"mission_{mission}").id,
                "weekday": weekday,
                "hour_from": float(start),
                "hour_to": float(stop),
                "every": int(every),
                "date_from": monday + timedelta(weeks=int(week) - USUAL_SINCE),
                "school": school,
                "crew_ids": [
                    Command.link(self.ref(f"volunteer_{key}").id) for key in crew.split()[:2]
                ],
            }
        self.make("tierslieux.mission.pattern", values)

    def tell_wishes(self):
        self.env["tierslieux.volunteer.wish"].create(
            [
                {
                    "volunteer_id": self.ref(f"volunteer_{key}").id,
                    "mission_id": self.ref(f"mission_{mission}").id,
                    "kind": kind,
                }
                for key, wishes in WISHES.items()
                for mission, kind in wishes
            ]
        )
