import re

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_booking.tests.booking_common import NOW, PortalBookingCase
from odoo.addons.tierslieux_membership.tests.membership_common import MembershipPortalCase

PAGING = "page"
ID = re.compile(r"<int:(\w+)>")
ANYTHING = re.compile(r"<[^>]+>")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRoutesOfOthers(MembershipPortalCase, PortalBookingCase):
    """Every address of ours that takes an id, asked with the id of somebody else's record by a
    portal user, by the board, who reads it in the back office, and by nobody: each learns nothing
    and changes nothing. A new address is asked too; one whose id has a new name says here whose
    record it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bob = cls.bob.partner_id
        bob.guardian_id = cls.person("Guardian", "Confidentiel")
        cls.plan = cls.env["tierslieux.plan"].create(
            {
                "name": "Plan Confidentiel",
                "amount": 300,
                "audience": "team",
                "max_persons": 3,
                "company_id": cls.company.id,
            }
        )
        cls.subscription = cls.env["tierslieux.subscription"].create(
            {
                "partner_id": bob.id,
                "payer_id": bob.id,
                "manager_id": bob.id,
                "plan_id": cls.plan.id,
                "company_id": cls.company.id,
                "date_start": "2030-03-01",
                "person_ids": [Command.create({"partner_id": bob.id, "date_start": "2030-03-01"})],
            }
        )
        cls.subscription.action_start()
        cls.type_scale.write({"name": "Type Confidentiel", "portal_open": False})
        cls.theirs = cls.membership(bob, payer_id=bob.id, confirm=True)
        cls.option = cls.book(
            cls.left_room,
            partner=cls.bob.partner_id,
            state="option",
            title="Bob's secret",
            note="Owes us money",
        )
        cls.foreign_wait = cls.env["tierslieux.booking.wait"].create(
            {
                "resource_id": cls.room.id,
                "partner_id": bob.id,
                "start": cls.at("2030-03-06 09:00"),
                "stop": cls.at("2030-03-06 10:00"),
            }
        )
        # This room and what it stands on: others ask their own addresses in their own tests.
        own = cls.env["ir.module.module"].search([("name", "=", "tierslieux_coworking")])
        below = own | own.upstream_dependencies(exclude_states=("uninstallable",))
        cls.rooms = {name for name in below.mapped("name") if name.startswith("tierslieux_")}
        cls.ids = {
            "booking_id": cls.option.id,
            "wait_id": cls.foreign_wait.id,
            "membership_id": cls.theirs.id,
            "invoice_id": cls.theirs.invoice_id.id,
            "partner_id": bob.id,
            "person_id": bob.id,
            "type_id": cls.type_scale.id,
            "subscription_id": cls.subscription.id,
            "plan_id": cls.plan.id,
        }
        cls.secrets = (
            "Étranger",
            "Bob&#39;s secret",
            "Confidentiel",
            "Owes us money",
            cls.theirs.invoice_id.name,
            cls.subscription.name,
        )
        cls.watched = (
            cls.foreign | cls.mine | cls.option,
            cls.foreign_wait,
            cls.theirs,
            cls.theirs.invoice_id,
            cls.subscription,
            cls.subscription.person_ids,
            bob,
        )

    def routes(self):
        """[(path, method)] of our addresses that take an id, with the ids of others."""
        found = set()
        Http = self.env["ir.http"]
        modules = sorted(self.env.registry._init_modules)
        for url, endpoint in Http._generate_routing_rules(modules, Http._get_converters()):
            names = set(ID.findall(url)) - {PAGING}
            module = endpoint.func.__module__.removeprefix("odoo.addons.").split(".")[0]
            if names and module in self.rooms:
                unknown = names - self.ids.keys()
                self.assertFalse(unknown, f"{url}: whose record is that?")
                path = ID.sub(lambda match: str(self.ids.get(match[1], 1)), url)
                path = ANYTHING.sub("x" * 32, path)
                found |= {(path, method) for method in endpoint.routing["methods"] or ("GET",)}
        return sorted(found)

    def snapshot(self):
        self.env.invalidate_all()
        counts = {
            model: self.env[model].search_count([])
            for model in (
                "account.move",
                "tierslieux.booking",
                "tierslieux.booking.wait",
                "tierslieux.membership",
                "tierslieux.plan.wait",
                "tierslieux.subscription",
                "tierslieux.subscription.change",
                "mail.activity",
            )
        }
        return counts, [records.read(self._fields_of(records)) for records in self.watched]

    @staticmethod
    def _fields_of(records):
        return [
            name
            for name in ("name", "state", "start", "stop", "date_end", "partner_id", "payer_id")
            if name in records._fields
        ]

    def ask(self, path, method):
        with mute_logger("odoo.http"):
            if method == "GET":
                return self.url_open(path)
            return self.post(path, firstname="Eve", lastname="X", email="eve@example.com")

    def check_nothing_is_learnt(self, who):
        before = self.snapshot()
        routes = self.routes()
        self.assertGreater(len(routes), 25)
        for path, method in routes:
            page = self.ask(path, method).text
            for secret in self.secrets:
                self.assertNotIn(secret, page, (who, method, path))
            self.assertEqual(self.snapshot(), before, (who, method, path))

    def test_a_portal_user_learns_and_changes_nothing(self):
        self.login(self.anne)
        self.check_nothing_is_learnt("portal")

    def test_the_board_learns_and_changes_nothing(self):
        self.login(self.board)
        self.check_nothing_is_learnt("board")

    def test_an_employee_without_a_role_learns_and_changes_nothing(self):
        employee = new_test_user(
            self.env,
            "employee",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.login(employee)
        self.check_nothing_is_learnt("employee")

    def test_who_is_not_logged_in_learns_and_changes_nothing(self):
        self.authenticate(None, None)
        self.check_nothing_is_learnt("public")
