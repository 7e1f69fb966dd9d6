"""Who has Odoo's rights and none of ours does with Odoo what Odoo lets them do.

An accountant of the federation, a salesperson, an office that only keeps the contacts: each was
given Odoo's own groups. The fields that we add to Odoo's models lead to records that they may not
read; no form, list, search, copy, merge or entry of theirs may end on that.
"""

from odoo import Command
from odoo.tests import Form, tagged

from harness import screens
from harness.settings import project_modules
from odoo.addons.tierslieux_sepa.tests.sepa_common import SepaCommon

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
    "bank": ["base.group_user", "account_payment_batch_oca.group_account_payment"],
    "users_manager": ["base.group_user", "base.group_erp_manager"],
    "administrator": ["base.group_user", "base.group_system"],
    "analytic": ["base.group_user", "analytic.group_analytic_accounting"],
    "portal_user": ["base.group_portal"],
    "visitor": ["base.group_public"],
}


@tagged("post_install", "-at_install")
class OdooUsers(SepaCommon):
    """Records of Odoo's that our modules have filled, and users who may read Odoo's alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: cls.env["res.users"].create(
                {
                    "name": f"Odoo {name}",
                    "login": f"odoo_{name}",
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
        cls.org = cls.membership(
            cls.organisation(), cls.type_org, representative_id=cls.payer.id
        )
        cls.subscribe(partner=cls.payer)
        cls.run, order = cls.collect()
        cls.plan_move = cls.run.line_ids.move_id
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
                "subscription_id": cls.run.line_ids.subscription_id[:1].id,
                "user_id": cls.users["salesperson"].id,
                "company_id": cls.company.id,
            }
        )
        place = cls.env["tierslieux.place"].create({"name": "Bourg", "code": "BRG"})
        cls.env.flush_all()
        return {
            "res.partner": cls.payer | cls.family.partner_id | cls.org.partner_id,
            "account.move": cls.fee.invoice_id | cls.plan_move,
            "account.move.line": (cls.fee.invoice_id | cls.plan_move).line_ids,
            "account.payment": debit,
            "account.payment.order": order,
            "account.banking.mandate": cls.mandate,
            "crm.lead": lead,
            "res.company": cls.company,
            "resource.calendar": place.calendar_id,
        }

    def as_user(self, name, records):
        """Records as this user meets them in a request of theirs: nothing cached before."""
        self.env.invalidate_all()
        return records.with_user(self.users[name]).with_context(
            allowed_company_ids=self.company.ids
        )

    def each(self, records):
        """(user, records that they may read), for each user who reads the model."""
        for name in USERS:
            theirs = self.as_user(name, records)
            if theirs.has_access("read") or theirs._filtered_access("read"):
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
            for name, theirs in self.each(records):
                with self.subTest(view=view.xml_id, user=name):
                    screens.open_view(theirs, view)
                    opened.add(view)
        missed = screens.extended_views(self.env, project_modules()) - self.env[
            "ir.ui.view"
        ].union(*opened)
        self.assertFalse(missed.mapped("xml_id"), "nobody opened these")

    def test_no_view_of_odoos_shows_who_may_not_read_ours_where_it_leads(self):
        """A field of ours whose records a user may not read is not in the view they get."""
        ours = set(project_modules())
        for view in screens.extended_views(self.env, project_modules()):
            fields = {
                field.name: field.comodel_name
                for field in self.our_fields(view.model)
                if field.comodel_name
                and self.env[field.comodel_name]._original_module in ours
            }
            for name, theirs in self.each(self.env[view.model]):
                arch, _spec = screens.open_view(theirs, view)
                for shown in set(screens.field_names(arch)) & set(fields):
                    with self.subTest(view=view.xml_id, user=name, field=shown):
                        self.assertTrue(theirs.env[fields[shown]].has_access("read"))


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
        """Fields copied by default: never behind groups, nor lists of records of ours."""
        ours = set(project_modules())
        for model in self.extended_models():
            for field in self.our_fields(model):
                if field.copy:
                    with self.subTest(field=str(field)):
                        self.assertFalse(field.groups)
                        self.assertTrue(
                            field.type not in ("one2many", "many2many")
                            or self.env[field.comodel_name]._original_module not in ours
                        )
