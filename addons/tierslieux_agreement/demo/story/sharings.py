from datetime import datetime, time, timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter
from odoo.addons.tierslieux_base.tools.clock import to_utc

# key: what; direction; kind; begins as; place; partner; begins (days from today); agreed; terms;
# terms in words; agreement; goal
SHARINGS = """
projector;Vidéoprojecteur et écran;given;equipment;offered;fabrique;mairie_tinteniac;-420;1;free;Rendu propre le lendemain avant 10 h;agreement_mairie;Séances de cinéma dans les hameaux, l'été
kitchen;Cuisine de l'AMAP, le mercredi;received;space;offered;annexe;amap;-300;1;exchange;Contre la salle de distribution du jeudi;agreement_amap;Ateliers cuisine avec les habitants
skill;Comptable du PTCE, une journée par mois;received;skill;asked;fabrique;ptce_bretagne;-400;1;exchange;Un jour contre un jour d'animation;agreement_ptce;Aider à tenir les comptes de l'association
animation;Animation de réunions pour le PTCE;given;time;offered;fabrique;ptce_bretagne;-400;1;exchange;Un jour contre un jour de comptable;agreement_ptce;Faire vivre les groupes de travail du pays
van_asked;Un utilitaire pour le vide-grenier;received;vehicle;asked;annexe;;-20;;free;;;Transporter les tables et les chaises
van_offered;Camionnette de la commune, le week-end;received;vehicle;offered;annexe;mairie_hede;-10;;cost;Carburant à notre charge;;Aider les associations du village
"""  # noqa: E501
# sharing: worth since the day it began; unit
WORTH = {"projector": (45, "day"), "kitchen": (18, "hour"), "skill": (32, "hour"),
         "animation": (28, "hour")}  # fmt: skip
# sharing: so many days ago, hours, what was done
LEDGER = {
    "skill": (
        (372, 7, "Clôture des comptes"),
        (310, 7, "Budget prévisionnel"),
        (190, 6, "Justificatifs de la subvention"),
        (120, 7, "Situation de mi-année"),
        (45, 7, "Préparation de la clôture"),
    ),
    "animation": (
        (350, 4, "Réunion publique à Combourg"),
        (200, 6, "Journée mobilité"),
        (80, 4, "Groupe alimentation"),
    ),
}
# So many days ago the projector left, and for how many days.
LOANS = ((365, 1), (300, 2), (150, 1), (120, 2), (60, 1))


class Sharings(Chapter):
    """What is shared: a projector lent, a kitchen borrowed, skills exchanged, a van to find."""

    module = "tierslieux_agreement"

    def tell(self):
        self.tell_resources()
        self.tell_sharings()
        self.tell_worth_and_priorities()
        self.tell_bookings()
        self.tell_ledger()

    def day(self, days):
        return self.today + timedelta(days=days)

    def tell_resources(self):
        policy = self.env["tierslieux.booking.policy"].create(
            {
                "name": "Prêt de matériel, à la journée",
                "company_id": self.company.id,
                "slot_step": 60,
                "duration_min": 60,
                "spans_closed": True,
                "audience": "staff",
            }
        )
        self.resources = {}
        for key, name, kind, place in (
            ("projector", "Vidéoprojecteur et écran", "kit", "place_fabrique"),
            ("kitchen", "Cuisine de l'AMAP", "room", "place_annexe"),
        ):
            (self.resources[key],) = self.make(
                "tierslieux.resource",
                {
                    f"shared_{key}": {
                        "name": name,
                        "kind_id": self.env.ref(f"tierslieux_booking.resource_kind_{kind}").id,
                        "place_id": self.ref(place).id,
                        "policy_id": policy.id,
                        "hours_mode": "always",
                        "portal_open": False,
                    }
                },
            )

    def tell_sharings(self):
        manager = self.env["res.users"].search([("login", "=", "responsable")], limit=1)
        values, agreed = {}, {}
        for row in SHARINGS.strip().splitlines():
            (key, name, direction, kind, proposal, place, partner, begins, is_agreed, terms,
             words, agreement, goal) = row.split(";")  # fmt: skip
            agreed[key] = bool(is_agreed)
            values[f"sharing_{key}"] = {
                "name": name,
                "direction": direction,
                "kind": kind,
                "proposal": proposal,
                "place_id": self.ref(f"place_{place}").id,
                "partner_id": partner and self.ref(partner).id,
                "date_start": self.day(int(begins)),
                "terms": terms,
                "terms_text": words,
                "agreement_id": agreement and self.ref(agreement).id,
                "goal": goal,
                "resource_ids": [
                    Command.link(resource.id) for resource in (self.resources.get(key),) if resource
                ],
                "user_id": manager.id or self.env.user.id,
            }
        records = self.make("tierslieux.sharing", values)
        self.sharings = dict(zip(agreed, records, strict=True))
        for key, sharing in self.sharings.items():
            if agreed[key]:
                sharing.agreed_on = sharing.date_start

    def tell_worth_and_priorities(self):
        self.env["tierslieux.sharing.worth"].create(
            [
                {
                    "sharing_id": self.sharings[key].id,
                    "date_start": self.sharings[key].date_start,
                    "amount": amount,
                    "unit": unit,
                    "source": "Tarif de location de la commune" if unit == "day" else False,
                }
                for key, (amount, unit) in WORTH.items()
            ]
        )
        self.env["tierslieux.sharing.priority"].create(
            [
                {
                    "sharing_id": self.sharings["projector"].id,
                    "first": "ours",
                    "days_before": 30,
                    "friday": True,
                },
                {
                    "sharing_id": self.sharings["kitchen"].id,
                    "first": "partner",
                    "days_before": 3,
                    "thursday": True,
                    "hour_from": 14,
                    "hour_to": 20,
                },
            ]
        )

    def tell_bookings(self):
        """The town takes the projector now and then; we cook on Wednesdays."""
        town = self.sharings["projector"].partner_id
        vals_list = [
            self.prepare_booking("projector", town, self.day(-ago), 9, self.day(-ago + days), 9)
            for ago, days in LOANS
        ]
        wednesday = self.today - timedelta(days=(self.today.weekday() - 2) % 7)
        vals_list += [
            self.prepare_booking(
                "kitchen", self.company.partner_id, day, 14, day, 17, title="Atelier cuisine"
            )
            for day in (wednesday - timedelta(weeks=weeks) for weeks in range(2, 40, 3))
        ]
        bookings = self.env["tierslieux.booking"]._book(vals_list, any_hours=True)
        past = bookings.filtered(lambda booking: booking.stop < fields.Datetime.now())
        past.with_context(tracking_disable=True).write({"state": "done"})

    def prepare_booking(self, key, partner, first, hour, last, last_hour, **vals):
        return {
            "resource_id": self.resources[key].id,
            "partner_id": partner.id,
            "start": to_utc(datetime.combine(first, time(hour)), "Europe/Paris"),
            "stop": to_utc(datetime.combine(last, time(last_hour)), "Europe/Paris"),
            "tariff": "free",
            **vals,
        }

    def tell_ledger(self):
        self.env["tierslieux.sharing.entry"].create(
            [
                {
                    "sharing_id": self.sharings[key].id,
                    "date": self.day(-ago),
                    "hours": hours,
                    "name": what,
                }
                for key, rows in LEDGER.items()
                for ago, hours, what in rows
            ]
        )
