from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)
ANNOUNCED_SENTENCE = _lt(
    "%(record)s: the change of prices has been announced, and « %(fields)s » is in the letters."
    " Give it up, and prepare another one."
)
PRICE_GUARDS = (
    Guard(
        {"price_change_id", "price_id", "new_amount"},
        when="_is_announced",
        sentence=ANNOUNCED_SENTENCE,
    ),
)
LINE_GUARDS = (
    Guard(
        {"price_change_id", "subscription_id", "new_amount", "date", "note"},
        when="_is_announced",
        sentence=ANNOUNCED_SENTENCE,
    ),
)


class TierslieuxPriceChangePart(models.AbstractModel):
    """A line of a change of prices: what has been announced stays as it was told."""

    _name = "tierslieux.price.change.part"
    _description = "Part of a Price Change"
    _inherit = ["tierslieux.guarded.mixin"]

    price_change_id = fields.Many2one(
        "tierslieux.price.change", required=True, index=True, ondelete="cascade"
    )

    def _is_announced(self, name, value):
        """Of the change that it is a part of, or would become one of."""
        changes = self.price_change_id
        if name == "price_change_id" and isinstance(value, int):
            changes |= changes.browse(value)
        return any(change.state != "draft" for change in changes)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_announced(self):
        announced = self.price_change_id.filtered(lambda change: change.state != "draft")
        if announced and not self.env.su:
            raise UserError(
                self.env._("%(name)s has been announced already.", name=announced[0].display_name)
            )


class TierslieuxPriceChangePrice(models.Model):
    """One price of the plan: what it was, what it becomes."""

    _name = "tierslieux.price.change.price"
    _description = "Changed Price"
    _inherit = ["tierslieux.price.change.part"]
    _order = "id"

    currency_id = fields.Many2one(related="price_change_id.currency_id")
    price_id = fields.Many2one("tierslieux.plan.price", string="For", ondelete="cascade")
    name = fields.Char(string="For whom", compute="_compute_name")
    old_amount = fields.Monetary(
        string="Former Price", compute="_compute_old_amount", store=True, precompute=True
    )
    new_amount = fields.Monetary(string="New Price", required=True)

    _amount_positive = models.Constraint("CHECK(new_amount >= 0)", "A price cannot be negative.")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *PRICE_GUARDS)

    @api.depends("price_id", "price_change_id")
    def _compute_old_amount(self):
        """What the plan asks when the change is prepared: it does not follow its prices."""
        for price in self:
            listed = price.price_id or price.price_change_id.plan_id
            price.old_amount = listed.amount

    @api.depends("price_id")
    def _compute_name(self):
        for price in self:
            price.name = price.price_id._get_label() if price.price_id else self.env._("everyone")


class TierslieuxPriceChangeLine(models.Model):
    """One subscriber's letter: former price, new price, first day."""

    _name = "tierslieux.price.change.line"
    _description = "Letter of a Price Change"
    _inherit = ["tierslieux.price.change.part"]
    _order = "id"

    company_id = fields.Many2one(related="price_change_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="subscription_id.payer_id", string="Letter to")
    email = fields.Char(related="partner_id.email")
    old_amount = fields.Monetary(string="Former Price", readonly=True)
    new_amount = fields.Monetary(string="New Price", required=True)
    date = fields.Date(string="As of", required=True)
    note = fields.Char()
    is_changed = fields.Boolean(compute="_compute_is_changed")
    change_id = fields.Many2one(
        "tierslieux.subscription.change", index="btree_not_null", readonly=True, copy=False
    )
    sent_date = fields.Date(string="Letter sent on", readonly=True, copy=False)

    _subscription_uniq = models.Constraint(
        "UNIQUE(price_change_id, subscription_id)", "This subscription is listed already."
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *LINE_GUARDS)

    @api.depends("old_amount", "new_amount")
    def _compute_is_changed(self):
        for line in self:
            line.is_changed = (
                line.currency_id.compare_amounts(line.old_amount, line.new_amount) != 0
            )

    @api.depends("subscription_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.subscription_id.display_name

    def _get_letter_filename(self):
        """File name of the letter, without its extension."""
        self.ensure_one()
        return f"{self.env._('New price')} {self.subscription_id.name}".replace("/", "-")

    def _send_letters(self):
        """Queue the letter of each whose price changes and who has an address."""
        template_sudo = self.env.ref("tierslieux_coworking.mail_template_price_letter").sudo()
        lines = self.filtered(lambda line: line.is_changed and line.partner_id.email)
        for line in lines:
            template_sudo.send_mail(line.id, force_send=False)
        lines._write_facts({"sent_date": fields.Date.context_today(self)})
