import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from .subscription_sale import DESK_KINDS

RUNNING = ("draft", "trial", "active", "paused", "notice")


class ResCompany(models.Model):
    _inherit = "res.company"

    trust_equal_plans = fields.Integer(
        string="Equal Plans at once",
        default=2,
        help="How often one and the same plan may run, or one pass be unpaid, for a person and"
        " theirs when it is taken online. 0: no limit.",
    )

    _trust_equal_plans_check = models.Constraint(
        "CHECK(trust_equal_plans >= 0)", "A number of plans cannot be negative; 0: no limit."
    )


class ResPartner(models.Model):
    """Plans and passes count in what somebody has taken and not paid."""

    _inherit = "res.partner"

    def _get_trusted_subscriptions(self, company):
        """Those of this person and theirs that are not over (sudo: nobody of them reads all)."""
        group_sudo = self._get_trust_group()
        return (
            self.env["tierslieux.subscription"]
            .sudo()
            .search(
                [
                    "|",
                    ("partner_id", "in", group_sudo.ids),
                    ("payer_id", "in", group_sudo.ids),
                    ("company_id", "=", company.id),
                    ("state", "in", RUNNING),
                ]
            )
        )

    def _has_paid(self, company):
        """Also whom the team itself gave a plan: it has seen them."""
        return super()._has_paid(company) or any(
            subscription.state != "draft" and not subscription.create_uid.share
            for subscription in self._get_trusted_subscriptions(company)
        )

    def _get_unpaid_amount(self, company):
        """Also what was taken online and has no invoice yet: the first period of a plan, a pass
        whose proof is to be seen."""
        taken = self._get_trusted_subscriptions(company).filtered(
            lambda s: (
                s.create_uid.share
                and (
                    not s.billed_until
                    if s.plan_kind == "recurring"
                    else s.state == "draft" and not s.sale_invoice_id
                )
            )
        )
        return super()._get_unpaid_amount(company) + sum(taken.mapped("amount"))


class TierslieuxSubscription(models.Model):
    """Plans and passes taken online: within what the association trusts a person with."""

    _inherit = "tierslieux.subscription"

    @api.model
    def _portal_take(self, vals, proof=None):
        """Take a plan from the portal; started at once unless a proof is to be seen first.

        :param dict vals: values of the subscription, each checked by the caller
        :param proof: (name of the file, content) when the situation asks for one
        :raise UserError: when it is too much before something is paid
        """
        partner = self.env["res.partner"].browse(vals["partner_id"])
        partner._lock_trust()
        subscription = self.create(vals)
        subscription._check_equal_plans()
        if subscription.situation_id.proof_required:
            subscription._check_capacity()
            filename, content = proof
            by = self.env.user.partner_id
            subscription._request_start(filename, base64.b64encode(content), by)
        else:
            subscription.action_start()
            if subscription.plan_kind in DESK_KINDS:
                subscription._invoice_sale()
        if not subscription.currency_id.is_zero(subscription.amount):
            partner._check_unpaid(subscription.company_id)
        return subscription

    def _check_equal_plans(self):
        """:raise UserError: for a plan that this person and theirs have often enough already"""
        for subscription in self:
            limit = subscription.company_id.sudo().trust_equal_plans
            running = subscription.partner_id._get_trusted_subscriptions(subscription.company_id)
            equal = running.filtered(
                lambda s, plan=subscription.plan_id: (
                    s.plan_id == plan
                    and (
                        s.plan_kind == "recurring"
                        or s.state == "draft"
                        or s.sale_invoice_id.payment_state in ("not_paid", "partial")
                    )
                )
            )
            if limit and len(equal) > limit:
                raise UserError(
                    self.env._(
                        "You have « %(plan)s » as often as it may be taken online (%(count)s at"
                        " once). Pay what is due first, or see the front desk for one more.",
                        plan=subscription.plan_id.name,
                        count=limit,
                    )
                )
