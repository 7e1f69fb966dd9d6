from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.checked import checked_sudo

from ..models.subscription_sale import DESK_KINDS


class TierslieuxSellPass(models.TransientModel):
    """A walk-in buys a day, or a book, and sits down: one window, one gesture.

    The person is found or typed, the price shows how it was computed, the money is taken, the
    invoice posted, a free desk given and the arrival recorded. What was done is said at the
    end, the invoice one click away.
    """

    _name = "tierslieux.sell.pass"
    _inherit = ["tierslieux.desk.person", "tierslieux.desk.payment"]
    _description = "Sale of a Pass"

    step = fields.Selection([("sell", "Sell"), ("done", "Done")], default="sell", required=True)
    plan_id = fields.Many2one(
        "tierslieux.plan",
        string="Pass",
        required=True,
        domain="[('id', 'in', plan_ids)]",
        compute="_compute_plan_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    plan_ids = fields.Many2many("tierslieux.plan", compute="_compute_plan_ids")
    plan_kind = fields.Selection(related="plan_id.kind", compute_sudo=False)
    credit_summary = fields.Char(related="plan_id.credit_summary", compute_sudo=False)
    person_credits = fields.Char(
        related="partner_id.credit_summary", compute_sudo=False, string="Has already"
    )
    situation_id = fields.Many2one("tierslieux.situation")
    proof_required = fields.Boolean(related="situation_id.proof_required", compute_sudo=False)
    proof_note = fields.Char(related="situation_id.proof_note", compute_sudo=False)
    proof_checked = fields.Boolean(
        string="Proof seen", help="Tick once you have seen it: no copy of the document is kept."
    )
    date_start = fields.Date(string="Usable from", required=True, default=fields.Date.context_today)
    amount_total = fields.Monetary(string="To pay", compute="_compute_amount_total")
    amount_note = fields.Char(string="How it was computed", compute="_compute_amount_total")
    # The arrival, in the same gesture
    is_here = fields.Boolean(
        string="Comes in now",
        compute="_compute_is_here",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    place_id = fields.Many2one(
        "tierslieux.place",
        domain="[('company_id', '=', company_id)]",
        compute="_compute_place_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    free_ids = fields.Many2many(
        "tierslieux.resource", string="Free Desks", compute="_compute_free_ids"
    )
    resource_id = fields.Many2one(
        "tierslieux.resource",
        string="Sits at",
        domain="[('id', 'in', free_ids)]",
        help="Desks that are free now. Left empty: they are here, and hold nothing.",
    )
    until = fields.Datetime(
        compute="_compute_until", compute_sudo=False, store=True, readonly=False
    )
    # What was done
    subscription_id = fields.Many2one("tierslieux.subscription", string="Sold", readonly=True)
    has_invoice = fields.Boolean(compute="_compute_has_invoice")
    done_note = fields.Text(readonly=True)

    # ------------------------------------------------------------------ compute

    @api.depends("subscription_id")
    def _compute_has_invoice(self):
        """What is free, or goes on the invoice of the month, has nothing to print."""
        for wizard in self:
            # sudo: whether there is one, for who sold it without rights on accounting.
            wizard.has_invoice = bool(checked_sudo(wizard.subscription_id).sale_invoice_id)

    @api.depends("company_id")
    def _compute_plan_ids(self):
        for wizard in self:
            wizard.plan_ids = self.env["tierslieux.plan"].search(wizard._get_plan_domain())

    def _get_plan_domain(self):
        return (
            Domain("kind", "in", DESK_KINDS)
            & Domain("audience", "=", "person")
            & Domain("company_id", "=", self.company_id.id)
        )

    @api.depends("company_id")
    def _compute_plan_id(self):
        """The day pass, which is what is sold most."""
        for wizard in self:
            plans = wizard.plan_ids
            wizard.plan_id = plans.filtered(lambda p: p.kind == "day")[:1] or plans[:1]

    @api.depends("company_id")
    def _compute_place_id(self):
        for wizard in self:
            domain = [("company_id", "=", wizard.company_id.id)]
            wizard.place_id = self.env["tierslieux.place"].search(domain, limit=1)

    @api.depends("plan_id", "partner_id", "situation_id", "proof_checked", "date_start")
    def _compute_amount_total(self):
        for wizard in self:
            plan = wizard.plan_id
            if not plan:
                wizard.amount_total, wizard.amount_note = 0.0, False
                continue
            amount, note = plan._get_price(
                wizard.partner_id, wizard.situation_id, wizard.date_start, wizard.company_id
            )
            wizard.amount_total = plan._get_total(amount, wizard.partner_id)
            wizard.amount_note = note

    @api.depends("plan_id", "date_start")
    def _compute_is_here(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.is_here = wizard.plan_kind in ("day", "trial") and wizard.date_start == today

    @api.depends("place_id", "plan_id")
    def _compute_free_ids(self):
        """The desks of the place that are free now and that the pass pays for."""
        for wizard in self:
            kinds = wizard._get_pass_types().kind_ids
            resources = self.env["tierslieux.resource"].search(
                [("place_id", "=", wizard.place_id.id), ("kind_id", "in", kinds.ids)]
            )
            moments = resources._get_free_now()
            wizard.free_ids = resources.filtered(lambda r, moments=moments: moments[r.id][0])

    @api.depends("resource_id")
    def _compute_until(self):
        """Until the place closes, or the next booking; never beyond the day that is sold."""
        now = fields.Datetime.now()
        for wizard in self:
            resource = wizard.resource_id
            until = resource and resource._get_free_now(now)[resource.id][0]
            wizard.until = until and min(until, resource.place_id._get_day_bounds(now)[1])

    def _get_pass_types(self):
        self.ensure_one()
        return self.plan_id.credit_ids.type_id or self.plan_id._get_day_type()

    @api.onchange("place_id", "plan_id")
    def _onchange_place_id(self):
        if self.resource_id not in self.free_ids:
            self.resource_id = False

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        partner = self.partner_id
        if partner:
            self.firstname, self.lastname = partner.firstname, partner.lastname
            self.email, self.phone = partner.email, partner.phone

    # ------------------------------------------------------------------ sell

    @act_once
    def action_pay(self):
        """Sell, take the money, and let the person in."""
        self.ensure_one()
        if not self.currency_id.is_zero(self.amount_total):
            self._check_desk_journal(self.company_id)
            if not self.journal_id:
                raise UserError(self.env._("Choose the means of payment."))
        subscription = self._sell()
        # What is paid is what the invoice says.
        invoices_sudo = subscription._invoice_sale()
        self._register_desk_payments(invoices_sudo)
        return self._finish(subscription, paid=bool(invoices_sudo))

    @act_once
    def action_sell_on_account(self):
        """Sell now, to be paid with the invoice of the month."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "Only persons that you know already pay later: choose them in « Already known"
                    " as », or take the payment now."
                )
            )
        return self._finish(self._sell())

    def _sell(self):
        """The person, and what they bought, started."""
        self.env["tierslieux.subscription"]._check_desk_group()
        self._check_person()
        partner = self._get_or_create_person()
        subscription = self.env["tierslieux.subscription"].create(
            {
                "partner_id": partner.id,
                "plan_id": self.plan_id.id,
                "company_id": self.company_id.id,
                "place_id": self.place_id.id,
                "date_start": self.date_start,
                "situation_id": self.situation_id.id,
                "proof_checked": self.proof_checked,
            }
        )
        subscription.action_start()
        if self.plan_kind == "trial":
            self.env["crm.lead"]._follow_trial(subscription)
        return subscription

    def _finish(self, subscription, paid=False):
        self.write({"step": "done", "subscription_id": subscription.id})
        if self.is_here:
            self._check_person_in(subscription.partner_id)
        self.done_note = "\n".join(self._get_done_sentences(subscription, paid))
        return self._reopen()

    def _check_person_in(self, partner):
        """The arrival is recorded where arrivals are, and uses what was just bought."""
        today = fields.Date.context_today(self)
        if self.date_start > today:
            raise UserError(
                self.env._("This pass begins later: untick « Comes in now », or sell it for today.")
            )
        self.env["tierslieux.check.in"].create(
            {
                "partner_id": partner.id,
                "place_id": self.place_id.id,
                "booking_id": False,
                "resource_id": self.resource_id.id,
                **({"until": self.until} if self.resource_id and self.until else {}),
            }
        ).action_check_in()

    def _get_done_sentences(self, subscription, paid):
        partner, plan = subscription.partner_id, subscription.plan_id
        if paid:
            yield self.env._(
                "%(plan)s sold to %(name)s: %(amount)s paid (%(journal)s).",
                plan=plan.name,
                name=partner.name,
                amount=self.currency_id.format(subscription.sale_invoice_id.sudo().amount_total),
                journal=self.journal_id.name,
            )
        elif subscription.amount:
            yield self.env._(
                "%(plan)s sold to %(name)s: %(amount)s on the invoice of the month.",
                plan=plan.name,
                name=partner.name,
                amount=self.currency_id.format(subscription.amount),
            )
        else:
            yield self.env._(
                "%(plan)s given to %(name)s, free of charge.", plan=plan.name, name=partner.name
            )
        if self.is_here and self.resource_id:
            yield self.env._(
                "Sits at %(resource)s until %(time)s.",
                resource=self.resource_id.name,
                time=self.resource_id._format_hour(self.until),
            )
        elif self.is_here:
            yield self.env._("Is in %(place)s now.", place=self.place_id.name)
        due = sum(subscription.credit_line_ids.booking_id.mapped("amount"))
        if due:
            yield self.env._(
                "%(amount)s are left to pay for the desk: the pass does not cover all of it.",
                amount=self.currency_id.format(due),
            )
        left = partner.credit_summary
        yield (
            self.env._("Left after that: %(credits)s.", credits=left)
            if left
            else self.env._("Nothing left of it after today.")
        )

    # ------------------------------------------------------------------ after the sale

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sold"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_print_invoice(self):
        """The invoice that the person leaves with."""
        self.ensure_one()
        return self.subscription_id.action_print_sale_invoice()

    def action_open(self):
        """Open what was sold."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.subscription",
            "res_id": self.subscription_id.id,
            "view_mode": "form",
        }

    def action_sell_another(self):
        """The next person in the queue."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.sell_pass_action"
        )
