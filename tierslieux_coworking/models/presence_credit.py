from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from ..tools.credit_allocation import to_credits

_lt = LazyTranslate(__name__)

ONE_DAY = Decimal(1)
GUARDS = (
    Guard(
        {"partner_id", "place_id"},
        when="_is_paid_by_a_pass",
        sentence=_lt(
            "%(record)s: a pass was used for this presence, and « %(fields)s » does not change any"
            " more. Give the credits back, and record the right presence."
        ),
    ),
)


class TierslieuxPresence(models.Model):
    """Who comes in at the kiosk with a pass and no booking uses it by the time they stay.

    At the desk the pass is used on arrival; who stays longer than the half-day that was taken
    uses the rest when they leave. A day never costs more than a day, bookings included.
    """

    _inherit = "tierslieux.presence"

    credit_line_ids = fields.One2many("tierslieux.credit.line", "presence_id", readonly=True)

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_paid_by_a_pass(self, _name, _value):
        # sudo: whether one was used, not which
        return bool(self.sudo().credit_line_ids)

    def write(self, vals):
        left = self.filtered("is_here") if vals.get("checkout_at") else self.browse()
        result = super().write(vals)
        left._charge_stays()
        return result

    def _charge_stays(self):
        """Take from the passes what these stays are worth, those of the day added up.

        sudo: who leaves, or records that somebody leaves, uses the credits of that person.
        """
        stays = self.sudo().filtered(
            lambda p: not p.booking_id and (p.source == "kiosk" or p.credit_line_ids)
        )
        for stay in stays:
            due = stay._get_unpaid_days()
            if due > 0:
                stay._charge_days(due)

    def _get_day_types(self):
        """Kinds of credits that pay for a day in the place."""
        return self.env["tierslieux.credit.type"].search([("unit", "in", ("day", "half_day"))])

    def _get_unpaid_days(self):
        """Days of this person's stays without a booking, on that day, that no pass has paid."""
        self.ensure_one()
        same_day = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("day", "=", self.day),
                ("booking_id", "=", False),
                ("checkout_at", "!=", False),
            ]
        )
        Line = self.env["tierslieux.credit.line"]
        used = Line.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("use_date", "=", self.day),
                ("move", "=", "use"),
            ]
        )
        by_stays = self._sum_days(Line._get_uses(presences=used.presence_id))
        by_bookings = self._sum_days(Line._get_uses(bookings=used.booking_id))
        worth = sum((to_credits(stay.day_count) for stay in same_day), Decimal(0))
        return min(worth - by_stays, ONE_DAY - by_stays - by_bookings)

    def _sum_days(self, uses):
        """Days that uses come to: half-days count for a half, hours and prints for nothing."""
        worth = {"day": Decimal(1), "half_day": Decimal("0.5")}
        return sum(
            (
                quantity * worth.get(credit_type.unit, 0)
                for rows in uses.values()
                for _lot, credit_type, quantity in rows
            ),
            Decimal(0),
        )

    def _charge_days(self, due):
        """Take ``due`` days, what expires first going first; nothing where there is no pass."""
        self.ensure_one()
        Line = self.env["tierslieux.credit.line"]
        types = self._get_day_types()
        person = self.partner_id
        purse = Line._open_purse(person, types, self.day, company=self.company_id)
        for credit_type in types.sorted(lambda t: purse.first_end(person.id, t.id, self.day)):
            factor = 2 if credit_type.unit == "half_day" else 1
            lines = Line._use(person, credit_type, due * factor, self.day, presence=self)
            due += sum((to_credits(line.quantity) for line in lines), Decimal(0)) / factor
            if due <= 0:
                return
