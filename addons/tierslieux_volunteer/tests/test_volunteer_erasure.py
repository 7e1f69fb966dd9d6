import base64

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .volunteer_common import NOW, VolunteerCase

NAME, MAIL, PHONE = "Zyxgone", "zyxgone@example.com", "06 98 76 54 32"
TEXT_TYPES = ("text", "character varying", "jsonb")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVolunteerErasure(VolunteerCase):
    """Zoé Zyxgone came on Monday the 4th, three hours, comes on Monday the 18th, and leaves traces
    wherever the room lets her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partner = cls.person("Zoé", NAME, email=MAIL, phone=PHONE)
        cls.zoe = cls.env["tierslieux.volunteer"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "max_per_day": 0,
                "note": f"{NAME} likes tea",
                "emergency_name": f"Mother of {NAME}",
                "emergency_phone": "06 00 00 00 00",
            }
        )
        cls.partner = partner
        cls.manager = new_test_user(
            cls.env, "erases", "base.group_user,tierslieux_base.group_manager"
        )
        cls.login = new_test_user(
            cls.env, MAIL, "base.group_portal", partner_id=partner.id, name=partner.name
        )
        partner.write({"firstname": "Zoé", "lastname": NAME})
        cls.coming = cls.put(cls.shift(), cls.zoe)
        cls.hours = cls.env["tierslieux.volunteer.hours"].create(
            {
                "volunteer_id": cls.zoe.id,
                "mission_id": cls.mission.id,
                "start": cls.at("2027-01-04 14:00"),
                "stop": cls.at("2027-01-04 17:00"),
                "note": f"With Zoé {NAME}",
            }
        )
        cls.hours.with_user(cls.manager).action_validate()

    def leave_traces(self):
        for model, vals in (
            ("volunteer.paper", {"kind": "licence", "reference": f"B {NAME}"}),
            ("volunteer.document", {"name": NAME, "note": NAME}),
            ("volunteer.absence", {"date_from": "2027-03-01", "reason": NAME}),
            ("volunteer.wish", {"mission_id": self.mission.id, "kind": "wish"}),
        ):
            self.env[f"tierslieux.{model}"].create({"volunteer_id": self.zoe.id, **vals})
        self.env["tierslieux.rota.word"].create(
            {
                "company_id": self.company.id,
                "kind": "person",
                "label": NAME,
                "key": NAME.lower(),
                "volunteer_id": self.zoe.id,
            }
        )
        other = self.zoe.copy({"partner_id": self.person("Paul", "Hamon").id, "note": False})
        self.env["tierslieux.volunteer.crew"].create(
            {"name": f"Paul et {NAME}", "volunteer_ids": [(6, 0, (self.zoe | other).ids)]}
        )
        self.zoe._set_week({"0": [[540, 720]]})
        self.zoe.message_post(body=f"Zoé {NAME} rang")
        self.coming._queue_messages("moved")
        sent = self.messages(self.zoe)
        sent._send()
        shift = self.coming.shift_id
        shift.message_post(body=f"Zoé {NAME} has the key", subject=MAIL)
        self.coming.with_user(self.login).sudo()._cannot_come("portal")
        shift.activity_ids._action_done(feedback=f"Rang Zoé {NAME}")
        self.env["tierslieux.shift.assignment"]._propose(
            self.shift("2027-01-25 14:00", "2027-01-25 18:00"), self.zoe
        )._queue_messages("asked")
        self.env.flush_all()

    def erase(self):
        window = (
            self.env["tierslieux.volunteer.erasure"]
            .with_user(self.manager)
            .create({"volunteer_id": self.zoe.id})
        )
        window.action_erase()
        self.env.flush_all()

    def find(self, *words):
        """{table.column: how many lines} in the whole database where one of these words stands."""
        columns = self.env.execute_query(
            SQL(
                """
                SELECT c.table_name, c.column_name FROM information_schema.columns c
                  JOIN information_schema.tables t USING (table_schema, table_name)
                 WHERE c.table_schema = current_schema AND t.table_type = 'BASE TABLE'
                   AND c.data_type IN %s
                """,
                TEXT_TYPES,
            )
        )
        found = {}
        for table, column in columns:
            any_word = SQL(" OR ").join(
                SQL("%s::text ILIKE %s", SQL.identifier(column), f"%{word}%") for word in words
            )
            [[count]] = self.env.execute_query(
                SQL("SELECT count(*) FROM %s WHERE %s", SQL.identifier(table), any_word)
            )
            if count:
                found[f"{table}.{column}"] = count
        return found

    def test_nothing_names_them_any_more(self):
        self.leave_traces()
        self.assertIn("mail_message.body", self.find(NAME))
        self.erase()
        self.assertFalse(self.find(NAME, MAIL, PHONE, "06 00 00 00 00"))

    def test_hours_answers_and_figures_stay_without_a_name(self):
        self.leave_traces()
        self.erase()
        self.assertEqual((self.hours.hours, self.hours.state), (3, "validated"))
        self.assertEqual(self.hours.volunteer_id, self.zoe)
        self.assertIn("Erased volunteer", self.hours.partner_id.name)
        self.assertEqual(self.coming.state, "excused")
        self.assertFalse(self.coming.answered_by_id)
        figure = self.env["tierslieux.volunteer.figure"].search([("hours_id", "=", self.hours.id)])
        self.assertEqual((figure.hours, figure.partner_id), (3, self.zoe.partner_id))
        for name in ("paper_ids", "document_ids", "absence_ids", "availability_ids", "wish_ids"):
            self.assertFalse(self.zoe[name])
        self.assertFalse(self.zoe.active)
        self.assertFalse(self.login.active)

    def test_a_contact_that_is_needed_stays(self):
        """An invoice of theirs: ten years."""
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_line_ids": [(0, 0, {"name": "Fee", "price_unit": 10})],
            }
        )
        self.leave_traces()
        window = (
            self.env["tierslieux.volunteer.erasure"]
            .with_user(self.manager)
            .create({"volunteer_id": self.zoe.id})
        )
        self.assertIn("Invoices", window.used_for)
        self.assertEqual(window.hours, 3)
        window.action_erase()
        self.assertEqual(self.partner.lastname, NAME)
        self.assertFalse(self.partner.sudo().volunteer_ids)
        self.assertNotEqual(self.hours.partner_id, self.partner)
        self.assertFalse(self.messages(self.zoe))

    def test_expenses_are_settled_before(self):
        expense = self.env["tierslieux.volunteer.expense"].create(
            {
                "name": "Train",
                "kind": "ticket",
                "volunteer_id": self.zoe.id,
                "date": "2027-01-04",
                "amount": 10,
                "receipt": base64.b64encode(b"%PDF-1.4\n"),
            }
        )
        expense.action_submit()
        with self.assertRaisesRegex(UserError, "settle them before"):
            self.erase()
        self.assertEqual(self.zoe.partner_id, self.partner)

    def test_others_with_a_longer_name_keep_it(self):
        other = self.person("Zoé", f"{NAME}ette")
        self.mission.message_post(body=f"Zoé {NAME}ette and Zoé {NAME}")
        self.erase()
        body = self.mission.message_ids[0].body
        self.assertIn(f"Zoé {NAME}ette and (erased)", body)
        self.assertEqual(other.lastname, f"{NAME}ette")

    def test_others_whose_name_or_address_holds_theirs_keep_it_and_their_mail(self):
        """zyxgone@example.com is a part of marie.zyxgone@example.com."""
        told = self.mission.message_post(
            body=f"marie.{MAIL}, {MAIL}. Marie-Zoé {NAME}, Zoé {NAME}-Roy."
        )
        sister, anybody = self.env["mail.mail"].create(
            [
                {"email_to": f"Marie <marie.{MAIL}>", "body_html": "Hello"},
                {"email_to": MAIL, "body_html": "Hello"},
            ]
        )
        other = self.person("Paul", "Hamon", email="paul@example.com")
        both = self.env["mail.mail"].create(
            {
                "model": "tierslieux.mission",
                "res_id": self.mission.id,
                "recipient_ids": [(6, 0, (self.partner | other).ids)],
            }
        )
        self.erase()
        self.assertIn(
            f"marie.{MAIL}, (erased). Marie-Zoé {NAME}, Zoé {NAME}-Roy.",
            told.body,
        )
        self.assertTrue(sister.exists())
        self.assertFalse(anybody.exists())
        self.assertEqual(both.recipient_ids, other)

    def test_managers_alone_erase(self):
        for user in (self.coordinator, self.reception):
            with self.assertRaises(AccessError):
                self.zoe.with_user(user).action_erase()
