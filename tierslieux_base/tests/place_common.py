from odoo.fields import Command
from odoo.tests import TransactionCase

ROLES = ("reception", "coordinator", "manager", "treasurer", "board", "care")


class PlaceCase(TransactionCase):
    """A company without accounting, one user per role (``cls.users``)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {"name": "Les Ateliers", "country_id": cls.env.ref("base.fr").id}
        )
        cls.env.user.write(
            {"company_ids": [Command.link(cls.company.id)], "company_id": cls.company.id}
        )
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                allowed_company_ids=cls.company.ids,
                lang="en_US",
            )
        )
        groups = {role: f"tierslieux_base.group_{role}" for role in ROLES}
        groups["portal"] = "base.group_portal"
        users = cls.env["res.users"].create(
            [
                {
                    "name": f"Place {role}",
                    "login": f"place_{role}",
                    "password": f"place_{role}",
                    "email": f"{role}@place.example.com",
                    "group_ids": [Command.set(cls.env.ref(group).ids)],
                    "company_id": cls.company.id,
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for role, group in groups.items()
            ]
        )
        cls.users = dict(zip(groups, users, strict=True))
        # As the manager, so that the rules hide what other associations of the database have.
        cls.Place = cls.env["tierslieux.place"].with_user(cls.users["manager"])

    @classmethod
    def place(cls, **vals):
        return cls.Place.create({"name": "The Old School", "code": "SCHOOL", **vals})
