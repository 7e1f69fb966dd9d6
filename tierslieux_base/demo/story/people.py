import unicodedata

from odoo.fields import Command

from .chapter import Chapter
from .logins import make_logins

TAGS = {
    "salarie": ("Équipe salariée", 4),
    "bureau": ("Conseil d'administration", 9),
    "benevole": ("Bénévole", 10),
    "coworker": ("Coworker", 5),
    "famille": ("Famille", 3),
    "aine": ("Aîné·e", 2),
    "aidant": ("Aidant·e", 6),
    "collectivite": ("Collectivité", 11),
    "financeur": ("Financeur", 8),
    "partenaire": ("Partenaire", 7),
    "association": ("Association", 1),
    "entreprise": ("Entreprise", 4),
    "fournisseur": ("Fournisseur", 3),
}

GUARDIANS = {
    "morvan_ilan": "diallo_aminata",
    "morvan_nora": "diallo_aminata",
    "lebihan_tristan": "lebihan_solene",
    "lebihan_louann": "lebihan_solene",
    "pham_tom": "pham_lucie",
    "pham_jade": "pham_lucie",
    "fernandes_hugo": "fernandes_marie",
    "hamon_denise": "hamon_patrick",
}

# login: (person, groups)
LOGINS = {
    "responsable": ("kerbrat_gwendoline", ["tierslieux_base.group_manager"]),
    "accueil": ("guillemot_sabrina", ["tierslieux_base.group_reception"]),
    "tresoriere": ("marchand_gwenola", ["tierslieux_base.group_treasurer"]),
    "bureau": ("leguen_annick", ["tierslieux_base.group_board"]),
    "adherent": ("diallo_aminata", ["base.group_portal"]),
}


class People(Chapter):
    """Sixty persons, the organisations around them, and six logins."""

    def tell(self):
        self.tell_tags()
        self.tell_persons()
        self.tell_organisations()
        self.tell_logins()

    def tell_tags(self):
        self.make(
            "res.partner.category",
            {f"tag_{key}": {"name": name, "color": color} for key, (name, color) in TAGS.items()},
        )

    def tags(self, row):
        return [Command.link(self.ref(f"tag_{key}").id) for key in row["tags"].split(",") if key]

    def tell_persons(self):
        values = {}
        for row in self.rows("people.csv"):
            values[row["key"]] = {
                "firstname": row["firstname"],
                "lastname": row["lastname"],
                "birthdate_date": self.birth(int(row["age"]), row["birthday"]),
                "phone": row["phone"] or False,
                "email": self.email(row) if row["email"] == "1" else False,
                "function": row["function"] or False,
                "category_id": self.tags(row),
                **self.address(row),
            }
        # The administrator's own card is one of them.
        admin = self.env.ref("base.partner_admin")
        admin.write({"company_name": False, **values.pop("salaun_yann")})
        self.name({"salaun_yann": admin})
        self.make("res.partner", values)
        for child, adult in GUARDIANS.items():
            self.ref(child).guardian_id = self.ref(adult)

    @staticmethod
    def email(row):
        name = f"{row['firstname']}.{row['lastname']}".lower().replace(" ", "").replace("'", "")
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        return f"{plain}@example.org"

    def tell_organisations(self):
        self.make(
            "res.partner",
            {
                row["key"]: {
                    "name": row["name"],
                    "is_company": True,
                    "company_type": "company",
                    "phone": row["phone"] or False,
                    "email": f"contact@{row['key'].replace('_', '-')}.example.org",
                    "comment": f"<p>{row['comment']}</p>" if row["comment"] else False,
                    "category_id": self.tags(row),
                    **self.address(row),
                }
                for row in self.rows("organisations.csv")
            },
        )

    def tell_logins(self):
        self.env.ref("base.user_admin").signature = False
        make_logins(self, LOGINS)
