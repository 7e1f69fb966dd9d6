import base64
from datetime import date

from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.http import request
from odoo.tools import format_amount, format_date

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.tools.typed import to_amount, to_int

AMOUNT_MAX_LENGTH = 30


class MembershipPortalJoin(TierslieuxPortal):
    """Take a membership, for oneself, for one's family or for one's organisation."""

    @http.route(
        "/my/memberships/join",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_membership_types(self, person_id=None, **kw):
        types_sudo = self._get_portal_types()
        person = to_int(person_id)
        query = f"?person_id={person}" if person else ""
        if person:
            types_sudo = types_sudo.filtered(lambda t: t.audience != "organisation")
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "membership_join",
            "membership_type": False,
            "types": [self._prepare_type_info(t) for t in types_sudo],
            "choice_query": query,
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_membership.portal_membership_types", values)

    @http.route(
        "/my/memberships/join/<int:type_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_membership_join(self, type_id, person_id=None, **kw):
        type_sudo = self._get_portal_types().filtered(lambda t: t.id == type_id)
        if not type_sudo:
            return request.redirect("/my/memberships/join")
        values = self._get_join_defaults(type_sudo, to_int(person_id))
        return self._render_join(type_sudo, values, {})

    @http.route(
        "/my/memberships/join/<int:type_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_membership_join_submit(self, type_id, refusal="", **post):
        type_sudo = self._get_portal_types().filtered(lambda t: t.id == type_id)
        if not type_sudo:
            return request.redirect("/my/memberships/join")
        values, errors = self._parse_join_form(type_sudo, post)
        if refusal:
            errors["form"] = refusal
        if errors:
            return self._render_join(type_sudo, values, errors)
        waiting_sudo = self._find_waiting_membership(type_sudo, values)
        if waiting_sudo:  # sent twice, or left half-way the other day
            return request.redirect(self._get_next_url(waiting_sudo))
        request.env["tierslieux.rate.limit"]._check("join", request.env.uid)
        try:
            with request.env.cr.savepoint():
                # sudo: the portal reads its memberships and writes nothing; all values were
                # checked by _parse_join_form
                membership_sudo = (
                    request.env["tierslieux.membership"]
                    .sudo()
                    .with_context(lang=request.env.lang)
                    ._portal_join(self._prepare_join_vals(type_sudo, values))
                )
        except (UserError, ValidationError) as error:
            return self._render_join(type_sudo, values, {"form": str(error)})
        if not membership_sudo._is_portal_payable():
            self._push_portal_message(request.env._("Thank you, it is recorded."))
        return request.redirect(self._get_next_url(membership_sudo))

    # ------------------------------------------------------------------ what may be taken

    def _get_portal_types(self):
        """Types open to the portal that concern who is looking (sudo: no portal rights)."""
        types_sudo = (
            request.env["tierslieux.membership.type"]
            .sudo()
            .search(
                [
                    ("portal_open", "=", True),
                    ("company_id", "in", request.env.user.company_ids.ids),
                ]
            )
        )
        if not self._get_my_organisation():
            types_sudo = types_sudo.filtered(lambda t: t.audience != "organisation")
        return types_sudo

    def _get_join_persons(self, type_sudo):
        """Who may be the member: myself and my family, or my organisation."""
        if type_sudo.audience == "organisation":
            return self._get_my_organisation()
        me = request.env.user.partner_id
        persons = me.sudo() | me._get_family()
        return persons.filtered(lambda p: not p.is_company)

    def _prepare_type_info(self, type_sudo):
        """What the choice of memberships says of a type: for whom, how long, how much."""
        _ = request.env._
        env = request.env
        currency = type_sudo.currency_id
        audience = {
            "person": _("For one person."),
            "family": _("For a family, under one fee."),
            "organisation": _("For an organisation."),
        }[type_sudo.audience]
        if type_sudo.audience == "family" and type_sudo.max_persons:
            audience = _("For a family of up to %s persons, under one fee.", type_sudo.max_persons)
        today = fields.Date.context_today(request.env.user)
        start, end = type_sudo._get_period(today)
        if type_sudo.period_kind == "rolling":
            period = _("Lasts %s months from today.", type_sudo.rolling_months)
        else:
            period = _("Until %s.", format_date(env, end))
        prorata_start = today if type_sudo.prorata else start
        if type_sudo.amount_mode == "scale":
            amounts = [
                type_sudo._get_amount(prorata_start, end, scale) for scale in type_sudo.scale_ids
            ]
            lowest = min(amounts, default=0.0)
            price = _("from %s", format_amount(env, lowest, currency))
        elif type_sudo.amount_mode == "free":
            price = _("free amount")
        else:
            amount = type_sudo._get_amount(prorata_start, end)
            price = format_amount(env, amount, currency) if amount else _("free of charge")
        return {
            "type": type_sudo,
            "audience": audience,
            "period": period,
            "price": price,
            "periods": self._prepare_periods(type_sudo, today),
        }

    def _prepare_periods(self, type_sudo, today):
        """The last days that may be chosen, each with what it costs; one alone is no choice.

        :return: list of (value of the form, sentence), empty when there is no choice
        """
        next_end = type_sudo._get_next_end(today)
        if not next_end:
            return []
        _ = request.env._
        periods = []
        for value, end in (("this", type_sudo._get_period(today)[1]), ("next", next_end)):
            last_day = format_date(request.env, end)
            if type_sudo.amount_mode != "fixed":
                periods.append((value, _("Until %s", last_day)))
                continue
            amount = type_sudo._get_amount(today, end)
            price = format_amount(request.env, amount, type_sudo.currency_id)
            periods.append((value, _("Until %(date)s: %(price)s", date=last_day, price=price)))
        return periods

    # ------------------------------------------------------------------ the form

    def _get_join_defaults(self, type_sudo, person_id):
        persons = self._get_join_persons(type_sudo)
        me = request.env.user.partner_id
        default = persons.filtered(lambda p: p.id == person_id) or persons[:1]
        if type_sudo.audience == "person" and not person_id:
            default = me
        suggested = type_sudo.amount_suggested or type_sudo.amount_min
        return {
            "partner_id": default.id,
            "covered_ids": (persons - default).ids if type_sudo.audience == "family" else [],
            "scale_id": type_sudo.scale_ids[0].id if len(type_sudo.scale_ids) == 1 else False,
            "amount": f"{suggested:.2f}".replace(".", ",") if suggested else "",
            "period": "this",
        }

    def _render_join(self, type_sudo, values, errors):
        persons = self._get_join_persons(type_sudo)
        page = {
            **self._prepare_portal_layout_values(),
            "page_name": "membership_join",
            "membership_type": type_sudo,
            "type_info": self._prepare_type_info(type_sudo),
            "currency": type_sudo.currency_id,
            "persons": persons,
            "me": request.env.user.partner_id,
            "organisation": self._get_my_organisation(),
            "asks_proof": type_sudo.amount_mode == "scale"
            and any(type_sudo.scale_ids.mapped("proof_required")),
            "may_be_free": type_sudo.amount_mode == "fixed" and not type_sudo.amount,
            "values": values,
            "errors": errors,
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_membership.portal_membership_join", page)

    def _parse_join_form(self, type_sudo, post):
        """Read the form: known keys only, each checked against what this person may choose.

        :return: (values to show again or to use, dict field → error sentence)
        """
        _ = request.env._
        form, errors = Form(post), {}
        persons = self._get_join_persons(type_sudo)
        partner = persons.filtered(lambda p: p.id == form.id("partner_id"))
        values = {
            "partner_id": partner.id,
            "covered_ids": [],
            "scale_id": False,
            "amount": form.line("amount", AMOUNT_MAX_LENGTH),
            "proof": None,
            "period": "next" if form.line("period", 10) == "next" else "this",
        }
        if not partner:
            errors["partner_id"] = _("Choose for whom the membership is.")
        if type_sudo.audience == "family":
            self._parse_covered(type_sudo, persons - partner, form, values, errors)
        scale_sudo = type_sudo.scale_ids.browse()
        if type_sudo.amount_mode == "scale":
            scale_sudo = type_sudo.scale_ids.filtered(lambda s: s.id == form.id("scale_id"))
            values["scale_id"] = scale_sudo.id
            if not scale_sudo:
                errors["scale_id"] = _("Choose your fee.")
        elif type_sudo.amount_mode == "free":
            values["amount_value"] = self._parse_free_amount(type_sudo, values["amount"], errors)
        missing = _("Add a photo or a PDF that gives right to this fee.")
        errors.update(form.errors)
        values["proof"] = form.proof(errors, missing if scale_sudo.proof_required else "")
        return values, errors

    def _parse_covered(self, type_sudo, others, form, values, errors):
        wanted = form.ids("covered_ids")
        covered = others.filtered(lambda p: p.id in wanted)
        values["covered_ids"] = covered.ids
        if type_sudo.max_persons and len(covered) + 1 > type_sudo.max_persons:
            errors["covered_ids"] = request.env._(
                "This fee covers %(count)s persons at most, the main member included.",
                count=type_sudo.max_persons,
            )

    def _parse_free_amount(self, type_sudo, text, errors):
        _ = request.env._
        currency = type_sudo.currency_id
        amount = to_amount(text, currency.symbol)
        if amount is None:
            errors["amount"] = _("Enter an amount in figures, for instance 20.")
            return 0.0
        amount = currency.round(amount)
        if amount < type_sudo.amount_min:
            errors["amount"] = _(
                "The amount is at least %s.",
                format_amount(request.env, type_sudo.amount_min, currency),
            )
        return amount

    # ------------------------------------------------------------------ writing

    def _find_waiting_membership(self, type_sudo, values):
        """A membership of this type and person that I already took and have not paid."""
        today = fields.Date.context_today(request.env.user)
        next_end = type_sudo._get_next_end(today)
        is_next = next_end and values["period"] == "next"
        return (
            request.env["tierslieux.membership"]
            .sudo()
            .search(
                [
                    ("type_id", "=", type_sudo.id),
                    ("partner_id", "=", values["partner_id"]),
                    ("payer_id", "in", self._get_my_partners().ids),
                    ("state", "=", "to_pay"),
                    # Who asks for one period does not mean the other.
                    ("date_end", ">=", next_end if is_next else date.min),
                    ("date_end", "<", next_end if next_end and not is_next else date.max),
                    ("amount", "=", values["amount_value"])
                    if type_sudo.amount_mode == "free"
                    else ("scale_id", "=", values["scale_id"]),
                ],
                limit=1,
            )
        )

    def _prepare_join_vals(self, type_sudo, values):
        me = request.env.user.partner_id
        payer = self._get_my_organisation() if type_sudo.audience == "organisation" else me
        vals = {
            "partner_id": values["partner_id"],
            "payer_id": payer.id,
            "type_id": type_sudo.id,
            "company_id": type_sudo.company_id.id,
            "covered_partner_ids": [Command.set(values["covered_ids"])],
            "scale_id": values["scale_id"],
            "place_id": type_sudo.place_id.id,
            "origin": "portal",
        }
        if type_sudo.amount_mode == "free":
            vals["amount"] = values["amount_value"]
        today = fields.Date.context_today(request.env.user)
        if values["period"] == "next" and type_sudo._get_next_end(today):
            vals["date_end"] = type_sudo._get_next_end(today)
        if values["proof"]:
            filename, content = values["proof"]
            vals.update(
                proof_attachment=base64.b64encode(content),
                proof_filename=filename,
                proof_date_end=fields.Date.add(
                    today,
                    months=type_sudo.scale_ids.filtered(
                        lambda s: s.id == values["scale_id"]
                    ).proof_validity_months
                    or 12,
                ),
            )
        return vals
