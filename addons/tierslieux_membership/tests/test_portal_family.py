from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .membership_common import MembershipPortalCase


@tagged("post_install", "-at_install")
class TestPortalFamily(MembershipPortalCase):
    def add(self, **vals):
        values = {"firstname": "Léo", "lastname": "Le Goff", "birthdate_date": "2015-03-24"}
        return self.post("/my/family/new", **(values | vals))

    def test_a_child_is_added_with_my_address_and_my_language(self):
        self.login(self.anne)
        self.add()
        child = self.anne.partner_id.dependant_ids
        self.assertRecordValues(
            child,
            [
                {
                    "name": "Léo Le Goff",
                    "birthdate_date": self.day(2015, 3, 24),
                    "city": "Guéret",
                    "parent_id": False,
                    "email": False,
                    "is_company": False,
                }
            ],
        )

    def test_sent_twice_the_child_is_added_once(self):
        self.login(self.anne)
        self.add()
        self.add(firstname=" léo ")
        self.assertEqual(len(self.anne.partner_id.dependant_ids), 1)

    def test_forged_keys_are_ignored(self):
        self.login(self.anne)
        self.add(email="x@example.org", guardian_id=self.bob.partner_id.id, is_company="1")
        child = self.anne.partner_id.dependant_ids
        self.assertEqual(child.guardian_id, self.anne.partner_id)
        self.assertFalse(child.email)
        self.assertFalse(self.bob.partner_id.dependant_ids)

    def test_on_error_the_form_keeps_what_was_typed(self):
        self.login(self.anne)
        tomorrow = str(self.today + timedelta(days=1))
        page = self.add(firstname="Léonie", birthdate_date=tomorrow).text
        self.assertIn("A birth date cannot be in the future.", page)
        self.assertRegex(page, r'value="Léonie"')
        self.assertFalse(self.anne.partner_id.dependant_ids)

    def test_after_adding_from_a_join_form_one_comes_back_to_it(self):
        self.login(self.anne)
        response = self.add(type_id=self.type_person.id)
        child = self.anne.partner_id.dependant_ids
        self.assertEqual(
            self.path(response),
            f"/my/memberships/join/{self.type_person.id}?person_id={child.id}",
        )

    def test_my_child_can_be_changed_and_nobody_else(self):
        child = self.person("Léo", "Le Goff", guardian_id=self.anne.partner_id.id)
        foreign = self.person("Zoé", "Autre", guardian_id=self.bob.partner_id.id)
        self.login(self.anne)
        values = {"firstname": "Théo", "lastname": "Le Goff", "birthdate_date": "2015-03-24"}
        for person in child | foreign | self.bob.partner_id:
            self.post(f"/my/family/{person.id}", **values)
        self.assertEqual(child.firstname, "Théo")
        self.assertEqual(foreign.firstname, "Zoé")
        self.assertEqual(self.bob.partner_id.firstname, "Bob")
        page = self.url_open(f"/my/family/{foreign.id}")
        self.assertEqual(self.path(page), "/my/family")
        self.assertNotIn("Zoé", page.text)

    def test_a_dependant_with_a_login_looks_after_themselves(self):
        self.bob.partner_id.guardian_id = self.anne.partner_id
        self.login(self.anne)
        response = self.url_open(f"/my/family/{self.bob.partner_id.id}")
        self.assertEqual(self.path(response), "/my/family")

    def test_family_is_dependants_persons_i_pay_for_and_covered_persons(self):
        anne = self.anne.partner_id
        child = self.person("Léo", "Le Goff", guardian_id=anne.id)
        mother = self.person("Odette", "Le Goff")
        spouse = self.person("Paul", "Le Goff")
        stranger = self.person("Zoé", "Autre")
        employer = self.organisation()
        self.membership(mother, payer_id=anne.id, confirm=True)
        self.membership(anne, self.type_family, covered_partner_ids=[Command.set(spouse.ids)])
        self.membership(employer, self.type_org, payer_id=anne.id)
        self.assertEqual(anne._get_family(), (child | mother | spouse).sorted("name"))
        self.login(self.anne)
        page = self.url_open("/my/family").text
        for person in child | mother | spouse:
            self.assertIn(person.name, page)
        self.assertNotIn(stranger.name, page)

    def test_birth_dates_of_those_i_do_not_answer_for_are_not_shown(self):
        mother = self.person("Odette", "Le Goff", birthdate_date="1944-06-06")
        self.membership(mother, payer_id=self.anne.partner_id.id, confirm=True)
        self.login(self.anne)
        page = self.url_open("/my/family").text
        self.assertIn("Odette", page)
        self.assertNotIn("1944", page)

    def test_nobody_answers_for_themselves_even_through_others(self):
        anne = self.anne.partner_id
        child = self.person("Léo", "Le Goff", guardian_id=anne.id)
        with self.assertRaises(ValidationError):
            anne.guardian_id = child

    def test_initials_are_all_a_stranger_reads(self):
        self.assertEqual(self.person("Anne Marie", "de La Tour")._get_initials(), "A. D.")
        self.assertEqual(self.organisation("Mairie")._get_initials(), "Mairie")
