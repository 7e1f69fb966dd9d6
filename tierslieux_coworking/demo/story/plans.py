from odoo.fields import Command

from .chapter import CoworkingChapter

SITUATIONS = {
    "situation_student": ("Étudiant·e", "Carte d'étudiant de l'année"),
    "situation_seeker": ("Demandeur·euse d'emploi", "Avis de situation de moins de trois mois"),
}
# Kind of credit → (quantity per period, carried over up to); None is unlimited.
PLANS = {
    "plan_full": {
        "name": "Temps plein",
        "code": "PLEIN",
        "amount": 320.0,
        "prices": [("member", 300.0)],
        "credits": {"day": (None, 0), "meeting_hour": (8, 0), "print": (100, 0)},
        "discount_extras": 20.0,
        "commitment_months": 3,
        "deposit_amount": 150.0,
        "capacity": 8,
        "has_door": True,
        "has_post_box": True,
        "portal_open": True,
        "description": "<p>Un poste chaque jour, huit heures de salle par mois, la clé et une boîte"
        " aux lettres.</p>",
    },
    "plan_half": {
        "name": "Mi-temps",
        "code": "MI-TEMPS",
        "amount": 190.0,
        "prices": [
            ("member", 175.0),
            ("situation_student", 120.0),
            ("situation_seeker", 120.0),
        ],
        "credits": {"day": (10, 5), "meeting_hour": (3, 0), "print": (30, 0)},
        "discount_extras": 10.0,
        "trial_days": 7,
        "portal_open": True,
        "description": "<p>Dix jours par mois, dont cinq se reportent, et trois heures de"
        " salle.</p>",
    },
    "plan_five": {
        "name": "Cinq jours",
        "code": "CINQ",
        "amount": 110.0,
        "prices": [("member", 99.0), ("situation_seeker", 75.0)],
        "credits": {"day": (5, 0), "meeting_hour": (1, 0)},
        "portal_open": True,
        "description": "<p>Cinq jours par mois et une heure de salle.</p>",
    },
    "plan_team": {
        "name": "Équipe",
        "code": "EQUIPE",
        "audience": "team",
        "max_persons": 4,
        "amount": 620.0,
        "credits": {"day": (40, 0), "meeting_hour": (12, 0), "print": (200, 0)},
        "discount_extras": 20.0,
        "notice_days": 60,
        "has_door": True,
        "description": "<p>Quarante jours par mois à partager entre quatre personnes.</p>",
    },
    "plan_telework": {
        "name": "Télétravail employeur",
        "code": "TELETRAVAIL",
        "audience": "telework",
        "amount": 176.0,
        "agreement_days": 8.0,
        "credits": {"day": (8, 0), "meeting_hour": (2, 0)},
        "description": "<p>Huit jours par mois, payés par l'employeur, avec la liste des"
        " présences.</p>",
    },
    "plan_book": {
        "name": "Carnet de 10 jours",
        "code": "CARNET10",
        "kind": "book",
        "amount": 200.0,
        "prices": [("member", 180.0)],
        "credits": {"day": (10, 0)},
        "validity_months": 12,
        "portal_open": True,
        "description": "<p>Dix jours à prendre en un an.</p>",
    },
    "plan_day": {
        "name": "Ticket journée",
        "code": "JOUR",
        "kind": "day",
        "amount": 25.0,
        "credits": {"day": (1, 0)},
        "best_price": True,
        "portal_open": True,
        "description": "<p>Un poste pour la journée, café compris.</p>",
    },
    "plan_morning": {
        "name": "Ticket demi-journée",
        "code": "DEMI",
        "kind": "day",
        "amount": 15.0,
        "credits": {"half_day": (1, 0)},
        "description": "<p>Un poste le matin ou l'après-midi.</p>",
    },
    "plan_trial": {
        "name": "Journée d'essai",
        "code": "ESSAI",
        "kind": "trial",
        "amount": 0.0,
        "credits": {"day": (1, 0)},
        "description": "<p>Offerte, pour voir si l'on s'y sent bien.</p>",
    },
}


class Plans(CoworkingChapter):
    """Five plans by the month, a book of ten days, day passes and a trial."""

    def tell(self):
        self.make(
            "tierslieux.situation",
            {
                key: {"name": name, "proof_required": True, "proof_note": proof}
                for key, (name, proof) in SITUATIONS.items()
            },
        )
        values = {}
        for rank, (key, plan) in enumerate(PLANS.items()):
            values[key] = {
                **{k: v for k, v in plan.items() if k not in ("prices", "credits")},
                "sequence": rank * 10,
                "company_id": self.company.id,
                "price_ids": [
                    Command.create(self.price(who, amount))
                    for who, amount in plan.get("prices", ())
                ],
                "credit_ids": [
                    Command.create(self.credit(code, *quantities))
                    for code, quantities in plan["credits"].items()
                ],
            }
        self.make("tierslieux.plan", values)
        # Beyond what is included, a print is paid.
        prints = self.env.ref("tierslieux_coworking.credit_type_print")
        prints.with_company(self.company).extra_price = 0.10

    def price(self, who, amount):
        if who == "member":
            return {"members_only": True, "amount": amount}
        return {"situation_id": self.ref(who).id, "amount": amount}

    def credit(self, code, quantity, cap):
        return {
            "type_id": self.env.ref(f"tierslieux_coworking.credit_type_{code}").id,
            "quantity": quantity or 0.0,
            "is_unlimited": quantity is None,
            "rolls_over": bool(cap),
            "rollover_cap": float(cap),
        }
