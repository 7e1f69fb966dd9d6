from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter
from odoo.addons.tierslieux_base.tools.clock import to_utc

# key: kind, partner, title, first period (start, end: days from today), renewed by (months),
# notice (months), signed (days from today, None: a draft), subject
AGREEMENTS = {
    "agreement_caf": (
        "counter", "caf", "Permanence de la CAF au guichet", (-640, -276), 12, 2, -700,
        "La CAF reçoit sur rendez-vous le jeudi matin ; La Fabrique prête un bureau et"
        " accompagne les démarches en ligne.",
    ),
    "agreement_departement": (
        "counter", "departement", "Permanence du Département, aide aux aidants", (-200, 164), 12,
        3, -210, "Une travailleuse sociale du Département un mardi sur deux à La Fabrique.",
    ),
    "agreement_energie": (
        "service", "energie_ouest", "Électricité verte des deux lieux", (-330, 34), 12, 1, -335,
        "Fourniture d'électricité à prix indexé.",
    ),
    "agreement_fondation": (
        "sponsorship", "fondation_canal", "Mécénat « Bien vieillir au bourg »", (-150, 580), 0, 0,
        -160, "Deux ans de soutien aux visites à domicile ; le logo de la fondation figure sur les"
        " supports.",
    ),
    "agreement_mairie": (
        "hosting", "mairie_tinteniac", "Mise à disposition de l'ancienne école", (-1100, -5), 36,
        6, -1110, "La commune prête les locaux ; l'association les entretient et les ouvre.",
    ),
    "agreement_amap": (
        "reciprocity", "amap", "Distribution du jeudi contre paniers solidaires", (-300, 64), 12,
        1, -305, "L'AMAP distribue à l'Annexe et donne trois paniers par semaine.",
    ),
    "agreement_menhir": (
        "service", "menhir_data", "Télétravail des salariés de Menhir Data", (20, 384), 12, 2, -3,
        "Dix journées par mois dans l'espace partagé.",
    ),
    "agreement_ptce": (
        "ptce", "ptce_bretagne", "Adhésion au PTCE Bretagne romantique", (-500, -136), 0, 0, -510,
        "Coopération entre structures de l'économie sociale du pays.",
    ),
    "agreement_franchise": (
        "franchise", "reseau_fabriques", "Franchise sociale « Fabriques du bourg »", (30, 1124), 0,
        6, None, "Usage du nom, des méthodes et des formations du réseau.",
    ),
}  # fmt: skip
ORGANISATIONS = {
    "fondation_canal": "Fondation du Canal",
    "ptce_bretagne": "PTCE Bretagne romantique",
    "reseau_fabriques": "Réseau des Fabriques du bourg",
}
# agreement; what; whose; kind; rhythm; first day (days from today); hours a year; proof
DUTIES = """
agreement_caf;Tenir la permanence du jeudi;theirs;presence;once;;120;
agreement_caf;Compte rendu annuel de la permanence;theirs;report;yearly;-340;0;1
agreement_departement;Bilan trimestriel des accompagnements;ours;report;quarterly;-100;0;1
agreement_departement;Tenir la permanence du mardi;theirs;presence;once;;60;
agreement_fondation;Logo sur le site et les affiches;ours;visibility;once;-40;0;
agreement_fondation;Rapport d'activité de mi-parcours;ours;deliverable;once;60;0;1
agreement_mairie;Bilan annuel de l'occupation des locaux;ours;report;yearly;-735;0;
agreement_amap;Trois paniers solidaires chaque mois;theirs;deliverable;monthly;-62;0;
"""
# Of these the dates that are past are done, but for those that are left overdue.
LATE = {"agreement_departement": 1, "agreement_fondation": 1, "agreement_amap": 1}
# agreement, what for, who pays, amount, rhythm, begins (days from today), basis
PRICES = [
    ("agreement_caf", "Participation aux frais du guichet", "in", 300, "quarterly", -183, "fixed"),
    ("agreement_fondation", "Soutien de la Fondation", "in", 6000, "yearly", -150, "fixed"),
    ("agreement_energie", "Abonnement d'électricité", "out", 180, "monthly", -60, "indexed"),
]  # fmt: skip


class Agreements(Chapter):
    """Nine agreements at all stages: two near their notice date, three duties overdue."""

    module = "tierslieux_agreement"

    def tell(self):
        self.tell_organisations()
        self.tell_agreements()
        self.tell_duties()
        self.tell_presence()
        self.tell_prices()
        self.tell_life()

    def day(self, days):
        return self.today + timedelta(days=days)

    def tell_organisations(self):
        self.make(
            "res.partner",
            {
                key: {"name": name, "is_company": True, "city": "Combourg", "lang": "fr_FR"}
                for key, name in ORGANISATIONS.items()
            },
        )

    def tell_agreements(self):
        manager = self.ref_user("responsable")
        values = {}
        for key, (
            kind,
            partner,
            name,
            span,
            months,
            notice,
            _signed,
            purpose,
        ) in AGREEMENTS.items():
            start = self.day(span[0])
            # Whole months, as contracts have.
            length = max(round((span[1] - span[0] + 1) / 30.44), 1)
            end = start + relativedelta(months=length) - timedelta(days=1)
            values[key] = {
                "name": name,
                "agreement_type_id": self.env.ref(f"tierslieux_agreement.type_{kind}").id,
                "partner_id": self.ref(partner).id,
                "company_id": self.company.id,
                "start_date": start,
                "end_date": end,
                "renewal": "tacit" if months else "none",
                "renewal_months": months or 12,
                "notice_count": notice,
                "purpose": purpose,
                "place_ids": [Command.link(self.ref("place_fabrique").id)],
                "user_id": manager.id,
                "deputy_id": self.env.ref("base.user_admin").id,
                "text_id": self.env.ref("tierslieux_agreement.text_general").id,
            }
        self.agreements = dict(zip(values, self.make("agreement", values), strict=True))
        for key, agreement in self.agreements.items():
            signed = AGREEMENTS[key][6]
            if signed is not None:
                agreement.signature_date = self.day(signed)
        self.agreements["agreement_caf"].party_ids.contact_id = False
        self.agreements["agreement_ptce"].party_ids.role = "network"

    def ref_user(self, login):
        return self.env["res.users"].search([("login", "=", login)], limit=1) or self.env.user

    def tell_duties(self):
        for row in DUTIES.strip().splitlines():
            key, name, side, kind, rhythm, first, hours, proof = row.split(";")
            duty = self.env["tierslieux.agreement.duty"].create(
                {
                    "agreement_id": self.agreements[key].id,
                    "name": name,
                    "side": side,
                    "kind": kind,
                    "rhythm": rhythm,
                    "date_first": first and self.day(int(first)),
                    "hours_promised": float(hours or 0),
                    "proof_needed": bool(proof),
                }
            )
            past = duty.date_ids.filtered(lambda due: due.date < self.today).sorted("date")
            left = LATE.get(key, 0) if kind != "presence" else 0
            for due in past[: len(past) - left]:
                due._settle("done", note="Transmis.", proof=("piece.pdf", b"%PDF-1.4"))

    def tell_presence(self):
        """The CAF on Thursday mornings: three months back, two to come."""
        kind = self.env.ref("tierslieux_booking.resource_kind_room")
        room, agent = self.make(
            "tierslieux.resource",
            {
                "partner_office": {
                    "name": "Bureau des permanences",
                    "kind_id": kind.id,
                    "place_id": self.ref("place_fabrique").id,
                    "capacity": 3,
                    "portal_open": False,
                },
                "caf_agent": {
                    "name": "Agente de la CAF",
                    "kind_id": self.env.ref("tierslieux_booking.resource_kind_person").id,
                    "place_id": self.ref("place_fabrique").id,
                    "resource_type": "user",
                    "portal_open": False,
                },
            },
        )
        agreement = self.agreements["agreement_caf"]
        first = self.today - timedelta(days=self.today.weekday() + 84 - 3)
        slots = [first + timedelta(weeks=week) for week in range(20)]
        closed = self.get_closed(slots)
        vals_list = [
            {
                "resource_id": resource.id,
                "partner_id": agreement.partner_id.id,
                "title": agreement.name,
                "start": to_utc(datetime.combine(day, time(9)), "Europe/Paris"),
                "stop": to_utc(datetime.combine(day, time(12)), "Europe/Paris"),
                "agreement_id": agreement.id,
                "is_agreement_agent": resource == agent,
                "tariff": "free",
            }
            for day in slots
            if day not in closed
            for resource in (room, agent)
        ]
        Booking = self.env["tierslieux.booking"]
        bookings = Booking._book(vals_list, any_hours=True)
        past = bookings.filtered(lambda b: b.stop < fields.Datetime.now())
        past.with_context(tracking_disable=True).write({"state": "done"})

    def get_closed(self, days):
        year = date(min(days).year, 1, 1)
        return {year, date(max(days).year, 1, 1), date(year.year, 12, 25), date(year.year, 5, 1)}

    def tell_prices(self):
        index = self.env["tierslieux.agreement.index"].create(
            {
                "name": "Indice des prix à la consommation",
                "company_id": self.company.id,
                "rate_ids": [Command.create({"date": self.day(-20), "percent": 1.6})],
            }
        )
        self.name({"agreement_index": index})
        self.env["tierslieux.agreement.price"].create(
            [
                {
                    "agreement_id": self.agreements[key].id,
                    "name": name,
                    "direction": direction,
                    "amount": amount,
                    "rhythm": rhythm,
                    "date_start": self.day(start),
                    "basis": basis,
                    "index_id": basis == "indexed" and index.id,
                }
                for key, name, direction, amount, rhythm, start, basis in PRICES
            ]
        )

    def tell_life(self):
        """A review, an amendment, a notice; what is near its notice date is told at night."""
        for key, opinion in (("agreement_caf", "4"), ("agreement_departement", "5")):
            self.env["tierslieux.agreement.review"].create(
                {
                    "agreement_id": self.agreements[key].id,
                    "date": self.day(-45),
                    "opinion": opinion,
                    "worked": "Des usagers reçus plus près de chez eux.",
                    "decision": "go_on",
                }
            )
        self.agreements["agreement_amap"]._amend(
            {"purpose": "L'AMAP distribue à l'Annexe et donne quatre paniers par semaine."},
            "Un panier de plus, demandé par le CCAS.",
            self.day(-30),
        )
        energy = self.agreements["agreement_energie"]
        energy._give_notice(
            self.day(-10),
            energy._get_notice_end(self.day(-10)),
            self.env["tierslieux.agreement.party"],
            "Un fournisseur coopératif du pays est moins cher.",
        )
