from datetime import date

from odoo import fields
from odoo.fields import Command

from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon


class CoworkingCase(MembershipCommon):
    """Plans, situations and a few persons on top of the association of ``MembershipCommon``.

    Plans (``cls.plan_*``): ``full`` (300 € a month, members 240 €, students 200 €, members who
    are students 180 €; 10 meeting hours a month, without carrying over), ``half`` (180 €, five
    days carried over up to five), ``book`` (ten days, 200 €, a year), ``day`` (25 €), ``trial``
    (free day), ``team`` (600 €, three persons), ``telework`` (250 €, eight days a month, paid by
    the employer).
    Situations: ``cls.student`` (asks for a proof), ``cls.seeker`` (does not).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_situations()
        cls._create_plans()

    @classmethod
    def _create_situations(cls):
        cls.student, cls.seeker = cls.env["tierslieux.situation"].create(
            [
                {"name": "Student", "proof_required": True, "proof_note": "student card"},
                {"name": "Job seeker"},
            ]
        )

    @classmethod
    def _create_plans(cls):
        ref = cls.env.ref
        cls.credit_day = ref("tierslieux_coworking.credit_type_day")
        cls.credit_half_day = ref("tierslieux_coworking.credit_type_half_day")
        cls.credit_meeting = ref("tierslieux_coworking.credit_type_meeting_hour")
        cls.credit_print = ref("tierslieux_coworking.credit_type_print")
        (
            cls.plan_full,
            cls.plan_half,
            cls.plan_book,
            cls.plan_day,
            cls.plan_trial,
            cls.plan_team,
            cls.plan_telework,
        ) = cls.env["tierslieux.plan"].create(
            [
                {
                    "name": "Full time",
                    "code": "FULL",
                    "amount": 300.0,
                    "price_ids": [
                        Command.create({"members_only": True, "amount": 240.0}),
                        Command.create(
                            {
                                "members_only": False,
                                "situation_id": cls.student.id,
                                "amount": 200.0,
                            }
                        ),
                        Command.create(
                            {
                                "members_only": True,
                                "situation_id": cls.student.id,
                                "amount": 180.0,
                            }
                        ),
                    ],
                    "credit_ids": [
                        Command.create({"type_id": cls.credit_day.id, "is_unlimited": True}),
                        Command.create({"type_id": cls.credit_meeting.id, "quantity": 10.0}),
                    ],
                },
                {
                    "name": "Half time",
                    "code": "HALF",
                    "amount": 180.0,
                    "credit_ids": [
                        Command.create(
                            {
                                "type_id": cls.credit_day.id,
                                "quantity": 10.0,
                                "rolls_over": True,
                                "rollover_cap": 5.0,
                            }
                        ),
                    ],
                },
                {
                    "name": "Book of ten days",
                    "code": "BOOK10",
                    "kind": "book",
                    "amount": 200.0,
                    "validity_months": 12,
                    "credit_ids": [
                        Command.create({"type_id": cls.credit_day.id, "quantity": 10.0})
                    ],
                },
                {
                    "name": "Day pass",
                    "code": "DAY",
                    "kind": "day",
                    "amount": 25.0,
                    "credit_ids": [Command.create({"type_id": cls.credit_day.id, "quantity": 1.0})],
                },
                {
                    "name": "Trial day",
                    "code": "TRIAL",
                    "kind": "trial",
                    "amount": 0.0,
                    "credit_ids": [Command.create({"type_id": cls.credit_day.id, "quantity": 1.0})],
                },
                {
                    "name": "Team",
                    "code": "TEAM",
                    "audience": "team",
                    "max_persons": 3,
                    "amount": 600.0,
                    "is_transferable": True,
                    "credit_ids": [
                        Command.create({"type_id": cls.credit_day.id, "quantity": 30.0})
                    ],
                },
                {
                    "name": "Telework",
                    "code": "TELE",
                    "audience": "telework",
                    "amount": 250.0,
                    "agreement_days": 8.0,
                    "credit_ids": [Command.create({"type_id": cls.credit_day.id, "quantity": 8.0})],
                },
            ]
        )

    @classmethod
    def subscriber(cls, firstname="Nour", lastname="Benali", **vals):
        """A person, with an e-mail address of their own."""
        vals.setdefault("email", f"{firstname}.{lastname}@example.com".lower())
        return cls.person(firstname, lastname, **vals)

    @classmethod
    def member_person(cls, **vals):
        """A person whose membership of this year, begun on 1 January, is paid."""
        partner = cls.subscriber(**vals)
        today = fields.Date.context_today(cls.env.user)
        cls.membership(partner, date_start=today.replace(month=1, day=1), state="active")
        return partner

    @classmethod
    def subscription(cls, plan=None, partner=None, start=None, begin=True, **vals):
        """A subscription (a book, a day), begun unless said otherwise.

        ``start``: its first day; today when empty.
        """
        values = {
            "plan_id": (plan or cls.plan_full).id,
            "partner_id": (partner or cls.subscriber()).id,
            "company_id": cls.company.id,
            **vals,
        }
        if start:
            values["date_start"] = start
        subscription = cls.env["tierslieux.subscription"].create(values)
        if begin:
            subscription.action_start()
        return subscription

    @classmethod
    def team(cls, count=2, **vals):
        """A team's subscription: an organisation, its manager and ``count`` persons."""
        persons = [cls.subscriber(f"Person{rank}", "Team") for rank in range(count)]
        return cls.subscription(
            cls.plan_team,
            cls.organisation("Atelier commun"),
            manager_id=persons[0].id if persons else False,
            person_ids=[
                Command.create(
                    {"partner_id": person.id, "date_start": vals.get("start") or date(2026, 1, 1)}
                )
                for person in persons
            ],
            **vals,
        )
