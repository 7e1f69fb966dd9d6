from odoo import fields, models


class TierslieuxPresence(models.Model):
    """Somebody is, or was, in a place: from when they came in to when they left."""

    _name = "tierslieux.presence"
    _description = "Presence"
    _order = "checkin_at desc, id desc"

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="restrict")
    place_id = fields.Many2one("tierslieux.place", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="place_id.company_id", store=True, index=True)
    booking_id = fields.Many2one("tierslieux.booking", index="btree_not_null", ondelete="set null")
    checkin_at = fields.Datetime(string="Arrived", required=True, default=fields.Datetime.now)
    checkout_at = fields.Datetime(string="Left")
