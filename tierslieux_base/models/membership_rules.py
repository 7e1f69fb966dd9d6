import re
from contextlib import contextmanager

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

# Facts that a state given at creation stands for (imports, hand-made records).
COVERED_STATES = ("active", "grace", "expired", "resigned")
# Set by the buttons, or by a coordinator: never by the desk on its own.
GUARDED_FIELDS = {
    "amount_due",
    "date_confirmed",
    "fee_state",
    "grace_end",
    "invoice_id",
    "is_cancelled",
    "is_history",
    "member_since",
    "proof_waived",
    "resign_date",
    "state",
}
# What an invoice was made for does not change behind its back.
FROZEN_FIELDS = {
    "amount",
    "company_id",
    "date_end",
    "date_start",
    "partner_id",
    "payer_id",
    "scale_id",
    "type_id",
}
INVOICED_FIELDS = {"amount", "company_id", "partner_id", "payer_id", "scale_id", "type_id"}
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

    _inherit = "tierslieux.membership"

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
        if state == "draft":
            return {"date_confirmed": False, "is_cancelled": False}
        facts = {"date_confirmed": vals.get("date_confirmed") or today, "is_cancelled": False}
        if state == "cancelled":
            facts["is_cancelled"] = True
        elif state in COVERED_STATES and not vals.get("invoice_id"):
            facts["is_history"] = True
        if state == "resigned":
            facts["resign_date"] = vals.get("resign_date") or vals.get("date_end") or today
        return facts

    def _check_guarded(self, vals):
        """The desk records and takes fees; what escapes the fee is a coordinator's business.

        :raise AccessError: for a fact that only the buttons set, or a change to what was invoiced
        """
        if self.env.su or self.env.user.has_group("tierslieux_base.group_coordinator"):
            return
        guarded = {name for name in GUARDED_FIELDS & vals.keys() if vals[name]}
        if vals.get("state") == "draft":
            guarded.discard("state")
        confirmed = self.filtered("date_confirmed") if FROZEN_FIELDS & vals.keys() else self[:0]
        if guarded or confirmed:
            names = guarded or (FROZEN_FIELDS & vals.keys())
            labels = ", ".join(
                sorted(self._fields[name]._description_string(self.env) for name in names)
            )
            raise AccessError(
                self.env._(
                    "Only a coordinator may set this on a membership: %(fields)s.", fields=labels
                )
            )

    def _check_invoiced(self, vals):
        """Not even a coordinator changes who and how much once that is invoiced.

        :raise UserError: with what to do instead
        """
        names = INVOICED_FIELDS & vals.keys()
        if self.env.su or not names:
            return
        for membership in self.filtered(lambda m: m.invoice_id and m.fee_state != "refunded"):
            for name in names:
                field = membership._fields[name]
                new = field.convert_to_cache(vals[name], membership)
                if new != field.convert_to_cache(membership[name], membership):
                    raise UserError(
                        self.env._(
                            "%(name)s: « %(field)s » is on the invoice and cannot change any "
                            "more. Cancel this membership and record the right one.",
                            name=membership.display_name,
                            field=field._description_string(self.env),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            self.browse()._check_guarded(vals)
            if vals.get("state"):
                vals.update(self._facts_of_state(vals.pop("state"), vals))
        with self._overlap_explained():
            memberships = super().create(vals_list)
            memberships._link_previous()
        confirmed = memberships.filtered("date_confirmed")
        confirmed._ensure_members()
        return memberships

    def write(self, vals):
        self._check_guarded(vals)
        self._check_invoiced(vals)
        if "state" in vals:
            vals = dict(vals)
            state = vals.pop("state")
            invoiced = self.filtered("invoice_id")
            facts = self._facts_of_state(state, vals | {"invoice_id": bool(invoiced)})
            vals.update(facts)
        if not vals.keys() & OVERLAP_FIELDS:
            return super().write(vals)
        with self._overlap_explained():
            return super().write(vals)

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
                membership.previous_id = previous

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
