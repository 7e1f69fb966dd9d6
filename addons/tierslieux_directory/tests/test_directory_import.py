from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.directory_term import SCHEMA_FIELDS
from ..tools.mediation_numerique import load_schema
from .directory_common import DirectoryCase

# As towns published before 2024: other names of columns and services, ";" in the cells, numbers
# where the schema has texts.
OLD_ROWS = [
    {
        "id": 1,
        "pivot": "W481000001",
        "nom": "Le Moulin",
        "commune": "Mende",
        "code_postal": 48000,
        "code_insee": 48095,
        "Adresse": "1 RUE DU MOULIN",
        "latitude": 44.5176,
        "longitude": 3.5,
        "cle_ban": "48095_0001",
        "typologie": "ASSO",
        "telephone": "04 66 00 00 01",
        "courriel": "contact@moulin.example",
        "horaires": "Tu-Fr 14:00-18:00; We,Sa 10:00-12:00",
        "source": "Ville de Mende",
        "date_maj": "2023-01-31",
        "services": "Prendre en main un ordinateur;Accéder à du matériel;"
        "Utiliser le numérique au quotidien",
        "public_accueillis": "Seniors (+ 65 ans);Adultes",
        "labels_nationaux": "CNFS;Aidants Connect",
    },
    {
        "id": 2,
        "pivot": 21480095500012,
        "nom": "Mairie annexe",
        "commune": "Mende",
        "code_postal": 48000,
        "Adresse": "2 PLACE HAUTE",
        "typologie": "MUNI;RELAIS_X",
        "source": "Ville de Mende",
        "services": "Devenir autonome dans les démarches administratives",
        "labels_nationaux": "",
    },
    {
        "id": 3,
        "pivot": 21480095500012,
        "nom": "Bibliothèque",
        "commune": "Mende",
        "code_postal": 48000,
        "Adresse": "3 RUE BASSE",
        "typologie": "",
        "source": "Ville de Mende",
        "services": "",
        "labels_nationaux": "",
    },
]


@tagged("post_install", "-at_install")
class TestDirectoryImport(DirectoryCase):
    """Import into the service directory: dry run, decisions, repeatability."""

    def _import(self, content, **vals):
        wizard = self.importer(content, **vals)
        wizard.action_import()
        return wizard

    def test_each_value_of_the_schema_has_its_term(self):
        terms = self.env["tierslieux.directory.term"].search([])
        for category, name in SCHEMA_FIELDS.items():
            values = set(terms.filtered(lambda t: t.category == category).mapped("schema_value"))  # noqa: B023
            self.assertLessEqual(set(load_schema()[name].values), values, name)

    def test_a_file_of_the_former_schema_is_recognised_and_translated(self):
        wizard = self.importer(OLD_ROWS)
        self.assertEqual(
            wizard.mapping_id, self.env.ref("tierslieux_directory.directory_mapping_former")
        )
        wizard.action_preview()
        self.assertCounts(wizard, create=3)
        self.assertFalse(wizard.unknown_values)
        self.assertFalse(wizard.unknown_headings)
        wizard.action_import()
        entry = self.Entry.search([("source_ref", "=", "1")])
        self.assertRecordValues(
            entry,
            [
                {
                    "name": "Le Moulin",
                    "zip": "48000",
                    "street": "1 RUE DU MOULIN",
                    "phone": "+33466000001",
                    "email": "contact@moulin.example",
                    "source": "Ville de Mende",
                    "pivot": "W481000001",
                    "latitude": 44.5176,
                }
            ],
        )
        self.assertEqual(
            entry.service_ids, self.term("service_daily_tools") | self.term("service_access")
        )
        self.assertEqual(entry.public_ids, self.term("public_seniors"), "adults: everybody")
        self.assertEqual(
            entry.programme_ids,
            self.term("programme_advisers") | self.term("programme_aidants_connect"),
        )

    def test_a_preview_writes_no_place(self):
        wizard = self.importer(OLD_ROWS)
        wizard.action_preview()
        self.assertFalse(self.Entry.search([]))
        self.assertFalse(
            self.env["tierslieux.directory.term"].search([("schema_value", "=", "RELAIS_X")])
        )

    def test_the_same_file_twice_changes_nothing(self):
        self._import(OLD_ROWS)
        entries = self.Entry.search([])
        self.env.flush_all()
        before = entries.mapped("write_date")
        wizard = self._import(OLD_ROWS)
        self.assertCounts(wizard, unchanged=3)
        self.assertEqual(self.Entry.search([]), entries)
        self.env.flush_all()
        self.assertEqual(entries.mapped("write_date"), before)

    def test_a_newer_file_updates_what_it_says_and_keeps_the_rest(self):
        self._import(OLD_ROWS)
        entry = self.Entry.search([("source_ref", "=", "2")])
        entry.write({"note": "Ask for Zoé", "phone": "+33466000002"})
        newer = [{**row, "date_maj": "2024-01-31", "telephone": ""} for row in OLD_ROWS]
        newer[1] = {**newer[1], "nom": "Mairie de quartier", "services": "Accéder à du matériel"}
        wizard = self._import(newer)
        self.assertCounts(wizard, update=3)
        self.assertEqual(entry.name, "Mairie de quartier")
        self.assertEqual(entry.service_ids, self.term("service_access"))
        self.assertEqual(str(entry.date_updated), "2024-01-31")
        self.assertEqual((entry.note, entry.phone), ("Ask for Zoé", "+33466000002"))
        self.assertIn("Name", wizard.line_ids.filtered(lambda x: x.number == 2).reason)

    def test_places_that_share_a_siret_stay_apart(self):
        self._import(OLD_ROWS)
        self.assertEqual(len(self.Entry.search([("pivot", "=", "21480095500012")])), 2)

    def test_without_identifier_siret_and_name_or_name_and_address_recognise(self):
        rows = [{k: v for k, v in row.items() if k != "id"} for row in OLD_ROWS]
        self._import(rows)
        moved = [{**rows[0], "Adresse": "99 RUE NEUVE"}, {**rows[2], "pivot": ""}]
        wizard = self._import(moved)
        self.assertCounts(wizard, update=1, unchanged=1)
        self.assertEqual(len(self.Entry.search([])), 3)

    def test_an_entry_made_by_hand_is_recognised_by_its_name_and_address(self):
        entry = self.Entry.create(
            {"name": "LE MOULIN", "zip": "48000", "street": "1, rue du Moulin"}
        )
        self._import(OLD_ROWS)
        self.assertEqual(entry.source_ref, "1")
        self.assertEqual(len(self.Entry.search([])), 3)

    def test_an_archived_entry_stays_archived_and_is_not_doubled(self):
        self._import(OLD_ROWS)
        self.Entry.search([("source_ref", "=", "1")]).active = False
        wizard = self._import(OLD_ROWS)
        self.assertCounts(wizard, unchanged=3)
        self.assertEqual(len(self.Entry.search([])), 2)

    def test_the_same_place_twice_in_a_file_is_refused_the_second_time(self):
        wizard = self.importer([OLD_ROWS[0], {**OLD_ROWS[0], "nom": "Le Moulin bis"}])
        wizard.action_preview()
        self.assertCounts(wizard, create=1, refused=1)
        refused = wizard.line_ids.filtered(lambda line: line.decision == "refused")
        self.assertEqual(refused.number, 2)
        self.assertIn("row 1", refused.reason)

    def test_a_refused_row_stops_all_unless_the_user_says_otherwise(self):
        rows = [*OLD_ROWS, {"nom": "", "id": 9, "source": "x", "commune": "Mende"}]
        wizard = self.importer(rows)
        with self.assertRaisesRegex(UserError, "row 4.*The name is missing"):
            wizard.action_import()
        self.assertFalse(self.Entry.search([]))
        wizard.refused_policy = "skip"
        wizard.action_import()
        self.assertEqual(len(self.Entry.search([])), 3)
        self.assertCounts(wizard, create=3, refused=1)

    def test_an_identifier_without_a_source_asks_for_it(self):
        rows = [{**OLD_ROWS[0], "source": ""}]
        wizard = self.importer(rows)
        wizard.action_preview()
        self.assertCounts(wizard, refused=1)
        wizard.source = "Ville de Mende"
        wizard.action_import()
        self.assertEqual(self.Entry.search([]).source, "Ville de Mende")

    def test_a_new_kind_of_organisation_becomes_a_term(self):
        self._import(OLD_ROWS)
        entry = self.Entry.search([("source_ref", "=", "2")])
        self.assertEqual(entry.typology_ids.mapped("schema_value"), ["MUNI", "RELAIS_X"])

    def test_an_unknown_service_is_told_and_left_out(self):
        wizard = self.importer([{**OLD_ROWS[0], "services": "Dressage de puces"}])
        wizard.action_import()
        self.assertCounts(wizard, create=1)
        self.assertEqual(wizard.count_warning, 1)
        self.assertIn("Dressage de puces (1)", wizard.unknown_values)
        self.assertFalse(self.Entry.search([]).service_ids)

    def test_services_separated_by_commas_are_told_apart_when_all_are_known(self):
        text = "Prendre en main un ordinateur, Accéder à du matériel"
        wizard = self._import([{**OLD_ROWS[0], "services": text}])
        self.assertFalse(wizard.unknown_values)
        self.assertEqual(len(self.Entry.search([]).service_ids), 2)

    def test_the_mapping_is_completed_from_the_file_and_remembered(self):
        rows = [
            {
                "LIEU": "Le Moulin",
                "Ville": "Mende",
                "services": "Internet pour tous",
                "source": "X",
            }
        ]
        mapping = self.env["tierslieux.directory.mapping"].create({"name": "Mende"})
        wizard = self.importer(rows, mapping_id=mapping.id)
        with self.assertRaisesRegex(UserError, "LIEU, Ville"):
            wizard.action_preview()
        wizard.action_complete_mapping()
        self.assertEqual(mapping.line_ids.mapped("source_field"), ["LIEU", "Ville"])
        mapping.line_ids[0].target_field = "nom"
        mapping.line_ids[1].target_field = "commune"
        mapping.value_ids.term_ids = self.term("service_access")
        wizard.action_import()
        self.assertEqual(self.Entry.search([]).service_ids, self.term("service_access"))
        self.assertEqual(self.importer(rows).mapping_id, mapping, "found again by its headings")

    def test_a_mapped_value_keeps_to_its_list(self):
        with self.assertRaisesRegex(ValidationError, "not a term of this field"):
            self.env["tierslieux.directory.mapping"].create(
                {
                    "name": "M",
                    "value_ids": [
                        Command.create(
                            {
                                "target_field": "services",
                                "source_value": "x",
                                "term_ids": [Command.link(self.term("fee_free").id)],
                            }
                        )
                    ],
                }
            )

    def test_a_csv_of_another_town_is_read_too(self):
        text = (
            "Nom;Commune;Code postal;Adresse;Services;Source\n"
            "Médiathèque;Bourg;1000;3 rue Haute;Accès internet et matériel informatique|"
            "Loisirs et créations numériques;CC du Bourg\n"
        )
        wizard = self._import(text.encode("cp1252"))
        self.assertCounts(wizard, create=1)
        entry = self.Entry.search([])
        self.assertEqual((entry.name, entry.zip), ("Médiathèque", "01000"))
        self.assertEqual(len(entry.service_ids), 2)

    def test_files_that_cannot_be_read_say_why(self):
        for content, message in (
            (b"", "Choose a file"),
            (b"{", "cannot be read"),
            (b"nom;commune\n", "nothing below"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.importer(content).action_preview()

    def test_queries_do_not_grow_with_the_rows(self):
        """The plan reads the database in as many queries for 400 rows as for 40."""

        def rows(count, first):
            return [
                {**OLD_ROWS[n % 2], "id": first + n, "nom": f"Lieu {first + n}"}
                for n in range(count)
            ]

        def queries(action):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            action()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self._import(OLD_ROWS)
        counts = []
        for count, first in ((40, 1000), (400, 10000)):
            wizard = self.importer(rows(count, first))
            created = queries(wizard.action_import)
            again = self.importer(rows(count, first))
            unchanged = queries(again.action_import)
            self.assertCounts(again, unchanged=count)
            counts.append((created, unchanged))
        (few_created, few_unchanged), (many_created, many_unchanged) = counts
        self.assertLess(many_created, few_created + 60, counts)
        self.assertLess(many_unchanged, few_unchanged + 30, counts)


@tagged("post_install", "-at_install")
class TestPlaceImport(DirectoryCase):
    """The same importer on our own places."""

    def test_our_places_come_with_their_calendar_and_coordinates(self):
        wizard = self.importer(OLD_ROWS[:2], target="place")
        wizard.action_import()
        place = self.Place.search([("source_ref", "=", "1")])
        self.assertEqual(place.opening_hours, "Tu,Th,Fr 14:00-18:00; We,Sa 10:00-12:00")
        self.assertEqual((place.city, place.partner_latitude), ("Mende", 44.5176))
        self.assertTrue(place.analytic_account_id)
        again = self.importer(OLD_ROWS[:2], target="place")
        again.action_import()
        self.assertCounts(again, unchanged=2)

    def test_an_imported_place_gets_a_code_of_its_own(self):
        self.place(code="1")
        self.importer(OLD_ROWS[:1], target="place").action_import()
        self.assertEqual(self.Place.search([("source_ref", "=", "1")]).code, "1-2")

    def test_only_the_manager_imports_places(self):
        Import = self.env["tierslieux.directory.import"]
        vals = {"target": "place", "file": self.importer(OLD_ROWS).file}
        with self.assertRaises(AccessError):
            Import.with_user(self.users["coordinator"]).create(vals).action_import()
        Import.with_user(self.users["manager"]).create(vals).action_import()
        self.assertEqual(len(self.Place.search([])), 3)


@tagged("post_install", "-at_install")
class TestDirectoryRights(DirectoryCase):
    """Who reads, writes and imports the directory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entry = cls.Entry.create({"name": "Mairie", "city": "Mende"})

    def test_staff_and_board_read(self):
        for role in ("reception", "coordinator", "manager", "treasurer", "board", "care"):
            with self.subTest(role=role):
                entry = self.entry.with_user(self.users[role])
                self.assertEqual(entry.read(["name", "opening_summary"])[0]["name"], "Mairie")

    def test_reception_edits_but_does_not_delete(self):
        entry = self.entry.with_user(self.users["reception"])
        entry.write({"phone": "+33466000000"})
        entry.copy()
        entry.action_archive()
        with self.assertRaises(AccessError):
            entry.unlink()

    def test_board_and_treasurer_only_read(self):
        for role in ("treasurer", "board", "care"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.entry.with_user(self.users[role]).phone = "1"

    def test_the_portal_reads_nothing(self):
        with self.assertRaises(AccessError):
            self.entry.with_user(self.users["portal"]).read(["name"])

    def test_reception_does_not_import(self):
        Import = self.env["tierslieux.directory.import"]
        with self.assertRaises(AccessError):
            Import.with_user(self.users["reception"]).create({})

    def test_the_coordinator_imports_the_directory(self):
        wizard = (
            self.env["tierslieux.directory.import"]
            .with_user(self.users["coordinator"])
            .create({"file": self.importer(OLD_ROWS).file})
        )
        wizard.action_preview()
        wizard.action_import()
        self.assertCounts(wizard, create=3)

    def test_another_association_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Others"})
        user = self.users["reception"]
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        Entry = self.Entry.with_user(user).with_context(allowed_company_ids=other.ids)
        self.assertFalse(Entry.search([("id", "=", self.entry.id)]))

    def test_an_identifier_is_unique_at_its_source(self):
        self.entry.write({"source": "Town", "source_ref": "1"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.Entry.create({"name": "Other", "source": "Town", "source_ref": "1"})


@tagged("post_install", "-at_install")
class TestDirectorySearch(DirectoryCase):
    """What the desk looks for."""

    def test_who_takes_in_seniors_includes_those_open_to_all(self):
        seniors = self.term("public_seniors")
        everybody, mine, youth = self.Entry.create(
            [
                {"name": "All"},
                {"name": "Seniors", "public_ids": [Command.link(seniors.id)]},
                {"name": "Youth", "public_ids": [Command.link(self.term("public_youth").id)]},
            ]
        )
        found = self.Entry.search([("open_to_ids", "in", seniors.ids)])
        self.assertEqual(found, everybody | mine)
        self.assertEqual(self.Entry.search([("open_to_ids", "ilike", "senior")]), found)
        self.assertNotIn(youth, found)

    def test_the_map_opens_where_the_place_is(self):
        entry = self.Entry.create({"name": "A", "latitude": 44.5176, "longitude": 3.5})
        self.assertIn("mlat=44.517600&mlon=3.500000", entry.map_url)
        self.assertFalse(self.Entry.create({"name": "B"}).map_url)

    def test_a_change_makes_the_sheet_newer(self):
        entry = self.Entry.create({"name": "A", "date_updated": "2020-01-01"})
        entry.note = "Not published"
        self.assertEqual(str(entry.date_updated), "2020-01-01")
        entry.phone = "+33466000000"
        self.assertGreater(str(entry.date_updated), "2020-01-01")
