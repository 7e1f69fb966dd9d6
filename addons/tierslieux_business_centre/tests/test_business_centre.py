from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .business_common import PAPER, BusinessCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 09:00:00")
class TestDomiciliation(BusinessCase):
    """A registered office at our address, with the papers that the law asks for."""

    def remind(self):
        """What the nightly job does."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "tierslieux_business_centre.cron_domiciliation_documents"
            ).method_direct_trigger()

    def test_a_contract_does_not_start_without_its_papers(self):
        contract = self.contract(start=False, papers=("identity",))
        with self.assertRaisesRegex(UserError, "lacks: Proof of address.*Registration"):
            contract.action_start()
        contract.document_ids = [
            Command.create({"kind": kind, "file": PAPER}) for kind in ("address", "registration")
        ]
        contract.with_user(self.coordinator).action_start()
        self.assertEqual(contract.state, "active")
        self.assertTrue(contract.name.startswith("DOM-2026-"))

    def test_a_paper_that_expires_is_asked_for_once(self):
        contract = self.contract()
        contract.document_ids.filtered(lambda d: d.kind == "address").date_end = date(2026, 4, 5)
        self.assertEqual(contract.next_expiry, date(2026, 4, 5))
        for _night in range(2):
            self.remind()
        self.assertEqual(len(self.mails(self.nour)), 1)
        self.assertIn("Proof of address", self.mails(self.nour).body_html)
        activity = contract.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.manager, date(2026, 4, 5))
        )

    def test_a_later_paper_replaces_the_one_before(self):
        contract = self.contract()
        old = contract.document_ids.filtered(lambda d: d.kind == "identity")
        old.date_end = date(2026, 3, 1)
        self.assertTrue(contract.is_expired)
        contract.document_ids = [
            Command.create(
                {
                    "kind": "identity",
                    "file": PAPER,
                    "date": date(2026, 3, 9),
                    "date_end": date(2036, 3, 8),
                }
            )
        ]
        self.assertTrue(old.is_replaced)
        self.assertEqual(contract.next_expiry, date(2036, 3, 8))
        self.assertFalse(contract.is_expired)
        self.assertNotIn(
            contract, self.env["tierslieux.domiciliation"].search([("is_expired", "=", True)])
        )

    def test_without_an_address_the_team_is_told_to_call(self):
        self.nour.email = self.firm.email = False
        contract = self.contract()
        contract.document_ids[0].date_end = date(2026, 3, 20)
        self.remind()
        self.assertIn("please call", contract.activity_ids.note)

    def test_the_certificate_says_who_where_and_since_when(self):
        self.company.domiciliation_approval = "2026-35-12"
        contract = self.contract()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.reception)
            ._render_qweb_html(
                "tierslieux_business_centre.report_domiciliation_certificate", contract.ids
            )[0]
            .decode()
        )
        for text in (
            "Atelier Nour",
            "73282932000074",
            "4 place de l&#39;Église, 35190 Tinténiac",
            "2026-35-12",
            contract.name,
            "01/15/2026",
        ):
            self.assertIn(text, html)

    def test_a_contract_that_is_not_under_way_has_no_certificate(self):
        with self.assertRaisesRegex(UserError, "not under way"):
            self.contract(start=False).action_print_certificate()

    def test_a_contract_begun_is_kept(self):
        with self.assertRaisesRegex(UserError, "End it instead"):
            self.contract().unlink()

    def test_the_desk_reads_and_the_coordinator_writes(self):
        contract = self.contract()
        self.assertTrue(contract.with_user(self.reception).read(["name"]))
        with self.assertRaises(AccessError):
            contract.with_user(self.reception).write({"note": "x"})
        for user in (self.board, self.care, self.portal):
            with self.assertRaises(AccessError):
                contract.with_user(user).read(["name"])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 09:00:00")
class TestPost(BusinessCase):
    """Letters and parcels: noted, announced in one message, handed over."""

    def item(self, partner=None, **vals):
        return (
            self.env["tierslieux.post.item"]
            .with_user(self.reception)
            .create({"partner_id": (partner or self.firm).id, "place_id": self.site.id, **vals})
        )

    def test_one_message_lists_all_that_waits(self):
        contract = self.contract()
        items = self.item(sender="URSSAF") | self.item(kind="parcel", sender="Toner")
        self.assertEqual(items.domiciliation_id, contract)
        self.assertTrue(items.action_notify())
        mail = self.mails(self.nour)
        self.assertEqual(len(mail), 1)
        self.assertIn("URSSAF", mail.body_html)
        self.assertIn("Toner", mail.body_html)
        self.assertEqual(set(items.mapped("state")), {"notified"})
        self.assertEqual(items[0].notified_at, datetime(2026, 3, 10, 9))

    def test_who_has_no_address_is_named_to_be_called(self):
        item = self.item(self.person("Raymonde", "Lucas"))
        action = item.action_notify()
        self.assertIn("Raymonde Lucas", action["params"]["message"])
        self.assertEqual(item.state, "received")
        item.action_announced()
        self.assertEqual(item.state, "notified")

    def test_what_is_handed_over_has_its_day_and_can_be_corrected(self):
        item = self.item()
        item.action_announced()
        item.action_collect()
        self.assertEqual((item.state, item.collected_at), ("collected", datetime(2026, 3, 10, 9)))
        item.action_undo()
        self.assertEqual((item.state, item.collected_at), ("notified", False))

    def test_a_place_is_that_of_the_contract(self):
        self.env["tierslieux.place"].create({"name": "Elsewhere", "code": "ELSE"})
        self.contract()
        item = self.env["tierslieux.post.item"].create({"partner_id": self.firm.id})
        self.assertEqual(item.place_id, self.site)

    def test_only_the_desk_reads_the_post(self):
        item = self.item()
        for user in (self.treasurer, self.board, self.care, self.portal):
            with self.assertRaises(AccessError):
                item.with_user(user).read(["sender"])


@tagged("post_install", "-at_install")
@freeze_time("2026-04-02 09:00:00")
class TestSecretariat(BusinessCase):
    """Secretarial work by the quarter of an hour, on the month's invoice."""

    def work(self, **vals):
        return (
            self.env["tierslieux.secretariat.time"]
            .with_user(self.reception)
            .create(
                {
                    "partner_id": self.firm.id,
                    "date": date(2026, 3, 12),
                    "description": "Minutes typed",
                    "quarters": 3,
                    **vals,
                }
            )
        )

    def bill(self):
        run = self.env["tierslieux.billing.run"].create(
            {"date": date(2026, 4, 1), "send_invoices": False}
        )
        run.action_preview()
        run.action_launch()
        return run

    def test_three_quarters_at_twelve_euros_make_36_and_45_minutes(self):
        self.company.secretariat_quarter_price = 12.0
        work = self.work()
        self.assertEqual((work.amount, work.activity_hours), (36.0, 0.75))
        self.assertEqual(work.activity_date, date(2026, 3, 12))

    def test_work_is_billed_once_with_the_month(self):
        work = self.work(unit_price=12.0)
        free = self.work(is_free=True)
        later = self.work(date=date(2026, 4, 1))
        run = self.bill()
        line = work.sudo().invoice_line_ids
        self.assertEqual((line.quantity, line.price_subtotal), (3.0, 36.0))
        self.assertEqual(line.move_id.partner_id, self.firm)
        self.assertTrue(line.account_id.code.startswith("706"))
        self.assertTrue(work.is_billed)
        self.assertFalse(free.is_billed or later.is_billed)
        self.assertEqual(run.done_amount, 36.0)
        self.assertFalse(self.bill().line_ids.filtered("move_id"))
        self.assertEqual(len(work.sudo().invoice_line_ids), 1)

    def test_billed_work_does_not_change(self):
        work = self.work(unit_price=12.0)
        self.bill()
        with self.assertRaisesRegex(UserError, "credit note"):
            work.quarters = 4
        with self.assertRaisesRegex(UserError, "credit note"):
            work.sudo().unlink()
        self.assertIn(work, work.search([("is_billed", "=", True)]))
        self.assertNotIn(work, work.search([("is_billed", "=", False)]))

    def test_only_a_manager_changes_the_price(self):
        Settings = self.env["tierslieux.business.settings"]
        wizard = Settings.with_user(self.manager).create({"secretariat_quarter_price": 15.0})
        wizard.action_save()
        self.assertEqual(self.company.secretariat_quarter_price, 15.0)
        with self.assertRaises(AccessError):
            Settings.with_user(self.coordinator).create({})
