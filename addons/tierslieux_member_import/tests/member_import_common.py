import base64
import csv
import io

from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon

HEADINGS = (
    "N° adhérent;Nom;Prénom;Date de naissance;E-mail;Type d'adhésion;Montant réglé;"
    "Mode de règlement;Date d'adhésion;Fin de validité"
)
LEA = "A1;ROUX;Léa;04/05/1980;lea@example.org;Individuel;15,00;Espèces;28/01/2026;31/12/2026"
LUC = "A2;ROUX;Luc;05/06/1979;lea@example.org;Individuel;15,00;Chèque;29/01/2026;31/12/2026"


class MemberImportCommon(MembershipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_person.write({"name": "Individuel"})
        cls.Import = cls.env["tierslieux.member.import"].with_user(cls.reception)

    def wizard(self, *lines, headings=HEADINGS, filename="adherents.csv", **values):
        """An import, as reception, of these lines under these headings."""
        content = lines[0] if lines and isinstance(lines[0], bytes) else None
        content = content or "\r\n".join((headings, *lines)).encode()
        return self.Import.create(
            {"file": base64.b64encode(content), "filename": filename, **values}
        )

    def preview(self, *lines, **values):
        wizard = self.wizard(*lines, **values)
        wizard.action_preview()
        return wizard

    def counts(self, wizard):
        return (
            wizard.count_create,
            wizard.count_match,
            wizard.count_decide,
            wizard.count_refused,
        )

    def run_import(self, *lines, **values):
        wizard = self.preview(*lines, **values)
        wizard.action_import()
        return wizard

    def refused(self, wizard):
        content = base64.b64decode(wizard.refused_file)
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return list(csv.reader(io.StringIO(content.decode(encoding)), delimiter=";"))
            except UnicodeDecodeError:
                continue
