from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from .once_mixin import take_turn

OPEN_PAYMENTS = ("not_paid", "partial")


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
        """What this person and theirs have taken and not paid: invoiced here; each trade adds
        what it has not invoiced yet."""
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
        return residual or 0.0

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
