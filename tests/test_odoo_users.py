"""Who has Odoo's rights and none of ours does with Odoo what Odoo lets them do.

An accountant of the federation, a salesperson, an office that only keeps the contacts: each was
given Odoo's own groups. The fields that we add to Odoo's models lead to records that they may not
read; no form, list, search, copy, merge or entry of theirs may end on that.
"""

import re

from harness import screens
from harness.settings import project_modules

from odoo import Command
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.tierslieux_coworking.tests.plan_billing_common import PlanBillingCommon
from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon
from odoo.addons.tierslieux_sepa.tests.sepa_common import IBAN, SepaCommon

# Groups of Odoo and OCA, one user each; none of ours.
USERS = {
    "employee": ["base.group_user"],
    "contacts": ["base.group_user", "base.group_partner_manager"],
    "salesperson": ["sales_team.group_sale_salesman"],
    "all_leads": ["sales_team.group_sale_salesman_all_leads"],
    "sales_manager": ["sales_team.group_sale_manager"],
    "auditor": ["base.group_user", "account.group_account_readonly"],
    "biller": ["base.group_user", "account.group_account_invoice"],
    "bookkeeper": ["base.group_user", "account.group_account_user"],
    "accountant": ["base.group_user", "account.group_account_manager"],
    "bank": ["account.group_account_invoice", "account_payment_batch_oca.group_account_payment"],
    "users_manager": ["base.group_erp_manager", "base.group_partner_manager"],
    "administrator": ["base.group_system", "base.group_partner_manager"],
    "analytic": ["base.group_user", "analytic.group_analytic_accounting"],
    "agreements": ["base.group_user", "agreement.group_agreement_manager"],
    "portal_user": ["base.group_portal"],
    "visitor": ["base.group_public"],
}


@tagged("post_install", "-at_install")
class OdooUsers(MembershipCommon, SepaCommon, PlanBillingCommon):
    """Records of Odoo's that our modules have filled, and users who may read Odoo's alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: cls.env["res.users"].create(
                {
                    "name": f"Odoo {name}",
                    "login": f"odoo_{name}",
                    "password": f"odoo_{name}",
                    "email": f"{name}@odoo.example.com",
                    "group_ids": [Command.set([cls.env.ref(group).id for group in groups])],
                    "company_id": cls.company.id,
                    "company_ids": [Command.set(cls.company.ids)],
                }
            )
            for name, groups in USERS.items()
        }
        cls.world = cls._make_world()

    @classmethod
    def _make_world(cls):
        """{model of Odoo's: records that lead to ours by every field that we gave it}."""
        cls.fee = cls.membership(cls.payer, confirm=True)
        cls.family = cls.membership(
            cls.person("Zoe", "Petit"),
            cls.type_family,
            covered_partner_ids=[Command.set(cls.payer.ids)],
        )
        cls.org = cls.membership(cls.organisation(), cls.type_org, representative_id=cls.payer.id)
        cls.subscribe(partner=cls.payer)
        cls.billing, order = cls.collect()
        cls.plan_move = cls.billing.line_ids.move_id
        debit = order.payment_ids
        cls.env["tierslieux.payment.return"].create({"payment_id": debit.id}).action_record()
        Move = cls.env["account.move"]
        Move._send_dunning(Move._get_dunning_messages(companies=cls.company))
        lead = cls.env["crm.lead"].create(
            {
                "name": "Wants a desk",
                "type": "opportunity",
                "partner_id": cls.payer.id,
                "membership_id": cls.fee.id,
                "membership_type_id": cls.type_person.id,
                "plan_id": cls.month.id,
                "subscription_id": cls.billing.line_ids.subscription_id[:1].id,
                "user_id": cls.users["salesperson"].id,
                "company_id": cls.company.id,
            }
        )
        place = cls.env["tierslieux.place"].create({"name": "Bourg", "code": "BRG"})
        agreement = cls.env["agreement"].create(
            {
                "name": "Counter",
                "partner_id": cls.org.partner_id.id,
                "agreement_type_id": cls.env.ref("tierslieux_agreement.type_counter").id,
                "company_id": cls.company.id,
                "place_ids": [Command.link(place.id)],
            }
        )
        cls.env.flush_all()
        return {
            "agreement": agreement,
            "agreement.type": agreement.agreement_type_id,
            "res.partner": cls.payer | cls.family.partner_id | cls.org.partner_id,
            "account.journal": cls.fee.invoice_id.journal_id,
            "account.move": cls.fee.invoice_id | cls.plan_move,
            "account.move.line": (cls.fee.invoice_id | cls.plan_move).line_ids,
            "account.payment": debit,
            "account.payment.order": order,
            "account.banking.mandate": cls.mandate,
            "crm.lead": lead,
            "res.partner.bank": cls.mandate.partner_bank_id,
            "res.company": cls.company,
            # What we added to logins is for who manages them; the rest of it is Odoo's own.
            "res.users": cls.env["res.users"],
            "resource.calendar": place.calendar_id,
        }

    def as_user(self, name, records):
        """Records as this user meets them in a request of theirs: nothing cached before."""
        self.env.invalidate_all()
        return records.with_user(self.users[name]).with_context(
            allowed_company_ids=self.company.ids
        )

    def each(self, records, screens=False):
        """(user, records that they may read), for each user who reads the model.

        :param bool screens: those who open Odoo's own screens alone, not the portal's
        """
        for name, user in self.users.items():
            theirs = self.as_user(name, records)
            if theirs.browse().has_access("read") and not (screens and user.share):
                yield name, theirs._filtered_access("read")

    def our_fields(self, model):
        """Fields that our modules added to a model of others."""
        ours = set(project_modules())
        return [
            field for field in self.env[model]._fields.values()
            if field._modules and set(field._modules) <= ours
        ]  # fmt: skip

    def extended_models(self):
        """Models of others, kept in the database, to which our modules added fields."""
        ours = set(project_modules())
        return [
            name for name, model in sorted(self.env.registry.items())
            if not model._abstract and model._original_module not in ours
            and self.our_fields(name)
        ]  # fmt: skip


class TestOdooScreens(OdooUsers):
    def test_each_view_of_odoos_that_we_extend_opens_for_who_has_odoos_groups_alone(self):
        opened = set()
        for view in screens.extended_views(self.env, project_modules()):
            records = self.world.get(view.model, self.env[view.model])
            for name, theirs in self.each(records, screens=True):
                with self.subTest(view=view.xml_id, user=name):
                    screens.open_view(theirs, view)
                    opened.add(view)
        missed = screens.extended_views(self.env, project_modules()) - self.env["ir.ui.view"].union(
            *opened
        )
        self.assertFalse(missed.mapped("xml_id"), "nobody opened these")

    def test_no_view_of_odoos_shows_who_may_not_read_ours_where_it_leads(self):
        """A field of ours whose records a user may not read is not in the view they get."""
        ours = set(project_modules())
        for view in screens.extended_views(self.env, project_modules()):
            fields = {
                field.name: field.comodel_name
                for field in self.our_fields(view.model)
                if field.comodel_name and self.env[field.comodel_name]._original_module in ours
            }
            for name, theirs in self.each(self.env[view.model], screens=True):
                arch, _spec = screens.open_view(theirs, view)
                for shown in set(screens.field_names(arch)) & set(fields):
                    with self.subTest(view=view.xml_id, user=name, field=shown):
                        self.assertTrue(theirs.env[fields[shown]].has_access("read"))

    def test_each_search_of_ours_answers_every_role_that_may_open_it(self):
        """No filter that one is offered needs to read what one may not."""
        roles = ("reception", "coordinator", "manager", "treasurer", "board", "care")
        for view in screens.own_searches(self.env, project_modules()):
            for role in roles:
                self.env.invalidate_all()
                theirs = self.env[view.model].with_user(getattr(self, role))
                if theirs.has_access("read"):
                    with self.subTest(view=view.xml_id, role=role):
                        screens.open_view(theirs, view)


class TestOdooFields(OdooUsers):
    def test_the_world_of_these_tests_has_every_model_that_we_extend(self):
        stored = [m for m in self.extended_models() if not self.env[m].is_transient()]
        self.assertEqual(sorted(self.world), sorted(set(stored) | set(self.world)))

    def test_lists_of_records_of_ours_are_for_who_may_read_these_records(self):
        """``groups`` of the field = groups that may read its model: the ORM reads a list of
        records with the rights of whoever asks for all fields (export, copy, RPC)."""
        ours = set(project_modules())
        users = {**self.users, **{
            role: getattr(self, role)
            for role in ("reception", "coordinator", "manager", "treasurer", "board", "care",
                         "portal")
        }}  # fmt: skip
        wrong = []
        for model in self.extended_models():
            for field in self.our_fields(model):
                comodel = field.comodel_name
                if not comodel or self.env[comodel]._original_module not in ours:
                    continue
                if field.type == "many2one" and field.store:
                    continue  # an id: see the tests of copies and of views
                for name, user in users.items():
                    may = self.env[comodel].with_user(user).has_access("read")
                    if self.env[model].with_user(user)._has_field_access(field, "read") != may:
                        wrong.append(f"{field}: {name} {'reads' if may else 'does not read'} it")
        self.assertFalse(wrong)

    def test_every_field_that_a_user_is_shown_can_be_read(self):
        """``read`` without names, as scripts and exports do, on records that lead to ours."""
        for model in self.extended_models():
            names = {field.name for field in self.our_fields(model)}
            for name, theirs in self.each(self.world.get(model, self.env[model])):
                with self.subTest(model=model, user=name):
                    theirs.read(sorted(names & set(theirs.fields_get())))

    def test_every_field_that_a_user_may_search_by_can_be_searched(self):
        for model in self.extended_models():
            for name, theirs in self.each(self.world.get(model, self.env[model])):
                for field_name, info in theirs.fields_get().items():
                    field = theirs._fields[field_name]
                    if field not in self.our_fields(model) or not info.get("searchable"):
                        continue
                    with self.subTest(field=str(field), user=name):
                        theirs.search([(field_name, "!=", False)], limit=1)
                        theirs.search([(field_name, "=", False)], limit=1)

    def test_no_copy_needs_to_read_what_its_user_may_not(self):
        """Fields copied by default: never behind groups that a user lacks who may make such
        records, be they ours or Odoo's own that we closed; nor lists of records of ours."""
        ours = set(project_modules())
        for model in self.extended_models():
            makers = [
                theirs.env.user
                for _name, theirs in self.each(self.env[model])
                if theirs.has_access("create")
            ]
            for field in self.env[model]._fields.values():
                if not field.copy or not set(field._modules) & ours:
                    continue
                for user in makers:
                    with self.subTest(field=str(field), user=user.name):
                        record = self.env[model].with_user(user)
                        self.assertTrue(record._has_field_access(field, "read"))
                with self.subTest(field=str(field)):
                    self.assertTrue(
                        field.type not in ("one2many", "many2many")
                        or self.env[field.comodel_name]._original_module not in ours
                    )


class TestOdooGestures(OdooUsers):
    """What people do all day with Odoo, on records that our modules have filled."""

    BILLERS = ("biller", "bookkeeper", "accountant")

    def invoices(self):
        """An invoice of a fee and one of a subscription."""
        return {"fee": self.fee.invoice_id, "subscription": self.plan_move}

    def reverse(self, move, user, modify=False):
        wizard = (
            self.as_user(user, self.env["account.move.reversal"])
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "Wrong"})
        )
        action = wizard.modify_moves() if modify else wizard.refund_moves()
        return self.env["account.move"].browse(action["res_id"])

    def test_who_bills_makes_and_posts_an_invoice_to_a_member(self):
        for name in self.BILLERS:
            with self.subTest(user=name):
                Move = self.as_user(name, self.env["account.move"])
                with Form(Move.with_context(default_move_type="out_invoice")) as form:
                    form.partner_id = self.payer.with_env(Move.env)
                    with form.invoice_line_ids.new() as line:
                        line.name = "Room"
                        line.price_unit = 30.0
                        line.tax_ids.clear()
                move = form.save()
                move.action_post()
                self.assertEqual((move.state, move.amount_total), ("posted", 30.0))
                self.assertEqual(move.copy().state, "draft")
                move.button_draft()
                move.button_cancel()

    def test_who_bills_takes_the_payment_of_our_invoices(self):
        """What is left of them is 0 afterwards."""
        for name, (kind, move) in zip(self.BILLERS, self.invoices().items(), strict=False):
            with self.subTest(user=name, invoice=kind):
                theirs = self.as_user(name, move)
                action = theirs.action_register_payment()
                wizard = Form(
                    self.as_user(name, self.env["account.payment.register"]).with_context(
                        action["context"]
                    )
                )
                wizard.save()._create_payments()
                self.assertEqual(move.amount_residual, 0)

    def test_who_bills_prints_and_sends_our_invoices(self):
        for name in self.BILLERS:
            for kind, move in self.invoices().items():
                with self.subTest(user=name, invoice=kind):
                    theirs = self.as_user(name, move).with_context(force_report_rendering=True)
                    theirs.action_print_pdf()
                    documents = theirs._get_invoice_legal_documents("pdf", allow_fallback=True)
                    self.assertTrue(documents["content"].startswith(b"%PDF"))
                    theirs._get_invoice_legal_documents_all(allow_fallback=True)
                    with Form.from_action(theirs.env, theirs.action_invoice_sent()) as form:
                        self.assertTrue(form.move_id)
                    self.assertIn(f"/my/invoices/{move.id}", theirs.preview_invoice()["url"])
                    theirs.message_post(
                        body="See you",
                        partner_ids=move.partner_id.ids,
                        subtype_xmlid="mail.mt_comment",
                    )

    def test_who_bills_gives_back_what_our_invoices_charged(self):
        """The credit note bears the same membership and subscription, whoever made it."""
        links = {"fee": "membership_id", "subscription": "subscription_id"}
        for name in self.BILLERS:
            for kind, move in self.invoices().items():
                with self.subTest(user=name, invoice=kind):
                    credit = self.reverse(move, name)
                    self.assertEqual(credit.amount_total, move.amount_total)
                    self.assertTrue(move.invoice_line_ids[links[kind]])
                    self.assertEqual(
                        credit.invoice_line_ids[links[kind]], move.invoice_line_ids[links[kind]]
                    )

    def test_who_bills_corrects_one_of_our_invoices(self):
        """Cancelled by a credit note, and a new draft with the same lines."""
        for name, (kind, move) in zip(self.BILLERS, self.invoices().items(), strict=False):
            with self.subTest(user=name, invoice=kind):
                self.assertEqual(self.reverse(move, name, modify=True).state, "draft")
                self.assertEqual(move.amount_residual, 0)

    def test_who_bills_cancels_one_of_our_invoices(self):
        """What the cancelled invoice of a subscription billed is due again."""
        for name, (kind, move) in zip(self.BILLERS, self.invoices().items(), strict=False):
            with self.subTest(user=name, invoice=kind):
                theirs = self.as_user(name, move)
                theirs.button_draft()
                theirs.button_cancel()
                self.assertEqual(move.state, "cancel")
        self.assertEqual(set(self.billing.line_ids.mapped("state")), {"failed"})

    def test_who_reads_the_books_alone_reads_our_invoices(self):
        """Lists, their totals and the audit of an entry, for who may change nothing."""
        Move = self.as_user("auditor", self.env["account.move"])
        Move.web_search_read([], {"name": {}, "line_ids": {"fields": {"name": {}}}}, limit=40)
        Line = Move.env["account.move.line"]
        Line.formatted_read_group([], ["account_id"], ["balance:sum"])
        self.assertFalse(Move.has_access("write"))
        for kind, move in self.invoices().items():
            with self.subTest(invoice=kind):
                theirs = self.as_user("auditor", move).with_context(force_report_rendering=True)
                self.assertIn(f"/my/invoices/{move.id}", theirs.preview_invoice()["url"])
                document = theirs._get_invoice_legal_documents("pdf", allow_fallback=True)
                self.assertTrue(document["content"].startswith(b"%PDF"))

    def test_a_debit_is_made_sent_and_cancelled_by_who_has_the_banks_rights(self):
        """A mandate withdrawn by the bank's office: the payer is debited no more."""
        for name in ("bank", "accountant"):
            with self.subTest(user=name):
                mandate = self.sign(self.person(name, "Debit"))
                theirs = self.as_user(name, mandate)
                theirs.cancel()
                self.assertFalse(mandate.partner_id.property_inbound_payment_method_line_id)
                theirs.back2draft()

    # ------------------------------------------------------------------ contacts

    def test_who_keeps_the_contacts_makes_copies_changes_and_files_members(self):
        Partner = self.as_user("contacts", self.env["res.partner"])
        with Form(Partner) as form:
            form.lastname = "Durand"
        made = form.save()
        made.write({"parent_id": self.org.partner_id.id, "email": "durand@example.com"})
        bank = made.env["res.partner.bank"].create({"acc_number": IBAN, "partner_id": made.id})
        self.assertEqual(bank.sanitized_acc_number, IBAN)
        bank.unlink()
        for person in self.world["res.partner"]:
            theirs = self.as_user("contacts", person)
            with self.subTest(person=person.name):
                with Form(theirs) as form:
                    form.phone = "0102030405"
                copy = theirs.copy()
                self.assertFalse(copy.sudo().covered_membership_ids | copy.sudo().membership_ids)
                copy.unlink()
                theirs.action_archive()
                theirs.action_unarchive()
        made.unlink()

    def test_who_keeps_the_contacts_merges_two_records_of_a_member(self):
        """The membership follows to the record that is kept, and no right on it was asked."""
        twice = self.env["res.partner"].create({"name": "Zoe Petit"})
        wizard = self.as_user("contacts", self.env["base.partner.merge.automatic.wizard"])
        member = self.family.partner_id
        wizard = wizard.create(
            {
                "partner_ids": [Command.set((twice | member).ids)],
                "dst_partner_id": twice.id,
                "state": "selection",
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertFalse(member.exists())
        self.assertEqual(self.family.partner_id, twice)

    # ------------------------------------------------------------------ opportunities

    def test_who_sells_follows_copies_converts_wins_and_loses_a_lead(self):
        Lead = self.as_user("salesperson", self.env["crm.lead"])
        user = Lead.env.user
        with Form(Lead.with_context(default_type="opportunity")) as form:
            form.name = "Two desks"
            form.partner_id = self.payer.with_env(Lead.env)
        made = form.save()
        theirs = self.as_user("salesperson", self.world["crm.lead"])
        with Form(theirs) as form:
            form.name = "Three desks"
        copy = theirs.copy()
        self.assertFalse(copy.sudo().membership_id)
        lead = Lead.create(
            {"name": "A question", "type": "lead", "contact_name": "Ali B", "user_id": user.id}
        )
        lead.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_ids=lead.ids, active_id=lead.id
        ).create({"name": "convert", "action": "create"}).action_apply()
        self.assertEqual((lead.type, bool(lead.partner_id)), ("opportunity", True))
        made.action_set_won_rainbowman()
        copy.action_set_lost()
        self.assertTrue(made.probability == 100 and not copy.active)

    def test_who_manages_sales_merges_and_deletes_leads(self):
        lead = self.world["crm.lead"]
        twin = lead.copy()
        theirs = self.as_user("sales_manager", lead | twin)
        merged = theirs.merge_opportunity()
        self.assertTrue(merged.sudo().membership_id)
        merged.unlink()

    # ------------------------------------------------------------------ administration

    def test_who_administers_changes_companies_settings_users_and_calendars(self):
        company = self.as_user("administrator", self.company)
        with Form(company) as form:
            form.phone = "0102030405"
        with Form(self.as_user("administrator", self.env["res.config.settings"])) as form:
            pass
        form.save().execute()
        calendar = self.as_user("administrator", self.world["resource.calendar"])
        with Form(calendar) as form:
            form.name = "Hours"
        calendar.copy().unlink()
        Users = self.as_user("users_manager", self.env["res.users"])
        Users.create({"name": "New", "login": "new_of_odoo", "email": "new@odoo.example.com"})
        calendar.env["res.company"].create({"name": "Another association"})

    def test_who_administers_looks_a_person_up_and_forgets_nobody_by_accident(self):
        wizard = self.as_user("administrator", self.env["privacy.lookup.wizard"]).create(
            {"name": self.payer.name, "email": self.payer.email}
        )
        wizard.action_lookup()
        self.assertIn("res.partner", wizard.line_ids.mapped("res_model"))


class TestOdooUsersOnline(OdooUsers, HttpCase):
    """The pages of Odoo's portal, which the team opens too, and which ours add to."""

    PAGES = ("/my", "/my/home", "/my/account", "/my/addresses", "/my/invoices", "/my/security")

    def counted(self, page):
        """What the home page asks for once it is shown: the numbers on its cards."""
        names = sorted(set(re.findall(r'data-placeholder_count="(\w+)"', page)))
        self.assertTrue(names)
        answer = self.url_open(
            "/my/counters",
            json={"jsonrpc": "2.0", "method": "call", "params": {"counters": names}},
        )
        self.assertNotIn("error", answer.json())

    def test_who_has_odoos_groups_alone_opens_the_pages_of_their_account(self):
        for name in ("employee", "contacts", "salesperson", "biller", "accountant",
                     "portal_user"):  # fmt: skip
            self.authenticate(f"odoo_{name}", f"odoo_{name}")
            for url in self.PAGES:
                with self.subTest(user=name, page=url):
                    page = self.url_open(url)
                    self.assertEqual(page.status_code, 200)
                    if url == "/my/home":
                        self.counted(page.text)

    def test_an_invoice_of_ours_opens_on_the_portal_for_who_bills_and_by_its_link(self):
        move = self.fee.invoice_id
        link = move.get_portal_url()
        for name in ("biller", "accountant", None):
            self.authenticate(name and f"odoo_{name}", name and f"odoo_{name}")
            for url in (link, f"{link}&report_type=html"):
                with self.subTest(user=name, page=url):
                    page = self.url_open(url)
                    self.assertEqual(page.status_code, 200)
                    self.assertIn(move.name, page.text)
