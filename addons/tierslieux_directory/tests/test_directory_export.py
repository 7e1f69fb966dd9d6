import base64
import csv
import io

from frictionless import Resource, Schema, system

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.mediation_numerique import SCHEMA_PATH, load_schema
from .directory_common import DirectoryCase

EXAMPLE = {
    "id": "structure-1",
    "pivot": "43493312300029",
    "nom": "Anonymal",
    "commune": "Reims",
    "code_postal": "51100",
    "code_insee": "51454",
    "adresse": "12 BIS RUE DE LECLERCQ",
    "complement_adresse": "Le patio du bois de l'Aulne",
    "latitude": "43.52609",
    "longitude": "5.41423",
    "typologie": "ASSO|TIERS_LIEUX",
    "telephone": "+33180059880",
    "courriels": "contact@quincaillerie.example|responsable@quincaillerie.example",
    "site_web": "https://www.quincaillerie.example/|https://reseau.example/quincaillerie/",
    "horaires": "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
    "presentation_resume": "Des formations aux outils numériques.",
    "presentation_detail": 'Un parcours d\'initiation, "des ateliers",\net du matériel.',
    "source": "Hubik",
    "itinerance": "Itinérant",
    "structure_parente": "Réseau des quincailleries",
    "date_maj": "2024-04-02",
    "services": "Maîtrise des outils numériques du quotidien|Loisirs et créations numériques",
    "publics_specifiquement_adresses": "Jeunes|Femmes",
    "prise_en_charge_specifique": "Surdité|Illettrisme|Langues étrangères (anglais)",
    "frais_a_charge": "Gratuit sous condition|Payant",
    "dispositif_programmes_nationaux": "Aidants Connect|Relais numérique (Emmaüs Connect)",
    "formations_labels": "Formé à « Mon Espace Santé »|Étapes numériques(La Poste)",
    "autres_formations_labels": "Label et la bête",
    "modalites_acces": "Se présenter|Téléphoner",
    "modalites_accompagnement": "En autonomie|À distance",
    "fiche_acces_libre": "https://acceslibre.example/erp/mediatheque-13/",
    "prise_rdv": "https://rdv.example/",
}


@tagged("post_install", "-at_install")
class TestDirectoryExport(DirectoryCase):
    """Files of the national schema, held against the schema by the Frictionless library."""

    def _csv(self, row):
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(row))
        writer.writeheader()
        writer.writerow(row)
        return stream.getvalue()

    def _export(self, **vals):
        wizard = self.env["tierslieux.directory.export"].create(vals)
        wizard.action_export()
        return base64.b64decode(wizard.file)

    def assertValid(self, content):
        schema = Schema.from_descriptor(str(SCHEMA_PATH))
        with system.use_context(trusted=True):
            resource = Resource(content, format="csv", encoding="utf-8", schema=schema)
            report = resource.validate()
        self.assertTrue(report.valid, report.flatten(["rowNumber", "fieldName", "note"]))

    def test_a_place_goes_in_and_comes_out_the_same(self):
        for target in ("place", "directory"):
            with self.subTest(target=target):
                self.importer(self._csv(EXAMPLE), target=target).action_import()
                content = self._export(target=target)
                self.assertValid(content)
                rows = list(csv.DictReader(io.StringIO(content.decode())))
                self.assertEqual(rows, [EXAMPLE])

    def test_a_place_made_here_is_exported_with_the_association_s_siret(self):
        self.company.company_registry = "812 345 676 00018"
        self.place(
            street="1 rue du Puits",
            zip="48000",
            city="Mende",
            phone="+33466000000",
            opening_hours="Tu-Sa 10:00-18:00; PH off; 2090 Aug 03-2090 Aug 21 off",
            service_ids=[Command.link(self.term("service_access").id)],
        )
        content = self._export(target="place")
        self.assertValid(content)
        row = next(csv.DictReader(io.StringIO(content.decode())))
        self.assertEqual(row["id"], "SCHOOL")
        self.assertEqual(row["pivot"], "81234567600018")
        self.assertEqual(row["source"], "Les Ateliers")
        self.assertEqual(row["horaires"], "Tu-Sa 10:00-18:00; PH off; 2090 Aug 03-2090 Aug 21 off")
        self.assertEqual(row["services"], "Accès internet et matériel informatique")

    def test_incomplete_sheets_are_named_and_left_out(self):
        self.place(street="1 rue du Puits", zip="48000", city="Mende", pivot="W481000001")
        self.place(name="The Attic", code="ATTIC")
        wizard = self.env["tierslieux.directory.export"].create({"target": "place"})
        self.assertEqual((wizard.count_valid, wizard.count_incomplete), (1, 1))
        self.assertIn("The Attic", wizard.problems)
        titles = [load_schema()[name].title for name in ("pivot", "commune", "adresse")]
        for title in titles:
            self.assertIn(title, wizard.problems)
        wizard.action_export()
        self.assertValid(base64.b64decode(wizard.file))

    def test_nothing_complete_tells_what_to_complete(self):
        self.place()
        with self.assertRaisesRegex(UserError, "Complete them first"):
            self._export(target="place")

    def test_our_own_export_comes_back_without_a_double(self):
        self.company.company_registry = "81234567600018"
        self.place(street="1 rue du Puits", zip="48000", city="Mende")
        content = self._export(target="place")
        wizard = self.importer(content, target="place")
        wizard.action_import()
        self.assertCounts(wizard, update=1)
        self.assertEqual(len(self.Place.search([])), 1)

    def test_the_coordinator_exports(self):
        self.place(street="1 rue", zip="48000", city="Mende", pivot="W481000001")
        wizard = (
            self.env["tierslieux.directory.export"]
            .with_user(self.users["coordinator"])
            .create({"target": "place"})
        )
        wizard.action_export()
        self.assertTrue(wizard.file)
