from odoo.fields import Command

from .chapter import CoworkingChapter

EQUIPMENT = {
    "screen": "Écran",
    "two_screens": "Deux écrans",
    "board": "Tableau blanc",
    "video": "Visioconférence",
    "chair": "Fauteuil ergonomique",
    "quiet": "Isolation phonique",
}
POLICIES = {
    "policy_desk": {
        "name": "Postes de travail",
        "slot_step": 30,
        "duration_min": 60,
        "horizon_days": 60,
        "spans_closed": True,
        "ladder": [(2, 100)],
    },
    "policy_room": {
        "name": "Salles de réunion",
        "slot_step": 30,
        "duration_min": 60,
        "horizon_days": 120,
        "buffer_after": 30,
        "spans_closed": True,
        "no_show_percent": 100.0,
        "ladder": [(24, 50), (2, 100)],
    },
    "policy_office": {
        "name": "Bureaux fermés",
        "slot_step": 30,
        "duration_min": 120,
        "horizon_days": 120,
        "spans_closed": True,
        "ladder": [(48, 50)],
    },
    "policy_booth": {
        "name": "Cabine d'appel",
        "slot_step": 15,
        "duration_min": 15,
        "duration_max": 120,
        "horizon_days": 14,
        "ladder": [],
    },
}
# tariff → (hour, half-day, day)
RATES = {
    "rate_desk": ("Poste de travail", {"member": (5, 14, 22), "non_member": (6, 16, 25)}),
    "rate_room": (
        "Petite salle",
        {"member": (10, 32, 55), "non_member": (15, 48, 85), "partner": (8, 26, 45)},
    ),
    "rate_hall": (
        "Grande salle",
        {"member": (18, 58, 100), "non_member": (28, 90, 160), "partner": (14, 46, 80)},
    ),
    "rate_office": ("Bureau fermé", {"member": (9, 28, 45), "non_member": (13, 40, 65)}),
}
# key: name, kind, place, capacity, rules, prices, equipment
RESOURCES = {
    **{
        f"desk_{number}": (
            f"Poste {number}", "desk", "place_fabrique" if number <= 8 else "place_annexe", 1,
            "policy_desk", "rate_desk", ["two_screens" if number % 3 == 0 else "screen", "chair"],
        )
        for number in range(1, 13)
    },
    "room_canal": (
        "Salle du Canal", "room", "place_fabrique", 6, "policy_room", "rate_room",
        ["screen", "board", "video"],
    ),
    "room_ecluse": (
        "Salle de l'Écluse", "room", "place_fabrique", 14, "policy_room", "rate_hall",
        ["screen", "board", "video"],
    ),
    "room_presbytere": (
        "Salle du Presbytère", "room", "place_annexe", 8, "policy_room", "rate_room",
        ["board"],
    ),
    "office_cour": (
        "Bureau de la Cour", "office", "place_fabrique", 2, "policy_office", "rate_office",
        ["two_screens", "chair"],
    ),
    "office_jardin": (
        "Bureau du Jardin", "office", "place_annexe", 2, "policy_office", "rate_office",
        ["screen", "chair"],
    ),
    "booth": (
        "Cabine d'appel", "booth", "place_fabrique", 1, "policy_booth", False, ["quiet"],
    ),
}  # fmt: skip
DESCRIPTIONS = {
    "desk": "Un poste avec écran et fauteuil, dans la grande salle lumineuse.",
    "room": "Table, écran partagé et café à volonté. Trente minutes entre deux réunions pour"
    " aérer.",
    "office": "Un bureau qui ferme, pour un rendez-vous ou un dossier confidentiel.",
    "booth": "Pour téléphoner sans déranger : vingt minutes suffisent souvent.",
}


class Spaces(CoworkingChapter):
    """Twelve desks, three rooms, two offices and a booth, their rules and prices."""

    def tell(self):
        self.tell_rules()
        self.tell_prices()
        self.tell_resources()

    def tell_rules(self):
        self.make(
            "tierslieux.booking.policy",
            {
                key: {
                    **{name: value for name, value in policy.items() if name != "ladder"},
                    "company_id": self.company.id,
                    "ladder_ids": [
                        Command.create({"hours_before": hours, "fee_percent": percent})
                        for hours, percent in policy["ladder"]
                    ],
                }
                for key, policy in POLICIES.items()
            },
        )

    def tell_prices(self):
        units = ("hour", "half_day", "day")
        self.make(
            "tierslieux.booking.rate",
            {
                key: {
                    "name": name,
                    "company_id": self.company.id,
                    "line_ids": [
                        Command.create({"tariff": tariff, "unit": unit, "price": price})
                        for tariff, prices in tariffs.items()
                        for unit, price in zip(units, prices, strict=True)
                    ],
                }
                for key, (name, tariffs) in RATES.items()
            },
        )

    def tell_resources(self):
        self.make(
            "tierslieux.resource.equipment",
            {f"equipment_{key}": {"name": name} for key, name in EQUIPMENT.items()},
        )
        values = {}
        for rank, (key, resource) in enumerate(RESOURCES.items()):
            name, kind, place, capacity, policy, rate, equipment = resource
            values[key] = {
                "name": name,
                "sequence": rank,
                "kind_id": self.env.ref(f"tierslieux_booking.resource_kind_{kind}").id,
                "place_id": self.ref(place).id,
                "capacity": capacity,
                "policy_id": self.ref(policy).id,
                "rate_id": self.ref(rate).id if rate else False,
                "wheelchair": "yes" if place == "place_fabrique" else "limited",
                "description": f"<p>{DESCRIPTIONS[kind]}</p>",
                "equipment_ids": [
                    Command.set([self.ref(f"equipment_{one}").id for one in equipment])
                ],
            }
        self.make("tierslieux.resource", values)
        for partner in ("communaute", "ressourcerie", "amap", "admr"):
            self.ref(partner).booking_tariff_choice = "partner"
