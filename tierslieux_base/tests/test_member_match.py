# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is whom: certain keys match, doubt is put to the user, an e-mail alone is nobody."""

import datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tools.member_match import Identity, Matcher, judge
from odoo.addons.tierslieux_base.tools.member_rows import type_stem

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
