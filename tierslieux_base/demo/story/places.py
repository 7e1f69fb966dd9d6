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


class Places(Chapter):
    """Two places with their team, hours and labels."""

    def tell(self):
        self.tell_places()
        self.tell_labels()

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
