"""Who may change what by writing to a record, past the buttons of the screens.

`guarded_fields.csv` says it for every field of every guarded model: in which stage of its life
(`new`: given at creation) which roles may set it. A row per set of roles; what stands under
`nobody` is written by processes alone. Whoever adds a field, a model or a stage says there who
writes it: the test tries every field as every role, empty values first, and holds the table
against what happened, both ways. `(delete)` stands for deleting the record.
"""

import base64
import csv
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg2
import pytest
from freezegun import freeze_time
from hours_stages import HoursStages
from volunteer_stages import VolunteerStages

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_agreement.tests.sharing_stages import SharingStages
from odoo.addons.tierslieux_agreement.tests.tender_stages import TenderStages
from odoo.addons.tierslieux_booking.tests.booking_common import NOW
from odoo.addons.tierslieux_coworking.tests.plan_billing_common import PlanBillingCommon
from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon
from odoo.addons.tierslieux_sepa.tests.sepa_common import OTHER_IBAN, SepaCommon

TABLE = Path(__file__).with_name("guarded_fields.csv")
COLUMNS = ("model", "stage", "who", "fields")
ROLES = (
    "reception",
    "coordinator",
    "manager",
    "treasurer",
    "board",
    "care",
    "portal",
    "admin",
)
# Odoo's own: a message or a to-do is no fact of the record.
NOISE = ("mail.thread", "mail.activity.mixin")
# The models of Odoo and of OCA: what is ours in them, and what we guard.
FOREIGN = {
    "account.move.line": ("_get_billed_names",),
    "agreement": ("_get_guard_names",),
    "crm.lead": ("_get_outcome_names", "_get_tender_names"),
}
PAPER = base64.b64encode(b"%PDF-1.4 a paper")


class Written(Exception):
    """A try that went through: all that it wrote is taken back."""


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestGuardedFields(
    SharingStages,
    TenderStages,
    HoursStages,
    VolunteerStages,
    MembershipCommon,
    SepaCommon,
    PlanBillingCommon,
):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A plan and a way to book have one name in the two cases that this one stands on.
        cls.ten_days = cls.book
        del cls.book
        cls.admin = cls.env["res.users"].create(
            {
                "name": "Administrator of the server",
                "login": "test_admin",
                "group_ids": [Command.set(cls.env.ref("base.group_system").ids)],
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.lou = cls.person("Lou", "Petit", email="lou@example.com")
        cls.today = date(2030, 3, 4)
        cls.records = {}
        for name in dir(cls):
            if name.startswith("_make_"):
                getattr(cls, name)()
        cls.env.flush_all()

    @classmethod
    def add(cls, stage, record):
        record.ensure_one()
        cls.records[record._name, stage] = record
        return record

    # ------------------------------------------------------------------ stages of life

    @classmethod
    def _make_memberships(cls):
        def member(name, **vals):
            return cls.membership(cls.person(name, "Membre"), **vals)

        cls.add("draft", member("Draft"))
        cls.add("invoiced", member("Invoiced", confirm=True))
        history = cls.add("history", member("History", state="active"))
        cls.add(
            "left",
            cls.env["tierslieux.membership.cover"].create(
                {"membership_id": history.id, "partner_id": cls.lou.id, "date_end": cls.today}
            ),
        )
        cancelled = member("Cancelled", confirm=True)
        cancelled.action_cancel()
        cls.add("cancelled", cancelled)
        cls.add(
            "sent",
            cls.env["tierslieux.message"]._queue_reminders(
                [
                    {
                        "company": cls.company,
                        "payer": cancelled.partner_id,
                        "rule": (rule := cls.env["tierslieux.reminder.rule"].search([], limit=1)),
                        "pairs": [(cancelled, rule)],
                    }
                ]
            ),
        )

    @classmethod
    def _make_bookings(cls):
        cls.add(
            "option", cls.book(start="2030-03-06 09:00", stop="2030-03-06 10:00", state="option")
        )
        coming = cls.add("confirmed", cls.book(start="2030-03-06 10:00", stop="2030-03-06 11:00"))
        invoiced = cls.book(start="2030-03-06 11:00", stop="2030-03-06 12:00")
        invoiced._invoice_apart()
        cls.add("invoiced", invoiced)
        done = cls.book(cls.desk, start="2030-03-04 09:00", stop="2030-03-04 10:00")
        done.action_check_in()
        done.action_check_out()
        cls.add("done", done)
        late = cls.book(start="2030-03-04 12:00", stop="2030-03-04 13:00")
        late._cancel()
        cls.add("cancelled", late)
        cls.add("held", coming.claim_ids)
        cls.add("queued", coming.message_log_ids[:1])
        cls.add("queued", coming.message_log_ids[:1].message_id)
        series = cls.env["tierslieux.booking.series"].create(
            {"name": "Tuesdays", "resource_id": cls.room.id, "partner_id": cls.ada.id}
        )
        cls.add("made", series)
        holder = cls.env["tierslieux.certification.holder"].create(
            {
                "certification_id": cls.env["tierslieux.certification"]
                .create({"name": "Laser", "validity_months": 12})
                .id,
                "partner_id": cls.ada.id,
            }
        )
        cls.add("held", holder)

    @classmethod
    def _make_presences(cls):
        Presence = cls.env["tierslieux.presence"]
        cls.add("here", Presence._check_in(cls.lou, cls.place))
        gone = Presence._check_in(cls.ada, cls.place)
        gone.checkout_at = datetime(2030, 3, 4, 9, 0)
        cls.add("gone", gone)

    @classmethod
    def _make_waits(cls):
        Wait = cls.env["tierslieux.booking.wait"]
        vals = {
            "resource_id": cls.room.id,
            "start": cls.at("2030-03-06 10:00"),
            "stop": cls.at("2030-03-06 11:00"),
        }
        cls.add("waiting", Wait.create({**vals, "partner_id": cls.lou.id}))
        free = {"start": cls.at("2030-03-07 10:00"), "stop": cls.at("2030-03-07 11:00")}
        offered = Wait.create({**vals, **free, "partner_id": cls.lou.id})
        offered._offer()
        cls.add("offered", offered)
        PlanWait = cls.env["tierslieux.plan.wait"]
        cls.add("waiting", PlanWait.create({"plan_id": cls.month.id, "partner_id": cls.lou.id}))
        offered = PlanWait.create({"plan_id": cls.arrears.id, "partner_id": cls.lou.id})
        offered._offer()
        cls.add("offered", offered)

    @classmethod
    def _make_subscriptions(cls):
        cls.env["tierslieux.situation"].create({"name": "Job seeker"})
        Subscription = cls.env["tierslieux.subscription"]
        draft = Subscription.create({"partner_id": cls.lou.id, "plan_id": cls.month.id})
        cls.add("draft", draft)
        active = cls.subscribe(start=date(2030, 2, 1), manager_id=cls.lou.id)
        cls.add("active", active)
        cancelled = cls.subscribe(start=date(2030, 2, 1))
        cancelled.action_cancel()
        cls.add("cancelled", cancelled)
        Person = cls.env["tierslieux.subscription.person"]
        vals = {"subscription_id": active.id, "date_start": date(2030, 2, 1)}
        cls.add("there", Person.create({**vals, "partner_id": cls.lou.id}))
        vals["date_start"] = date(2030, 4, 1)
        cls.add("coming", Person.create({**vals, "partner_id": cls.ada.id}))
        cls.add("planned", active._plan_change(date(2030, 5, 1), amount=250.0))
        book = cls.subscribe(cls.ten_days)
        book._grant_due_credits(cls.today, cls.today)
        lots = book.credit_line_ids
        day_type = cls.env.ref("tierslieux_coworking.credit_type_day")
        cls.add(
            "given",
            lots[:1]
            or cls.env["tierslieux.credit.line"].create(
                {
                    "subscription_id": book.id,
                    "type_id": day_type.id,
                    "move": "grant",
                    "quantity": 10,
                    "date_start": cls.today,
                }
            ),
        )
        cls.add(
            "noted",
            cls.env["tierslieux.credit.overrun"].create(
                {
                    "partner_id": cls.lou.id,
                    "type_id": day_type.id,
                    "quantity": 2,
                    "unit_price": 1.5,
                }
            ),
        )

    @classmethod
    def _make_price_changes(cls):
        cls.year.price_ids = [Command.create({"members_only": True, "amount": 2000.0})]
        plan = cls.env["tierslieux.plan"].create({"name": "Evenings", "amount": 100.0})
        for stage in ("draft", "announced"):
            if stage == "announced":
                plan = cls.env["tierslieux.plan"].create({"name": "Mornings", "amount": 100.0})
            cls.subscribe(plan, start=date(2030, 2, 1))
            change = cls.env["tierslieux.price.change"].create(
                {"plan_id": plan.id, "date": date(2030, 6, 1)}
            )
            change.price_ids.new_amount = 110.0
            change.action_prepare()
            if stage == "announced":
                change.action_announce()
            cls.add(stage, change)
            cls.add(stage, change.price_ids)
            cls.add(stage, change.line_ids)

    @classmethod
    def _make_secretariat(cls):
        Time = cls.env["tierslieux.secretariat.time"]
        cls.add("noted", Time.create({"partner_id": cls.lou.id, "description": "Letters"}))
        billed = Time.create({"partner_id": cls.lou.id, "description": "Minutes"})
        cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.lou.id,
                "invoice_line_ids": [
                    Command.create({"name": "Minutes", "secretariat_id": billed.id})
                ],
            }
        )
        cls.add("billed", billed)
        contract_vals = {
            "partner_id": cls.organisation("Atelier Nour").id,
            "representative_id": cls.lou.id,
            "place_id": cls.place.id,
            "document_ids": [
                Command.create({"kind": kind, "file": PAPER})
                for kind in ("identity", "address", "registration")
            ],
        }
        Contract = cls.env["tierslieux.domiciliation"]
        cls.add("draft", Contract.create(contract_vals))
        active = Contract.create(
            {**contract_vals, "partner_id": cls.organisation("Atelier Bois").id}
        )
        active.action_start()
        cls.add("active", active)
        cls.add("filed", active.document_ids[:1])
        Post = cls.env["tierslieux.post.item"]
        vals = {"partner_id": active.partner_id.id, "place_id": cls.place.id}
        cls.add("received", Post.create(vals))
        gone = Post.create(vals)
        gone.action_collect()
        cls.add("collected", gone)

    @classmethod
    def _make_bills(cls):
        """A month billed and collected, whose debit came back; an invoice reminded of."""
        second, third = cls.person("Second", "Payer"), cls.person("Third", "Payer")
        for payer in (cls.payer, second, third):
            cls.subscribe(partner=payer, start=date(2030, 3, 1))
        cls.sign(second)
        cls.sign(third)
        run, order = cls.collect(date(2030, 3, 1))
        cls.add("done", run)
        lines = run.line_ids.filtered(lambda line: line.payer_id == cls.payer)
        cls.add("billed", lines)
        Return = cls.env["tierslieux.payment.return"]
        debits = {payment.partner_id: payment.id for payment in order.payment_ids}
        recorded = Return.create({"payment_id": debits[cls.payer], "fee_amount": 5.0})
        recorded.action_record()
        cls.add("done", recorded)
        cls.add("draft", Return.create({"payment_id": debits[second]}))
        cls.debit_to_return = debits[third]
        cls.add(
            "dunning",
            cls.env["tierslieux.message"]._queue_dunning(
                [
                    {
                        "company": cls.company,
                        "payer": cls.payer,
                        "level": (level := cls.env["tierslieux.dunning.level"].search([])[:1]),
                        "pairs": [(lines.move_id, level)],
                    }
                ]
            ),
        )
        cls.add("draft", cls.env["tierslieux.billing.run"].create({"date": date(2030, 4, 1)}))
        cls.add("posted", lines.move_id.invoice_line_ids.filtered("subscription_id")[:1])

    @classmethod
    def _make_leads(cls):
        cls.add("open", cls.env["crm.lead"].create({"name": "Somebody", "partner_id": cls.lou.id}))

    @classmethod
    def _make_mandates(cls):
        cls.add("signed online", cls.mandate)
        bank = cls.env["res.partner.bank"].create(
            {"partner_id": cls.lou.id, "acc_number": OTHER_IBAN}
        )
        vals = {"partner_id": cls.lou.id, "partner_bank_id": bank.id}
        cls.add("draft", cls.env["account.banking.mandate"].create(vals))

    # ------------------------------------------------------------------ new records

    def get_new_vals(self):
        """What a person fills in to make a record: {model: values}."""
        draft = self.records["tierslieux.price.change", "draft"]
        return {
            "tierslieux.membership": {
                "partner_id": self.person("New", "Membre").id,
                "type_id": self.type_person.id,
            },
            "tierslieux.booking": {
                "resource_id": self.desk.id,
                "partner_id": self.lou.id,
                "start": self.at("2030-03-12 14:00"),
                "stop": self.at("2030-03-12 16:00"),
            },
            "tierslieux.booking.series": {"name": "Fridays"},
            "tierslieux.booking.wait": {
                "resource_id": self.room.id,
                "partner_id": self.ada.id,
                "start": self.at("2030-03-06 10:00"),
                "stop": self.at("2030-03-06 11:00"),
            },
            **self.get_new_agreement_vals(),
            **self.get_new_sharing_vals(),
            "tierslieux.presence": {
                "partner_id": self.person("New", "Presence").id,
                "place_id": self.place.id,
            },
            "tierslieux.certification.holder": {
                "certification_id": self.env["tierslieux.certification"].search([], limit=1).id,
                "partner_id": self.lou.id,
            },
            "tierslieux.subscription": {"partner_id": self.ada.id, "plan_id": self.month.id},
            "tierslieux.subscription.person": {
                "subscription_id": self.records["tierslieux.subscription", "active"].id,
                "partner_id": self.person("New", "Person").id,
            },
            "tierslieux.plan.wait": {"plan_id": self.month.id, "partner_id": self.ada.id},
            "tierslieux.price.change": {"plan_id": self.year.id, "date": date(2030, 9, 1)},
            "tierslieux.price.change.price": {"price_change_id": draft.id, "new_amount": 5.0},
            "tierslieux.price.change.line": {
                "price_change_id": draft.id,
                "subscription_id": self.records["tierslieux.subscription", "active"].id,
                "new_amount": 5.0,
                "date": date(2030, 9, 1),
            },
            "tierslieux.secretariat.time": {"partner_id": self.lou.id, "description": "Copies"},
            "tierslieux.domiciliation": {
                "partner_id": self.organisation("Atelier Cuir").id,
                "representative_id": self.lou.id,
                "place_id": self.place.id,
            },
            "tierslieux.domiciliation.document": {
                "domiciliation_id": self.records["tierslieux.domiciliation", "draft"].id,
                "kind": "other",
                "file": PAPER,
            },
            "tierslieux.post.item": {"partner_id": self.lou.id, "place_id": self.place.id},
            "account.banking.mandate": {"partner_id": self.ada.id},
            "tierslieux.payment.return": {"payment_id": self.debit_to_return},
            "crm.lead": {"name": "Somebody else"},
            **self.get_new_volunteer_vals(),
            **self.get_new_hours_vals(),
        }

    # ------------------------------------------------------------------ what is tried

    def get_fields(self, model):
        """Fields that a write could change: stored, or passed on to what is stored."""
        noise = {name for mixin in NOISE for name in self.env[mixin]._fields}
        names = set(model._fields) - noise - set(models.MAGIC_COLUMNS)
        if model._name in FOREIGN:
            names &= set().union(*(getattr(model, name)() for name in FOREIGN[model._name]))
        fields = model._fields
        return sorted(name for name in names if fields[name].store or fields[name].inverse)

    def get_values(self, field, current):
        """Values to try: the empty ones first, then others than the present one."""
        kind = field.type
        yield False
        if kind == "boolean":
            yield True
        elif kind in ("integer", "float", "monetary"):
            yield (current or 0) + 1
        elif kind in ("char", "text", "html"):
            yield "Something else"
        elif kind == "date":
            yield (current or self.today) + timedelta(days=1)
        elif kind == "datetime":
            yield (current or datetime(2030, 3, 4, 8)) + timedelta(minutes=30)
        elif kind == "selection":
            yield from (key for key in field.get_values(self.env) if key != current)
        elif kind == "many2one":
            other = self.env[field.comodel_name].search([("id", "not in", current.ids)], limit=1)
            if other:
                yield other.id
        elif kind in ("one2many", "many2many"):
            yield [Command.clear()]
            if current:
                yield [Command.unlink(current[0].id)]
            other = self.env[field.comodel_name].search([("id", "not in", current.ids)], limit=1)
            if other:
                yield [Command.link(other.id)]
        elif kind == "binary":
            yield PAPER
        elif kind == "json":
            account = self.env["account.analytic.account"].search([], limit=1)
            yield {str(account.id): 100.0}

    def snapshot(self, record, name, is_new=False):
        """The stored value as something that can be compared; of the lines that a new record gets
        by itself, their number."""
        value = record.sudo()[name]
        if is_new and record._fields[name].type == "one2many":
            return len(value)
        return tuple(sorted(value.ids)) if isinstance(value, models.BaseModel) else value or False

    def happens(self, action):
        """What comes of a try, all taken back: "done", "refused" (no right) or "wrong" (a value
        that would not do for anybody)."""
        try:
            with self.env.cr.savepoint():
                changed = action()
                self.env.flush_all()
                raise Written(changed)
        except Written as written:
            return "done" if written.args[0] else "same"
        except AccessError:
            return "refused"
        except (UserError, ValueError, TypeError, psycopg2.Error):
            return "wrong"

    def could_set(self, attempts):
        """Whether a field is open: one try did it, or failed for another reason than the right."""
        return any(self.happens(attempt) in ("done", "wrong") for attempt in attempts)

    def try_write(self, record, user, name, value, before):
        def attempt():
            record.with_user(user).write({name: value})
            record.flush_recordset()
            record.invalidate_recordset()
            return self.snapshot(record, name) != before

        return attempt

    def get_open_fields(self, record, user):
        """Names of the fields that this user could change on the record, and "(delete)"."""
        found = set()
        as_user = record.with_user(user)
        if as_user.has_access("write"):
            for name in self.get_fields(record):
                before = self.snapshot(record, name)
                values = self.get_values(record._fields[name], record.sudo()[name])
                if self.could_set(
                    self.try_write(record, user, name, value, before) for value in values
                ):
                    found.add(name)
        else:
            name = self.get_fields(record)[0]
            outcome = self.happens(lambda: as_user.write({name: record.sudo()[name]}))
            self.assertIn(outcome, ("refused", "wrong"), f"{record} for {user.name}")
        if self.happens(as_user.unlink) == "done":
            found.add("(delete)")
        return found

    def get_open_at_creation(self, name, vals, user):
        """Fields that this user could give another value than they get by themselves."""
        Model = self.env[name].with_user(user)
        if not Model.has_access("create"):
            self.assertEqual(self.happens(lambda: Model.create(vals)), "refused")
            return set()
        names = self.get_fields(Model)
        usual = {}

        def make():
            record = Model.create(vals)
            record.flush_recordset()
            record.invalidate_recordset()
            usual.update({field: self.snapshot(record, field, is_new=True) for field in names})
            usual["record"] = {field: record.sudo()[field] for field in names}
            return True

        self.assertEqual(self.happens(make), "done", f"{name} as {user.name}")
        found = set(vals)
        for field in names:
            if field in vals:
                continue

            def attempt(field=field, value=None):
                record = Model.create({**vals, field: value})
                record.flush_recordset()
                record.invalidate_recordset()
                return self.snapshot(record, field, is_new=True) != usual[field]

            values = self.get_values(Model._fields[field], usual["record"][field])
            if self.could_set(partial(attempt, value=value) for value in values):
                found.add(field)
        return found

    # ------------------------------------------------------------------ the table

    def get_rows(self, model, stage, find):
        """Rows of the table for one record: one per set of roles, fields in order."""
        open_to = {role: find(getattr(self, role)) for role in ROLES}
        names = {*self.get_fields(self.env[model]), *(set() if stage == "new" else {"(delete)"})}
        rows = {}
        for name in sorted(names):
            who = " ".join(role for role in ROLES if name in open_to[role]) or "nobody"
            rows.setdefault(who, []).append(name)
        return [(model, stage, who, " ".join(fields)) for who, fields in sorted(rows.items())]

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_what_each_role_may_write_is_what_the_table_says(self):
        rows = []
        for (model, stage), record in self.records.items():
            rows += self.get_rows(
                model, stage, lambda user, record=record: self.get_open_fields(record, user)
            )
        for model, vals in self.get_new_vals().items():
            rows += self.get_rows(
                model,
                "new",
                lambda user, model=model, vals=vals: self.get_open_at_creation(model, vals, user),
            )
        with TABLE.open(newline="", encoding="utf-8") as file:
            table = [tuple(row[column] for column in COLUMNS) for row in csv.DictReader(file)]
        if table != sorted(rows):
            lines = ["The database says:", *map(",".join, sorted(set(rows) - set(table)))]
            lines += ["and does not say:", *map(",".join, sorted(set(table) - set(rows)))]
            pytest.fail("\n".join(lines), pytrace=False)

    def test_every_guarded_model_is_tried(self):
        guarded = {
            name
            for name, model in self.env.registry.items()
            if not model._abstract and "tierslieux.guarded.mixin" in self.get_parents(model)
        }
        self.assertEqual({model for model, _stage in self.records}, guarded)

    @staticmethod
    def get_parents(model):
        return {getattr(parent, "_name", None) for parent in model.__mro__}

    def test_what_is_guarded_is_not_copied(self):
        """A copy begins its own life, whoever makes it."""
        everything = ("group_manager", "group_treasurer", "group_care")
        self.manager.group_ids = [
            Command.link(self.env.ref(f"tierslieux_base.{name}").id) for name in everything
        ]
        for (name, stage), record in self.records.items():
            with self.subTest(name, stage=stage):
                [vals] = record.with_user(self.manager).copy_data()
                self.assertFalse(record._get_closed_names().intersection(vals))
