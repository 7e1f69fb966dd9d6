# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is whom: certain keys match, doubt is put to the user, an e-mail alone is nobody."""

import datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_member_import.tools.member_match import (
    ALIKE_MAX,
    Identity,
    Matcher,
    judge,
)
from odoo.addons.tierslieux_member_import.tools.member_rows import type_stem

BIRTH = datetime.date(1980, 5, 4)
OTHER = datetime.date(1991, 1, 2)


def person(ref=1, lastname="Guégan", firstname="Élodie", birthdate=BIRTH, **values):
    return Identity(ref=ref, lastname=lastname, firstname=firstname, birthdate=birthdate, **values)


def organisation(ref=1, name="Les Amis", **values):
    return Identity(ref=ref, lastname=name, is_organisation=True, **values)


@tagged("-at_install", "post_install")
class TestMemberMatch(BaseCase):
    def find(self, who, *known, own_numbers=True):
        found = Matcher(known, own_numbers=own_numbers).find(who)
        if found.sure:
            return "match", found.sure.ref
        return ("decide" if found.candidates else "create"), None

    def test_same_name_and_birth_date_match_in_any_spelling(self):
        for lastname, firstname in (
            ("GUEGAN", "ELODIE"),
            ("  guégan ", "élodie"),
            ("Gué-gan", "Élo die"),
            ("Élodie", "Guégan"),
        ):
            with self.subTest(lastname=lastname):
                who = person(9, lastname, firstname)
                self.assertEqual(self.find(who, person()), ("match", 1))
        who = person(9, "DE LA TOUR", "Jean Marc")
        self.assertEqual(self.find(who, person(1, "de Latour", "Jean-Marc")), ("match", 1))

    def test_same_name_other_birth_date_is_somebody_else(self):
        self.assertEqual(self.find(person(9, birthdate=OTHER), person())[0], "create")

    def test_email_alone_never_matches(self):
        who = person(9, "Nguyen", "Pierre", OTHER, email="a@example.org")
        self.assertEqual(self.find(who, person(email="a@example.org"))[0], "create")
        who = person(9, birthdate=None, email="a@example.org")
        known = person(birthdate=None, email="a@example.org")
        self.assertEqual(self.find(who, known)[0], "decide")

    def test_same_name_without_birth_date_is_decided_by_the_user(self):
        self.assertEqual(self.find(person(9, birthdate=None), person())[0], "decide")
        self.assertEqual(self.find(person(9), person(birthdate=None))[0], "decide")

    def test_the_same_row_without_birth_date_is_recognised(self):
        contacts = {"email": "a@example.org", "phones": frozenset(["06 12 34 56 78"])}
        known = person(birthdate=None, email="A@example.org", phones=frozenset(["+33612345678"]))
        self.assertEqual(self.find(person(9, birthdate=None, **contacts), known), ("match", 1))

    def test_similar_name_and_same_birth_date_is_decided(self):
        for lastname, firstname in (
            ("Guégan", "Élodie-Anne"),
            ("Guégan-Roux", "Élodie"),
            ("Guéganne", "Elodie"),
            ("Le Guégan", "Élodie"),
        ):
            with self.subTest(lastname=lastname, firstname=firstname):
                self.assertEqual(self.find(person(9, lastname, firstname), person())[0], "decide")

    def test_twins_are_two(self):
        self.assertEqual(self.find(person(9, firstname="Bernard"), person())[0], "create")

    def test_number_with_the_name_or_the_birth_date_matches(self):
        known = person(number="A12")
        self.assertEqual(self.find(person(9, number="a12", birthdate=None), known), ("match", 1))
        self.assertEqual(self.find(person(9, "Roux", number="A12"), known), ("match", 1))

    def test_number_under_a_half_other_name_is_decided(self):
        who = person(9, "Roux", number="A12", birthdate=None)
        self.assertEqual(self.find(who, person(number="A12"))[0], "decide")

    def test_number_of_a_stranger_means_nothing(self):
        """Two numberings that both begin with A0001 must not mix two associations' people."""
        who = person(9, "Roux", "Luc", OTHER, number="A12")
        self.assertEqual(self.find(who, person(number="A12"))[0], "create")
        self.assertEqual(
            self.find(organisation(9, number="A12"), person(number="A12"))[0], "create"
        )
        # within one file it is a mistake of that file
        self.assertEqual(self.find(who, person(number="A12"), own_numbers=False)[0], "decide")

    def test_siret_matches_whatever_the_name(self):
        known = organisation(siret="73282932000074")
        self.assertEqual(
            self.find(organisation(9, "Amis (Les)", siret="73282932000074"), known), ("match", 1)
        )

    def test_organisations_match_on_name_and_place(self):
        known = organisation(zip="35190")
        self.assertEqual(self.find(organisation(9, "LES AMIS", zip="35190"), known), ("match", 1))
        self.assertEqual(self.find(organisation(9, zip="22630"), known)[0], "decide")
        self.assertEqual(
            self.find(organisation(9, "Les Amis n° 2", zip="35190"), known)[0], "create"
        )

    def test_two_known_records_alike_are_decided(self):
        self.assertEqual(self.find(person(9), person(1), person(2))[0], "decide")
        who = person(9, number="B")
        self.assertEqual(self.find(who, person(1), person(2, number="B")), ("match", 2))

    def test_a_bare_second_spelling_joins_the_full_row_below_it(self):
        verdicts = judge(
            [person(2, "GUEGAN", "ELODIE"), person(3, number="A1"), person(4, "Roux", "Luc")],
            Matcher(),
        )
        self.assertEqual(verdicts[3].status, "create")
        self.assertEqual((verdicts[2].status, verdicts[2].row), ("match", 3))
        self.assertEqual(verdicts[4].status, "create")

    def test_two_on_one_mailbox_stay_two(self):
        verdicts = judge(
            [
                person(2, "Nguyen", "Pierre", OTHER, email="a@example.org"),
                person(3, email="a@example.org"),
            ],
            Matcher(),
        )
        self.assertEqual({v.status for v in verdicts.values()}, {"create"})

    def test_types_are_found_in_gender_and_number(self):
        for one, other in (
            ("Individuel", "Adhésion individuelle"),
            ("Réduit", "Tarif réduit"),
            ("Réduit", "réduite"),
            ("Familles", "Famille"),
        ):
            self.assertEqual(type_stem(one), type_stem(other))
        self.assertNotEqual(type_stem("Tarif A"), type_stem("Tarif B"))


@tagged("-at_install", "post_install")
class TestManyAlike(BaseCase):
    COUNT = 6000

    def alike(self, **vals):
        return [
            Identity(ref=number, lastname="Martin", firstname="Jean", **vals)
            for number in range(self.COUNT)
        ]

    def judge(self, rows, known=()):
        matcher = Matcher(known, own_numbers=True)
        verdicts = judge(rows, matcher)
        self.assertLess(matcher.compared, 5 * ALIKE_MAX * self.COUNT)
        return verdicts

    def test_equal_names_cost_the_same_however_many_they_are(self):
        """6 000 equal rows and 6 000 people of that name: 36 million pairs are not compared."""
        for vals in (
            {},
            {"birthdate": datetime.date(1970, 1, 1)},
            {"number": "12"},
            {"siret": "81234567600017", "is_organisation": True},
            {"is_organisation": True},
            {"email": "a@example.org", "zip": "26150"},
        ):
            with self.subTest(vals=vals):
                verdicts = self.judge(self.alike(**vals), self.alike(**vals))
                self.assertTrue(all(len(v.candidates) <= 2 * ALIKE_MAX for v in verdicts.values()))
                self.assertTrue(
                    all(len(v.row_candidates) <= 2 * ALIKE_MAX for v in verdicts.values())
                )

    def test_one_birth_date_for_all_costs_the_same(self):
        rows = [
            Identity(
                ref=number,
                lastname=f"Nom{number * 7919}",
                firstname=f"Prenom{number}",
                birthdate=datetime.date(1970, 1, 1),
            )
            for number in range(self.COUNT)
        ]
        verdicts = self.judge(rows)
        self.assertEqual(len(verdicts), self.COUNT)

    def test_among_very_many_of_one_name_contacts_and_births_still_tell(self):
        known = [
            Identity(
                ref=f"k{number}",
                lastname="Martin",
                firstname="Jean",
                email=f"jean{number}@example.org",
                zip=f"{number:05}",
            )
            for number in range(500)
        ]
        born = [
            Identity(
                ref=f"b{number}",
                lastname="Martin",
                firstname="Jean",
                birthdate=datetime.date(1950, 1, 1) + datetime.timedelta(days=number),
            )
            for number in range(500)
        ]
        matcher = Matcher(known + born, own_numbers=True)
        row = Identity(
            ref=1, lastname="MARTIN", firstname="Jean", email="jean421@example.org", zip="00421"
        )
        self.assertEqual(matcher.find(row).sure.ref, "k421")
        row = Identity(
            ref=1, lastname="Martin", firstname="Jean", birthdate=datetime.date(1951, 1, 31)
        )
        self.assertEqual(matcher.find(row).sure.ref, "b395")
