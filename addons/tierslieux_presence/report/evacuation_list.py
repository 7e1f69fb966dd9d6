from odoo import api, fields, models
from odoo.tools import format_datetime, remove_accents

BLANK_LINES = 8


class ReportEvacuationList(models.AbstractModel):
    """Who is in the place now, to call out on the pavement: printed, or read on a telephone."""

    _name = "report.tierslieux_presence.report_evacuation_list"
    _inherit = ["tierslieux.document"]
    _description = "Evacuation List"

    @api.model
    def _get_report_values(self, docids, data=None):
        places = self._get_printed(docids)
        self.env["tierslieux.presence"].check_access("read")
        now = fields.Datetime.now()
        presences = (
            self.env["tierslieux.presence"]
            .search([("place_id", "in", places.ids), ("checkout_at", "=", False)])
            .grouped("place_id")
        )
        bookings = (
            self.env["tierslieux.booking"]
            .search(
                [
                    ("place_id", "in", places.ids),
                    ("state", "in", ("option", "confirmed", "checked_in")),
                    ("start", "<=", now),
                    ("stop", ">", now),
                ]
            )
            .grouped("place_id")
        )
        return {
            "doc_ids": docids,
            "doc_model": places._name,
            "docs": places,
            "sheets": [
                self._prepare_sheet(
                    place,
                    presences.get(place, self.env["tierslieux.presence"]),
                    bookings.get(place, self.env["tierslieux.booking"]),
                    now,
                )
                for place in places
            ],
        }

    @api.model
    def _prepare_sheet(self, place, presences, bookings, now):
        """What the list of one place says.

        Whoever comes along to a booking that is checked in is on the list, though nobody
        checked them in one by one; whoever is booked now but was not seen is listed apart.
        """
        here = presences.partner_id
        rows = [
            {
                "partner": presence.partner_id,
                "since": presence.arrival,
                "where": presence.resource_id.name or "",
                "with": "",
            }
            for presence in presences
        ]
        for booking in bookings.filtered(lambda b: b.state == "checked_in"):
            for partner in booking.attendee_ids - here:
                here |= partner
                rows.append(
                    {
                        "partner": partner,
                        "since": "",
                        "where": booking.resource_id.name,
                        "with": booking.partner_id.name,
                    }
                )
        rows.sort(key=lambda row: self._sort_key(row["partner"]))
        unseen = bookings.filtered(
            lambda b: b.state != "checked_in" and b.partner_id not in here
        ).sorted("start")
        return {
            "place": place,
            "rows": rows,
            "unseen": unseen,
            "count": len(rows),
            "printed_at": format_datetime(self.env, now, tz=place._get_tz(), dt_format="short"),
            "blank_lines": range(BLANK_LINES),
        }

    @api.model
    def _sort_key(self, partner):
        return tuple(
            remove_accents(part or "").casefold()
            for part in (partner.lastname or partner.name, partner.firstname)
        )
