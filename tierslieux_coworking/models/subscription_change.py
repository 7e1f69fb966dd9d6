from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS

from .subscription_price import CHANGES_OF_PRICE


class TierslieuxSubscriptionChange(models.Model):
    """Something that changes a subscription at a date: plan, price, pause.

    ``amount_difference`` is what it adds to (or takes off) the next invoice for periods that
    are invoiced at another price; it is shown before the change is confirmed, worked out again
    from the changes as they stand until it is billed (``_renew_changes``), and billed once
    (``billing_line_id``).
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
            ("rebill", "Invoiced already"),
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
    deposit_amount = fields.Monetary(
        string="Deposit", help="Of the new plan: what was not paid yet is on the next invoice."
    )
    failure = fields.Char(
        string="Not made",
        help="Why it could not be made on its day: it is tried again each night, and counts once"
        " it is made.",
    )
    made_date = fields.Date(string="Made on", help="On this day it can still be undone.")
    made_rank = fields.Integer(
        help="Technical: the order in which changes of one day took effect, whenever planned."
    )
    terms_before = fields.Json(help="Technical: what the subscription was, to undo the change.")
    is_undoable = fields.Boolean(compute="_compute_is_undoable")
    invoiced_until = fields.Date(
        help="Technical: last day invoiced when it was agreed. Later invoices know of it."
    )
    billing_line_id = fields.Many2one(
        "tierslieux.billing.line", string="Billed with", index="btree_not_null", readonly=True
    )
    rebilled_line_id = fields.Many2one(
        "tierslieux.billing.line",
        string="Invoiced before with",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="Technical: the period whose invoice carries what this takes off.",
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

    @api.depends("state", "made_date", "billing_line_id", "subscription_id.change_ids.state")
    def _compute_is_undoable(self):
        today = fields.Date.context_today(self)
        for change in self:
            change.is_undoable = (
                change.state == "done"
                and change.made_date == today
                and bool(change.terms_before)
                and not change.billing_line_id
                and change._origin
                == change.subscription_id._get_price_changes()
                .filtered(lambda c: c.state == "done")[-1:]
                ._origin
            )

    def _write_different(self, vals):
        """Write the values that are others than before: what is worked out again seldom is."""
        self.ensure_one()
        vals = {name: value for name, value in vals.items() if self[name] != value}
        if vals:
            self.write(
                {
                    name: value.id if isinstance(value, models.BaseModel) else value
                    for name, value in vals.items()
                }
            )

    # ------------------------------------------------------------------ given up, undone

    def action_undo(self):
        """Take back a change made today: as if it had never been, credits and price included."""
        self.subscription_id._check_group()
        for change in self:
            if not change.is_undoable:
                if later := change._get_made_after():
                    raise UserError(
                        self.env._(
                            "« %(later)s » was made after « %(name)s » and starts from it. Undo"
                            " « %(later)s » first, then « %(name)s ».",
                            later=later.display_name,
                            name=change.display_name,
                        )
                    )
                raise UserError(
                    self.env._(
                        "« %(name)s » can no longer be undone: only the last change, made today"
                        " and on no invoice, can. Plan another change instead.",
                        name=change.display_name,
                    )
                )
            change._check_not_counted()
            change.subscription_id._undo_change(change)
        return True

    def _get_made_after(self):
        """The last change made since this one, when both were made today and can be undone one
        after the other."""
        self.ensure_one()
        last = self.subscription_id.change_ids.filtered("is_undoable")
        is_of_today = self.state == "done" and self.made_date == last.made_date
        return last if is_of_today and self.terms_before and not self.billing_line_id else last[:0]

    def _check_not_counted(self):
        """:raise UserError: when an invoice counts it already"""
        # sudo: whether it is on an invoice decides what may be done, whoever asks.
        if self.billing_line_id or (
            self.kind in CHANGES_OF_PRICE and self.sudo()._get_lines_counting_it()
        ):
            raise UserError(
                self.env._(
                    "« %(name)s » is on an invoice already: plan another change instead.",
                    name=self.display_name,
                )
                if self.billing_line_id
                else self.env._(
                    "« %(name)s » counts on an invoice already: plan another change instead.",
                    name=self.display_name,
                )
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
            if not change.failure:
                change._check_not_counted()
        # sudo: changes are written by these buttons alone; who may do this was checked.
        given_up_sudo = self.sudo()
        given_up_sudo.write({"state": "cancelled", "failure": False})
        pauses_sudo = given_up_sudo.filtered(lambda c: c.kind == "pause")
        for pause in pauses_sudo:
            pause.subscription_id._bill_resumed(pause, pause.date)
        given_up_sudo.subscription_id._renew_changes()
        pauses_sudo.subscription_id._credit_early_end()
        given_up_sudo.filtered(lambda c: c.kind == "plan").new_plan_id._offer_freed_places()
        return True

    def _unsettle(self):
        """The invoice that billed these is cancelled: they are due again."""
        self.billing_line_id = False
        self.subscription_id._renew_changes()

    def _is_known_to(self, line):
        """Whether the run that invoiced a period knew of it."""
        self.ensure_one()
        return not self.invoiced_until or self.invoiced_until < line.period_start

    def _get_lines_counting_it(self):
        """Periods from its day on that were billed since it was planned: at its price."""
        self.ensure_one()
        return self.subscription_id._get_settled_lines().filtered(
            lambda line: line.period_start >= self.date and self._is_known_to(line)
        )
