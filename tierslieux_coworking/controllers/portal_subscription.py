from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.tools.typed import to_day

from .portal_coworking import CoworkingPortal

REASON_MAX = 500
PAUSE_MAX_DAYS = 366


class CoworkingPortalSubscription(CoworkingPortal):
    """My plan: where it stands, its next invoice, a pause, notice."""

    def _prepare_plan_item(self, subscription_sudo):
        me = request.env.user.partner_id
        date, amount = subscription_sudo._get_next_invoice()
        is_full = subscription_sudo._get_portal_role(me) == "full"
        is_mine_to_pay = is_full and self._is_mine_to_pay(subscription_sudo)
        return {
            "subscription": subscription_sudo,
            "url": f"/my/plan/{subscription_sudo.id}",
            "status": subscription_sudo._get_portal_status(),
            "is_full": is_full,
            "is_mine_to_pay": is_mine_to_pay,
            "is_team": subscription_sudo.plan_id.audience == "team",
            "is_past": subscription_sudo.state == "ended",
            "invoice_date": is_mine_to_pay and date,
            "invoice_amount": is_mine_to_pay and amount,
        }

    # ------------------------------------------------------------------ pages

    @http.route("/my/plan", type="http", auth="user", website=True, methods=["GET"], readonly=True)
    def portal_my_plans(self, **kw):
        items = [self._prepare_plan_item(s) for s in self._get_my_subscriptions()]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "plans",
            "current": [item for item in items if not item["is_past"]],
            "past": [item for item in items if item["is_past"]],
            "balances": self._get_my_balances(),
            "offers": self._get_my_offers(),
            "may_take": bool(self._get_portal_plans()),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_my_plans", values)

    @http.route(
        "/my/plan/<int:subscription_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_my_plan(self, subscription_id, **kw):
        subscription_sudo = self._get_my_subscription(subscription_id, role="person")
        if not subscription_sudo:
            return request.redirect("/my")
        item = self._prepare_plan_item(subscription_sudo)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "plan",
            "subscription": subscription_sudo,
            "item": item,
            # What is asked of the desk for a plan not begun is said by its status, in its words.
            "requests": subscription_sudo._get_portal_requests()
            if item["is_full"] and subscription_sudo.state != "draft"
            else [],
            "may_pause": item["is_full"] and subscription_sudo._is_portal_noticeable(),
            "may_give_notice": item["is_full"] and subscription_sudo._is_portal_noticeable(),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_my_plan", values)

    # ------------------------------------------------------------------ pause

    @http.route(
        "/my/plan/<int:subscription_id>/pause",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_plan_pause(self, subscription_id, **kw):
        subscription_sudo = self._get_my_subscription(subscription_id)
        if not subscription_sudo or not subscription_sudo._is_portal_noticeable():
            return request.redirect("/my/plan")
        return self._render_pause(subscription_sudo, {"date": "", "date_end": "", "reason": ""}, {})

    @http.route(
        "/my/plan/<int:subscription_id>/pause",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_plan_pause_submit(self, subscription_id, refusal="", **post):
        _ = request.env._
        subscription_sudo = self._get_my_subscription(subscription_id)
        if not subscription_sudo or not subscription_sudo._is_portal_noticeable():
            return request.redirect("/my/plan")
        form = Form(post)
        typed = {
            "date": form.line("date"),
            "date_end": form.line("date_end"),
            "reason": form.line("reason", REASON_MAX),
        }
        today = fields.Date.context_today(request.env.user)
        start, end = to_day(typed["date"]), to_day(typed["date_end"])
        errors = {"form": refusal} if refusal else {}
        if not start or start < today:
            errors["date"] = _("Choose the first day of the pause: today or later.")
        if not end or (start and end < start):
            errors["date_end"] = _("Choose the last day of the pause: not before the first.")
        elif start and (end - start).days > PAUSE_MAX_DAYS:
            errors["date_end"] = _("A pause is for a year at most: choose an earlier day.")
        errors.update(form.errors)
        if errors:
            return self._render_pause(subscription_sudo, typed, errors)
        subscription_sudo._request_pause(start, end, typed["reason"], request.env.user.partner_id)
        self._push_portal_message(_("Your request is sent: the team answers you."))
        return request.redirect(f"/my/plan/{subscription_sudo.id}")

    def _render_pause(self, subscription_sudo, typed, errors):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "plan_pause",
            "subscription": subscription_sudo,
            "today": fields.Date.context_today(request.env.user).isoformat(),
            "typed": typed,
            "errors": errors,
        }
        return request.render("tierslieux_coworking.portal_plan_pause", values)

    # ------------------------------------------------------------------ notice

    @http.route(
        "/my/plan/<int:subscription_id>/notice",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_plan_notice(self, subscription_id, **kw):
        """What giving notice today means, before it is given."""
        subscription_sudo = self._get_my_subscription(subscription_id)
        if not subscription_sudo or not subscription_sudo._is_portal_noticeable():
            return request.redirect("/my/plan")
        return self._render_notice(subscription_sudo)

    def _render_notice(self, subscription_sudo, reason="", refusal="", errors=None):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "plan_notice",
            "reason": reason,
            "refusal": refusal,
            "subscription": subscription_sudo,
            "errors": errors or {},
            "last_day": subscription_sudo._get_portal_notice_end(),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_plan_notice", values)

    @http.route(
        "/my/plan/<int:subscription_id>/notice",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_plan_notice_submit(self, subscription_id, refusal="", **post):
        subscription_sudo = self._get_my_subscription(subscription_id)
        if not subscription_sudo:
            return request.redirect("/my")
        url = f"/my/plan/{subscription_sudo.id}"
        if not subscription_sudo._is_portal_noticeable():  # tapped twice
            return request.redirect(url)
        form = Form(post)
        reason = form.line("reason", REASON_MAX)
        if refusal or form.errors:
            return self._render_notice(subscription_sudo, reason, refusal, form.errors)
        try:
            with request.env.cr.savepoint():
                subscription_sudo._give_portal_notice(reason, request.env.user.partner_id)
        except UserError as error:
            self._push_portal_message(str(error), "danger")
            return request.redirect(url)
        self._push_portal_message(request.env._("Your notice is recorded."))
        return request.redirect(url)
