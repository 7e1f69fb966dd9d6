import doctest

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools import french_hours
from ..tools.opening_hours import parse_opening_hours, to_open_data, write_french
from .test_place_opening_hours import FRENCH_DAYS, opening

# What people write, and the same in the notation of OpenStreetMap.
SENTENCES = {
    "Lu-Ve 9h-12h, 14h-18h": "Mo-Fr 09:00-12:00,14:00-18:00",
    "lundi au vendredi 9h-18h": "Mo-Fr 09:00-18:00",
    "mardi et jeudi 14h30-17h": "Tu,Th 14:30-17:00",
    "sam. 10h-12h ; fermé dimanche": "Sa 10:00-12:00",
    "du lundi au vendredi de 9h à 12h et de 14h à 18h": "Mo-Fr 09:00-12:00,14:00-18:00",
    "Lundi : 9h00 - 12h00 / 14h00 - 18h00": "Mo 09:00-12:00,14:00-18:00",
    "9h-12h30 du lundi au mercredi et 10h-12h le samedi": "Mo-We 09:00-12:30; Sa 10:00-12:00",
    "tous les jours sauf dimanche 9h-18h": "Mo-Sa 09:00-18:00",
    "lundi au vendredi 9h-18h sauf mercredi": "Mo,Tu,Th,Fr 09:00-18:00",
    "lundi au vendredi 9h-18h sauf mercredi 14h-18h": "Mo,Tu,Th,Fr 09:00-18:00; We 14:00-18:00",
    "lundi 9h-12h, fermé le mardi, mercredi 10h-12h": "Mo 09:00-12:00; We 10:00-12:00",
    "lundi 9h-12h ; 14h-18h": "Mo 09:00-12:00,14:00-18:00",
    "lundi 9h-12h ; lundi 14h-18h": "Mo 09:00-12:00,14:00-18:00",
    "lundi au vendredi 9h-18h ; mercredi 9h-12h": "Mo,Tu,Th,Fr 09:00-18:00; We 09:00-12:00",
    "Ouvert le week-end de 10 h à 19 h 30": "Sa,Su 10:00-19:30",
    "mercredi matin 9-12h": "We 09:00-12:00",
    "vendredi 20h-2h": "Fr 20:00-24:00; Sa 00:00-02:00",
    "lundi 9h-midi\nmardi 14h-minuit": "Mo 09:00-12:00; Tu 14:00-24:00",
    "Mo-Fr 09:00-12:00 ; samedi 10h-12h": "Mo-Fr 09:00-12:00; Sa 10:00-12:00",
    "mardi au samedi 10h-18h sauf jours fériés": "Tu-Sa 10:00-18:00; PH off",
}


class TestFrenchHours(BaseCase):
    """Opening hours as people write them."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(french_hours).failed, 0)

    def test_what_people_write_is_understood(self):
        for text, expected in SENTENCES.items():
            with self.subTest(text):
                self.assertEqual(parse_opening_hours(text).leftover, ())
                self.assertEqual(to_open_data(text), expected)

    def test_what_stands_in_the_way_is_told(self):
        for text, words in {
            "samedi sur rendez-vous": "sur rendez-vous",
            "mercredi fermé l'après-midi": "l'après-midi",
            "lundi 25h-26h": "25h",
            "lundi 9h": "9h",
            "lundi": "lundi",
            "lundi 9h-18h sauf": "sauf",
        }.items():
            with self.subTest(text):
                hours = parse_opening_hours(f"mardi 9h-12h ; {text}")
                self.assertEqual(hours.leftover, (text,))
                self.assertEqual(hours.unknown, (words,))
                self.assertEqual(hours.week, {1: ((540, 720),)})

    @settings(max_examples=200, deadline=None)
    @given(opening())
    def test_what_is_written_in_french_is_read_back(self, hours):
        self.assertEqual(parse_opening_hours(write_french(hours, FRENCH_DAYS)), hours)

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                "lundi mardi sam. au à - / , ; et sauf fermé 9h 12h30 14h-18h 9 midi minuit matin"
                " fériés ( : de week-end 7j/7 24h/24 rendez-vous".split()
            ),
            max_size=9,
        ).map(" ".join)
    )
    def test_no_sentence_breaks_the_reader(self, text):
        hours = parse_opening_hours(text)
        self.assertEqual(len(hours.leftover), len(hours.unknown))
        for spans in hours.week.values():
            self.assertTrue(all(0 <= start < stop <= 1440 for start, stop in spans))
