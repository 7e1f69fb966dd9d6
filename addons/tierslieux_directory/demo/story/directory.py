from odoo.fields import Command

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter

DIRECTORY = {
    "directory_france_services": {
        "name": "France Services de Combourg",
        "street": "3 rue de la Mairie",
        "zip": "35270",
        "city": "Combourg",
        "latitude": 48.40889,
        "longitude": -1.75111,
        "phone": "02 99 00 30 01",
        "email": "france-services@combourg.example.org",
        "opening_hours": "Mo-Fr 09:00-12:30,14:00-17:00",
        "presentation_summary": "Impôts, retraite, allocations, permis : aide aux démarches.",
        "typology": ["RFS"],
        "programme": ["France Services"],
    },
    "directory_mediatheque": {
        "name": "Médiathèque de Tinténiac",
        "street": "8 rue Nationale",
        "zip": "35190",
        "city": "Tinténiac",
        "latitude": 48.32861,
        "longitude": -1.83500,
        "phone": "02 99 00 30 02",
        "opening_hours": "We 10:00-12:30,14:00-18:00; Fr 15:00-18:30; Sa 10:00-12:30",
        "presentation_summary": "Accès libre à internet, prêt de liseuses, heure du conte.",
        "typology": ["BIB"],
    },
    "directory_clic": {
        "name": "CLIC du canal",
        "street": "1 rue du Stade",
        "zip": "35190",
        "city": "Tinténiac",
        "phone": "02 99 00 30 03",
        "opening_hours": "Mo-Fr 09:00-12:30",
        "presentation_summary": "Information et coordination pour les personnes âgées et leurs"
        " proches.",
        "typology": ["ASSO"],
    },
    "directory_mission_locale": {
        "name": "Mission locale, permanence de Combourg",
        "street": "3 rue de la Mairie",
        "zip": "35270",
        "city": "Combourg",
        "phone": "02 99 00 30 04",
        "opening_hours": "Tu 09:00-12:00,14:00-17:00",
        "presentation_summary": "Emploi, formation, logement et santé des 16-25 ans.",
        "typology": ["ML"],
    },
    "directory_epn": {
        "name": "Espace numérique d'Évran",
        "street": "Place de l'Abbaye",
        "zip": "22630",
        "city": "Évran",
        "latitude": 48.37972,
        "longitude": -1.97972,
        "phone": "02 96 00 30 05",
        "opening_hours": "Mo,Th 14:00-17:30; Sa 09:30-12:00",
        "presentation_summary": "Ateliers d'initiation, aide individuelle sur rendez-vous.",
        "typology": ["MUNI"],
    },
    "directory_ressourcerie": {
        "name": "La Ressourcerie du Linon",
        "street": "Zone artisanale du Linon",
        "zip": "22630",
        "city": "Évran",
        "phone": "02 99 00 20 10",
        "opening_hours": "We 14:00-18:00; Sa 10:00-18:00",
        "presentation_summary": "Ordinateurs reconditionnés à petit prix, ateliers de réparation.",
        "typology": ["RESSOURCERIE"],
    },
}


class Directory(Chapter):
    """The neighbours' services."""

    module = "tierslieux_directory"

    def tell(self):
        terms = self.env["tierslieux.directory.term"].search([])
        values = {}
        for key, entry in DIRECTORY.items():
            values[key] = {
                **{k: v for k, v in entry.items() if k not in ("typology", "programme")},
                "company_id": self.company.id,
                **{
                    f"{category}_ids": [
                        Command.set(
                            terms.filtered(
                                lambda t, c=category, e=entry: (
                                    t.category == c and t.schema_value in e.get(c, [])
                                )
                            ).ids
                        )
                    ]
                    for category in ("typology", "programme")
                },
            }
        values["directory_ressourcerie"]["partner_id"] = self.ref("ressourcerie").id
        self.make("tierslieux.directory.entry", values)
