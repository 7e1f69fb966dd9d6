from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.tierslieux_coworking.demo.story.chapter import CoworkingChapter
from odoo.addons.tierslieux_membership.demo.story.fees import Fees

# organisation: who represents it, months since, papers (kind, valid for so many days)
DOMICILIATIONS = {
    "jardins": (
        "lemoine_nadege", 14,
        [("contract", None), ("identity", 900), ("address", 20), ("registration", None),
         ("mandate", 300)],
    ),
    "amap": (
        "cadiou_rozenn", 5,
        [("contract", None), ("identity", 1500), ("address", 210), ("registration", None)],
    ),
}  # fmt: skip
# addressee, kind, sender, days ago, what became of it
POST = (
    ("jardins", "registered", "Préfecture d'Ille-et-Vilaine", 0, None),
    ("jardins", "letter", "Crédit coopératif", 2, "notify"),
    ("amap", "parcel", "Sachets et étiquettes", 1, None),
    ("chevalier_marion", "letter", "URSSAF de Bretagne", 6, "collect"),
    ("renard_camille", "parcel", "Imprimerie du Canal", 9, "collect"),
)
# person, what was done, quarters of an hour, month, day
SECRETARIAT = (
    ("chevalier_marion", "Frappe d'un compte rendu d'assemblée", 6, -1, 9),
    ("haddad_david", "Mise sous pli de 120 convocations", 4, -1, 16),
    ("jardins", "Permanence téléphonique", 8, -1, 20),
    ("haddad_david", "Impression et reliure de livrets", 3, 0, 1),
)


class Business(CoworkingChapter):
    """Two organisations at our address, their post, some secretarial work."""

    module = "tierslieux_business_centre"

    def ref(self, key):
        own = self.env.ref(f"{CoworkingChapter.module}.{key}_demo", raise_if_not_found=False)
        return own or super().ref(key)

    def tell(self):
        self.company.write(
            {
                "domiciliation_approval": f"2025-35-17 du 12/03/{self.today.year - 1}",
                "secretariat_quarter_price": 11.0,
            }
        )
        self.tell_domiciliations()
        self.tell_post()
        self.tell_secretariat()

    def tell_domiciliations(self):
        values = {}
        for key, (person, months, papers) in DOMICILIATIONS.items():
            start = self.month(-months)
            partner = self.ref(person)
            values[f"domiciliation_{key}"] = {
                "partner_id": self.ref(key).id,
                "representative_id": partner.id,
                "place_id": self.ref("place_fabrique" if key == "jardins" else "place_annexe").id,
                "date_start": start,
                "document_ids": [
                    Command.create(
                        {
                            "kind": kind,
                            "file": Fees.proof(partner, kind),
                            "filename": f"{kind}.png",
                            "date": start,
                            "date_end": self.today + timedelta(days=days) if days else False,
                        }
                    )
                    for kind, days in papers
                ],
            }
        self.make("tierslieux.domiciliation", values).action_start()

    def tell_post(self):
        for key, kind, sender, days, fate in POST:
            item = self.env["tierslieux.post.item"].create(
                {
                    "partner_id": self.ref(key).id,
                    "place_id": self.ref("place_fabrique").id,
                    "kind": kind,
                    "sender": sender,
                    "reference": "1A 203 441 7782 3" if kind == "registered" else False,
                    "received_at": fields.Datetime.now() - timedelta(days=days, minutes=50),
                    "user_id": self.ref("user_accueil").id,
                }
            )
            if fate:
                item.action_announced()
            if fate == "collect":
                item.action_collect()

    def tell_secretariat(self):
        self.env["tierslieux.secretariat.time"].create(
            [
                {
                    "partner_id": self.ref(key).id,
                    "description": text,
                    "quarters": quarters,
                    "date": self.month(offset) + timedelta(days=day - 1),
                    "user_id": self.ref("user_accueil").id,
                    "place_id": self.ref("place_fabrique").id,
                    "programme_id": self.ref("programme_coworking").id,
                    "company_id": self.company.id,
                }
                for key, text, quarters, offset, day in SECRETARIAT
            ]
        )
