from datetime import date

from odoo import http
from odoo.http import request

from .portal_volunteer import VolunteerPortal

HOME = "/my/volunteering"


class VolunteerPortalDocument(VolunteerPortal):
    """My letter, my certificates: made when they are asked for, of my own sheet."""

    @http.route(f"{HOME}/letter", type="http", auth="user", website=True, methods=["GET"])
    def portal_volunteer_letter(self, **kw):
        volunteer_sudo = self._get_my_volunteer()
        if not volunteer_sudo:
            return request.redirect("/my")
        return self._show_report(
            model=volunteer_sudo,
            report_type="pdf",
            report_ref="tierslieux_volunteer.action_report_engagement_letter",
        )

    @http.route(
        f"{HOME}/certificate/<int:year>", type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_volunteer_certificate(self, year, **kw):
        """Of a year in which hours of mine were validated."""
        volunteer_sudo = self._get_my_volunteer()
        if year not in dict(volunteer_sudo._get_certified_years() if volunteer_sudo else ()):
            return request.redirect(HOME)
        window_sudo = volunteer_sudo.env["tierslieux.hours.certificate"].create(
            {
                "volunteer_ids": volunteer_sudo.ids,
                "date_from": date(year, 1, 1),
                "date_to": date(year, 12, 31),
            }
        )
        return self._show_report(
            model=window_sudo,
            report_type="pdf",
            report_ref="tierslieux_volunteer.action_report_hours_certificate",
        )
