from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from .once_mixin import take_turn

OPEN_PAYMENTS = ("not_paid", "partial")
AHEAD_STATES = ("option", "confirmed", "checked_in")


class ResPartner(models.Model):
    """What somebody may take online before it is paid, by the association's own limits.

    A family counts with its responsible adult, and a person with their organisation: whoever opens
    five accounts has one trust. The front desk, which sees people, is not limited.
    """

    _inherit = "res.partner"

    def _get_trust_root(self):
        """Who answers for this person's debts: an organisation, a responsible adult, themselves."""
        self.ensure_one()
        # sudo: a portal user reads neither their family nor their organisation
        root_sudo = self.sudo()
        while root_sudo.guardian_id:  # never a cycle: see _check_guardian_id
            root_sudo = root_sudo.guardian_id
        return root_sudo.commercial_partner_id

    def _get_trust_group(self):
        """Everybody who counts with this person, themselves included, in superuser mode."""
        group_sudo = new_sudo = self._get_trust_root()
        while new_sudo:
            found_sudo = new_sudo.with_context(active_test=False).search(
                Domain("commercial_partner_id", "in", new_sudo.ids)
                | Domain("guardian_id", "in", new_sudo.ids)
            )
            new_sudo = found_sudo - group_sudo
            group_sudo |= new_sudo
        return group_sudo

    def _lock_trust(self):
        """Of those who take something for one payer at once, the later counts what the first one
        took."""
        take_turn(self._get_trust_root())

    # ------------------------------------------------------------------ what counts

    def _has_paid(self, company):
        """Whether anything was ever paid to the association by this person or theirs."""
        group_sudo = self._get_trust_group()
        return bool(
            self.env["account.move"]
            .sudo()
            .search_count(
                [
                    ("commercial_partner_id", "in", group_sudo.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                    ("move_type", "in", ("out_invoice", "out_receipt")),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("in_payment", "paid")),
                    ("amount_total", ">", 0),
                ],
                limit=1,
            )
        )

    def _get_unpaid_amount(self, company):
        """What this person and theirs have taken and not paid, invoiced or to be invoiced."""
        group_sudo = self._get_trust_group()
        ((residual,),) = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                [
                    ("commercial_partner_id", "in", group_sudo.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", OPEN_PAYMENTS),
                ],
                [],
                ["amount_residual_signed:sum"],
            )
        )
        bookings_sudo = (
            self.env["tierslieux.booking"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", group_sudo.ids),
                    ("company_id", "=", company.id),
                    ("payment_state", "=", "due"),
                ]
            )
        )
        return (residual or 0.0) + sum(bookings_sudo.mapped("open_amount"))

    def _get_hours_ahead(self, company):
        """Hours that this person and theirs have booked online and that are to come, by seat."""
        now = fields.Datetime.now()
        bookings_sudo = (
            self.env["tierslieux.booking"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._get_trust_group().ids),
                    ("company_id", "=", company.id),
                    ("source", "=", "portal"),
                    ("state", "in", AHEAD_STATES),
                    ("stop", ">", now),
                ]
            )
        )
        return sum(
            (booking.stop - max(booking.start, now)).total_seconds() / 3600 * max(booking.seats, 1)
            for booking in bookings_sudo
        )

    # ------------------------------------------------------------------ limits

    def _check_unpaid(self, company):
        """To be called after something was taken online, within the same transaction.

        :raise UserError: when more is unpaid than the association trusts this person with
        """
        company_sudo = company.sudo()
        limit = (
            company_sudo.trust_known_amount
            if self._has_paid(company)
            else company_sudo.trust_new_amount
        )
        unpaid = self._get_unpaid_amount(company)
        if not limit or company_sudo.currency_id.compare_amounts(unpaid, limit) <= 0:
            return
        raise UserError(
            self.env._(
                "With this, %(unpaid)s would be unpaid: online, up to %(limit)s may be taken before"
                " it is paid. Pay what is due first, from the page of your invoices, or see the"
                " front desk.",
                unpaid=format_amount(self.env, unpaid, company_sudo.currency_id),
                limit=format_amount(self.env, limit, company_sudo.currency_id),
            )
        )

    def _check_ahead(self, company, start):
        """To be called after something was booked online, within the same transaction.

        :param datetime start: when what was just booked begins
        :raise UserError: for who has never paid, and has booked too much or too far ahead
        """
        company_sudo = company.sudo()
        days, hours = company_sudo.trust_new_days, company_sudo.trust_new_hours
        if (not days and not hours) or self._has_paid(company):
            return
        if days and start > fields.Datetime.now() + timedelta(days=days):
            raise UserError(
                self.env._(
                    "Before a first payment, one books up to %s days ahead online: choose an"
                    " earlier day, or see the front desk.",
                    days,
                )
            )
        if hours and self._get_hours_ahead(company) > hours + 0.01:
            raise UserError(
                self.env._(
                    "Before a first payment, up to %s hours may be booked ahead online. Pay what is"
                    " due first, from the page of your invoices, or see the front desk.",
                    f"{hours:g}",
                )
            )
