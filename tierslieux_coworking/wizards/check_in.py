from odoo import api, fields, models


class TierslieuxCheckIn(models.TransientModel):
    """Somebody arrives with a pass: a day, or half a day, is taken from it in the same gesture.

    Where they sit at a desk, its booking takes the credits; else the arrival does.
    """

    _inherit = "tierslieux.check.in"

    credit_summary = fields.Char(related="partner_id.credit_summary", compute_sudo=False)
    pass_ids = fields.Many2many("tierslieux.credit.type", compute="_compute_pass_ids")
    pass_id = fields.Many2one(
        "tierslieux.credit.type",
        string="Uses",
        domain="[('id', 'in', pass_ids)]",
        compute="_compute_pass_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="What is taken from their pass. Empty: nothing.",
    )
    pass_length = fields.Selection(
        [("half", "Half a day"), ("day", "The day")],
        string="For",
        compute="_compute_pass_length",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    has_no_pass = fields.Boolean(compute="_compute_pass_ids")

    @api.depends("partner_id", "place_id")
    def _compute_pass_ids(self):
        """The passes that pay for a day here: those of which something is left."""
        types = self.env["tierslieux.credit.type"].search([("unit", "in", ("day", "half_day"))])
        today = fields.Date.context_today(self)
        for wizard in self:
            partner = wizard.partner_id._origin
            usable = types.browse()
            if partner and wizard.place_id:
                purse = self.env["tierslieux.credit.line"]._open_purse(
                    partner, types, today, company=wizard.place_id.company_id._origin
                )
                where = (today, today, wizard.place_id._origin.id)
                usable = types.filtered(
                    lambda t, purse=purse, partner=partner, where=where: (
                        purse.unlimited(partner.id, t.id, *where)
                        or purse.lots(partner.id, t.id, *where)
                        and purse.balance(partner.id, t.id, today, where[2])
                    )
                ).sorted(
                    lambda t, purse=purse, partner=partner, where=where: purse.first_end(
                        partner.id, t.id, *where
                    )
                )
            wizard.pass_ids = usable
            wizard.has_no_pass = bool(partner) and not usable

    @api.depends("pass_ids", "booking_id", "resource_id")
    def _compute_pass_id(self):
        for wizard in self:
            booked = wizard.booking_id or wizard.resource_id
            wizard.pass_id = False if booked else wizard.pass_ids[:1]

    @api.depends("pass_id")
    def _compute_pass_length(self):
        """The day, unless no more than half a day is left."""
        for wizard in self:
            credit_type, partner = wizard.pass_id, wizard.partner_id
            wizard.pass_length = "day"
            if credit_type and not self._is_unlimited(partner, credit_type):
                left = partner._get_credit_balance(credit_type, place=wizard.place_id)
                if left[credit_type] < (2 if credit_type.unit == "half_day" else 1):
                    wizard.pass_length = "half"

    @api.model
    def _is_unlimited(self, partner, credit_type):
        return any(
            row["unlimited"] and row["type"] == credit_type
            for row in partner._origin._get_credit_summary()
        )

    def _check_in(self):
        result = super()._check_in()
        if self.pass_id and not self.booking_id and not self.resource_id:
            self._use_pass()
        return result

    def _use_pass(self):
        """Take the day from the pass.

        :raise UserError: saying what is left, when it is not enough
        """
        presence = self.env["tierslieux.presence"]._get_open(
            self.partner_id, self.place_id.company_id
        )
        presence.check_access("write")
        half = self.pass_length == "half"
        quantity = (0.5 if half else 1) * (2 if self.pass_id.unit == "half_day" else 1)
        # sudo: who records an arrival may take the day from the person's pass.
        self.env["tierslieux.credit.line"].sudo()._use(
            self.partner_id,
            self.pass_id,
            quantity,
            fields.Date.context_today(self),
            presence=presence,
            strict=True,
        )

    def action_sell_pass(self):
        """They have nothing left: sell them a pass, with what was filled in here."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.sell_pass_action"
        )
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_place_id": self.place_id.id,
            "default_resource_id": self.resource_id.id,
        }
        return action
