"""Rotas as places keep them, read without a database: what is expected is worked out by hand."""

import datetime
import io

import xlsxwriter

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tools.table_sheets import read_sheets

from ..tools.rota.cells import find_people
from ..tools.rota.layout import LayoutError, count_known, find_layout
from ..tools.rota.reading import read_rota

TODAY = datetime.date(2026, 10, 28)
MISSIONS = ("accueil", "bar", "bar du soir", "repair cafe")


def make_workbook(rows, merged=(), hidden=(), sheets=()):
    """:param merged: (first row, first column, last row, last column, text), from 0"""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    date = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Planning")
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            if isinstance(cell, datetime.date):
                sheet.write_datetime(number, at, cell, date)
            elif cell not in ("", None):
                sheet.write(number, at, cell)
    for block in merged:
        sheet.merge_range(*block)
    for at in hidden:
        sheet.set_column(at, at, None, None, {"hidden": True})
    for name in sheets:
        book.add_worksheet(name).write(0, 0, "rien")
    book.close()
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestRotaReading(BaseCase):
    def read(self, content):
        content = content.encode() if isinstance(content, str) else content
        self.sheet = read_sheets(content, count_known, as_shown=True)[0]
        self.layout = find_layout(self.sheet.rows, MISSIONS)
        return read_rota(self.sheet.rows, self.layout, TODAY, MISSIONS)

    def told(self, content):
        """Each entry as « day slot mission who »."""
        return [self.tell(entry) for entry in self.read(content).entries]

    @staticmethod
    def tell(entry):
        slot = entry.slot
        time = slot.part if slot and slot.part else ""
        if slot and slot.start is not None:
            time = f"{slot.start // 60}-{slot.stop // 60}"
        who = entry.mention.name + " ?" * entry.mention.is_unsure if entry.mention else "-"
        return " ".join(filter(None, (f"{entry.day:%y-%m-%d}", time, entry.mission, who)))

    def test_a_list_with_a_title_empty_lines_a_total_and_dates_written_once(self):
        content = (
            "Planning des bénévoles novembre 2026;;;;\n;;;;\n"
            "Date;Horaire;Bénévole;Mission;Remarque\n"
            "lun. 2/11;9h-12h;DUPONT Marie;Accueil;\n"
            ";14h-18h;Luc, Zoé;Bar;clé chez Paul\n"
            "\n"
            "mar. 3/11;matin;Marie (à confirmer);Accueil;\n"
            "mer. 4/11;22h-2h;;Bar;\n"
            "jeu. 5/11;9h-12h;Paul;Accueil;ANNULÉ\n"
            "TOTAL;;5;;\n"
        )
        self.assertEqual(
            self.told(content),
            [
                "26-11-02 9-12 Accueil DUPONT Marie",
                "26-11-02 14-18 Bar Luc",
                "26-11-02 14-18 Bar Zoé",
                "26-11-03 morning Accueil Marie ?",
                "26-11-04 22-26 Bar -",
            ],
        )
        self.assertEqual(self.layout.shape, "list")
        reading = self.read(content)
        self.assertEqual((reading.cancelled, reading.skipped), ([9], [10]))
        self.assertFalse(any(entry.is_guessed for entry in reading.entries), "the title says it")

    def test_encodings_and_separators_give_the_same(self):
        content = "Date;Début;Fin;Bénévole;Mission\n03/11/2026;9:00;12:00;Zoé Hébrard;Accueil\n"
        expected = ["26-11-03 9-12 Accueil Zoé Hébrard"]
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            self.assertEqual(self.told(content.encode(encoding)), expected, encoding)
        latin = content.encode("iso-8859-15")
        self.assertEqual(self.told(latin), expected)
        for separator in ",\t":
            self.assertEqual(self.told(content.replace(";", separator)), expected, separator)

    def test_names_under_missions(self):
        content = (
            ";Accueil;Bar du soir;Repair café\n"
            "lundi 2 novembre;Marie / Luc;Zoé;—\n"
            "mardi 3 novembre;pas de bénévole;?;Tom et Anne\n"
            "mercredi 4;ANNULÉ;Luc ?;\n"
            "Total;3;2;2\n"
        )
        self.assertEqual(
            self.told(content),
            [
                "26-11-02 Accueil Marie",
                "26-11-02 Accueil Luc",
                "26-11-02 Bar du soir Zoé",
                "26-11-03 Bar du soir -",
                "26-11-03 Repair café Tom",
                "26-11-03 Repair café Anne",
                "26-11-04 Bar du soir Luc ?",
            ],
        )
        self.assertEqual(self.layout.shape, "columns")

    def test_days_over_parts_of_the_day(self):
        """Two lines of headings, the first merged over two columns and lost in the CSV."""
        content = (
            ";lun 2/11;;mar 3/11;\n;matin;après-midi;matin;après-midi\n"
            "Accueil;Marie;Luc;Zoé;Tom\nBar;;Ana;;Luc\n"
        )
        self.assertEqual(
            self.told(content),
            [
                "26-11-02 morning Accueil Marie",
                "26-11-02 afternoon Accueil Luc",
                "26-11-03 morning Accueil Zoé",
                "26-11-03 afternoon Accueil Tom",
                "26-11-02 afternoon Bar Ana",
                "26-11-03 afternoon Bar Luc",
            ],
        )

    def test_persons_down_and_days_across(self):
        content = (
            "Bénévole;lun 2/11;mar 3/11;mer 4/11;Total\n"
            "Marie;x;;Accueil;2\nLuc;Bar 18h-22h;absent;3;2\nZoé;?;;matin;1\n"
        )
        self.assertEqual(
            self.told(content),
            [
                "26-11-02 Marie",
                "26-11-04 Accueil Marie",
                "26-11-02 18-22 Bar Luc",
                "26-11-04 Luc",
                "26-11-02 Zoé ?",
                "26-11-04 morning Zoé",
            ],
        )
        self.assertEqual(self.layout.shape, "persons")
        self.assertEqual(self.read(content).entries[3].hours, 3)

    def test_weeks_one_below_the_other(self):
        content = (
            "Semaine du 2/11;lundi;mardi\nAccueil 9h-12h;Marie;Luc\n"
            "Semaine du 9/11;lundi;mardi\nAccueil 9h-12h;Tom;-\n"
        )
        self.assertEqual(
            self.told(content),
            [
                "26-11-02 9-12 Accueil Marie",
                "26-11-03 9-12 Accueil Luc",
                "26-11-09 9-12 Accueil Tom",
            ],
        )

    def test_a_missing_year_follows_its_neighbours_and_is_said(self):
        reading = self.read(
            "Date;Qui\n30/12/2026;Marie\n2/1;Luc\n"  # the next January, not the last one
        )
        self.assertEqual([str(e.day) for e in reading.entries], ["2026-12-30", "2027-01-02"])
        self.assertEqual([e.is_guessed for e in reading.entries], [False, True])

    def test_a_missing_year_is_that_of_the_days_of_the_week(self):
        """In 2025, 3 November was a Monday; in 2026, it is a Tuesday."""
        reading = self.read("Date;Qui\nlun. 3/11;Marie\nmar. 4/11;Luc\n")
        self.assertEqual(reading.entries[0].day, datetime.date(2025, 11, 3))
        reading = self.read("Date;Qui\nmar. 3/11;Marie\nmer. 4/11;Luc\n")
        self.assertEqual(reading.entries[0].day, datetime.date(2026, 11, 3))
        reading = self.read("Date;Qui\nlun. 3/11/2026;Marie\n")
        self.assertTrue(reading.entries[0].is_off, "it is a Tuesday")

    def test_a_workbook_with_merged_cells_dates_and_hidden_columns(self):
        rows = [
            ["Planning", "", "", "", ""],
            ["Date", "Créneau", "Qui", "Poste", "Téléphone"],
            [datetime.date(2026, 11, 2), "9h-12h", "Marie", "Accueil", "06 12 34 56 78"],
            ["", "14h-18h", "Luc", "Bar", ""],
            ["", "", "", "", ""],
            [datetime.date(2026, 11, 3), "9h-12h", "Zoé", "Accueil", ""],
        ]
        content = make_workbook(
            rows, merged=[(0, 0, 0, 4, "Planning"), (2, 0, 3, 0, "lun. 2/11/2026")], hidden=[4]
        )
        self.assertEqual(
            self.told(content),
            [
                "26-11-02 9-12 Accueil Marie",
                "26-11-02 14-18 Bar Luc",
                "26-11-03 9-12 Accueil Zoé",
            ],
        )
        self.assertEqual(self.sheet.hidden_columns, [5])

    def test_a_name_merged_over_two_columns_is_there_twice(self):
        content = make_workbook(
            [["Date", "9h-12h", "12h-14h"], [datetime.date(2026, 11, 2), "Marie", ""]],
            merged=[(1, 1, 1, 2, "Marie")],
        )
        self.assertEqual(self.told(content), ["26-11-02 9-12 Marie", "26-11-02 12-14 Marie"])

    def test_first_names_in_their_own_column(self):
        content = "Date;Début;Fin;Nom;Prénom\n03/11/2026;22:00;02:00;LE GOFF;Anne\n"
        self.assertEqual(self.told(content), ["26-11-03 22-26 Anne LE GOFF"])

    def test_the_day_and_the_time_in_one_cell(self):
        content = "Créneau;Bénévole 1;Bénévole 2\nsam. 7/11/2026 14h-18h;Marie;Luc\n"
        self.assertEqual(self.told(content), ["26-11-07 14-18 Marie", "26-11-07 14-18 Luc"])
        content = "Date;Qui\nsam. 7/11/2026 matin;Marie\n8/11/2026 9h-12h;Luc\n"
        self.assertEqual(self.told(content), ["26-11-07 morning Marie", "26-11-08 9-12 Luc"])
        content = "Début;Fin;Qui\n07/11/2026 14:00;07/11/2026 18:00;Marie\n"
        self.assertEqual(self.told(content), ["26-11-07 14-18 Marie"])

    def test_a_day_that_is_none_is_a_problem_of_its_row(self):
        reading = self.read("Date;Qui\n03/11/2026;Marie\nbientôt;Luc\n31/11/2026;Zoé\n")
        self.assertEqual([bool(e.problems) for e in reading.entries], [False, True, True])
        self.assertEqual(reading.entries[1].problems[0], ("day", "bientôt"))

    def test_what_is_no_rota_is_said(self):
        for content in ("bonjour\n", "x;y\nz;t\n"):
            with self.assertRaises(LayoutError):
                self.read(content)

    def test_names_with_something_beside_them(self):
        names = [m.name for m in find_people("Marie (06 12 34 56 78), Luc + 1 ; M. Petit*")]
        self.assertEqual(names, ["Marie", "Luc", "M. Petit"])
        mention = find_people("Marie 9h-11h, Luc 11h-13h")[1]
        self.assertEqual((mention.name, mention.slot.start, mention.slot.stop), ("Luc", 660, 780))
