from odoo.fields import Command

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCase
from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon


class CreditCase(MembershipCommon, BookingCase):
    """Plans that give credits, and persons who have them; dates are those of `BookingCase`.

    ``cls.days``, ``cls.hours``, ``cls.prints``: kinds of credits (desks, meeting rooms, none).
    ``cls.monthly``: 4 meeting hours a month, lost at its end; ``cls.book``: ten days within a
    year, 200 €; ``cls.day_pass``: 25 €, a day. Test with time frozen at ``NOW``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.days = cls.env.ref("tierslieux_coworking.credit_type_day")
        cls.half_days = cls.env.ref("tierslieux_coworking.credit_type_half_day")
        cls.hours = cls.env.ref("tierslieux_coworking.credit_type_meeting_hour")
        cls.prints = cls.env.ref("tierslieux_coworking.credit_type_print")
        cls.monthly = cls.make_plan("Mensuel", amount=300, credits={cls.hours: 4})
        cls.book_plan = cls.make_plan(
            "Carnet 10 jours", kind="book", amount=200, credits={cls.days: 10}
        )
        cls.day_pass = cls.make_plan("Ticket journée", kind="day", amount=25)

    @classmethod
    def make_plan(cls, name, credits=None, line=None, **vals):
        """A plan; ``credits`` = {type: quantity}, ``line`` = more values of these lines."""
        return cls.env["tierslieux.plan"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "credit_ids": [
                    Command.create({"type_id": kind.id, "quantity": quantity, **(line or {})})
                    for kind, quantity in (credits or {}).items()
                ],
                **vals,
            }
        )

    @classmethod
    def subscribe(cls, plan=None, partner=None, date_start="2030-03-01", **vals):
        """A subscription (a book, a day pass) that has started."""
        subscription = cls.env["tierslieux.subscription"].create(
            {
                "partner_id": (partner or cls.ada).id,
                "plan_id": (plan or cls.monthly).id,
                "company_id": cls.company.id,
                "date_start": date_start,
                **vals,
            }
        )
        subscription.action_start()
        return subscription

    def left(self, kind, partner=None, date=None):
        """What a person may use of a kind of credit."""
        return (partner or self.ada)._get_credit_balance(kind, date)[kind]

    def moves(self, subscription):
        """The ledger of a subscription, in order: [(move, quantity)]."""
        lines = subscription.credit_line_ids.sorted("id")
        return [(line.move, line.quantity) for line in lines]
