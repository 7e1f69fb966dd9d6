import doctest
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tools.file_guard import FileRefused

from ..tools import mediation_numerique, place_cleaning, place_file
from ..tools.mediation_numerique import load_schema, match_heading, serialise_row
from ..tools.place_cleaning import clean_row
from ..tools.place_file import read_table


@tagged("post_install", "-at_install")
class TestDirectoryFile(BaseCase):
    """Reading and cleaning files of places, without a database."""

    def _codes(self, problems):
        return [problem.code for problem in problems]

    def test_doctests(self):
        for module in (mediation_numerique, place_cleaning, place_file):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_the_schema_gives_the_closed_lists(self):
        fields = load_schema()
        self.assertEqual(len(fields), 32)
        self.assertEqual(len(fields["services"].values), 9)
        self.assertIn("Relais numérique (Emmaüs Connect)", _programmes())
        self.assertFalse(fields["typologie"].values)

    def test_headings_are_matched_whatever_their_case_and_accents(self):
        for heading, name in {
            "Adresse": "adresse",
            "CODE POSTAL": "code_postal",
            "Numéro de téléphone": "telephone",
            "Publics spécifiquement adressés": "publics_specifiquement_adresses",
            "cle_ban": None,
        }.items():
            self.assertEqual(match_heading(heading), name)

    def test_encodings_and_delimiters_are_detected(self):
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            for delimiter in ",;\t|":
                text = delimiter.join(("nom", "commune")) + "\r\n" + f"Médiathèque{delimiter}Nîmes"
                headings, rows = read_table(text.encode(encoding))
                self.assertEqual(headings, ["nom", "commune"])
                self.assertEqual(rows, [(2, {"nom": "Médiathèque", "commune": "Nîmes"})])

    def test_the_reader_is_that_of_members_files(self):
        """Old Macintosh, a « sep= » line in any of its writings, titles above the headings."""
        table = "nom;commune;adresse\nMédiathèque;Évran;1 rue de l'Église, bâtiment B\n"
        place = {
            "nom": "Médiathèque",
            "commune": "Évran",
            "adresse": "1 rue de l'Église, bâtiment B",
        }
        titles = "Annuaire, version 2\nÉdité le 12/03/2026, à Évran\nPays, communes\n"
        for text in (
            table,
            table.replace("\n", "\r"),
            "sep=;\n" + table,
            "SEP=;\r\n" + table.replace("\n", "\r\n"),
            '"sep=;"\r' + table.replace("\n", "\r"),
            "sep = ;;;\n" + table,
            titles + table,
            "[Annuaire]\n\n" + table,
            "sep=;\n" + titles + table,
        ):
            for encoding in ("utf-8", "mac_roman", "cp1252", "utf-16"):
                with self.subTest(text=text[:40], encoding=encoding):
                    headings, rows = read_table(text.encode(encoding))
                    self.assertEqual(headings, ["nom", "commune", "adresse"])
                    self.assertEqual([row for _number, row in rows], [place])

    def test_titles_stand_above_headings_that_only_a_mapping_knows(self):
        text = "Annuaire;Bretagne\nLibellé;Bourg;Voirie;Ouvert\nFab;Évran;1 rue A;oui\n"
        known = {"libelle", "bourg", "voirie"}
        for headings, _rows in (read_table(text.encode(), known=known), read_table(text.encode())):
            self.assertEqual(headings, ["Libellé", "Bourg", "Voirie", "Ouvert"])

    def test_a_quoted_cell_may_hold_lines_and_delimiters(self):
        _headings, rows = read_table(b'nom;horaires\n"A; B";"Mo 09:00-12:00;\nTu off"\n;\n')
        self.assertEqual(rows, [(2, {"nom": "A; B", "horaires": "Mo 09:00-12:00;\nTu off"})])

    def test_json_is_read_in_its_usual_wrappings(self):
        record = {"nom": "A", "code_postal": 1000.0, "services": ["x", "y"], "autre": None}
        row = {"nom": "A", "code_postal": "1000", "services": ["x", "y"], "autre": ""}
        for data in (
            [record],
            {"total_count": 1, "results": [record]},
            {"records": [{"recordid": "1", "fields": record}]},
            {"type": "FeatureCollection", "features": [{"type": "F", "properties": record}]},
            record,
        ):
            _headings, rows = read_table(json.dumps(data).encode())
            self.assertEqual(rows, [(1, row)])

    def test_the_point_of_a_geojson_feature_gives_the_coordinates(self):
        data = {
            "features": [
                {
                    "properties": {"nom": "A"},
                    "geometry": {"type": "Point", "coordinates": [5.4, 43.5]},
                }
            ]
        }
        _headings, rows = read_table(json.dumps(data).encode())
        self.assertEqual(rows[0][1], {"nom": "A", "longitude": "5.4", "latitude": "43.5"})

    def test_records_of_an_open_data_portal_are_found_among_its_facets(self):
        """Nested fields, a longer list of facets beside, a point as pair or as object."""
        for point in ([43.5, 5.4], {"lat": 43.5, "lon": 5.4}, "43.5, 5.4"):
            place = {"nom": "EPN", "geo_point_2d": point}
            facets = [{"name": "commune"}] * 5
            for data in (
                {"nhits": 1, "records": [{"recordid": "a", "fields": place}], "facets": facets},
                {"records": [{"links": [{}], "record": {"id": "a", "fields": place}}]},
                {"results": [place], "facets": facets},
            ):
                with self.subTest(data=data):
                    _headings, rows = read_table(json.dumps(data).encode())
                    self.assertEqual(len(rows), 1)
                    row = rows[0][1]
                    self.assertEqual(
                        (row["nom"], row["latitude"].strip(), row["longitude"].strip()),
                        ("EPN", "43.5", "5.4"),
                    )

    def test_files_without_a_table_say_why(self):
        for content, code in {
            b"": "empty",
            b"[]": "no_rows",
            b"nom;commune\n;\n": "no_rows",
            b'[{"nom": ': "json",
            b"hello\nworld": "one_column",
            b"[" * 100000: "too_deep",
        }.items():
            with self.assertRaises(FileRefused) as caught:
                read_table(content)
            self.assertEqual(caught.exception.code, code)

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=60) | st.text("[{}]\"':,;|\tnomA1\n\x00é", max_size=60))
    def test_no_file_breaks_the_reader(self, content):
        content = content.encode() if isinstance(content, str) else content
        try:
            headings, rows = read_table(content)
        except FileRefused:
            return
        for _number, row in rows:
            self.assertLessEqual(set(row), set(headings))
            clean_row({name: row[h] for h in row if (name := match_heading(h))})

    def test_numbers_lose_neither_their_zeros_nor_their_digits(self):
        row = clean_row(
            {
                "nom": "A",
                "code_postal": "1000",
                "code_insee": "1053.0",
                "pivot": "434 933 123 00029",
                "latitude": "46,2051",
                "longitude": "5.2255",
            }
        )
        self.assertFalse(row.errors + row.warnings)
        self.assertEqual(row.values["code_postal"], "01000")
        self.assertEqual(row.values["code_insee"], "01053")
        self.assertEqual(row.values["pivot"], "43493312300029")
        self.assertEqual(row.values["latitude"], 46.2051)

    def test_rows_that_must_not_be_guessed_are_refused(self):
        for raw, code in (
            ({"commune": "Pau"}, "no_name"),
            ({"nom": "A", "adresse": "1 rue B"}, "no_town"),
            ({"nom": "A", "code_postal": "640"}, "invalid"),
            ({"nom": "A", "commune": "Pau", "latitude": "433.2"}, "invalid"),
            ({"nom": "A", "commune": "Pau", "longitude": "east"}, "invalid"),
            ({"nom": "A", "commune": "Pau", "date_maj": "31/02/2024"}, "invalid"),
        ):
            self.assertIn(code, self._codes(clean_row(raw).errors), raw)

    def test_values_that_can_be_left_out_only_warn(self):
        row = clean_row(
            {
                "nom": "A",
                "commune": "Pau",
                "pivot": "4,34E+13",
                "courriels": "a@b.fr|nobody",
                "horaires": "sur rendez-vous",
                "telephone": "3949",
                "presentation_resume": "x" * 300,
            }
        )
        self.assertFalse(row.errors)
        self.assertEqual(
            sorted(self._codes(row.warnings)),
            ["hours", "invalid", "invalid", "phone", "too_long"],
        )
        self.assertNotIn("pivot", row.values)
        self.assertEqual(row.values["courriels"], ["a@b.fr"])
        self.assertEqual(row.values["telephone"], "3949")
        self.assertEqual(len(row.values["presentation_resume"]), 280)

    def test_a_value_that_does_not_fit_is_left_out_of_the_file(self):
        row = serialise_row({"telephone": "3949", "code_postal": "640", "latitude": 43.5})
        self.assertEqual(row["telephone"], "")
        self.assertEqual(row["code_postal"], "640", "a required value stays, to be reported")
        self.assertEqual(row["latitude"], "43.5")


def _programmes():
    return load_schema()["dispositif_programmes_nationaux"].values
