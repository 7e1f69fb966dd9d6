from datetime import timedelta
from pathlib import Path

from odoo.fields import Command

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter

# key: stage, title, name, phone, e-mail, type, days ago, note
LEADS = {
    "lead_boulangerie": (
        "curious", "Boulangerie du port : adhérer comme structure ?", "Estelle Portier",
        "06 43 00 40 01", "estelle.portier@example.org", "structure", 2,
        "A lu l'article dans le bulletin municipal.",
    ),
    "lead_fablab": (
        "curious", "Découpe laser pour un marché de créateurs", "Gaspard Nicolas",
        "06 43 00 40 02", "gaspard.nicolas@example.org", "individuel", 4,
        "Veut savoir quand l'atelier est encadré.",
    ),
    "lead_telephone": (
        "curious", "Aide pour un nouveau téléphone", "Raymonde Lucas",
        "02 99 00 40 03", False, "reduit", 6,
        "Envoyée par le CLIC. Préfère qu'on l'appelle le matin.",
    ),
    "lead_teletravail": (
        "visited", "Télétravail deux jours par semaine", "Benoît Carré",
        "06 43 00 40 04", "benoit.carre@example.org", "coworker", 12,
        "A visité La Fabrique, intéressé par la salle d'appel.",
    ),
    "lead_mercredi": (
        "visited", "Ateliers du mercredi pour deux enfants", "Clémence Adam",
        "06 43 00 40 05", "clemence.adam@example.org", "famille", 15,
        "Attend le planning du prochain trimestre.",
    ),
    "lead_podcast": (
        "trial", "Journée d'essai : enregistrement d'un podcast", "Oscar Millet",
        "06 43 00 40 06", "oscar.millet@example.org", "coworker", 9,
        "Essai mardi, casque et micro à prêter.",
    ),
    "lead_aidants": (
        "trial", "Café des aidants : première séance", "Viviane Roche",
        "06 43 00 40 07", "viviane.roche@example.org", "individuel", 20,
        "Vient avec sa sœur. Confidentialité à rappeler.",
    ),
    "lead_joined": (
        "joined", "Illustratrice, cherche un bureau calme", "Agnieszka Kowalski",
        "06 41 00 10 46", "agnieszka.kowalski@example.org", "coworker", 300, "",
    ),
    "lead_lost": (
        "lost", "Hangar pour stocker du matériel", "Denis Faucher",
        "06 43 00 40 08", "denis.faucher@example.org", "structure", 40,
        "Nous n'avons pas de place pour du stockage.",
    ),
}  # fmt: skip


class Pipeline(Chapter):
    """The curious: who called, who visited, who tried, who joined."""

    module = "tierslieux_membership"
    folder = Path(__file__).parent

    def tell(self):
        desk = self.ref("user_accueil")
        team = self.env.ref("tierslieux_membership.crm_team_welcome")
        team.write(
            {
                "user_id": self.ref("user_responsable").id,
                "company_id": self.company.id,
                "member_ids": [Command.link(desk.id)],
            }
        )
        values = {}
        for key, (stage, title, name, phone, email, kind, days, note) in LEADS.items():
            stage = stage if stage in ("curious", "visited", "trial") else "curious"
            values[key] = {
                "type": "opportunity",
                "name": title,
                "contact_name": name,
                "phone": phone,
                "email_from": email,
                "membership_type_id": self.ref(f"type_{kind}").id,
                "team_id": team.id,
                "stage_id": self.env.ref(f"tierslieux_membership.crm_stage_{stage}").id,
                "user_id": desk.id,
                "company_id": self.company.id,
                "description": f"<p>{note}</p>" if note else False,
                "expected_revenue": self.ref(f"type_{kind}").amount,
                "date_deadline": self.today + timedelta(days=max(20 - days, 3)),
            }
        self.make("crm.lead", values)
        self.ref("lead_joined")._set_joined(self.ref("membership_kowalski_agnieszka_coworker_1"))
        reason = self.env.ref("crm.lost_reason_3", raise_if_not_found=False)
        self.ref("lead_lost").action_set_lost(lost_reason_id=reason.id if reason else False)
        self.plan_calls()

    def plan_calls(self):
        """What the desk has to do today and in the coming days."""
        for key, summary, days in (
            ("lead_telephone", "Rappeler Mme Lucas", 0),
            ("lead_fablab", "Proposer une date d'initiation", 1),
            ("lead_teletravail", "Proposer une journée d'essai", 3),
            ("lead_podcast", "Préparer le matériel", 2),
        ):
            self.ref(key).activity_schedule(
                "mail.mail_activity_data_call" if days < 2 else "mail.mail_activity_data_todo",
                date_deadline=self.today + timedelta(days=days),
                summary=summary,
                user_id=self.ref("user_accueil").id,
            )
