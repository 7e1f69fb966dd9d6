from datetime import datetime, time, timedelta

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter
from odoo.addons.tierslieux_base.tools.clock import to_utc

# key: kind, buyer, title, reference, to submit by (days from today), amount without lots
TENDERS = {
    "tender_inclusion": (
        "public", "departement", "Médiation numérique dans les bourgs du canton", "35-2026-118", 9,
        0,
    ),
    "tender_mobilite": (
        "call", "fondation_canal", "Appel à projets « Bouger à tout âge »", "AAP-7", -21, 18000,
    ),
    "tender_atelier": (
        "public", "mairie_tinteniac", "Ateliers numériques pour les seniors", "MAPA-2026-04", -75,
        0,
    ),
    "tender_conciergerie": (
        "private", "menhir_data", "Conciergerie d'entreprise", "", -50, 9600,
    ),
    "tender_ressourcerie": (
        "partnership", "ptce_bretagne", "Ressourcerie partagée avec le PTCE", "", 0, 0,
    ),
}  # fmt: skip
# tender; number; title; amount (empty: we do not bid)
LOTS = """
tender_inclusion;1;Permanences hebdomadaires;21600
tender_inclusion;2;Ateliers collectifs;8400
tender_inclusion;3;Maintenance du parc;
tender_atelier;1;Cycle débutants;6400
tender_atelier;2;Cycle perfectionnement;3200
"""
# tender; question; asked by; days from today; answer
QUESTIONS = """
tender_inclusion;Les permanences peuvent-elles se tenir à l'Annexe ?;La Fabrique du Bourg;-6;Oui, si le lieu est accessible aux personnes à mobilité réduite.
tender_inclusion;La TVA s'applique-t-elle aux associations non assujetties ?;Un autre candidat;-4;
"""  # noqa: E501
# So many files of the list of the tender that is to be submitted are ready, or in progress.
READY, DOING = 7, 2


class Tenders(Chapter):
    """A tender due in nine days whose files are not complete, one that waits, one won, one lost
    and a partnership that is talked about."""

    module = "tierslieux_agreement"

    def day(self, days):
        return self.today + timedelta(days=days)

    def at(self, days, hour=12):
        return to_utc(datetime.combine(self.day(days), time(hour)), "Europe/Paris")

    def tell(self):
        self.manager = self.find_user("responsable")
        self.tell_tenders()
        self.tell_files()
        self.tell_results()

    def find_user(self, login):
        return self.env["res.users"].search([("login", "=", login)], limit=1) or self.env.user

    def tell_tenders(self):
        values = {
            key: {
                "name": name,
                "tender_kind": kind,
                "partner_id": self.ref(buyer).id,
                "company_id": self.company.id,
                "tender_reference": reference,
                "tender_deadline": days and self.at(days),
                "tender_published_on": days and self.day(days - 35),
                "tender_questions_until": days and self.day(days - 5),
                "tender_start_on": self.day(max(days, 0) + 60),
                "tender_end_on": self.day(max(days, 0) + 424),
                "expected_revenue": amount,
                "tender_place_id": self.ref("place_fabrique").id,
                "tender_is_social": kind == "partnership",
                "user_id": self.manager.id,
            }
            for key, (kind, buyer, name, reference, days, amount) in TENDERS.items()
        }
        self.tenders = dict(zip(values, self.make("crm.lead", values), strict=True))
        stage = self.env.ref("tierslieux_agreement.crm_stage_tender_preparing")
        self.tenders["tender_inclusion"].stage_id = stage
        self.env["tierslieux.tender.lot"].create(
            [
                {
                    "lead_id": self.tenders[key].id,
                    "number": number,
                    "name": name,
                    "amount": float(amount or 0),
                    "is_bid": bool(amount),
                }
                for key, number, name, amount in (
                    row.split(";") for row in LOTS.strip().splitlines()
                )
            ]
        )
        self.env["tierslieux.tender.question"].create(
            [
                {
                    "lead_id": self.tenders[key].id,
                    "question": question,
                    "asked_by": asked_by,
                    "asked_on": self.day(int(days)),
                    "answer": answer,
                    "answered_on": answer and self.day(int(days) + 3),
                }
                for key, question, asked_by, days, answer in (
                    row.split(";") for row in QUESTIONS.strip().splitlines()
                )
            ]
        )

    def tell_files(self):
        """Those that come first are ready; some of the others are nobody's yet."""
        coordinator = self.find_user("coordination")
        documents = self.tenders["tender_inclusion"].tender_document_ids
        for number, document in enumerate(documents):
            document.user_id = (self.manager, coordinator, False)[number % 3]
        documents[READY : READY + DOING].state = "doing"
        documents[:READY].state = "ready"
        dated = documents.filtered(lambda document: "vigilance" in document.name)
        dated.write({"state": "ready", "good_until": self.day(4)})
        others = (self.env["crm.lead"].union(*self.tenders.values())).tender_document_ids
        (others - documents).filtered("is_required").state = "ready"

    def tell_results(self):
        receipt = ("accuse-de-reception.pdf", b"%PDF-1.4")
        reason = self.env.ref("tierslieux_agreement.lost_reason_price")
        for key in ("tender_mobilite", "tender_atelier", "tender_conciergerie"):
            days = TENDERS[key][4]
            self.tenders[key]._submit_tender(self.at(days - 1, 17), receipt)
        won = self.tenders["tender_atelier"]
        first, second = won.tender_lot_ids
        none = self.env["crm.lost.reason"]
        won._decide_tender(self.day(-30), lots={first: ("won", none), second: ("lost", reason)})
        agreement = won._make_agreement()
        self.name({"agreement_atelier": agreement})
        self.tenders["tender_conciergerie"]._decide_tender(self.day(-20), "lost", reason)
        to_tell = self.env["tierslieux.tender.document"]._get_to_tell_domain()
        for document in self.env["tierslieux.tender.document"].search(to_tell):
            document._tell()
