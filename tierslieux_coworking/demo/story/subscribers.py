from datetime import timedelta

from odoo.fields import Command

from .chapter import CoworkingChapter

# Months that the association has billed here: those before were billed with its former tool.
BILLED_MONTHS = 3

# person: plan, months and days since they came, more
SUBSCRIBERS = {
    "diallo_aminata": ("plan_full", 11, 0, {}),
    "renard_camille": ("plan_full", 20, 14, {}),
    "colin_mathieu": ("plan_full", 9, 0, {}),
    "bertin_julien": ("plan_full", 14, 0, {}),
    "kowalski_agnieszka": ("plan_full", 7, 9, {}),
    "chevalier_marion": ("plan_full", 26, 0, {}),
    "haddad_david": ("plan_full", 2, 11, {}),
    "traore_fatou": ("plan_half", 8, 0, {}),
    "guillou_thomas": ("plan_half", 13, 4, {}),
    "perrot_bastien": ("plan_half", 5, 0, {}),
    "moreau_elise": ("plan_half", 10, 0, {"situation": "situation_student"}),
    "benali_lina": ("plan_half", 2, 0, {"situation": "situation_student"}),
    "lemoine_cyril": ("plan_half", 1, 0, {"situation": "situation_seeker"}),
    "pham_minh": ("plan_half", 16, 0, {}),
    "lebihan_solene": ("plan_half", 4, 0, {}),
    "gicquel_nathalie": ("plan_half", 6, 0, {}),
    "riou_evan": ("plan_five", 3, 0, {}),
    "fernandes_paulo": ("plan_five", 12, 0, {}),
    "rault_claire": ("plan_five", 2, 6, {}),
    "haddad_malika": ("plan_five", 1, 0, {"situation": "situation_seeker"}),
    "fibre_rurale": (
        "plan_team", 9, 0,
        {"team": ["josselin_anais", "pham_lucie", "hamon_patrick"]},
    ),
    "menguy_ronan": ("plan_telework", 15, 0, {"employer": "menhir_data"}),
    "simon_laure": ("plan_telework", 6, 0, {"employer": "cabinet_vilaine"}),
    "fernandes_marie": ("plan_telework", 3, 0, {"employer": "assurances_pays"}),
    "morvan_erwan": ("plan_telework", 1, 0, {"employer": "energie_ouest"}),
}  # fmt: skip
# Books of ten days, bought so many days ago.
BOOKS = {
    "cadiou_rozenn": 75,
    "sylvestre_kevin": 62,
    "baudry_yves": 48,
    "benali_sonia": 30,
}
# Who left in the last months, and on the last day of which month (-1: of the one before).
GONE = {"thebault_armelle": ("plan_five", 9, -2), "bouvier_michel": ("plan_half", 7, -1)}


class Subscribers(CoworkingChapter):
    """Twenty-five subscribers on five plans, four books of passes, two who left."""

    def tell(self):
        self.tell_subscriptions()
        self.tell_books()
        self.tell_community()

    def tell_subscriptions(self):
        values = {}
        for person, (plan, months, days, more) in SUBSCRIBERS.items():
            values[f"subscription_{person}"] = self.subscription(person, plan, months, days, more)
        for person, (plan, months, _end) in GONE.items():
            values[f"subscription_{person}"] = self.subscription(person, plan, months, 0, {})
        subscriptions = self.make("tierslieux.subscription", values)
        subscriptions.action_start()
        self.tell_former_tool(subscriptions)

    def subscription(self, person, plan, months, days, more):
        partner = self.ref(person)
        annexe = partner.city == "Hédé-Bazouges"
        values = {
            "partner_id": partner.id,
            "plan_id": self.ref(plan).id,
            "date_start": self.month(-months) + timedelta(days=days),
            "company_id": self.company.id,
            "place_id": self.ref("place_annexe" if annexe else "place_fabrique").id,
            "programme_id": self.ref("programme_coworking").id,
        }
        if "situation" in more:
            values.update(situation_id=self.ref(more["situation"]).id, proof_checked=True)
        if "employer" in more:
            start = values["date_start"]
            values.update(
                employer_id=self.ref(more["employer"]).id,
                agreement_ref=f"Avenant télétravail {start:%Y-%m}",
                agreement_date=start - timedelta(days=12),
            )
        if "team" in more:
            team = [self.ref(key) for key in more["team"]]
            values.update(
                manager_id=team[0].id,
                person_ids=[
                    Command.create({"partner_id": member.id, "date_start": values["date_start"]})
                    for member in team
                ],
            )
        return values

    def tell_former_tool(self, subscriptions):
        """What was billed before the house came: nothing is due for it any more."""
        opening = self.month(-BILLED_MONTHS)
        self.env["tierslieux.billing.line"].create(
            [
                {
                    "subscription_id": subscription.id,
                    "period_start": subscription.date_start,
                    "period_end": opening - timedelta(days=1),
                    "state": "nothing",
                    "reason": "Facturé avec l'ancien outil",
                }
                for subscription in subscriptions
                if subscription.date_start < opening
            ]
        )

    def tell_books(self):
        books = self.make(
            "tierslieux.subscription",
            {
                f"book_{person}": {
                    "partner_id": self.ref(person).id,
                    "plan_id": self.ref("plan_book").id,
                    "date_start": self.ago(days),
                    "company_id": self.company.id,
                    "place_id": self.ref("place_fabrique").id,
                    "programme_id": self.ref("programme_coworking").id,
                }
                for person, days in BOOKS.items()
            },
        )
        for book in books:
            # Its ten days are written in the ledger on the day of the sale.
            book.with_context(default_date=book.date_start).action_start()

    def tell_community(self):
        """Those who agreed to be found by the others."""
        skills = {
            "renard_camille": ("Graphiste", ["Identité visuelle", "Mise en page"]),
            "colin_mathieu": ("Développeur", ["Python", "Cartographie"]),
            "bertin_julien": ("Architecte", ["Rénovation", "Dossiers d'urbanisme"]),
            "kowalski_agnieszka": ("Illustratrice", ["Illustration jeunesse"]),
            "chevalier_marion": ("Comptable", ["Associations", "Fiscalité"]),
            "traore_fatou": ("Rédactrice web", ["Rédaction", "Relecture"]),
            "diallo_aminata": ("Traductrice", ["Portugais", "Anglais", "Relecture"]),
        }
        names = sorted({name for _activity, known in skills.values() for name in known})
        records = self.env["tierslieux.skill"].create([{"name": name} for name in names])
        by_name = dict(zip(names, records, strict=True))
        for rank, (person, (activity, known)) in enumerate(skills.items()):
            self.ref(person).write(
                {
                    "community_visible": True,
                    "community_activity": activity,
                    "community_show_email": rank % 2 == 0,
                    "community_show_presence": rank != 4,
                    "community_skill_ids": [Command.set([by_name[n].id for n in known])],
                }
            )
