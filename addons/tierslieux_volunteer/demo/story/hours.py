import base64
from datetime import datetime, time, timedelta
from io import BytesIO

from dateutil.relativedelta import relativedelta
from PIL import Image, ImageDraw, ImageFont

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter
from odoo.addons.tierslieux_base.tools.clock import to_utc

# What was told on paper before the association had shifts here: person, mission, hours a month.
BEFORE = [
    ("prigent_monique", "accueil", 12),
    ("garnier_simone", "accueil", 6),
    ("ruellan_sandrine", "accueil", 9),
    ("fernandes_paulo", "repair", 7.5),
    ("sylvestre_kevin", "repair", 8),
    ("salaun_paul", "repair", 6),
    ("morvan_erwan", "repair", 4),
    ("colin_mathieu", "numerique", 10),
    ("riou_marcelle", "visites", 11),
    ("bouvier_michel", "visites", 9),
    ("lemoine_nadege", "visites", 6),
    ("collet_bernard", "jardin", 8),
    ("cadiou_rozenn", "jardin", 10),
]
MONTHS = 10
# Shifts of so many days ago are validated; since then they wait for the coordinator.
VALIDATED = 10
# Person, days ago, kind, what, mission, km or amount, vehicle, what becomes of it
EXPENSES = [
    ("riou_marcelle", 44, "km", "Visites, marché de Combourg", "visites", 46, "car_4", "refunded"),
    ("riou_marcelle", 38, "km", "Visite chez M. Cadiou", "visites", 31, "car_4", "refunded"),
    ("bouvier_michel", 30, "km", "Rendez-vous à l'hôpital de Rennes", "visites", 68, "car_5",
     "waived"),
    ("fernandes_paulo", 16, "purchase", "Fusibles, soudure et colle", "repair", 23.4, False,
     "validated"),
    ("lemoine_nadege", 5, "km", "Visites du vendredi", "visites", 42, "car_3", "submitted"),
    ("collet_bernard", 8, "purchase", "Plants de fraisiers et terreau", "jardin", 26.9, False,
     "submitted"),
    ("sylvestre_kevin", 20, "meal", "Repas de l'équipe du samedi", "repair", 54, False, "refused"),
]  # fmt: skip


class Hours(Chapter):
    """A year of hours, most of them validated; what is to look at; expenses at all stages."""

    module = "tierslieux_volunteer"

    def tell(self):
        self.boss = self.ref("user_responsable")
        self.tell_before()
        self.tell_validated()
        self.tell_to_validate()
        self.tell_expenses()

    def volunteer(self, key):
        return self.ref(f"volunteer_{key}")

    def mission(self, key):
        return self.ref(f"mission_{key}")

    # -- hours ---------------------------------------------------------------------------

    def tell_before(self):
        vals_list = []
        for month in range(MONTHS):
            day = self.ago(80 + 30 * month)
            for key, mission, hours in BEFORE:
                if self.volunteer(key).joined_on > day:
                    continue
                vals_list.append(
                    {
                        "volunteer_id": self.volunteer(key).id,
                        "mission_id": self.mission(mission).id,
                        "kind": "declared",
                        "date": day,
                        # Less in the quiet months.
                        "hours": hours - month % 3,
                        "note": "Relevé du mois, sur papier",
                        "state": "validated",
                        "validated_by_id": self.boss.id,
                        "validated_at": datetime.combine(day + timedelta(days=2), time(9)),
                    }
                )
        self.env["tierslieux.volunteer.hours"].create(vals_list)

    def tell_validated(self):
        rows = self.env["tierslieux.shift.assignment"].search(
            [
                ("shift_id.state", "=", "done"),
                ("attended_hours", ">", 0),
                ("day", "<=", self.ago(VALIDATED)),
            ]
        )
        lines = rows.with_user(self.boss)._write_hours()
        # One who had left before the end, and said so.
        lines.filtered(lambda line: line.hours == 3)[:1]._correct(
            2.5, "Partie une demi-heure plus tôt, elle nous l'a dit."
        )

    def tell_to_validate(self):
        """What a coordinator looks at one by one."""
        mathieu, rozenn, kevin = map(
            self.volunteer, ("colin_mathieu", "cadiou_rozenn", "sylvestre_kevin")
        )
        mathieu._declare_hours(
            date=self.ago(2),
            hours=2,
            mission=self.mission("numerique"),
            note="Ordinateur d'une adhérente remis en route, chez elle",
        )
        rozenn._declare_hours(
            date=self.ago(4),
            hours=1.5,
            mission=self.mission("jardin"),
            note="Commande des plants avec l'AMAP",
        )
        twice = kevin._declare_hours(
            date=self.ago(9),
            hours=3,
            mission=self.mission("repair"),
            note="Repair café",
        )
        twice.with_user(self.boss)._refuse("Déjà comptées avec le Repair café.")
        # A timer that nobody stopped, a Sunday of the garden.
        sunday = self.ago(1 + self.today.weekday())
        start = to_utc(datetime.combine(sunday, time(10)), "Europe/Paris")
        self.env["tierslieux.volunteer.hours"].create(
            {
                "volunteer_id": self.volunteer("collet_bernard").id,
                "mission_id": self.mission("jardin").id,
                "kind": "timer",
                "start": start,
                "stop": start + timedelta(hours=4),
                "is_capped": True,
                "note": "Arrosage",
            }
        )

    # -- expenses ------------------------------------------------------------------------

    def tell_expenses(self):
        by_fate = {}
        for key, days, kind, name, mission, figure, vehicle, fate in EXPENSES:
            day = self.ago(days)
            is_trip = kind == "km"
            if is_trip:
                self.ensure_scale(day)
            expense = self.volunteer(key)._submit_expense(
                day,
                kind,
                name,
                amount=not is_trip and figure,
                km=is_trip and figure,
                vehicle=vehicle,
                mission=self.mission(mission),
                receipt=not is_trip and self.get_receipt(name, day, figure),
                receipt_name=not is_trip and "ticket.png",
            )
            by_fate[fate] = by_fate.get(fate, expense.browse()) | expense
        accepted = by_fate["refunded"] | by_fate["waived"] | by_fate["validated"]
        accepted.with_user(self.boss).action_validate()
        by_fate["refunded"].with_user(self.ref("user_tresoriere")).action_refund()
        by_fate["waived"]._waive(by_fate["waived"]._get_waiver_text(), "paper", self.ago(21))
        by_fate["refused"].with_user(self.boss)._refuse(
            "Les repas de l'équipe sont payés par l'association : voir avec la trésorière."
        )

    def ensure_scale(self, day):
        """A scale of the day of a trip: the law's, or the last one that is known."""
        Scale = self.env["tierslieux.mileage.scale"]
        if Scale._get_scale(day, self.company):
            return
        Scale.search([], limit=1).copy(
            {
                "name": f"Barème {day.year}, repris de l'année d'avant",
                "company_id": self.company.id,
                "date_start": day + relativedelta(month=1, day=1),
                "date_end": day + relativedelta(month=12, day=31),
                "source": "Décision du conseil d'administration",
            }
        )

    def get_receipt(self, name, day, amount):
        """A till receipt, as a photograph would show it."""
        picture = Image.new("RGB", (420, 260), "white")
        draw, font = ImageDraw.Draw(picture), ImageFont.load_default(22)
        lines = ("MAGASIN DU CANAL", f"{day:%d/%m/%Y}", name, f"TOTAL {amount:.2f} EUR", "MERCI")
        for number, line in enumerate(lines):
            draw.text((30, 30 + 42 * number), line, fill="black", font=font)
        content = BytesIO()
        picture.save(content, "PNG")
        return base64.b64encode(content.getvalue())
