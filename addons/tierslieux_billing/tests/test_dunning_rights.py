from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .billing_common import BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-09")
class TestDunnedInvoices(BillingCommon):
    """The ids of a preview of payment reminders come through the client. An invoice of 300 € due
    on 1/1/2026 may be reminded of; whatever else is named is not read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.person("Eva", "Petit", email="eva@example.com")
        cls.late = cls.make_move(cls.payer)
        cls.level = cls.env["tierslieux.dunning.level"].search([], limit=1)

    @classmethod
    def make_move(cls, partner, due=date(2026, 1, 1), **vals):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Plan", "price_unit": 300.0, "tax_ids": False})
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def preview(self, user=None):
        Preview = self.as_user(self.env["tierslieux.dunning.preview"], user or self.manager)
        return Preview.browse(Preview.action_open()["res_id"])

    def line(self, preview, refs, payer=None):
        """A line as a client may write it."""
        return preview.line_ids.create(
            {
                "preview_id": preview.id,
                "payer_id": (payer or self.payer).id,
                "level_id": self.level.id,
                "move_refs": refs,
            }
        )

    def read(self, line):
        return line.read(["invoice_names", "amount", "days_late", "body"])[0]

    def test_what_is_due_of_the_payer_is_shown_and_nothing_else(self):
        other = self.person("Max", "Roux", email="max@example.com")
        not_late = self.make_move(self.payer, due=date(2026, 2, 1))
        of_other = self.make_move(other)
        bill = self.make_move(self.payer, move_type="in_invoice", ref="B1", date=date(2026, 1, 1))
        entry = self.env["account.move"].search([("move_type", "=", "entry")], limit=1)
        preview = self.preview()
        self.assertEqual(self.read(self.line(preview, self.late.ids))["amount"], 300)
        for refs in (not_late.ids, of_other.ids, bill.ids, entry.ids or [0]):
            said = self.read(self.line(preview, refs))
            self.assertFalse(said["invoice_names"] or said["amount"] or said["body"], refs)
        both = self.line(preview, (self.late | of_other).ids)
        self.assertEqual(self.read(both)["invoice_names"], self.late.name)

    def test_what_is_no_list_of_ids_is_nothing(self):
        preview = self.preview()
        for refs in ("1 OR 1=1", {"id": self.late.id}, [str(self.late.id)], [[1]], [2**40], [True]):
            self.assertFalse(self.read(self.line(preview, refs))["amount"], refs)

    def test_an_invoice_of_another_association_is_not_shown(self):
        preview = self.preview()
        self.move_to(self.manager)
        Preview = self.as_user(self.env["tierslieux.dunning.preview"], self.manager)
        with self.assertRaises(AccessError):
            Preview.create({"company_id": self.company.id})
        own = Preview.create({})
        said = self.read(self.line(own, self.late.ids))
        self.assertFalse(said["invoice_names"] or said["amount"] or said["body"])
        Line = own.line_ids.browse()
        self.env.invalidate_all()
        said = Line.onchange(
            {
                "preview_id": preview.id,
                "payer_id": self.payer.id,
                "level_id": self.level.id,
                "move_refs": self.late.ids,
            },
            ["move_refs"],
            {name: {} for name in ("preview_id", "payer_id", "move_refs", "amount")},
        )
        self.assertFalse(said["value"].get("amount"))

    def test_who_reads_the_message_does_not_get_the_link_of_its_payer(self):
        line = self.preview().line_ids
        self.assertIn(self.late.name, line.body)
        self.assertIn("access_token=…", line.body)
        self.assertNotIn(self.late.access_token, line.body)
        self.env["account.move"]._send_dunning(
            self.env["account.move"]._get_dunning_messages(companies=self.company)
        )._send()
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.payer.ids)])
        self.assertIn(self.late.access_token, mail.body_html)
