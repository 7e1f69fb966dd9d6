from odoo import http
from odoo.http import request

from odoo.addons.tierslieux_booking.tools.booking_calendar import build_calendar

# Shorter than any secret we make: not worth a question to the database.
TOKEN_MIN = 20


class VolunteerCalendarController(http.Controller):
    """The shifts of a volunteer as a calendar feed: whoever has the secret address reads."""

    @http.route(
        "/tierslieux/calendar/volunteer/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def volunteer_feed(self, token, **kw):
        # sudo: the public may not read these; the secret, looked up by equality, stands for it
        volunteer_sudo = request.env["tierslieux.volunteer"].sudo()
        if len(token) >= TOKEN_MIN:
            volunteer_sudo = volunteer_sudo.search([("calendar_token", "=", token)], limit=1)
        Limit = request.env["tierslieux.rate.limit"]
        if not volunteer_sudo:
            Limit._check_address("link")
            raise request.not_found()
        Limit._check("feed", "volunteer", volunteer_sudo.id)
        volunteer_sudo = volunteer_sudo.with_context(lang=volunteer_sudo.partner_id.lang)
        content = build_calendar(
            volunteer_sudo._get_feed_events(),
            name=volunteer_sudo.env._("Shifts of %s", volunteer_sudo.partner_id.firstname or ""),
        )
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'inline; filename="shifts.ics"'),
                ("Cache-Control", "private, max-age=300"),
                ("X-Robots-Tag", "noindex"),
            ],
        )
