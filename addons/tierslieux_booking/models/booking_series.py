from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

TO_COME = ("option", "confirmed")


class TierslieuxBookingSeries(models.Model):
    """Bookings that come back: "every Tuesday until June".

    Each date is a booking of its own, that can be moved or cancelled alone; the series only
    keeps them together.
    """

    _name = "tierslieux.booking.series"
    _description = "Series of Bookings"
    _inherit = ["mail.thread", "tierslieux.guarded.mixin"]
    _order = "id desc"

    name = fields.Char(required=True, help="How it comes back, in words.")
    resource_id = fields.Many2one(
        "tierslieux.resource", index="btree_not_null", ondelete="restrict", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="For", index="btree_not_null", ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(related="resource_id.place_id.company_id", store=True, index=True)
    booking_ids = fields.One2many("tierslieux.booking", "series_id", readonly=True)
    booking_count = fields.Integer(compute="_compute_counts", string="Dates")
    coming_count = fields.Integer(compute="_compute_counts", string="To come")
    date_first = fields.Datetime(compute="_compute_counts", string="First")
    date_last = fields.Datetime(compute="_compute_counts", string="Last")

    @api.depends("booking_ids.state", "booking_ids.start")
    def _compute_counts(self):
        now = fields.Datetime.now()
        counted = Domain("series_id", "in", self.ids) & Domain("state", "!=", "cancelled")
        Booking = self.env["tierslieux.booking"]
        figures = {
            series.id: values
            for series, *values in Booking._read_group(
                counted, ["series_id"], ["__count", "start:min", "start:max"]
            )
        }
        coming = dict(
            Booking._read_group(counted & self._get_coming_domain(now), ["series_id"], ["__count"])
        )
        for series in self:
            count, first, last = figures.get(series.id, (0, False, False))
            series.booking_count = count
            series.date_first = first
            series.date_last = last
            series.coming_count = coming.get(series, 0)

    @api.model
    def _get_coming_domain(self, date_from):
        return Domain("start", ">=", date_from) & Domain("state", "in", TO_COME)

    def _get_coming_bookings(self, date_from=None):
        """Its bookings that can still be cancelled, from a moment on (now by default)."""
        return self.env["tierslieux.booking"].search(
            Domain("series_id", "in", self.ids)
            & self._get_coming_domain(date_from or fields.Datetime.now()),
            order="start",
        )

    def action_open_bookings(self):
        """All its dates."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "tierslieux.booking",
            "view_mode": "list,form,calendar",
            "domain": [("series_id", "=", self.id)],
            "context": {"default_series_id": self.id},
        }

    def action_cancel(self):
        """Cancel what is to come, from a day on: the window says the fee before."""
        self.ensure_one()
        bookings = self._get_coming_bookings()
        if not bookings:
            raise UserError(
                self.env._("%(series)s: no date to come is left to cancel.", series=self.name)
            )
        action = bookings[0].action_cancel()
        action["context"]["default_scope"] = "following"
        return action


class TierslieuxBooking(models.Model):
    _inherit = "tierslieux.booking"

    def action_repeat(self):
        """Make this booking come back: opens the window with what it says."""
        self.ensure_one()
        start, stop = self._localize(self.start), self._localize(self.stop)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repeat a Booking"),
            "res_model": "tierslieux.booking.series.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "dialog_size": "extra-large",
                "default_resource_id": self.resource_id.id,
                "default_partner_id": self.partner_id.id,
                "default_title": self.title,
                "default_seats": self.seats,
                "default_date_from": fields.Date.to_string(start.date()),
                "default_hour_from": start.hour + start.minute / 60,
                "default_hour_to": stop.hour + stop.minute / 60,
                "default_origin_id": self.id,
            },
        }
