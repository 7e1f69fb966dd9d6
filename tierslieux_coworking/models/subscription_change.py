from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_billing.models.billing_line import SETTLED

from .subscription_price import CHANGES_OF_PRICE


class TierslieuxSubscriptionChange(models.Model):
    """Something that changes a subscription at a date: plan, price, pause.

    ``amount_difference`` is what it adds to (or takes off) the next invoice for periods that
    are invoiced at another price; it is worked out when the change is agreed, shown before it
    is confirmed, and billed once (``billing_line_id``).
    """

    _name = "tierslieux.subscription.change"
    _description = "Change of a Subscription"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date, id"

    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("plan", "Change of plan"),
            ("price", "Change of price"),
            ("pause", "Pause"),
            ("resume", "End of a pause"),
            ("end", "Early end"),
        ],
        required=True,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Made"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        index=True,
    )
    date = fields.Date(required=True, help="First day of the change.")
    date_end = fields.Date(string="Until", help="Of a pause: its last day.")
    old_plan_id = fields.Many2one("tierslieux.plan", ondelete="restrict")
    new_plan_id = fields.Many2one("tierslieux.plan", ondelete="restrict")
    old_amount = fields.Monetary(string="Former Price")
    new_amount = fields.Monetary(string="New Price")
    amount_difference = fields.Monetary(
        string="Difference",
        help="What the change adds to (or takes off) the next invoice, worked out by the day.",
    )
    amount_note = fields.Char(string="How it was computed")
    reason = fields.Char(groups=NOTE_GROUPS)
    billing_line_id = fields.Many2one(
        "tierslieux.billing.line", string="Billed with", index="btree_not_null", readonly=True
    )
    price_change_id = fields.Many2one(
        "tierslieux.price.change", index="btree_not_null", readonly=True, ondelete="restrict"
    )

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date)", "A pause cannot end before it begins."
    )
    # Whatever the door it comes in by: two pauses of one subscription never share a day.
    _pause_no_overlap = models.Constraint(
        "EXCLUDE USING gist (subscription_id WITH =, daterange(date, date_end, '[]') WITH &&)"
        " WHERE (kind = 'pause' AND state <> 'cancelled')",
        "The subscription is paused already on some of these days: choose other dates.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    @api.depends("kind", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            change.display_name = " ".join(
                part for part in (labels.get(change.kind), str(change.date or "")) if part
            )

    def action_cancel(self):
        """Give up a change that has not happened yet."""
        self.subscription_id._check_group()
        for change in self:
            if change.state != "planned":
                raise UserError(
                    self.env._(
                        "« %(name)s » has happened already: plan another change instead.",
                        name=change.display_name,
                    )
                )
            if change.billing_line_id:
                raise UserError(
                    self.env._(
                        "« %(name)s » is on an invoice already: plan another change instead.",
                        name=change.display_name,
                    )
                )
            if change.kind in CHANGES_OF_PRICE and change.sudo()._get_lines_counting_it():
                raise UserError(
                    self.env._(
                        "« %(name)s » counts on an invoice already: plan another change instead.",
                        name=change.display_name,
                    )
                )
        # sudo: changes are written by these buttons alone, and who may do this was checked.
        self.sudo().state = "cancelled"
        for pause in self.sudo().filtered(lambda c: c.kind == "pause" and not c.amount_difference):
            # Days that a run took for paused.
            pause.subscription_id._bill_resumed(pause, pause.date)
        return True

    def _get_lines_counting_it(self):
        """Periods from its day on that were billed since it was planned: at the new price."""
        self.ensure_one()
        return self.subscription_id.billing_line_ids.filtered(
            lambda line: (
                line.state in SETTLED
                and line.period_start >= self.date
                and line.create_date >= self.create_date
            )
        )
