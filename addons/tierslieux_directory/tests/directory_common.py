import base64
import json

from odoo.addons.tierslieux_base.tests.place_common import PlaceCase


class DirectoryCase(PlaceCase):
    """The directory of others, as the manager sees it, and the files that it is filled from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Entry = cls.env["tierslieux.directory.entry"].with_user(cls.users["manager"])

    def term(self, xmlid):
        return self.env.ref(f"tierslieux_directory.directory_term_{xmlid}")

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
