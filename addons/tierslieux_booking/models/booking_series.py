from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

TO_COME = ("option", "confirmed")
# All but the cancelled: named one by one, which an index finds.
KEPT = ("option", "confirmed", "checked_in", "done", "no_show")


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
        counted = Domain("series_id", "in", self.ids) & Domain("state", "in", KEPT)
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

    def action_lengthen(self):
        """Go on from its last date."""
        self.ensure_one()
        last = self._get_last_booking()
        if not last:
            raise UserError(
                self.env._("%(series)s: no date is left to go on from.", series=self.name)
            )
        return last.action_repeat()

    def _get_last_booking(self):
        return self.env["tierslieux.booking"].search(
            [("series_id", "in", self.ids), ("state", "in", KEPT)],
            order="start desc",
            limit=1,
        )

    def action_move(self):
        """Other hours, another room or weekday, from a day on: clashes are shown before."""
        self.ensure_one()
        bookings = self._get_coming_bookings()
        if not bookings:
            raise UserError(
                self.env._("%(series)s: no date to come is left to move.", series=self.name)
            )
        return bookings[0].action_move_series()

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
        """Make this booking come back: opens the window with what it says. One of a series makes
        the series longer, from its last date."""
        self.ensure_one()
        origin = self.series_id._get_last_booking() or self
        return origin._open_series_wizard(
            self.env._("Lengthen the Series") if self.series_id else self.env._("Repeat a Booking"),
            default_origin_id=origin.id,
            **origin._get_rhythm(),
        )

    def action_move_series(self):
        """Move the series from this date on."""
        self.ensure_one()
        return self._open_series_wizard(
            self.env._("Move the Series"), default_moved_series_id=self.series_id.id
        )

    def _get_rhythm(self):
        """Defaults of the window: the rhythm of the last two dates, where it is of weeks."""
        dates = (
            self.search(
                [("series_id", "=", self.series_id.id), ("state", "in", KEPT)],
                order="start desc",
                limit=2,
            )
            if self.series_id
            else self.browse()
        )
        if len(dates) < 2:
            return {}
        last, before = (booking._localize(booking.start).date() for booking in dates)
        weeks, days = divmod((last - before).days, 7)
        return {"default_interval": weeks} if weeks and not days else {}

    def _open_series_wizard(self, name, **context):
        self.ensure_one()
        start, stop = self._localize(self.start), self._localize(self.stop)
        return {
            "type": "ir.actions.act_window",
            "name": name,
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
                **context,
            },
        }

    def _format_weekly_slot(self):
        """ "Tuesday, 14:00 to 16:00", on the clock of the place."""
        self.ensure_one()
        return self.env._(
            "%(day)s, %(start)s to %(stop)s",
            day=format_date(self.env, self._localize(self.start).date(), date_format="EEEE"),
            start=self._format_time(self.start),
            stop=self._format_time(self.stop),
        )
