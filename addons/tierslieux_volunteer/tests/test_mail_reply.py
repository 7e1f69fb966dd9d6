from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools.reply_text import cut_quoted, is_absence, is_automatic
from .test_absence_guard import GuardCase
from .volunteer_common import NOW

MONDAY, SUNDAY = date(2027, 1, 18), date(2027, 1, 17)
ABSENT = """
Je ne peux pas venir
je peux pas venir demain
Bonjour, je ne pourrai pas venir demain, désolée. Anne
Malade
Désolé, malade
désolé pas dispo
Désolée mais je suis malade, je ne viendrai pas.
Bonjour, malheureusement je ne pourrai pas être là lundi. Bonne journée
Je suis malade.
Je ne serai pas disponible le lundi 18 janvier
J'ai un empêchement, je ne viens pas
Bonsoir Camille, je suis souffrante, je ne pourrai pas assurer. Merci
Je dois annuler, désolée
Impossible pour moi
Je ne viens plus
je serai absent le 18/01
Je ne vais malheureusement pas pouvoir venir
""".strip().split("\n")
UNCLEAR = """
je viens
Je ne peux pas venir avant 10h
Je ne peux pas venir avant midi
Oui, je viens bien que malade
Mon fils est malade
Je ne suis plus malade, je viens
Je ne suis pas malade
Paul ne peut pas venir
Est-ce que je peux venir ?
Je ne peux pas venir ?
Je ne peux pas venir mardi
Je ne peux pas venir aujourd'hui
Je ne peux pas venir lundi prochain
Je ne pourrai pas venir le 25
Je serai en retard
Je ne peux pas rester jusqu'à la fin
Je ne peux pas venir sauf si quelqu'un m'emmène
Je ne viens pas seule
Je ne viens pas à pied
Je ne peux pas venir, mais Paul me remplace
Je ne serai pas absente
Je suis malade à l'idée de rater ça
Impossible de venir en voiture
Je ne suis pas sûre de pouvoir venir
Merci
Non
""".strip().split("\n")


@tagged("post_install", "-at_install")
class TestReplyText(TransactionCase):
    """The words alone: the shift is on Monday 18 January 2027, written the day before."""

    def test_clear_words_are_an_absence(self):
        wrong = [text for text in ABSENT if not is_absence(text, MONDAY, SUNDAY)]
        self.assertFalse(wrong)

    def test_words_that_could_mean_something_else_are_none(self):
        wrong = [text for text in UNCLEAR if is_absence(text, MONDAY, SUNDAY)]
        self.assertFalse(wrong)

    def test_no_is_an_answer_to_a_question_alone(self):
        self.assertTrue(is_absence("Non merci", MONDAY, SUNDAY, is_question=True))
        self.assertFalse(is_absence("Non merci", MONDAY, SUNDAY))
        self.assertFalse(is_absence("Non. Je viens", MONDAY, SUNDAY, is_question=True))

    def test_tomorrow_is_the_day_after_it_was_written(self):
        self.assertFalse(is_absence("Je ne peux pas venir demain", MONDAY, date(2027, 1, 16)))
        self.assertTrue(is_absence("Je ne peux pas venir aujourd'hui", MONDAY, MONDAY))

    def test_what_is_answered_to_is_cut(self):
        for body in (
            "Malade\n\nLe lun. 11 janv. 2027 à 09:00,\nLa Fabrique <a@b.fr> a écrit :\n\n> Vous\n",
            "On Mon, La Fabrique wrote:\n> Vous venez ?\n\nMalade\nEnvoyé de mon iPhone",
            "Malade\r\n________________________________\r\nDe : La Fabrique <a@b.fr>\r\nObjet",
            "Malade\n-----Message d'origine-----\nVous venez ?",
            "Malade\n-- \nAnne, 06 00 00 00 00",
            "<div>Malade</div><div class='gmail_quote'>Le lun. a écrit :"
            "<blockquote>Vous venez ?</blockquote></div>",
            "<p>Malade</p><div id='divRplyFwdMsg'>De : x</div><div>Vous venez ?</div>",
        ):
            self.assertEqual(cut_quoted(body), "Malade")

    def test_machines_are_known_by_their_headers(self):
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"Auto-Submitted": "auto-generated; owner-email=a@b.fr"},
            {"X-Autoreply": "yes"},
            {"Precedence": "bulk"},
            {"Subject": "Réponse automatique : Nous vous attendons"},
        ):
            self.assertTrue(is_automatic(headers), headers)
        self.assertFalse(is_automatic({"Auto-Submitted": "no", "Subject": "Re: nous"}))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMailReply(GuardCase):
    """Ana is reminded of Monday the 18th, and answers the e-mail on Sunday the 17th."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "fabrique.example"})
        cls.company.alias_domain_id = domain
        cls.row_ana._queue_messages("reminder")
        cls.sent = cls.message()

    @classmethod
    def message(cls, kind="volunteer_reminder"):
        message = cls.env["tierslieux.message"].search(
            [("partner_id", "=", cls.ana.partner_id.id), ("kind", "=", kind)]
        )
        with freeze_time(cls.at("2027-01-17 10:00")):
            message._send()
        return message

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def answer(self, text, number=1, sent=None, headers="", sender="ana@example.com"):
        """Ana's answer arrives, on Sunday at 18:00."""
        sent = sent or self.sent
        mail = (
            f"Message-Id: <{number}.{sent.id}@ana>\r\nFrom: Ana <{sender}>\r\n"
            f"To: catchall@fabrique.example\r\nSubject: Re: nous\r\n{headers}"
            f"In-Reply-To: {sent.mail_reference}\r\nReferences: {sent.mail_reference}\r\n"
            f'Content-Type: text/plain; charset="utf-8"\r\n\r\n{text}\r\n'
        )
        with freeze_time(self.at("2027-01-17 18:00")):
            self.env["mail.thread"].message_process(None, mail)
            self.env.flush_all()

    def notes(self):
        return self.ana.message_ids.filtered(lambda m: m.message_type == "email")

    def test_a_clear_answer_is_the_gesture_of_the_portal(self):
        self.answer("Désolée, je ne peux pas venir demain.\n\nLe dim. X a écrit :\n> Oui ?")
        self.assertEqual(self.row_ana.state, "excused")
        self.assertEqual(self.row_ana.answer_source, "mail")
        self.assertIn("Cannot come: Ana Benevole", self.to_dos(self.monday))
        self.assertTrue(self.search_of(self.monday))
        self.assertIn("je ne peux pas venir", self.notes().body)
        self.assertFalse(self.to_dos(self.ana))

    def test_they_are_told_what_was_read_and_how_to_undo_it(self):
        self.answer("Malade")
        message = self.message("volunteer_noted")
        self.assertEqual((len(message), message.channel), (1, "email"))
        mail = self.env["mail.mail"].search([("message_id", "=", message.mail_reference)])
        self.assertIn(f"/my/shifts/{self.row_ana.id}?link=", mail.body_html)
        with freeze_time(self.at("2027-01-17 18:30")):
            self.assertTrue(self.row_ana._may_take_back())
            self.row_ana._take_back("link")
        self.assertEqual(self.row_ana.state, "accepted")
        self.assertFalse(self.row_ana._may_take_back())

    def test_undone_when_somebody_has_the_seat_it_says_so(self):
        from odoo.exceptions import UserError

        self.answer("Malade")
        self.put(self.monday, self.cleo, self.dora)
        with freeze_time(self.at("2027-01-17 18:30")), self.assertRaises(UserError):
            self.row_ana._take_back("link")
        self.assertEqual(self.row_ana.state, "excused")

    def test_what_is_not_clear_is_read_by_who_coordinates(self):
        self.answer("Je ne peux pas venir avant 15h")
        self.assertEqual(self.row_ana.state, "accepted")
        to_do = self.ana.activity_ids
        self.assertEqual(to_do.user_id, self.coordinator)
        self.assertIn("avant 15h", to_do.note)
        self.assertIn("Repair café", to_do.summary)

    def test_from_another_address_it_is_read_by_who_coordinates(self):
        self.answer("Malade", sender="mother@example.com")
        self.assertEqual(self.row_ana.state, "accepted")
        self.assertIn("Malade", self.ana.activity_ids.note)

    def test_from_an_address_that_two_of_the_shift_share_it_is_read(self):
        self.bob.partner_id.email = "ana@example.com"
        self.answer("Malade")
        self.assertEqual(self.row_ana.state, "accepted")
        self.assertTrue(self.ana.activity_ids)

    def test_about_two_shifts_it_is_read(self):
        other = self.put(self.shift("2027-01-19 14:00", "2027-01-19 18:00"), self.ana)
        (self.row_ana | other)._queue_messages("moved")
        self.answer("Je ne peux pas venir", sent=self.message("volunteer_moved"))
        self.assertEqual((self.row_ana.state, other.state), ("accepted", "accepted"))
        self.assertTrue(self.ana.activity_ids)

    def test_of_a_shift_that_was_moved_since_it_is_read(self):
        self.monday._change(
            self.at("2027-01-18 15:00"), self.at("2027-01-18 19:00"), seats=(2, 2, 3)
        )
        self.answer("Malade")
        self.assertEqual(self.row_ana.state, "accepted")
        self.assertTrue(self.ana.activity_ids)

    def test_after_the_start_nothing_is_changed(self):
        with patch.object(type(self.row_ana), "_is_open_to_answer", lambda row: False):
            self.answer("Malade")
        self.assertEqual(self.row_ana.state, "accepted")
        self.assertTrue(self.ana.activity_ids)

    def test_a_no_to_a_question_is_final(self):
        dora_row = self.env["tierslieux.shift.assignment"]._propose(
            self.shift("2027-01-20 14:00", "2027-01-20 18:00"), self.ana
        )
        dora_row._queue_messages("asked")
        self.answer("Non merci", sent=self.message("volunteer_asked"))
        self.assertEqual(dora_row.state, "declined")
        dora_row._take_back("link")
        self.assertEqual(dora_row.state, "proposed")

    def test_a_second_answer_changes_nothing(self):
        self.answer("Malade")
        self.answer("Malade")  # the same e-mail, fetched again
        self.answer("Je ne peux pas venir", number=2)
        self.assertEqual(len(self.message("volunteer_noted")), 1)
        self.assertFalse(self.ana.activity_ids)
        absences = [name for name in self.to_dos(self.monday) if "Cannot come" in name]
        self.assertEqual(len(absences), 1)
        self.assertEqual(len(self.notes()), 2)

    def test_another_second_answer_is_read(self):
        self.answer("Malade")
        self.answer("Finalement je viens", number=2)
        self.assertEqual(self.row_ana.state, "excused")
        self.assertIn("Finalement", self.ana.activity_ids.note)

    def test_machines_and_bounces_do_nothing(self):
        self.answer("Je suis absent", headers="Auto-Submitted: auto-replied\r\n")
        self.answer("Malade", number=2, sender="MAILER-DAEMON@example.com")
        self.assertEqual(self.row_ana.state, "accepted")
        self.assertFalse(self.ana.activity_ids)
        self.assertFalse(self.notes())

    def test_answers_come_back_to_the_server_or_to_the_association(self):
        mail = self.env["mail.mail"].search([("message_id", "=", self.sent.mail_reference)])
        self.assertIn("catchall@fabrique.example", mail.reply_to)
        self.assertIn("You may also answer this e-mail", mail.body_html)
        self.company.alias_domain_id = False
        self.company.email = "bonjour@fabrique.example"
        self.row_bob._queue_messages("reminder")
        message = self.messages(self.bob).filtered(lambda m: m.kind == "volunteer_reminder")
        with freeze_time(self.at("2027-01-17 10:00")):
            message._send()
        mail = self.env["mail.mail"].search([("message_id", "=", message.mail_reference)])
        self.assertIn("bonjour@fabrique.example", mail.reply_to)
        self.assertNotIn("You may also answer this e-mail", mail.body_html)
        self.assertIn(f"/my/shifts/{self.row_bob.id}", mail.body_html)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAbsenceToDo(GuardCase):
    def test_one_to_do_says_who_cannot_come_and_how_many_are_missing(self):
        self.row_ana._cannot_come("portal")
        self.row_bob._cannot_come("link")
        to_do = self.monday.activity_ids
        self.assertEqual(to_do.summary, "Cannot come: Ana Benevole, Bob Benevole")
        self.assertIn("0 of 2 at least: 2 missing.", to_do.note)
        self.assertEqual(to_do.user_id, self.coordinator)

    def test_it_is_over_when_the_seats_are_taken_again(self):
        self.row_ana._cannot_come("portal")
        self.row_bob._cannot_come("portal")
        self.put(self.monday, self.cleo)
        self.assertTrue(self.monday.activity_ids)
        self.put(self.monday, self.dora)
        self.assertFalse(self.monday.activity_ids)

    def test_it_names_nobody_who_comes_after_all(self):
        self.row_ana._cannot_come("portal")
        self.row_bob._cannot_come("portal")
        self.row_ana._accept("portal")
        to_do = self.monday.activity_ids
        self.assertEqual(to_do.summary, "Cannot come: Bob Benevole")
        self.assertIn("1 of 2 at least: 1 missing.", to_do.note)

    def test_it_is_over_when_all_whom_it_names_come_after_all(self):
        """Two of three are wanted, and the third place was never taken."""
        self.monday.seats_wanted = 3
        self.row_ana._cannot_come("portal")
        self.row_ana._accept("portal")
        self.assertFalse(self.monday.activity_ids)

    def test_who_has_a_part_of_the_name_of_another_is_named_too(self):
        for name in ("Ana Benevolesse", "Ana Benevole"):
            self.monday._tell_absence(name)
        self.assertEqual(
            self.monday.activity_ids.summary, "Cannot come: Ana Benevolesse, Ana Benevole"
        )

    def test_it_is_over_with_the_shift(self):
        self.row_ana._cannot_come("portal")
        self.monday._cancel()
        self.assertFalse(self.monday.activity_ids)
