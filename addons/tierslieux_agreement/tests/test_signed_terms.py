from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
@freeze_time("2026-02-11 11:00:00")
class TestSignedTerms(AgreementCase):
    """The CAF's agreement is signed: a room at 100 € a month from March, a report each 1 June."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room_price = cls.price(date_start=date(2026, 3, 1))
        cls.report = cls.duty(rhythm="yearly", date_first=date(2026, 6, 1))
        cls.party = cls.agreement.party_ids

    def amend(self, user=None, change=lambda window: None, **vals):
        window = self.window("amend", user=user or self.manager, **vals)
        change(window)
        window.action_amend()
        return self.agreement.amendment_ids[0]

    def test_a_window_opened_before_another_amendment_does_not_undo_it(self):
        old = self.window("amend", user=self.manager, reason="Mine", purpose="Mine")
        self.amend(notice_count=3)
        with self.assertRaisesRegex(UserError, "was amended since you opened this window"):
            old.action_amend()
        self.assertEqual(self.agreement.notice_count, 3)
        self.assertEqual(len(self.agreement.amendment_ids), 1)

    def test_a_signed_price_that_is_not_invoiced_yet_is_not_rewritten(self):
        own = self.as_user(self.room_price, self.treasurer)
        for vals in (
            {"amount": 50},
            {"rhythm": "yearly"},
            {"date_start": "2026-04-01"},
            {"date_end": "2026-04-30"},
            {"prorata": "days"},
            {"partner_id": self.ada.id},
            {"name": "Gift"},
        ):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "Amend"):
                own.write(vals)
        with self.assertRaisesRegex(UserError, "by an amendment"):
            own.unlink()

    def test_a_signed_agreement_gets_no_price_duty_or_party_by_hand(self):
        """Whether it is said in the values or as a default of the window."""
        price = {"name": "Copies", "amount": 5, "date_start": "2026-03-01"}
        for user, model, vals in (
            (self.treasurer, "price", price),
            (self.manager, "duty", {"name": "Logo"}),
            (self.manager, "party", {"partner_id": self.ada.id}),
        ):
            Model = self.as_user(self.env[f"tierslieux.agreement.{model}"], user)
            with self.subTest(model), self.assertRaises(UserError) as given:
                Model.create({**vals, "agreement_id": self.agreement.id})
            self.assertIn("by an amendment", str(given.exception))
            with self.subTest(model), self.assertRaises(UserError) as given:
                Model.with_context(default_agreement_id=self.agreement.id).create(vals)
            self.assertIn("by an amendment", str(given.exception))

    def test_a_draft_price_is_not_moved_under_a_signed_agreement(self):
        draft = self.make_agreement(name="Draft")
        price = self.as_user(self.price(agreement_id=draft.id), self.treasurer)
        with self.assertRaises(AccessError):
            price.agreement_id = self.agreement

    def test_the_dates_of_a_signed_duty_and_the_role_of_a_party_stay(self):
        duty = self.as_user(self.report, self.manager)
        for vals in ({"date_first": "2026-07-01"}, {"rhythm": "once"}, {"name": "Nothing"}):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "Amend"):
                duty.write(vals)
        with self.assertRaisesRegex(AccessError, "Amend"):
            self.as_user(self.party, self.manager).role = "host"
        with self.assertRaises(UserError):
            self.as_user(self.party, self.manager).unlink()

    def test_what_the_house_deals_with_stays_open(self):
        self.as_user(self.report, self.coordinator).write(
            {"user_id": self.manager.id, "note": "Ask Nora", "proof_needed": True}
        )
        self.as_user(self.party, self.coordinator).write({"reference": "CAF-35"})
        price = self.as_user(self.room_price, self.treasurer)
        price.tax_ids = False
        price.action_pause()
        self.assertTrue(price.is_paused)

    def test_a_draft_is_written_as_it_stands(self):
        draft = self.make_agreement(name="Draft")
        price = self.as_user(self.price(agreement_id=draft.id), self.treasurer)
        price.amount = 50
        price.unlink()

    def test_an_amendment_changes_a_price_and_shows_both_sides(self):
        """100 € become 90 € from March on; before and after stand side by side."""
        amendment = self.amend(change=lambda w: w.price_ids.write({"amount": 90}))
        self.assertEqual(self.room_price.amount, 90)
        (line,) = amendment.line_ids
        self.assertEqual(line.name, "Price: Room")
        self.assertIn("100,00", line.before)
        self.assertIn("90,00", line.after)
        self.assertEqual(self.agreement.version, 2)

    def test_the_window_as_the_screen_sends_it_changes_what_was_changed_alone(self):
        Window = self.as_user(self.env["tierslieux.agreement.amend"], self.manager)
        form = Form(Window.with_context(default_agreement_id=self.agreement.id))
        with form.price_ids.edit(0) as line:
            line.amount = 80
        form.save().action_amend()
        self.assertEqual(self.agreement.amendment_ids.line_ids.mapped("name"), ["Price: Room"])
        self.assertEqual(self.agreement.price_ids, self.room_price)
        self.assertEqual(self.room_price.amount, 80)
        self.assertEqual(self.agreement.party_ids, self.party)

    def test_an_amendment_adds_and_takes_out_lines(self):
        def change(window):
            window.duty_ids = [
                Command.clear(),
                Command.create({"name": "Figures", "rhythm": "yearly", "date_first": "2026-09-01"}),
            ]
            window.party_ids = [Command.create({"partner_id": self.ada.id, "role": "witness"})]

        amendment = self.amend(user=self.coordinator, change=change)
        self.assertEqual(self.agreement.duty_ids.mapped("name"), ["Figures"])
        self.assertEqual(
            [(line.name.split(":")[0], bool(line.before), bool(line.after))
             for line in amendment.line_ids],
            [("Duty", True, False), ("Party", False, True), ("Duty", False, True)],
        )  # fmt: skip
        self.assertEqual(self.room_price.amount, 100)

    def test_an_amendment_leaves_what_was_invoiced_and_adds_the_new_price(self):
        """Room at 100 €, invoiced for March: from April on 120 €, by a last day and a new line."""
        with freeze_time("2026-03-02 03:00:00"):
            self.room_price._invoice_due()
        with self.assertRaisesRegex(UserError, "last day"):
            self.amend(change=lambda w: w.price_ids.write({"amount": 120}))

        def change(window):
            window.price_ids.date_end = date(2026, 3, 31)
            window.price_ids = [
                Command.create(
                    {"name": "Room from April", "amount": 120, "rhythm": "monthly",
                     "date_start": "2026-04-01"}
                )
            ]  # fmt: skip

        self.amend(change=change)
        with freeze_time("2026-04-02 03:00:00"):
            self.agreement.price_ids._invoice_due()
        self.assertEqual(
            [(str(i.period_start), i.amount) for i in self.agreement.instalment_ids.sorted("date")],
            [("2026-03-01", 100.0), ("2026-04-01", 120.0)],
        )

    def test_a_party_that_signed_is_not_taken_out(self):
        document = self.agreement._keep_document(b"%PDF-1.4", "paper.pdf")
        document._sign(self.party, "Nora")
        with self.assertRaisesRegex(UserError, "has signed"):
            self.amend(change=lambda w: w.party_ids.unlink())

    def test_a_line_of_another_agreement_is_not_reached(self):
        other = self.make_agreement(name="Other", signed="2026-01-01")
        price = self.price(agreement_id=other.id)
        with self.assertRaises(UserError):
            self.amend(change=lambda w: w.price_ids.write({"amended_id": price.id, "amount": 1}))
        self.assertEqual(price.amount, 100)

    def test_a_coordinator_amends_no_price(self):
        window = self.window("amend", user=self.coordinator, notice_count=3)
        with self.assertRaises(AccessError):
            window.read(["price_ids"])
        window.action_amend()
        self.assertEqual(self.agreement.price_ids, self.room_price)

    def test_what_is_paid_with_the_agreement_has_its_day_once_it_is_signed(self):
        draft = self.make_agreement(name="Draft", start_date="2026-05-15", end_date="2027-05-14")
        price = self.price(agreement_id=draft.id, date_start=False)
        self.assertFalse(price.date_start)
        draft._write_facts({"signature_date": "2026-05-01"})
        self.assertEqual(price.date_start, date(2026, 5, 15))


@tagged("post_install", "-at_install")
@freeze_time("2026-02-11 11:00:00")
class TestCopy(AgreementCase):
    def test_a_copy_has_what_is_agreed_and_nothing_that_happened(self):
        """Parties, places, duties and prices come along; dates, signature, invoices, proofs and
        documents stay with the first one."""
        self.second_party(role="funder", contact_id=self.contact.id, reference="P-1")
        agreement = self.agreement
        agreement.place_ids = self.place
        price = self.price(tax_ids=False)
        duty = self.duty(date_first=date(2026, 1, 15))
        duty.date_ids._settle("done", note="Sent")
        price._invoice_due()
        agreement._keep_signed_paper(b"%PDF-1.4", "scan.pdf", date(2024, 8, 1))
        copy = self.as_user(agreement, self.coordinator).copy()
        self.assertRecordValues(
            copy,
            [
                {
                    "state": "draft",
                    "start_date": False,
                    "end_date": False,
                    "signature_date": False,
                    "version": 1,
                    "renewal": "tacit",
                    "notice_count": 2,
                    "partner_id": self.caf.id,
                    "place_ids": self.place.ids,
                }
            ],
        )
        self.assertEqual(
            copy.party_ids.mapped(lambda p: (p.partner_id.name, p.role, p.reference)),
            [("CAF", "partner", False), ("La Poste", "funder", False)],
        )
        self.assertRecordValues(copy.sudo().price_ids, [{"amount": 100.0, "date_start": False}])
        self.assertRecordValues(copy.duty_ids, [{"name": duty.name, "date_first": False}])
        for name in ("document_ids", "instalment_ids", "duty_date_ids", "amendment_ids"):
            self.assertFalse(copy.sudo()[name], name)
        self.assertNotEqual(copy.code, agreement.code)

    def test_a_copy_waits_for_its_dates_before_it_is_signed(self):
        copy = self.as_user(self.agreement, self.manager).copy({"body": "<p>Text</p>"})
        with self.assertRaisesRegex(UserError, "first period"):
            copy.action_prepare_signature()

    def test_who_may_not_make_agreements_copies_none(self):
        for user in (self.reception, self.treasurer, self.board):
            with self.assertRaises(AccessError):
                self.as_user(self.agreement, user).copy()
