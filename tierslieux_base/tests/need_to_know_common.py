from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .portal_common import PortalCase

IBAN = "FR7630006000011234567890189"


class NeedToKnowCase(PortalCase):
    """A person of whom much is known, and those who may or may not know it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.person(
            "Zoé",
            "Roux",
            birthdate_date="1990-05-17",
            comment="<p>Fragile since the spring</p>",
            phone="+33 6 12 34 56 78",
        )
        cls.account = cls.env["res.partner.bank"].create(
            {"partner_id": cls.zoe.id, "acc_number": IBAN}
        )

    def assertClosed(self, record, name, users, value=None):
        """Neither read, nor a condition, an order, a group or an export, for these users."""
        for user in users:
            if user._is_internal():  # who may export, exports what they read
                user.group_ids += self.env.ref("base.group_allow_export")
            model = record.env[record._name].with_user(user)
            for way, function in {
                "read": lambda m: m.browse(record.id).read([name]),
                "web_read": lambda m: m.browse(record.id).web_read({name: {}}),
                "export": lambda m: m.browse(record.id).export_data([name]),
                "search": lambda m: m.search([(name, "!=", False)]),
                "compare": lambda m: m.search([(name, ">=", value)]),
                "prefix": lambda m: m.search([(name, "=like", "F%")]),
                "order": lambda m: m.search([], order=f"{name} desc"),
                "group": lambda m: m.formatted_read_group([], [name]),
            }.items():
                with (
                    self.subTest(user.login, name=name, way=way),
                    self.assertRaises(
                        AccessError if user._is_internal() or way != "export" else UserError
                    ),
                ):
                    function(model)
            self.assertNotIn(name, model.fields_get())


class OtherAssociation:
    """Users who leave for another association, and the windows that they open there.

    Ids that a client writes into a window are read with the rights of its user.
    """

    def leave(self, users):
        """These users work for another association now, and for no other."""
        self.other = self.env["res.company"].create({"name": "Another association"})
        users.write({"company_ids": [Command.set(self.other.ids)], "company_id": self.other.id})

    def wizard(self, model, user=None):
        return (
            self.env[model]
            .with_user(user or self.reception)
            .with_context(allowed_company_ids=self.other.ids)
        )

    def onchange(self, model, values, *names):
        """What the window answers to these values, as the web client asks it."""
        spec = {name: {} for name in (*values, *names)}
        return self.wizard(model).onchange(values, list(values), spec)["value"]


class ThreadTests:
    """The board reads records and figures, and nothing of what the team writes about people.

    To be mixed into a case whose class attribute ``records`` says of which records.
    """

    @classmethod
    def write_about(cls, *records):
        cls.records = records
        for record in records:
            record.message_post(
                body="Fragile since the spring",
                attachments=[("letter.txt", b"Fragile too")],
                subtype_xmlid="mail.mt_note",
            )

    def test_the_board_reads_no_thread(self):
        for record in self.records:
            messages = record.message_ids
            self.assertTrue(messages)
            env = self.env(user=self.board)
            found = [("model", "=", record._name), ("res_id", "=", record.id)]
            self.assertFalse(env["mail.message"].search(found))
            self.env.invalidate_all()
            self.assertFalse(record.with_user(self.board).message_ids)
            for message in messages:
                with self.assertRaises(AccessError):
                    message.with_user(self.board).read(["body"])
            self.assertTrue(self.env(user=self.reception)["mail.message"].search(found))

    def test_nobody_asks_what_is_in_messages_that_they_may_not_read(self):
        for user in (self.board, self.anne):
            for record in self.records:
                for name in ("message_ids", "website_message_ids"):
                    found = record.with_user(user).search([(f"{name}.body", "ilike", "fragile")])
                    self.assertFalse(found & record, (user.login, name))
        for record in self.records:
            found = record.with_user(self.reception).search(
                [("message_ids.body", "ilike", "fragile")]
            )
            self.assertIn(record, found)

    def test_the_board_opens_no_paper_of_people(self):
        for record in self.records:
            papers = record.message_ids.attachment_ids
            self.assertTrue(papers)
            Attachment = self.env(user=self.board)["ir.attachment"]
            for domain in (
                [("res_model", "=", record._name)],
                [("name", "=", "letter.txt")],
                [("res_model", "=", record._name), ("index_content", "ilike", "fragile")],
            ):
                self.assertFalse(Attachment.search(domain) & papers)
            with self.assertRaises(AccessError):
                papers.with_user(self.board).read(["name"])
            self.assertTrue(papers.with_user(self.reception).read(["name"]))

    def test_a_board_member_who_works_at_the_desk_reads_what_the_desk_reads(self):
        self.board.group_ids += self.env.ref("tierslieux_base.group_reception")
        for record in self.records:
            messages = record.message_ids
            self.assertTrue(messages.with_user(self.board).read(["body"]))
            self.assertTrue(messages.attachment_ids.with_user(self.board).read(["name"]))
