from datetime import timedelta

from odoo import fields, http
from odoo.http import request
from odoo.tools import email_normalize, format_date

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.tools.typed import to_day, to_token

NAME_MAX = 120
MESSAGE_MAX = 2000
# How far ahead a day may be asked for.
HORIZON_DAYS = 180
# A field that people do not see and that robots fill in.
HONEYPOT = "website"


class TrialDay(http.Controller):
    """The public page where a visitor asks for a trial day."""

    @http.route(
        "/coworking/trial",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def trial_day(self, ref=None, thanks=None, **kw):
        if thanks is not None:
            return self._render_thanks(thanks)
        places_sudo = self._get_places()
        typed = {
            "name": "",
            "email": "",
            "phone": "",
            "message": "",
            "date": "",
            "place": places_sudo[:1].id,
            "ref": to_token(ref),
        }
        return self._render_trial(typed, {})

    @http.route("/coworking/trial", type="http", auth="public", website=True, methods=["POST"])
    @once
    def trial_day_submit(self, refusal="", **post):
        form = Form(post)
        typed = self._parse_trial(form)
        day = to_day(typed["date"])
        thanks = f"/coworking/trial?thanks={day or ''}"
        if form.line(HONEYPOT):
            # A robot reads that all went well, and leaves.
            return request.redirect(thanks)
        errors = self._check_trial(typed) | form.errors
        if refusal:
            errors["form"] = refusal
        if errors:
            return self._render_trial(typed, errors)
        Limit = request.env["tierslieux.rate.limit"]
        Limit._check_address("trial_address")
        Limit._check_address("trial", email_normalize(typed["email"]))
        place_sudo = self._get_places().filtered(lambda place: place.id == typed["place"])
        # sudo: visitors have no rights; known keys only, each checked above
        request.env["crm.lead"].sudo()._create_trial_request(
            place_sudo, dict(typed, date=day), self._get_referrer(typed["ref"])
        )
        return request.redirect(thanks)

    def _get_places(self):
        """Where a trial day may be asked for (sudo: a public page, which shows their names)."""
        return (
            request.env["tierslieux.place"]
            .sudo()
            .search([("company_id", "=", request.env.company.id)])
        )

    def _get_referrer(self, token):
        return request.env["res.partner"]._find_referrer(token)

    @staticmethod
    def _parse_trial(form):
        return {
            **{name: form.line(name, NAME_MAX) for name in ("name", "email", "phone", "date")},
            "ref": to_token(form.line("ref")),
            "message": form.block("message", MESSAGE_MAX),
            "place": form.id("place"),
        }

    def _check_trial(self, typed):
        _ = request.env._
        errors = {}
        if not typed["name"]:
            errors["name"] = _("Enter your first name and your last name.")
        if not email_normalize(typed["email"]):
            errors["email"] = _("Enter your e-mail address, for instance lou@example.org.")
        today = fields.Date.context_today(request.env.user)
        day = to_day(typed["date"])
        if not day:
            errors["date"] = _("Choose the day on which you would like to come.")
        elif day < today:
            errors["date"] = _("This day is past: choose a day to come.")
        elif day > today + timedelta(days=HORIZON_DAYS):
            errors["date"] = _("This day is far away: choose one in the next six months.")
        if typed["place"] not in self._get_places().ids:
            errors["place"] = _("Choose where you would like to come.")
        return errors

    def _render_trial(self, typed, errors):
        today = fields.Date.context_today(request.env.user)
        referrer_sudo = self._get_referrer(typed["ref"])
        values = {
            "page_name": "trial_day",
            "company_name": request.env.company.sudo().name,
            "places": self._get_places(),
            "typed": typed,
            "errors": errors,
            "today": today.isoformat(),
            "last_day": (today + timedelta(days=HORIZON_DAYS)).isoformat(),
            # The first name alone: the page is public.
            "referrer_name": referrer_sudo.firstname or "",
            "thanks": False,
        }
        return request.render("tierslieux_coworking.trial_day", values)

    def _render_thanks(self, text):
        """:param text: the day asked for, as the address of the page says it"""
        day = to_day(text)
        values = {
            "page_name": "trial_day",
            "company_name": request.env.company.sudo().name,
            "thanks": True,
            "wished_day": day and format_date(request.env, day),
        }
        return request.render("tierslieux_coworking.trial_day", values)
