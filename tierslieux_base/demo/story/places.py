from datetime import datetime, time, timedelta

from odoo.fields import Command

from .chapter import Chapter

PLACES = {
    "place_fabrique": {
        "name": "La Fabrique",
        "code": "FAB",
        "sequence": 1,
        "street": "4 place de l'Église",
        "zip": "35190",
        "city": "Tinténiac",
        "partner_latitude": 48.32917,
        "partner_longitude": -1.83639,
        "phone": "02 99 00 10 00",
        "email": "bonjour@lafabriquedubourg.example.org",
        "website": "https://lafabriquedubourg.example.org",
        "capacity": 45,
        "area": 280,
        "wheelchair": "yes",
        "has_hearing_loop": True,
        "has_accessible_toilet": True,
        "has_accessible_parking": True,
        "accessibility_note": "Entrée de plain-pied par la cour. Une salle calme à la demande.",
        "opening_hours": "Mo 14:00-18:00; Tu-Fr 09:00-12:30,13:30-18:30; Sa 09:30-12:30; PH off",
        "description": "<p>L'ancienne école du bourg : coworking, espace numérique, guichets de"
        " services publics et fablab.</p>",
    },
    "place_annexe": {
        "name": "L'Annexe",
        "code": "ANX",
        "sequence": 2,
        "street": "2 rue du Château",
        "zip": "35630",
        "city": "Hédé-Bazouges",
        "partner_latitude": 48.29583,
        "partner_longitude": -1.80139,
        "phone": "02 99 00 10 80",
        "email": "annexe@lafabriquedubourg.example.org",
        "capacity": 18,
        "area": 95,
        "wheelchair": "limited",
        "has_accessible_toilet": True,
        "accessibility_note": "Une marche à l'entrée, rampe amovible : sonnez.",
        "opening_hours": "Tu,Th 09:00-12:30,13:30-18:00; We 14:00-18:00; PH off",
        "description": "<p>L'ancien presbytère : télétravail, conciergerie, café des aidants et"
        " relais de l'AMAP.</p>",
    },
}
KINDS = {
    "place_fabrique": ["coworking", "epn", "fablab", "france_services", "social_space"],
    "place_annexe": ["telecentre", "concierge", "amap", "community_cafe"],
}
# Label, start and end, in days from today.
LABELS = {
    "place_fabrique": [("france_services", -700, 395), ("fab_charter", -420, None)],
    "place_annexe": [("cyberbase", -320, 45)],
}

DIRECTORY = {
    "directory_france_services": {
        "name": "France Services de Combourg",
        "street": "3 rue de la Mairie",
        "zip": "35270",
        "city": "Combourg",
        "latitude": 48.40889,
        "longitude": -1.75111,
        "phone": "02 99 00 30 01",
        "email": "france-services@combourg.example.org",
        "opening_hours": "Mo-Fr 09:00-12:30,14:00-17:00",
        "presentation_summary": "Impôts, retraite, allocations, permis : aide aux démarches.",
        "typology": ["RFS"],
        "programme": ["France Services"],
    },
    "directory_mediatheque": {
        "name": "Médiathèque de Tinténiac",
        "street": "8 rue Nationale",
        "zip": "35190",
        "city": "Tinténiac",
        "latitude": 48.32861,
        "longitude": -1.83500,
        "phone": "02 99 00 30 02",
        "opening_hours": "We 10:00-12:30,14:00-18:00; Fr 15:00-18:30; Sa 10:00-12:30",
        "presentation_summary": "Accès libre à internet, prêt de liseuses, heure du conte.",
        "typology": ["BIB"],
    },
    "directory_clic": {
        "name": "CLIC du canal",
        "street": "1 rue du Stade",
        "zip": "35190",
        "city": "Tinténiac",
        "phone": "02 99 00 30 03",
        "opening_hours": "Mo-Fr 09:00-12:30",
        "presentation_summary": "Information et coordination pour les personnes âgées et leurs"
        " proches.",
        "typology": ["ASSO"],
    },
    "directory_mission_locale": {
        "name": "Mission locale, permanence de Combourg",
        "street": "3 rue de la Mairie",
        "zip": "35270",
        "city": "Combourg",
        "phone": "02 99 00 30 04",
        "opening_hours": "Tu 09:00-12:00,14:00-17:00",
        "presentation_summary": "Emploi, formation, logement et santé des 16-25 ans.",
        "typology": ["ML"],
    },
    "directory_epn": {
        "name": "Espace numérique d'Évran",
        "street": "Place de l'Abbaye",
        "zip": "22630",
        "city": "Évran",
        "latitude": 48.37972,
        "longitude": -1.97972,
        "phone": "02 96 00 30 05",
        "opening_hours": "Mo,Th 14:00-17:30; Sa 09:30-12:00",
        "presentation_summary": "Ateliers d'initiation, aide individuelle sur rendez-vous.",
        "typology": ["MUNI"],
    },
    "directory_ressourcerie": {
        "name": "La Ressourcerie du Linon",
        "street": "Zone artisanale du Linon",
        "zip": "22630",
        "city": "Évran",
        "phone": "02 99 00 20 10",
        "opening_hours": "We 14:00-18:00; Sa 10:00-18:00",
        "presentation_summary": "Ordinateurs reconditionnés à petit prix, ateliers de réparation.",
        "typology": ["RESSOURCERIE"],
    },
}


class Places(Chapter):
    """Two places with their team, hours and labels, and the neighbours' services."""

    def tell(self):
        self.tell_places()
        self.tell_labels()
        self.tell_directory()

    def tell_places(self):
        kinds = self.env["tierslieux.place.kind"].search([])
        responsible, desk = self.ref("user_responsable"), self.ref("user_accueil")
        values = {}
        for key, place in PLACES.items():
            wanted = kinds.filtered(lambda kind, codes=KINDS[key]: kind.code in codes)
            values[key] = {
                **place,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.fr").id,
                "kind_ids": [Command.set(wanted.ids)],
                "manager_id": responsible.id,
                "team_ids": [Command.set((responsible | desk).ids)],
                "image_1920": self.image(f"{key}.png"),
            }
        values["place_fabrique"]["contact_id"] = self.ref("guillemot_sabrina").id
        values["place_annexe"]["contact_id"] = self.ref("cadiou_rozenn").id
        places = self.make("tierslieux.place", values)
        # A fortnight in August, and a day of works soon.
        year = self.today.year + (self.today.month >= 9)
        for place in places:
            self.close(place, datetime(year, 8, 1), datetime(year, 8, 16), "Congés d'été")
        soon = datetime.combine(self.today + timedelta(days=20), time())
        self.close(places[1], soon, soon, "Travaux de peinture")

    def close(self, place, first, last, reason):
        """Close ``place`` from ``first`` to ``last``, whole days."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": reason,
                "calendar_id": place.calendar_id.id,
                "company_id": self.company.id,
                "date_from": first - timedelta(hours=2),
                "date_to": last + timedelta(hours=21, minutes=59),
            }
        )

    def tell_labels(self):
        labels = []
        for place, held in LABELS.items():
            for name, start, end in held:
                label_type = self.env.ref(
                    f"tierslieux_base.place_label_type_{name}", raise_if_not_found=False
                )
                if label_type:
                    labels.append(
                        {
                            "place_id": self.ref(place).id,
                            "label_type_id": label_type.id,
                            "date_start": self.ago(-start),
                            "date_end": end and self.ago(-end),
                        }
                    )
        self.env["tierslieux.place.label"].create(labels)

    def tell_directory(self):
        terms = self.env["tierslieux.directory.term"].search([])
        values = {}
        for key, entry in DIRECTORY.items():
            values[key] = {
                **{k: v for k, v in entry.items() if k not in ("typology", "programme")},
                "company_id": self.company.id,
                **{
                    f"{category}_ids": [
                        Command.set(
                            terms.filtered(
                                lambda t, c=category, e=entry: (
                                    t.category == c and t.schema_value in e.get(c, [])
                                )
                            ).ids
                        )
                    ]
                    for category in ("typology", "programme")
                },
            }
        values["directory_ressourcerie"]["partner_id"] = self.ref("ressourcerie").id
        self.make("tierslieux.directory.entry", values)
