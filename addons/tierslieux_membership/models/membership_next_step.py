from odoo import api, fields, models
from odoo.tools import format_amount, format_date


class TierslieuxMembership(models.Model):
    """One plain sentence at the top of the form: where it stands, and what to do next."""

    _inherit = "tierslieux.membership"

    next_step = fields.Char(compute="_compute_next_step", string="What to do next")
    is_renewed = fields.Boolean(compute="_compute_is_renewed", search="_search_is_renewed")
    invoice_name = fields.Char(related="invoice_id.name", string="Invoice Number", tracking=False)
    is_details_missing = fields.Boolean(related="company_id.is_details_missing")

    @api.depends("next_ids.state")
    def _compute_is_renewed(self):
        for membership in self:
            membership.is_renewed = any(
                renewal.state not in ("draft", "cancelled") for renewal in membership.next_ids
            )

    @api.model
    def _search_is_renewed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("next_ids", "any", [("state", "not in", ("draft", "cancelled"))])]

    @api.depends("state", "date_start", "date_end", "amount_due", "scale_id", "next_ids.state")
    def _compute_next_step(self):
        for membership in self:
            method = getattr(membership, f"_next_step_{membership.state or 'draft'}")
            membership.next_step = method()

    def _next_step_draft(self):
        # sudo: whether there is a proof, not the proof
        if self.proof_required and not (self.proof_waived or self.sudo().proof_attachment):
            return self.env._(
                "Attach the proof for the tier « %(scale)s », then take the fee.",
                scale=self.scale_id.name,
            )
        if self.amount_mode == "scale" and not self.scale_id:
            return self.env._("Choose the tier of the fee.")
        if self.previous_id:
            return self.env._(
                "Renewal proposed: take the fee when the member renews; it confirms the renewal."
            )
        return self.env._("Check the details, then take the fee: it confirms the membership.")

    def _next_step_to_pay(self):
        amount = format_amount(self.env, self.amount_due, self.currency_id)
        return self.env._(
            "%(amount)s to take from %(payer)s. The membership counts as soon as it is paid.",
            amount=amount,
            payer=self.payer_id.name,
        )

    def _next_step_active(self):
        today = fields.Date.context_today(self)
        end = format_date(self.env, self.date_end)
        if self.resign_date:
            return self.env._("Resigned: the membership ends on %(date)s.", date=end)
        if self.date_start > today:
            return self.env._(
                "In order: it begins on %(date)s. Nothing to do.",
                date=format_date(self.env, self.date_start),
            )
        if self.is_renewed:
            return self.env._("Up to date and already renewed. Nothing to do.")
        days_left = (self.date_end - today).days
        if days_left <= self.company_id.membership_proposal_days:
            return self.env._("Up to date until %(date)s: propose the renewal now.", date=end)
        return self.env._("Up to date until %(date)s. Nothing to do.", date=end)

    def _next_step_grace(self):
        if self.is_renewed:
            return self.env._("Ended, and already renewed. Nothing to do.")
        return self.env._(
            "Ended on %(date)s, still a member until %(grace)s: renew and take the fee.",
            date=format_date(self.env, self.date_end),
            grace=format_date(self.env, self.grace_end),
        )

    def _next_step_expired(self):
        if self.is_renewed:
            return self.env._("Ended, and already renewed. Nothing to do.")
        return self.env._(
            "Ended on %(date)s. If the person comes back, renew.",
            date=format_date(self.env, self.date_end),
        )

    def _next_step_cancelled(self):
        if self.invoice_id:
            return self.env._(
                "Cancelled. If the fee had been paid, the treasurer gives the money back."
            )
        return self.env._("Cancelled. Record a new membership if the person joins after all.")

    def _next_step_resigned(self):
        return self.env._(
            "Resigned on %(date)s. Nothing to do.", date=format_date(self.env, self.resign_date)
        )
