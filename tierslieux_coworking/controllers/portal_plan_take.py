from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import LazyTranslate, format_amount

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.typed import to_day

from .portal_coworking import CoworkingPortal

_lt = LazyTranslate(__name__)
# How far ahead a plan may be taken online.
START_MAX_DAYS = 92


class CoworkingPortalTake(CoworkingPortal):
    """Take a plan or a book online."""

    def _prepare_plan_choice(self, plan_sudo, situation_sudo=None):
        amount, note = plan_sudo._get_price(self._get_taker(plan_sudo), situation_sudo)
        price = format_amount(request.env, amount, plan_sudo.currency_id)
        is_full = bool(plan_sudo.capacity) and (
            plan_sudo.places_left <= len(plan_sudo._get_waiting_before(request.env.user.partner_id))
        )
        is_kept = plan_sudo in self._get_my_offers().plan_id if is_full else False
        return {
            "plan": plan_sudo,
            "price": price,
            "unit": plan_sudo._get_unit_label(),
            "note": note,
            "is_full": is_full and not is_kept,
            "credits": plan_sudo._describe_credits(),
            "lower_prices": plan_sudo._describe_lower_prices(amount),
        }

    @http.route(
        "/my/plan/new", type="http", auth="user", website=True, methods=["GET"], readonly=True
    )
    def portal_plan_choices(self, **kw):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "plan_new",
            "plan": False,
            "choices": [self._prepare_plan_choice(plan) for plan in self._get_portal_plans()],
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_plan_choices", values)

    @http.route(
        "/my/plan/new/<int:plan_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_plan_take(self, plan_id, **kw):
        plan_sudo = self._get_portal_plans().filtered(lambda p: p.id == plan_id)
        if not plan_sudo:
            return request.redirect("/my/plan/new")
        today = fields.Date.context_today(request.env.user)
        return self._render_take(plan_sudo, {"date_start": today.isoformat(), "situation": 0}, {})

    @http.route(
        "/my/plan/new/<int:plan_id>", type="http", auth="user", website=True, methods=["POST"]
    )
    @once
    def portal_plan_take_submit(self, plan_id, refusal="", **post):
        plan_sudo = self._get_portal_plans().filtered(lambda p: p.id == plan_id)
        if not plan_sudo:
            return request.redirect("/my/plan/new")
        values, errors = self._parse_take(plan_sudo, post)
        if refusal:
            errors["form"] = refusal
        if errors:
            return self._render_take(plan_sudo, values, errors)
        request.env["tierslieux.rate.limit"]._check("join", request.env.uid)
        try:
            with request.env.cr.savepoint():
                subscription_sudo = self._take_plan(plan_sudo, values)
        except UserError as error:
            return self._render_take(plan_sudo, values, {"form": str(error)})
        if subscription_sudo.state == "draft":
            message = request.env._("Your request is sent: the team checks it and starts it.")
        elif self._is_mine_to_pay(subscription_sudo) and subscription_sudo.sale_invoice_id:
            # Odoo's own page of the invoice, where it is paid by card.
            return request.redirect(subscription_sudo.sale_invoice_id.get_portal_url())
        else:
            message = request.env._("Welcome: your plan is recorded.")
        self._push_portal_message(message)
        return request.redirect(f"/my/plan/{subscription_sudo.id}")

    # ------------------------------------------------------------------ the form

    def _get_situations(self, plan_sudo):
        """Situations that change what I pay for this plan: for some, one must be a member too."""
        taker = self._get_taker(plan_sudo)
        full_price = plan_sudo._get_price(taker)[0]
        return plan_sudo.price_ids.situation_id.filtered(
            lambda s: s.active and plan_sudo._get_price(taker, s)[0] != full_price
        ).sorted()

    def _parse_take(self, plan_sudo, post):
        """Read the form: known keys only, each checked against what this person may choose.

        :return: (values to show again or to use, dict field → error sentence)
        """
        _ = request.env._
        form, errors = Form(post), {}
        today = fields.Date.context_today(request.env.user)
        situation_sudo = self._get_situations(plan_sudo).filtered(
            lambda s: s.id == form.id("situation")
        )
        values = {
            "date_start": form.line("date_start"),
            "situation": situation_sudo.id,
            "proof": None,
        }
        day = to_day(values["date_start"])
        if not day or day < today:
            errors["date_start"] = _("Choose the first day: today or later.")
        elif day > today + timedelta(days=START_MAX_DAYS):
            errors["date_start"] = _("Choose a first day within three months.")
        if self._get_overdue_invoice():
            errors["form"] = _(
                "One of your invoices is overdue: pay it first, from the page of your invoices."
            )
        errors.update(form.errors)
        if situation_sudo.proof_required:
            missing = _("Add a photo or a PDF that gives right to this price.")
            values["proof"] = form.proof(errors, missing)
        return values, errors

    def _get_overdue_invoice(self):
        """An invoice of mine that should have been paid: nothing new is sold on trust."""
        return (
            request.env["account.move"]
            .sudo()
            .search_count(
                [
                    ("partner_id", "=", request.env.user.partner_id.id),
                    ("company_id", "in", request.env.user.company_ids.ids),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    ("invoice_date_due", "<", fields.Date.context_today(request.env.user)),
                ],
                limit=1,
            )
        )

    def _render_take(self, plan_sudo, values, errors):
        today = fields.Date.context_today(request.env.user)
        situation_sudo = self._get_situations(plan_sudo).filtered(
            lambda s: s.id == values["situation"]
        )
        taker = self._get_taker(plan_sudo)
        page = {
            **self._prepare_portal_layout_values(),
            "page_name": "plan_new",
            "plan": plan_sudo,
            "choice": self._prepare_plan_choice(plan_sudo, situation_sudo),
            "situations": [
                {
                    "situation": situation,
                    "price": format_amount(
                        request.env,
                        plan_sudo._get_price(taker, situation)[0],
                        plan_sudo.currency_id,
                    ),
                }
                for situation in self._get_situations(plan_sudo)
            ],
            "replaced": self._get_replaced(plan_sudo),
            "asks_proof": any(self._get_situations(plan_sudo).mapped("proof_required")),
            "today": today.isoformat(),
            "last_day": (today + timedelta(days=START_MAX_DAYS)).isoformat(),
            "values": values,
            "errors": errors,
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_coworking.portal_plan_take", page)

    # ------------------------------------------------------------------ writing

    def _get_taker(self, plan_sudo):
        """Who subscribes: myself; my organisation, for a team's plan."""
        organisation = plan_sudo.audience == "team" and self._get_my_organisation()
        return organisation or request.env.user.partner_id

    def _take_plan(self, plan_sudo, values):
        """Record the subscription; started at once unless a proof is to be seen first.

        sudo: a portal user writes no subscription; all values were read by ``_parse_take``.
        """
        me = request.env.user.partner_id
        vals = {
            "partner_id": self._get_taker(plan_sudo).id,
            "manager_id": me.id if plan_sudo.audience == "team" else False,
            "plan_id": plan_sudo.id,
            "company_id": plan_sudo.company_id.id,
            "date_start": to_day(values["date_start"]),
            "situation_id": values["situation"],
        }
        return (
            request.env["tierslieux.subscription"]
            .sudo()
            .with_context(lang=request.env.lang)
            ._portal_take(vals, values["proof"])
        )

    # ------------------------------------------------------------------ change

    def _get_replaced(self, plan_sudo):
        """My running subscription that this plan may take the place of; empty when none is."""
        taker = self._get_taker(plan_sudo)
        return self._get_my_subscriptions().filtered(
            lambda s: (
                plan_sudo.kind == s.plan_kind == "recurring"
                and s.state in ("active", "paused")
                and s.partner_id == taker
                and s.company_id == plan_sudo.company_id
                and s.period == plan_sudo.period
            )
        )[:1]

    @http.route(
        "/my/plan/new/<int:plan_id>/switch",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Change for this plan"))
    def portal_plan_switch(self, plan_id, **post):
        """Ask for this plan in place of the one that I have."""
        plan_sudo = self._get_portal_plans().filtered(lambda p: p.id == plan_id)
        replaced_sudo = plan_sudo and self._get_replaced(plan_sudo)
        if not replaced_sudo or replaced_sudo.plan_id == plan_sudo:
            return request.redirect("/my/plan/new")
        replaced_sudo._request_switch(plan_sudo, request.env.user.partner_id)
        self._push_portal_message(request.env._("Your request is sent: the team answers you."))
        return request.redirect(f"/my/plan/{replaced_sudo.id}")

    # ------------------------------------------------------------------ waiting list

    @http.route(
        "/my/plan/new/<int:plan_id>/wait",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Put me on the waiting list"))
    def portal_plan_wait(self, plan_id, **post):
        """Wait for a place in a plan that is full."""
        plan_sudo = self._get_portal_plans().filtered(lambda p: p.id == plan_id)
        if not plan_sudo:
            return request.redirect("/my/plan/new")
        partner = self._get_taker(plan_sudo)
        Wait_sudo = request.env["tierslieux.plan.wait"].sudo()
        take_turn(partner)
        waits = Wait_sudo.search_count(
            [
                ("plan_id", "=", plan_sudo.id),
                ("partner_id", "=", partner.id),
                ("state", "in", ("waiting", "offered")),
            ],
            limit=1,
        )
        if not waits:  # else noted already, from this page or another
            request.env["tierslieux.rate.limit"]._check("wait", request.env.uid)
            Wait_sudo.create({"plan_id": plan_sudo.id, "partner_id": partner.id})
        self._push_portal_message(
            request.env._(
                "You are on the waiting list of « %s »: we write to you when a place is free.",
                plan_sudo.name,
            )
        )
        return request.redirect("/my/plan")
