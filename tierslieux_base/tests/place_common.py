import base64
import json

from odoo.fields import Command
from odoo.tests import TransactionCase

ROLES = ("reception", "coordinator", "manager", "treasurer", "board", "care")


class PlaceCase(TransactionCase):
    """A company without accounting, one user per role (``cls.users``), and file helpers."""

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
        cls.Entry = cls.env["tierslieux.directory.entry"].with_user(cls.users["manager"])

    @classmethod
    def place(cls, **vals):
        return cls.Place.create({"name": "The Old School", "code": "SCHOOL", **vals})

    def term(self, xmlid):
        return self.env.ref(f"tierslieux_base.directory_term_{xmlid}")

    def importer(self, content, target="directory", **vals):
        """The import wizard on a file: bytes, a text, or rows to write as JSON."""
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        return self.env["tierslieux.directory.import"].create(
            {"file": base64.b64encode(content), "filename": "f", "target": target, **vals}
        )

    def assertCounts(self, wizard, create=0, update=0, unchanged=0, refused=0):
        """What the last preview or import of the wizard decided."""
        self.assertEqual(
            (
                wizard.count_create,
                wizard.count_update,
                wizard.count_unchanged,
                wizard.count_refused,
            ),
            (create, update, unchanged, refused),
            wizard.line_ids.mapped("reason"),
        )
