from odoo.fields import Command

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter
from odoo.addons.tierslieux_base.demo.story.logins import make_logins

# login: (person, groups)
LOGINS = {
    "coordination": ("cadiou_rozenn", ["tierslieux_base.group_coordinator"]),
    "benevole": ("fernandes_paulo", ["base.group_portal"]),
}
SKILLS = {
    "accueil": "Accueil du public",
    "reparation": "Petites réparations",
    "couture": "Couture",
    "numerique": "Aide numérique",
    "ecoute": "Écoute",
    "jardin": "Jardinage",
    "gestion": "Gestion associative",
}
# Person; stage; came (days ago); reached by; a week, hours a month at most; places; the usual
# week (0 is Monday); skills with their level; languages
PEOPLE = """
prigent_monique;regular;900;call;2;32;F;1:9-12.5 4:9-12.5;accueil 3 ecoute 2;
garnier_simone;regular;700;call;1;16;F;2:14-18 4:9-12.5;accueil 2;
fernandes_hugo;regular;200;text;1;12;F;2:14-18 5:9-13;numerique 2;en_US pt_PT
benali_lina;trained;25;email;2;12;F;2:14-18 5:9-13;accueil 1;en_US ar_001
riou_evan;met;6;text;0;0;;5:9-13;reparation 1;en_US
sylvestre_kevin;regular;500;email;2;0;F;3:13-19 5:9-13;reparation 3 numerique 2;
haddad_malika;first;40;email;1;12;F;3:14-18 4:9-12.5;accueil 2 numerique 1;ar_001
lemoine_cyril;first;30;email;0;0;;2:13-18 5:9-13;reparation 2 jardin 1;
colin_mathieu;regular;620;email;2;24;F;1:9-12.5 3:14-18;numerique 3;en_US
morvan_erwan;regular;800;email;1;0;F;5:9-13;reparation 2;
cadiou_rozenn;regular;1100;email;2;24;;1:17-21 2:13-18;jardin 3 gestion 2;
lemoine_nadege;regular;650;email;2;0;;1:13-21 2:13-18 4:13-18;ecoute 2 gestion 2;
fernandes_paulo;regular;720;email;3;32;F;1:17-21 2:13-18 3:13-19 5:9-13;reparation 3 numerique 2;
ruellan_sandrine;regular;1000;email;3;0;F;1:8-21 2:13-18 5:9-13;accueil 3 gestion 3;
collet_bernard;regular;1300;email;2;0;;1:17-21 2:13-18;jardin 2 gestion 2;
bouvier_michel;regular;450;call;3;0;;1:13-18 2:13-18 4:13-18;ecoute 2 jardin 2;
riou_marcelle;regular;540;email;2;24;F;1:13-18 4:13-18;ecoute 3 couture 3;
salaun_paul;regular;950;call;1;0;F;5:9-13;reparation 2;
"""
NOTES = {
    "garnier_simone": "Ni e-mail ni téléphone portable : l'appeler le matin, avant 11 h.",
    "salaun_paul": "Sa femme est malade depuis la rentrée. L'appeler sans lui demander de venir.",
    "riou_evan": "Rencontré au forum des associations. Préfère commencer avec quelqu'un.",
    "lemoine_cyril": "Cherche un emploi dans la maintenance : le passeport bénévole l'aiderait.",
    "bouvier_michel": "Ne conduit plus la nuit.",
}
# Whom to call: name, telephone, what to know.
EMERGENCY = {
    "garnier_simone": ("Hélène Garnier (sa fille)", "06 43 00 50 01", "Porte un appareil auditif."),
    "fernandes_hugo": ("Marie Fernandes (sa mère)", "06 41 00 10 22", ""),
    "bouvier_michel": ("Clinique du Canal", "02 99 00 50 02", "Diabète : collation dans son sac."),
}
# Person: kind, reference, from, until (days from today)
PAPERS = {
    "riou_marcelle": [
        ("licence", "Permis B, 1971", -19000, None),
        ("insurance", "Assurance mutuelle du pays, n° 4410-27", -200, 165),
        ("vehicle", "Citadine 4 CV", -900, None),
    ],
    "bouvier_michel": [
        ("licence", "Permis B, 1975", -18000, None),
        ("insurance", "Mutuelle des conducteurs, n° 88-1203", -342, 23),
        ("vehicle", "Berline 5 CV", -450, None),
    ],
    "lemoine_nadege": [
        ("licence", "Permis B, 1997", -10000, None),
        ("insurance", "Assurance mutuelle du pays, n° 5127-03", -90, 275),
        ("vehicle", "Voiture électrique, 3 CV", -300, None),
    ],
}
LEAVER = "morvan_erwan"
LEFT = 17  # days ago
# Whose whole story begins elsewhere than in the usual shifts.
NEW_STAGES = ("met", "trained")


class Volunteers(Chapter):
    """Eighteen people of the story who give their time, from 17 to 82 years old."""

    module = "tierslieux_volunteer"

    def tell(self):
        make_logins(self, LOGINS)
        self.tell_teams()
        self.tell_skills()
        self.tell_volunteers()
        self.tell_absences()
        self.tell_papers()
        self.tell_documents()

    def tell_teams(self):
        coordination = self.ref("user_coordination")
        for key in ("place_fabrique", "place_annexe"):
            self.ref(key).team_ids = [Command.link(coordination.id)]
        # Those who lead the association read the interviews of those who leave.
        confidential = self.env.ref("tierslieux_volunteer.group_confidential")
        self.ref("user_responsable").group_ids = [Command.link(confidential.id)]

    def tell_skills(self):
        self.make(
            "tierslieux.volunteer.skill",
            {
                f"skill_{key}": {"name": name, "company_id": self.company.id}
                for key, name in SKILLS.items()
            },
        )

    def tell_volunteers(self):
        values = {}
        for row in PEOPLE.strip().splitlines():
            key, stage, since, mode, per_week, hours, places, week, skills, languages = row.split(
                ";"
            )
            joined = self.ago(int(since))
            values[f"volunteer_{key}"] = {
                "partner_id": self.ref(key).id,
                "company_id": self.company.id,
                "stage": stage,
                "joined_on": joined,
                "charter_signed_on": stage != "met" and joined,
                "contact_mode": mode,
                "max_per_week": int(per_week),
                "hours_month": float(hours),
                "place_ids": [Command.link(self.ref("place_fabrique").id)] if places else [],
                "availability_ids": self.get_week(week),
                "skill_line_ids": self.get_skills(skills),
                "language_ids": [Command.set(self.get_languages(languages).ids)],
                "note": NOTES.get(key, False),
                **self.get_emergency(key),
                **self.get_consent(key),
            }
        values["volunteer_fernandes_paulo"]["shares_phone"] = True
        self.make("tierslieux.volunteer", values)

    def get_week(self, text):
        """« 1:9-12.5 »: on Tuesdays, from nine to half past twelve."""
        spans = [span.replace(":", "-").split("-") for span in text.split()]
        return [
            Command.create({"weekday": day, "hour_from": float(start), "hour_to": float(stop)})
            for day, start, stop in spans
        ]

    def get_skills(self, text):
        words = text.split()
        return [
            Command.create({"volunteer_skill_id": self.ref(f"skill_{name}").id, "level": level})
            for name, level in zip(words[::2], words[1::2], strict=True)
        ]

    def get_languages(self, codes):
        languages = self.env["res.lang"].with_context(active_test=False)
        return languages.search([("code", "in", ["fr_FR", *codes.split()])])

    def get_emergency(self, key):
        if key not in EMERGENCY:
            return {}
        names = ("emergency_name", "emergency_phone", "emergency_note")
        return dict(zip(names, EMERGENCY[key], strict=True))

    def get_consent(self, key):
        """Who is under eighteen comes with the written agreement of a parent."""
        if key != "fernandes_hugo":
            return {}
        return {"consent_by_id": self.ref("fernandes_marie").id, "consent_from": self.ago(200)}

    def tell_absences(self):
        """The one who helps on Tuesday mornings is away for a week: nobody else can come then."""
        self.env["tierslieux.volunteer.absence"].create(
            {
                "volunteer_id": self.ref("volunteer_colin_mathieu").id,
                "kind": "away",
                "date_from": self.ago(-13),
                "date_to": self.ago(-20),
                "reason": "En déplacement chez un client",
            }
        )

    def tell_papers(self):
        self.env["tierslieux.volunteer.paper"].create(
            [
                {
                    "volunteer_id": self.ref(f"volunteer_{key}").id,
                    "kind": kind,
                    "reference": reference,
                    "date_start": self.ago(-start),
                    "date_end": end is not None and self.ago(-end),
                    "checked_by_id": self.ref("user_responsable").id,
                }
                for key, papers in PAPERS.items()
                for kind, reference, start, end in papers
            ]
        )
        first_aid = self.make(
            "tierslieux.certification",
            {
                "certification_psc1": {
                    "name": "Premiers secours (PSC1)",
                    "company_id": self.company.id,
                    "validity_months": 24,
                }
            },
        )
        self.env["tierslieux.certification.holder"].create(
            [
                {
                    "certification_id": first_aid.id,
                    "partner_id": self.ref(key).id,
                    "date_start": self.ago(days),
                }
                for key, days in (
                    ("ruellan_sandrine", 400),
                    ("sylvestre_kevin", 150),
                    ("fernandes_paulo", 150),
                )
            ]
        )

    def tell_documents(self):
        user = self.ref("user_responsable")
        self.env["tierslieux.volunteer.document"].create(
            [
                {
                    "volunteer_id": self.ref(f"volunteer_{LEAVER}").id,
                    "kind": "leaving",
                    "name": "Entretien de départ",
                    "date": self.ago(LEFT + 2),
                    "user_id": user.id,
                    "note": "Nouveau poste à Rennes, plus de samedis libres. A aimé l'équipe du"
                    " Repair café ; regrette le manque d'outils. Reviendrait pour une fête.",
                },
                {
                    "volunteer_id": self.ref("volunteer_riou_marcelle").id,
                    "kind": "background",
                    "name": "Extrait de casier judiciaire (bulletin n° 3), vu",
                    "date": self.ago(530),
                    "user_id": user.id,
                },
                {
                    "volunteer_id": self.ref("volunteer_benali_lina").id,
                    "kind": "entry",
                    "name": "Entretien d'accueil",
                    "date": self.ago(20),
                    "user_id": user.id,
                    "note": "Disponible jusqu'aux partiels. Voudrait découvrir l'aide numérique.",
                },
            ]
        )
