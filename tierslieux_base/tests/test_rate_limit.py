"""Who tries too often is told when to try again. See ``tests/test_rates.py`` for each door."""

import doctest
import logging
from contextlib import contextmanager

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged

from ..models.rate_limit import PARAMETER, RATES, RateLimited
from ..tools import client_address
from .test_portal_pages import PortalCase

SENTENCE = "Too many tries in a short time."


class RateCase(TransactionCase):
    @classmethod
    def limit(cls, scope, text):
        cls.env["ir.config_parameter"].set_param(PARAMETER + scope, text)

    @contextmanager
    def quiet(self):
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


@tagged("post_install", "-at_install")
class TestRateLimit(RateCase):
    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()
        self.Limit = self.env["tierslieux.rate.limit"].with_context(lang="en_US")

    def test_examples_hold(self):
        self.assertFalse(doctest.testmod(client_address).failed)

    def test_so_many_pass_and_no_more_until_the_time_is_over(self):
        """3 in 10 minutes, counted from the first: the 4th waits for what is left of the 600 s."""
        self.limit("trial", "3/10")
        with freeze_time("2030-03-04 08:00:00"):
            self.assertEqual([self.Limit._hit("trial", "a") for _n in range(3)], [0, 0, 0])
        with freeze_time("2030-03-04 08:04:00"), self.quiet():
            self.assertEqual(self.Limit._hit("trial", "a"), 360)
            self.assertEqual(self.Limit._hit("trial", "b"), 0)
            self.assertEqual(self.Limit._hit("join", "a"), 0)
        with freeze_time("2030-03-04 08:10:00"):
            self.assertEqual(self.Limit._hit("trial", "a"), 0)

    def test_the_sentence_says_when_to_try_again(self):
        self.limit("trial", "1/10")
        with freeze_time("2030-03-04 08:00:00"), self.quiet():
            self.Limit._check("trial", "a")
            with self.assertRaisesRegex(RateLimited, "Try again in 10 minutes") as caught:
                self.Limit._check("trial", "a")
        self.assertEqual((caught.exception.seconds, caught.exception.http_status), (600, 429))

    def test_parameters_change_a_limit_and_nonsense_does_not(self):
        self.limit("trial", "0")
        self.assertEqual({self.Limit._hit("trial", "a") for _n in range(10)}, {0})
        for text in ("x", "-1/5", "²/3", "1.5", "/"):
            self.limit("trial", text)
            self.assertEqual(self.Limit._get_rate("trial").hits, RATES["trial"].hits)
            self.assertGreater(self.Limit._get_rate("trial").minutes, 0)

    def test_neither_addresses_nor_logins_are_kept(self):
        self.Limit._hit("login", "192.0.2.7", "anne@example.org")
        rows = self.Limit.search([("scope", "=", "login")])
        self.assertEqual(len(rows), 1)
        self.assertNotIn("anne", rows.key)
        self.assertNotIn("192", rows.key)

    def test_what_is_over_is_thrown_away(self):
        with freeze_time("2030-03-04 08:00:00"):
            self.Limit._hit("trial", "a")
        with freeze_time("2030-03-04 10:00:00"):
            self.Limit._hit("trial", "b")
            self.Limit._gc_expired()
        self.assertEqual(self.Limit.search_count([("scope", "=", "trial")]), 1)

    def test_what_was_right_is_taken_back(self):
        self.limit("login", "2/10")
        for _n in range(5):
            self.assertEqual(self.Limit._hit("login", "a"), 0)
            self.Limit._take_back("login", "a")
        self.Limit._hit("login", "a")
        self.Limit._hit("login", "a")
        self.assertTrue(self.Limit._is_over("login", "a"))
        self.Limit._forget("login", "a")
        self.assertFalse(self.Limit._is_over("login", "a"))


@tagged("post_install", "-at_install")
class TestForms(RateCase, PortalCase):
    def test_a_form_that_comes_too_soon_is_kept_on_the_page(self):
        self.limit("form", "2/10")
        self.company.write({"phone": "04 75 00 00 00", "email": "bonjour@tilleuls.example"})
        self.login(self.anne)
        child = {"firstname": "Léonie", "lastname": "Le Goff", "birthdate_date": "2015-03-24"}
        for name in ("Léo", "Zoé"):
            self.post("/my/family/new", **child | {"firstname": name})
        with self.quiet():
            page = self.post("/my/family/new", **child)
        self.assertEqual(page.status_code, 429)
        self.assertIn(SENTENCE, page.text)
        self.assertIn('name="firstname" value="Léonie"', " ".join(page.text.split()))
        self.assertIn('action="/my/family/new"', page.text)
        self.assertIn('href="tel:0475000000"', page.text)
        self.assertIn('href="mailto:bonjour@tilleuls.example"', page.text)
        self.assertNotIn("Léonie", self.anne.partner_id.dependant_ids.mapped("firstname"))
        self.login(self.bob)
        self.assertEqual(self.post("/my/family/new", **child).status_code, 200)

    def test_new_passwords_are_not_sent_without_end(self):
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        self.authenticate(None, None)
        statuses = []
        for _n in range(4):
            with self.quiet():
                statuses.append(
                    self.post("/web/reset_password", login="nobody@example.org").status_code
                )
        self.assertEqual(statuses, [200, 200, 200, 429])
