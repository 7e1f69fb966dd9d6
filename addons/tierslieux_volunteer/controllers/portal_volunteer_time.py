from datetime import date, timedelta

from odoo import fields, http
from odoo.http import request
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.tools.typed import to_day

from ..tools.week_cells import STEP, read_cells, to_cells
from .portal_volunteer import VolunteerPortal

_lt = LazyTranslate(__name__)
URL = "/my/volunteering/time"
HOME = "/my/volunteering"
# A holiday lasts so long at most; a pause is talked about.
LONGEST = timedelta(days=366)
# The grid of the page: half-hours of the day; those of the night are kept, and not shown.
SHOWN = range(7 * 60, 22 * 60, STEP)


class VolunteerPortalTime(VolunteerPortal):
    """When I can come: my usual week, painted with the thumb; my holidays; what I show."""

    @http.route(URL, type="http", auth="user", website=True, methods=["GET"])
    def portal_volunteer_time(self, **kw):
        volunteer_sudo = self._get_my_volunteer()
        if not volunteer_sudo:
            return request.redirect("/my")
        return self._render_time(volunteer_sudo)

    def _render_time(
        self, volunteer_sudo, typed=None, errors=None, refusal="", cells=None, freed=()
    ):
        if cells is None:
            cells = to_cells(volunteer_sudo._get_week())
        today = fields.Date.context_today(request.env.user)
        absences_sudo = volunteer_sudo.absence_ids.filtered(
            lambda a: not a.date_to or a.date_to >= today
        ).sorted("date_from")
        message = {"message": refusal, "message_kind": "warning"} if refusal else {}
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "volunteer_time",
            "volunteer": volunteer_sudo,
            "days": self._get_day_names(),
            "minutes": SHOWN,
            "cells": cells,
            "night_cells": sorted(f"{d}-{m}" for d, m in cells if m not in SHOWN),
            "absences": [self._prepare_absence_item(absence) for absence in absences_sudo],
            "today": today.isoformat(),
            "typed": {"date_start": "", "date_end": "", **(typed or {})},
            "errors": errors or {},
            "freed": freed,
            "feed_url": bool(volunteer_sudo.calendar_token) and volunteer_sudo._get_calendar_url(),
            **(message or self._pop_portal_message()),
        }
        return request.render("tierslieux_volunteer.portal_volunteer_time", values)

    @staticmethod
    def _get_day_names():
        """Monday to Sunday, as a table heads them."""
        monday = date(2027, 1, 11)
        return [
            format_date(request.env, monday + timedelta(days=n), date_format="EEE")
            for n in range(7)
        ]

    def _prepare_absence_item(self, absence_sudo):
        kinds = dict(absence_sudo._fields["kind"]._description_selection(request.env))
        days = [
            format_date(request.env, day, date_format="d MMMM")
            for day in dict.fromkeys((absence_sudo.date_from, absence_sudo.date_to))
            if day
        ]
        return {
            "absence": absence_sudo,
            "kind": kinds[absence_sudo.kind],
            "days": " – ".join(days),
            "may_delete": absence_sudo.kind == "away",
        }

    # ------------------------------------------------------------------ usual week

    @http.route("/my/volunteering/week", type="http", auth="user", website=True, methods=["POST"])
    @once
    def portal_volunteer_week(self, refusal="", **post):
        """The painted week, as the grid sends it, or the ticked hours where no script runs."""
        volunteer_sudo = self._get_my_volunteer()
        if not volunteer_sudo:
            return request.redirect("/my")
        cells = read_cells(Form(post).lines("cell"))
        if refusal:
            return self._render_time(volunteer_sudo, refusal=refusal, cells=cells)
        week = {}
        for day, minute in cells:
            week.setdefault(str(day), []).append([minute, minute + STEP])
        volunteer_sudo._set_week(week)
        self._push_portal_message(
            request.env._(
                "Your usual week is noted. You are asked for shifts within these hours; those that"
                " you are in already stay."
            )
        )
        return request.redirect(URL)

    # ------------------------------------------------------------------ holidays

    @http.route("/my/volunteering/away", type="http", auth="user", website=True, methods=["POST"])
    @once
    def portal_volunteer_away(self, refusal="", **post):
        """Away, ill, on holiday from a day to a day: the shifts of these days are shown, then, at
        the second tap, free."""
        _ = request.env._
        volunteer_sudo = self._get_my_volunteer()
        if not volunteer_sudo:
            return request.redirect("/my")
        form = Form(post)
        typed = {name: form.line(name, 20) for name in ("date_start", "date_end")}
        first = to_day(typed["date_start"])
        last = to_day(typed["date_end"], default=first)
        today = fields.Date.context_today(request.env.user)
        errors = dict(form.errors)
        if not first:
            errors["date_start"] = _("Say the first day when you do not come.")
        elif first < today:
            errors["date_start"] = _("This day is over.")
        elif last < first:
            errors["date_end"] = _("The last day is before the first one.")
        elif last - first > LONGEST:
            errors["date_end"] = _("For more than a year, talk to your coordinator.")
        if refusal or errors:
            return self._render_time(volunteer_sudo, typed, errors, refusal)
        guard_sudo = volunteer_sudo.env["tierslieux.absence.guard"]
        days = f"{first} {last}"
        if form.line("sure", 30) != days:
            bounds = guard_sudo._get_bounds(volunteer_sudo, first, last)
            found = guard_sudo._get_uncovered(volunteer_sudo.partner_id, *bounds)
            if found:
                typed["sure"] = days
                return self._render_time(
                    volunteer_sudo, typed, freed=[item.title for item in found]
                )
        _absence, uncovered = guard_sudo._declare(volunteer_sudo, first, last, "portal")
        self._push_portal_message(self._tell_away(uncovered))
        return request.redirect(URL)

    @staticmethod
    def _tell_away(uncovered):
        _ = request.env._
        if not uncovered:
            return _("Noted: you are not asked for these days. You were in no shift then.")
        return _(
            "Noted: you do not come to %s. The coordinators know, and others are asked: you need do"
            " nothing more.",
            "; ".join(item.title for item in uncovered),
        )

    @http.route(
        "/my/volunteering/away/<int:absence_id>/delete",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("I can come after all"))
    def portal_volunteer_back(self, absence_id, **post):
        """Back earlier: the seats that are still free are theirs again."""
        volunteer_sudo = self._get_my_volunteer()
        absence_sudo = volunteer_sudo.absence_ids.filtered(
            lambda a: a.id == absence_id and a.kind == "away"
        )
        if absence_sudo:
            notice = absence_sudo.action_return()
            self._push_portal_message(notice["params"]["message"])
        return request.redirect(URL)

    # ------------------------------------------------------------------ what I show, calendar

    @http.route("/my/volunteering/share", type="http", auth="user", website=True, methods=["POST"])
    @once(_lt("Choose what shift mates see"))
    def portal_volunteer_share(self, **post):
        volunteer_sudo = self._get_my_volunteer()
        if volunteer_sudo:
            form = Form(post)
            volunteer_sudo.write(
                {name: form.flag(name) for name in ("shares_phone", "shares_email")}
            )
            self._push_portal_message(
                request.env._("Noted. Those in the same shift see your first name, and this.")
            )
        return request.redirect(URL)

    @http.route(
        "/my/volunteering/calendar",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Make a new address"))
    def portal_volunteer_calendar(self, **post):
        """A new secret address for my shifts: the former one answers no more."""
        volunteer_sudo = self._get_my_volunteer()
        if volunteer_sudo:
            known = bool(volunteer_sudo.calendar_token)
            volunteer_sudo._renew_calendar_token()
            self._push_portal_message(
                request.env._("Your calendar has a new address; the former one no longer works.")
                if known
                else request.env._("Your calendar has its address, below.")
            )
        return request.redirect(f"{URL}#calendar")
