from odoo import api, fields, models


class TierslieuxPriceChangePrice(models.Model):
    """One price of the plan: what it was, what it becomes."""

    _name = "tierslieux.price.change.price"
    _description = "Changed Price"
    _order = "id"

    price_change_id = fields.Many2one(
        "tierslieux.price.change", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="price_change_id.currency_id")
    price_id = fields.Many2one("tierslieux.plan.price", string="For", ondelete="cascade")
    name = fields.Char(string="For whom", compute="_compute_name")
    old_amount = fields.Monetary(string="Former Price", readonly=True)
    new_amount = fields.Monetary(string="New Price", required=True)

    _amount_positive = models.Constraint("CHECK(new_amount >= 0)", "A price cannot be negative.")

    @api.depends("price_id")
    def _compute_name(self):
        for price in self:
            price.name = price.price_id._get_label() if price.price_id else self.env._("everyone")


class TierslieuxPriceChangeLine(models.Model):
    """One subscriber's letter: former price, new price, first day."""

    _name = "tierslieux.price.change.line"
    _description = "Letter of a Price Change"
    _order = "id"

    price_change_id = fields.Many2one(
        "tierslieux.price.change", required=True, index=True, ondelete="cascade"
    )
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
        lines.sent_date = fields.Date.context_today(self)
