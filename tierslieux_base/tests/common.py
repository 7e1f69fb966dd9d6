from datetime import date

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase

CHART = "fr_asso"
ROLES = {
    "reception": "tierslieux_base.group_reception",
    "coordinator": "tierslieux_base.group_coordinator",
    "manager": "tierslieux_base.group_manager",
    "treasurer": "tierslieux_base.group_treasurer",
    "board": "tierslieux_base.group_board",
    "care": "tierslieux_base.group_care",
    "portal": "base.group_portal",
}


class TierslieuxCommon(TransactionCase):
    """An association with its chart of accounts and one user per role.

    ``cls.company`` is the association; ``cls.env`` runs as superuser in it, with it as only
    allowed company. Users: ``cls.reception``, ``cls.coordinator``, ``cls.manager``,
    ``cls.treasurer``, ``cls.board``, ``cls.care``, ``cls.portal``.
    What a trade adds (members, bookings, plans) is in the common of its room, which stands on
    this one.

    Loading a chart takes seconds: a company that has it and nothing else is taken when the
    database has one, which a test database should.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, no_reset_password=True)
        )
        cls._speak_english()
        cls.company = cls._get_company()
        cls.env.user.write(
            {
                "company_ids": [Command.link(cls.company.id)],
                "company_id": cls.company.id,
            }
        )
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.company = cls.company.with_env(cls.env)
        cls._create_users()
        Journal = cls.env["account.journal"]
        cls.cash_journal = Journal.search(
            [("company_id", "=", cls.company.id), ("type", "=", "cash")], limit=1
        )
        cls.bank_journal = Journal.search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )

    @classmethod
    def _speak_english(cls):
        """Pages and messages are compared in the language of the source, whatever the database's
        own; a test about French says so."""
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.env.ref("base.public_partner").lang = "en_US"

    @classmethod
    def _get_company(cls):
        """A company with the association chart, where nobody has begun to work."""
        used = cls.env["tierslieux.place"].sudo().with_context(active_test=False)
        company = (
            cls.env["res.company"]
            .sudo()
            .search(
                [("chart_template", "=", CHART), ("id", "not in", used.search([]).company_id.ids)],
                limit=1,
            )
        )
        return company or cls._create_company("Association test")

    @classmethod
    def _create_company(cls, name):
        """A new association with the chart (slow: seconds)."""
        company = cls.env["res.company"].create(
            {
                "name": name,
                "country_id": cls.env.ref("base.fr").id,
                "currency_id": cls.env.ref("base.EUR").id,
            }
        )
        cls.env.user.company_ids = [Command.link(company.id)]
        cls.env["account.chart.template"].try_loading(CHART, company=company, install_demo=False)
        return company

    @classmethod
    def _create_users(cls):
        """One user per role, all in one go: this is most of what a test class waits for."""
        users = cls.env["res.users"].create(
            [
                {
                    "name": f"Test {role.title()}",
                    "login": f"test_{role}",
                    "password": f"test_{role}",
                    "email": f"{role}@test.example.com",
                    "group_ids": [Command.set(cls.env.ref(group).ids)],
                    "company_id": cls.company.id,
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for role, group in ROLES.items()
            ]
        )
        for role, user in zip(ROLES, users, strict=True):
            setattr(cls, role, user)

    @classmethod
    def person(cls, firstname="Lou", lastname="Martin", **vals):
        """A natural person."""
        return cls.env["res.partner"].create({"firstname": firstname, "lastname": lastname, **vals})

    @classmethod
    def organisation(cls, name="Mairie du Bourg", **vals):
        """An organisation."""
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "company_type": "company", **vals}
        )

    @classmethod
    def make_place(
        cls, name="Le Bourg", code="BOURG", hours="Mo-Fr 08:00-19:00; PH off", tz="Europe/Paris"
    ):
        """A place of the association, with its hours and its clock."""
        place = cls.env["tierslieux.place"].create(
            {"name": name, "code": code, "company_id": cls.company.id}
        )
        place.calendar_id.tz = tz
        if hours:
            place.opening_hours = hours
        return place

    @staticmethod
    def as_user(records, user):
        """These records with the rights of a user, who works for their own associations: those of
        the test's own environment are out of reach of who is not in them."""
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    @staticmethod
    def day(year, month, day):
        return date(year, month, day)

    @property
    def today(self):
        return fields.Date.context_today(self.env.user)
