import re
from contextlib import contextmanager

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)

COORDINATORS = ("tierslieux_base.group_coordinator",)
# Facts that a state given at creation stands for (imports, hand-made records).
COVERED_STATES = ("active", "grace", "expired", "resigned")
# What makes somebody a member, or exempts them of the fee: set by the buttons, or by a coordinator
# who records what happened. Once there is an invoice, the buttons alone, which follow it.
COUNTING_FACTS = {"date_confirmed", "is_cancelled", "is_history", "state"}
COORDINATOR_FACTS = COUNTING_FACTS | {"proof_waived", "resign_date", "resign_reason_id"}
# What an invoice was made for does not change behind its back.
INVOICED_FIELDS = {"amount", "company_id", "partner_id", "payer_id", "scale_id", "type_id"}
# … nor who votes where, once somebody is a member.
CONFIRMED_FIELDS = INVOICED_FIELDS | {"college_id", "date_end", "date_start"}
COORDINATOR_SENTENCE = _lt("Only a coordinator may set this on a membership: %(fields)s.")
GUARDS = (
    Guard(COORDINATOR_FACTS, COORDINATORS, sentence=COORDINATOR_SENTENCE),
    Guard(CONFIRMED_FIELDS, COORDINATORS, "_is_confirmed", COORDINATOR_SENTENCE),
    Guard(
        INVOICED_FIELDS | COUNTING_FACTS,
        when="_is_invoiced",
        sentence=_lt(
            "%(record)s: « %(fields)s » is on the invoice, or follows from it, and cannot change"
            " any more. Cancel this membership and record the right one."
        ),
    ),
)
# Who holds a membership or is covered by it.
HOLDER_FIELDS = {"covered_partner_ids", "partner_id"}
OVERLAP_FIELDS = {
    "partner_id",
    "type_id",
    "company_id",
    "date_start",
    "date_end",
    "is_cancelled",
    "state",
}


class TierslieuxMembership(models.Model):
    """What a membership may not be, and how it is written: batches, facts, no overlap."""

    _name = "tierslieux.membership"
    _inherit = ["tierslieux.membership", "tierslieux.guarded.mixin"]

    _invoiced_confirmed_check = models.Constraint(
        "CHECK(invoice_id IS NULL OR date_confirmed IS NOT NULL)",
        "A membership that has an invoice is confirmed: cancel it instead.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_confirmed(self, _name, _value):
        return bool(self.date_confirmed)

    def _is_invoiced(self, _name, _value):
        return bool(self.invoice_id) and self.fee_state != "refunded"

    # ------------------------------------------------------------------ constraints

    @api.constrains("covered_partner_ids", "partner_id", "type_id")
    def _check_covered(self):
        for membership in self:
            limit = membership.type_id.max_persons
            if limit and membership.headcount > limit:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the fee « %(type)s » covers %(limit)s persons at most, "
                        "%(count)s are listed.",
                        name=membership.partner_id.name,
                        type=membership.type_id.name,
                        limit=limit,
                        count=membership.headcount,
                    )
                )

    @api.constrains("amount", "type_id")
    def _check_floor(self):
        for membership in self:
            membership_type = membership.type_id
            if (
                membership_type.amount_mode == "free"
                and not membership.is_history
                and membership.currency_id.compare_amounts(
                    membership.amount, membership_type.amount_min
                )
                < 0
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s: the amount is below the floor of « %(type)s », %(floor)s.",
                        name=membership.partner_id.name,
                        type=membership_type.name,
                        floor=membership.currency_id.format(membership_type.amount_min),
                    )
                )

    @api.constrains("scale_id", "type_id")
    def _check_scale(self):
        for membership in self:
            if membership.scale_id and membership.scale_id.type_id != membership.type_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the tier « %(scale)s » is not one of « %(type)s ».",
                        name=membership.partner_id.name,
                        scale=membership.scale_id.name,
                        type=membership.type_id.name,
                    )
                )

    # ------------------------------------------------------------------ create, write, delete

    @api.model
    def _facts_of_state(self, state, vals):
        """Facts that make a membership have ``state``: it is never written by itself."""
        today = fields.Date.context_today(self)
        if not state or state == "draft":
            return {"date_confirmed": False, "is_cancelled": False}
        facts = {"date_confirmed": vals.get("date_confirmed") or today, "is_cancelled": False}
        if state == "cancelled":
            facts["is_cancelled"] = True
        elif state in COVERED_STATES and not vals.get("invoice_id"):
            facts["is_history"] = True
        if state == "resigned":
            facts["resign_date"] = vals.get("resign_date") or vals.get("date_end") or today
        return facts

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if vals.get("state"):
                vals.update(self._facts_of_state(vals.pop("state"), vals))
        with self._overlap_explained():
            memberships = super().create(vals_list)
            memberships._link_previous()
        confirmed = memberships.filtered("date_confirmed")
        confirmed._ensure_members()
        return memberships

    def write(self, vals):
        if "state" in vals:
            return self._write_state(vals)
        before = {m: m._get_card_holders() for m in self} if vals.keys() & HOLDER_FIELDS else {}
        covered = {m: m.covered_partner_ids for m in self if "covered_partner_ids" in vals}
        if vals.keys() & OVERLAP_FIELDS:
            with self._overlap_explained():
                result = super().write(vals)
        else:
            result = super().write(vals)
        self._ensure_added_members(before)
        self._follow_cover(covered)
        return result

    def _write_state(self, vals):
        """A state is never written by itself: the facts that it stands for are."""
        rest = dict(vals)
        state = rest.pop("state")
        changed = self.filtered(lambda m: m.state != state)
        if changed:
            has_invoice = {"invoice_id": bool(changed.invoice_id)}
            changed.write(rest | self._facts_of_state(state, rest | has_invoice))
        return (self - changed).write(rest)

    @contextmanager
    def _overlap_explained(self):
        """Turn PostgreSQL's refusal of an overlap into a sentence that says what to do."""
        try:
            with self.env.cr.savepoint():
                yield
        except psycopg2.errors.ExclusionViolation as error:
            raise ValidationError(self._overlap_message(error.diag.message_detail)) from error

    def _overlap_message(self, detail):
        """Say who and which period, from what PostgreSQL says of the conflicting row."""
        match = re.search(r"existing key .*=\((\d+), (\d+), (\d+), [\[(]([\d-]+),", detail or "")
        existing = self.browse()
        if match:
            partner_id, type_id, company_id, start = match.groups()
            existing = self.sudo().search(
                [
                    ("partner_id", "=", int(partner_id)),
                    ("type_id", "=", int(type_id)),
                    ("company_id", "=", int(company_id)),
                    ("date_start", "=", start),
                    ("state", "!=", "cancelled"),
                ],
                limit=1,
            )
        if not existing:
            return self.env._(
                "The same person would have two memberships of one type for the same dates: "
                "keep one of them, or change the dates."
            )
        return self.env._(
            "%(name)s already has a membership « %(type)s » from %(start)s to %(end)s: open that "
            "one, or record the new one from the day after.",
            name=existing.partner_id.name,
            type=existing.type_id.name,
            start=format_date(self.env, existing.date_start),
            end=format_date(self.env, existing.date_end),
        )

    def _link_previous(self):
        """Link new memberships to the one of the same person and type that ends the day before.

        One search for the whole batch: imports bring years of history at once.
        """
        orphans = self.filtered(lambda m: not m.previous_id)
        if not orphans:
            return
        by_key = {}
        candidates = self.search_fetch(
            Domain("partner_id", "in", orphans.partner_id.ids)
            & Domain("type_id", "in", orphans.type_id.ids)
            & Domain("state", "!=", "cancelled"),
            ["partner_id", "type_id", "company_id", "date_end"],
        )
        for membership in candidates:
            key = (membership.partner_id, membership.type_id, membership.company_id)
            by_key[*key, membership.date_end] = membership
        for membership in orphans:
            key = (membership.partner_id, membership.type_id, membership.company_id)
            day_before = fields.Date.subtract(membership.date_start, days=1)
            previous = by_key.get((*key, day_before))
            if previous:
                membership._write_facts({"previous_id": previous.id})

    def _ensure_members(self):
        """Give their number to the persons of these memberships."""
        Member = self.env["tierslieux.member"]
        for company, memberships in self.grouped("company_id").items():
            dates = {}
            partners = self.env["res.partner"]
            for membership in memberships.sorted(lambda m: (m.date_start, m.id)):
                for partner in membership.partner_id | membership.covered_partner_ids:
                    dates.setdefault(partner.id, membership.date_start)
            partners = partners.browse(dates)
            Member._ensure_members(partners, company, dates)

    def _ensure_added_members(self, before):
        """Who is added to a membership that is confirmed gets a number too: joined on its first
        day, or today if it runs already.

        :param dict before: {membership: persons whom it had}
        """
        today = fields.Date.context_today(self)
        for company, memberships in self.grouped("company_id").items():
            dates = {}
            for membership in memberships.filtered("date_confirmed"):
                added = membership._get_card_holders() - before.get(
                    membership, membership._get_card_holders()
                )
                start = membership.date_start
                joined = max(start, today) if today <= membership.date_end else start
                for partner in added:
                    dates[partner.id] = min(joined, dates.get(partner.id, joined))
            if dates:
                partners = self.env["res.partner"].browse(dates)
                self.env["tierslieux.member"]._ensure_members(partners, company, dates)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        for membership in self:
            if membership.invoice_id or membership.date_confirmed and not membership.is_history:
                raise UserError(
                    self.env._(
                        "The membership of %(name)s (%(membership)s) was confirmed: cancel it, "
                        "so that its trace stays.",
                        name=membership.partner_id.name,
                        membership=membership.name,
                    )
                )
