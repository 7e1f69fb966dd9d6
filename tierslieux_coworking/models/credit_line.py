from odoo import fields, models


class TierslieuxCreditLine(models.Model):
    """One movement of credits. Lines are only ever added: a balance is their sum.

    A *grant* opens a lot, with an expiry or not; every other line names the lot it moves
    (``lot_id``), so that what is left of each lot is a sum too.
    """

    _name = "tierslieux.credit.line"
    _description = "Credit Movement"
    _order = "date desc, id desc"

    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Used by", index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    type_id = fields.Many2one("tierslieux.credit.type", required=True, ondelete="restrict")
    move = fields.Selection(
        [
            ("grant", "Granted"),
            ("use", "Used"),
            ("give_back", "Given back"),
            ("expire", "Expired"),
            ("adjust", "Corrected"),
        ],
        string="Movement",
        required=True,
    )
    quantity = fields.Float(required=True, digits=(12, 2), help="Signed: what it adds.")
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    lot_id = fields.Many2one("tierslieux.credit.line", index=True, ondelete="restrict")
    date_start = fields.Date(help="Of a grant: first day on which it may be used.")
    date_expiry = fields.Date(help="Of a grant: last day on which it may be used.")
    booking_id = fields.Many2one("tierslieux.booking", index="btree_not_null", ondelete="restrict")
    presence_id = fields.Many2one(
        "tierslieux.presence", index="btree_not_null", ondelete="restrict"
    )
    reason = fields.Char()

    _sign_check = models.Constraint(
        "CHECK((move IN ('grant', 'give_back') AND quantity > 0)"
        " OR (move IN ('use', 'expire') AND quantity < 0)"
        " OR (move = 'adjust' AND quantity <> 0))",
        "A movement of credits has the wrong sign.",
    )
    _lot_check = models.Constraint(
        "CHECK((move = 'grant') = (lot_id IS NULL))", "Only a grant opens a lot."
    )
    _reason_check = models.Constraint(
        "CHECK(move <> 'adjust' OR reason <> '')", "A correction needs its reason."
    )
