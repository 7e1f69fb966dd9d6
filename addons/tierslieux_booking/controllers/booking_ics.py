from odoo import http
from odoo.http import request

from ..tools.booking_calendar import build_calendar

MODELS = {"person": "res.partner", "resource": "tierslieux.resource"}
# Shorter than any secret we make: not worth a question to the database.
TOKEN_MIN = 20


class BookingCalendarController(http.Controller):
    """Calendar feeds: whoever has the secret address reads, and nobody is told why not."""

    @http.route(
        "/tierslieux/calendar/<any(person,resource):kind>/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def calendar_feed(self, kind, token, **kw):
        owner_sudo = self._find_owner(kind, token)
        Limit = request.env["tierslieux.rate.limit"]
        if not owner_sudo:
            Limit._check_address("link")
            raise request.not_found()
        Limit._check("feed", kind, owner_sudo.id)
        reader_sudo = owner_sudo if kind == "person" else owner_sudo.place_id.company_id.partner_id
        owner_sudo = owner_sudo.with_context(lang=reader_sudo.lang)
        bookings_sudo = owner_sudo._get_feed_bookings()
        content = build_calendar(
            bookings_sudo._prepare_calendar_events(with_name=kind == "resource"),
            name=owner_sudo.name
            if kind == "resource"
            else owner_sudo.env._("Bookings of %(person)s", person=owner_sudo.name),
        )
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'inline; filename="bookings.ics"'),
                ("Cache-Control", "private, max-age=300"),
                ("X-Robots-Tag", "noindex"),
            ],
        )

    def _find_owner(self, kind, token):
        """The person or the resource whose secret this is, in superuser mode, or none."""
        # sudo: the public may not read these; the secret, looked up by equality, stands for it
        model_sudo = request.env[MODELS[kind]].sudo()
        if len(token) < TOKEN_MIN:
            return model_sudo.browse()
        return model_sudo.search([("calendar_token", "=", token)], limit=1)
