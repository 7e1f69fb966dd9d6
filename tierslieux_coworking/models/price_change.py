from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from .subscription import HOLDING

_lt = LazyTranslate(__name__)
ANNOUNCED_SENTENCE = _lt(
    "%(record)s has been announced already: « %(fields)s » is in the letters. Give it up, and"
    " prepare another one."
)
GUARDS = (
    Guard(
        {"plan_id", "company_id", "date", "price_ids", "line_ids", "letter"},
        when="_is_announced",
        sentence=ANNOUNCED_SENTENCE,
    ),
)


class TierslieuxPriceChange(models.Model):
    """The prices of a plan change at a date, for all who have it: each gets a letter.

    Prepared (who pays what, from when), then announced: the changes are planned, and the letters
    sent by e-mail, or printed for those without an address. On the day, the plan's own prices
    follow.
    """

    _name = "tierslieux.price.change"
    _description = "Price Change of a Plan"
    _inherit = ["mail.thread", "tierslieux.guarded.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "tierslieux.plan",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('kind', '=', 'recurring')]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self._default_date(),
        help="First day of the new prices. Those still committed, and periods invoiced already,"
        " keep theirs until their end.",
    )
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("announced", "Announced"),
            ("done", "In force"),
            ("cancelled", "Given up"),
        ],
        required=True,
        default="draft",
        index=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    price_ids = fields.One2many(
        "tierslieux.price.change.price",
        "price_change_id",
        string="Prices",
        compute="_compute_price_ids",
        store=True,
        readonly=False,
        copy=False,
    )
    line_ids = fields.One2many(
        "tierslieux.price.change.line", "price_change_id", string="Subscribers", copy=False
    )
    letter = fields.Html(
        string="Text of the Letter",
        default=lambda self: self._default_letter(),
        help="The body of the letter; each one's former and new price are added below it.",
    )
    line_count = fields.Integer(string="Letters", compute="_compute_line_count")
    to_print_count = fields.Integer(string="To send by post", compute="_compute_line_count")

    @api.model
    def _default_date(self):
        """The first of the month after next: a month at least to read the letter."""
        today = fields.Date.context_today(self)
        return fields.Date.start_of(fields.Date.add(today, months=2), "month")

    @api.model
    def _default_letter(self):
        # Two sentences that the manager makes their own.
        return self.env._(
            "<p>Our costs have changed, and with them the price of your subscription.</p>"
            "<p>If you do not wish to go on at this price, you may give notice before it comes"
            " into force, without any charge.</p>"
        )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_announced(self, _name, _value):
        return bool(self) and self.state != "draft"

    @api.depends("plan_id", "date")
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._(
                "%(plan)s from %(date)s",
                plan=change.plan_id.name or "",
                date=format_date(self.env, change.date) if change.date else "",
            )

    @api.depends("plan_id")
    def _compute_price_ids(self):
        for change in self:
            if change.state != "draft":
                continue
            plan = change.plan_id
            commands = [Command.clear()]
            if plan:
                commands += [
                    Command.create(
                        {
                            "price_id": price.id or False,
                            "old_amount": price.amount if price else plan.amount,
                            "new_amount": price.amount if price else plan.amount,
                        }
                    )
                    for price in [self.env["tierslieux.plan.price"], *plan.price_ids._origin]
                ]
            change.price_ids = commands

    @api.depends("line_ids.partner_id")
    def _compute_line_count(self):
        for change in self:
            change.line_count = len(change.line_ids)
            change.to_print_count = len(
                change.line_ids.filtered(lambda line: not line.partner_id.email)
            )

    @api.constrains("date", "state")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for change in self:
            if change.state == "announced" and change.date <= today:
                raise ValidationError(
                    self.env._(
                        "%(name)s: nobody can be told of a price that holds already. Choose a"
                        " later day.",
                        name=change.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_announced(self):
        for change in self:
            if change.state in ("announced", "done"):
                raise UserError(
                    self.env._(
                        "%(name)s has been announced: give it up instead, so that its letters"
                        " stay.",
                        name=change.display_name,
                    )
                )

    # ------------------------------------------------------------------ prepare

    def _check_manager(self):
        self.env["tierslieux.subscription"]._check_group("tierslieux_base.group_manager")

    def _check_draft(self):
        for change in self:
            if change.state != "draft":
                raise UserError(
                    self.env._("%(name)s has been announced already.", name=change.display_name)
                )

    def action_prepare(self):
        """List the subscribers with their former and new price; a new list replaces the last."""
        self._check_manager()
        self._check_draft()
        for change in self:
            if all(price.old_amount == price.new_amount for price in change.price_ids):
                raise UserError(
                    self.env._("Enter the new prices first: none of them changes as it stands.")
                )
            lines = [Command.create(vals) for vals in change._prepare_line_vals()]
            change._write_facts({"line_ids": [Command.clear(), *lines]})
            if not change.line_ids:
                raise UserError(
                    self.env._(
                        "Nobody has « %(plan)s » on %(date)s: change its prices on the plan"
                        " itself.",
                        plan=change.plan_id.name,
                        date=format_date(self.env, change.date),
                    )
                )
        return True

    def _prepare_line_vals(self):
        """One line per subscription that still runs on the day.

        A price agreed by hand is nobody's list price: it is kept, and said so.
        """
        self.ensure_one()
        subscriptions = self.env["tierslieux.subscription"].search(
            [
                ("plan_id", "=", self.plan_id.id),
                ("state", "in", [state for state in HOLDING if state != "trial"]),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", self.date),
            ],
            order="partner_id, id",
        )
        members = self.plan_id._get_members(subscriptions.partner_id, self.company_id)
        new_amounts = {price.price_id.id: price.new_amount for price in self.price_ids}
        for subscription in subscriptions:
            price = self._find_price(subscription, subscription.partner_id in members)
            old = subscription._get_terms_on(self.date).amount
            if price is None:
                new, note = old, self.env._("Price agreed by hand: kept, unless you change it.")
            else:
                new, note = new_amounts.get(price.id, old), self._get_date_note(subscription)
            yield {
                "subscription_id": subscription.id,
                "old_amount": old,
                "new_amount": new,
                "date": self._get_first_day(subscription),
                "note": note,
            }

    def _find_price(self, subscription, is_member):
        """The row of the price list that the subscription pays, or None."""
        amount = subscription._get_terms_on(self.date).amount
        plan = self.plan_id
        fitting = plan._choose_price(is_member, subscription.situation_id)
        for price in [fitting, self.env["tierslieux.plan.price"], *plan.price_ids]:
            listed = price.amount if price else plan.amount
            if self.currency_id.compare_amounts(listed, amount) == 0:
                return price
        return None

    def _get_first_day(self, subscription):
        """Neither during the commitment, nor for what is invoiced already."""
        days = [self.date]
        for last in (subscription.commitment_end, subscription.billed_until):
            if last:
                days.append(fields.Date.add(last, days=1))
        return max(days)

    def _get_date_note(self, subscription):
        """Why the new price comes later for this one, or False."""
        if self._get_first_day(subscription) == self.date:
            return False
        if subscription.commitment_end and subscription.commitment_end >= self.date:
            return self.env._(
                "Committed until %(date)s at the former price.",
                date=format_date(self.env, subscription.commitment_end),
            )
        return self.env._(
            "Invoiced already until %(date)s.",
            date=format_date(self.env, subscription.billed_until),
        )

    # ------------------------------------------------------------------ announce

    def action_announce(self):
        """Plan the change of each, and send the letters by e-mail where there is an address."""
        self._check_manager()
        self._check_draft()
        for change in self:
            if not change.line_ids:
                change.action_prepare()
            change._write_facts({"state": "announced"})
            for line in change.line_ids.filtered("is_changed"):
                planned = line.subscription_id._plan_change(
                    line.date,
                    amount=line.new_amount,
                    reason=self.env._("new price list"),
                    price_change=change,
                )
                line._write_facts({"change_id": planned.id})
            change.line_ids._send_letters()
        return True

    def action_print_letters(self):
        """The letters as one PDF: of those without an e-mail address when there are any."""
        self.ensure_one()
        self.check_access("read")
        lines = self.line_ids.filtered("is_changed")
        by_post = lines.filtered(lambda line: not line.partner_id.email)
        if not lines:
            raise UserError(self.env._("No letter to print: nobody's price changes."))
        return self.env.ref("tierslieux_coworking.action_report_price_letter").report_action(
            by_post or lines
        )

    def action_cancel(self):
        """Give it up: what was planned is taken back. Letters sent are not: write to them."""
        self._check_manager()
        for change in self:
            if change.state == "done":
                raise UserError(
                    self.env._(
                        "%(name)s is in force: prepare another change of prices instead.",
                        name=change.display_name,
                    )
                )
        planned = self.line_ids.change_id.filtered(lambda c: c.state == "planned")
        planned.action_cancel()
        self._write_facts({"state": "cancelled"})
        return True

    @api.model
    def _apply_due(self, today):
        """Daily: on its day, the plan's own prices follow (sudo: what was announced happens)."""
        for change in self.sudo().search([("state", "=", "announced"), ("date", "<=", today)]):
            for price in change.price_ids:
                listed = price.price_id or change.plan_id
                if listed.amount != price.new_amount:
                    listed.amount = price.new_amount
            change.state = "done"
