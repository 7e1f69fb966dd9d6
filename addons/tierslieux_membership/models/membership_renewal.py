import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from odoo.addons.tierslieux_base.models.once_mixin import take_turn

from ..tools.membership_period import renewal_start

_logger = logging.getLogger(__name__)


class TierslieuxMembership(models.Model):
    """Renewals, resignations and the daily job."""

    _inherit = "tierslieux.membership"

    # ------------------------------------------------------------------ renew

    def _get_last_of_chains(self):
        """The latest membership of each one's person and type that was not cancelled, and what it
        was renewed into, were it of another type.

        :return: dict membership → membership, in one search for the whole batch
        """
        candidates = self.search_fetch(
            Domain("partner_id", "in", self.partner_id.ids) & Domain("state", "!=", "cancelled"),
            ["partner_id", "type_id", "company_id", "date_end", "previous_id"],
            order="date_end, id",
        )
        last, renewal = {}, {}
        for membership in candidates:
            last[membership.partner_id, membership.type_id, membership.company_id] = membership
            renewal[membership.previous_id] = membership

        def follow(membership):
            seen = membership
            key = (membership.partner_id, membership.type_id, membership.company_id)
            found = last.get(key, membership)
            while (following := renewal.get(found)) and following not in seen:
                seen |= following
                found = last[following.partner_id, following.type_id, following.company_id]
            return found

        return {membership: follow(membership) for membership in self}

    def _get_renewal_dates(self, day=None):
        """Dates of the renewal of this membership if it is made on ``day`` (today).

        Continuous within the association's late window, from the day itself after it; the end
        is the end of the type's period that contains the start.

        :return: (start, end), both inclusive
        """
        self.ensure_one()
        day = day or fields.Date.context_today(self)
        late_days = max(self.company_id.membership_late_days, self.type_id.grace_days)
        start = renewal_start(self.date_end, day, late_days)
        end = self.type_id._get_period(start)[1]
        if end < day:
            # A short period that would be over before it is paid: nobody buys the past.
            start, end = day, self.type_id._get_period(day)[1]
        return start, end

    def _prepare_renewal_vals(self, day=None):
        self.ensure_one()
        start, end = self._get_renewal_dates(day)
        vals = {
            "partner_id": self.partner_id.id,
            "payer_id": self.payer_id.id,
            "covered_partner_ids": [
                fields.Command.set(self.covered_partner_ids.filtered("active").ids)
            ],
            "representative_id": self.representative_id.filtered("active").id,
            "type_id": self.type_id.id,
            "scale_id": self.scale_id.id,
            "company_id": self.company_id.id,
            "place_id": self.place_id.id,
            "programme_id": self.programme_id.id,
            "analytic_distribution": self.analytic_distribution,
            "date_start": start,
            "date_end": end,
            "previous_id": self.id,
            "origin": "renewal",
        }
        if self.type_id.amount_mode == "free":
            vals["amount"] = max(self.amount, self.type_id.amount_min)
        if self.proof_attachment and (self.proof_date_end or start) >= start:
            vals.update(
                proof_attachment=self.proof_attachment,
                proof_filename=self.proof_filename,
                proof_date_end=self.proof_date_end,
            )
        return vals

    def _renew(self, day=None):
        """Draft renewals of these memberships, at the end of each one's chain.

        A draft that waits already is brought up to date and given back, so that asking twice
        makes one; a renewal already to pay or paid is given back as it is only while the one
        before it runs.

        :return: one membership per record of self
        """
        take_turn(self)
        renewals = self.browse()
        vals_list = []
        # Two memberships of one chain have one renewal.
        for last in dict.fromkeys(self._get_last_of_chains().values()):
            if last.state in ("draft", "to_pay"):
                if last.state == "draft" and last.previous_id:
                    last._refresh_draft_dates(day)
                renewals |= last
                continue
            if last.state == "resigned":
                raise UserError(
                    self.env._(
                        "%(name)s has resigned: record a new membership instead of a renewal.",
                        name=last.partner_id.name,
                    )
                )
            vals_list.append(last._prepare_renewal_vals(day))
        return renewals | self._create_facts(vals_list)

    def _refresh_draft_dates(self, day=None):
        """Move a proposal that was left too long to the dates it would have today."""
        self.ensure_one()
        start, end = self.previous_id._get_renewal_dates(day)
        if self.date_start != start:
            self.write({"date_start": start, "date_end": end})

    def action_renew(self):
        """Renew these memberships; opens the draft(s), which a payment confirms."""
        self.check_access("write")
        renewals = self._renew()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Renewals"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", renewals.ids)],
        }
        if len(renewals) == 1:
            action.update(view_mode="form", res_id=renewals.id)
        return action

    def action_open_next(self):
        """Open the renewal of this membership."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.next_ids[:1].id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------ resign

    def action_resign(self):
        """Ask for the date and the reason of a resignation."""
        running = self.filtered(lambda m: m.state in ("to_pay", "active", "grace"))
        if not running:
            raise UserError(self.env._("Only a running membership can be resigned from."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resignation"),
            "res_model": "tierslieux.membership.resign",
            "view_mode": "form",
            "target": "new",
            "context": dict(self.env.context, default_membership_ids=running.ids),
        }

    def _resign(self, date, reason=None):
        """End these memberships on ``date``; those not yet begun, and drafts, are cancelled.

        What was paid stays paid; what was not is credited when the membership never counted.
        """
        self.check_access("write")
        not_begun = self.filtered(lambda m: m.state == "draft" or m.date_start > date)
        running = self - not_begun
        vals = {"resign_date": date, "resign_reason_id": reason.id if reason else False}
        # Fees of memberships that never begin are taken back as by a coordinator (sudo: the
        # desk records a resignation, which entails this).
        not_begun.sudo()._cancel_invoices()
        not_begun.sudo().write({"is_cancelled": True, "resign_reason_id": vals["resign_reason_id"]})
        for membership in running.sudo():
            end = membership.date_end
            membership.write(dict(vals, date_end=min(end, date), date_end_before=end))
        proposals = running.sudo().next_ids.filtered(lambda m: m.state == "draft")
        proposals.write({"is_cancelled": True})

    # ------------------------------------------------------------------ daily job

    @api.model
    def _get_stale_domain(self, today):
        """Memberships whose stored state the passing of time has made wrong."""
        return Domain.OR(
            [
                Domain("state", "=", "active") & Domain("date_end", "<", today),
                Domain("state", "in", ("to_pay", "grace")) & Domain("grace_end", "<", today),
                Domain("state", "in", ("to_pay", "active", "grace", "expired"))
                & Domain("resign_date", "<=", today),
            ]
        )

    @api.model
    def _cron_update_states(self, batch_size=500):
        """Daily: make each stored state what the facts say today, in batches."""
        Cron = self.env["ir.cron"]
        domain = self._get_stale_domain(fields.Date.context_today(self))
        remaining = self.search_count(domain)
        Cron._commit_progress(remaining=remaining)
        while remaining > 0:
            batch = self.search(domain, limit=batch_size)
            if not batch:
                break
            batch._recompute_states()
            remaining -= len(batch)
            if not Cron._commit_progress(len(batch)):
                return
        self._give_up_abandoned(batch_size)

    def _recompute_states(self):
        """All at once, and without a line in each one's thread: that a year is over is no change
        that somebody made, and the dates say it."""
        quiet = self.with_context(tracking_disable=True)
        quiet.fetch(["date_confirmed", "is_cancelled", "fee_state", "resign_date", "state"])
        self.env.add_to_compute(self._fields["state"], quiet)
        quiet.flush_recordset(["state"])

    @api.model
    def _cron_propose_renewals(self, batch_size=200):
        """Daily: draft the renewals of what ends soon, and drop proposals nobody took."""
        Cron = self.env["ir.cron"]
        today = fields.Date.context_today(self)
        todo = {}
        for company in self.env["res.company"].search([]):  # pylint: disable=no-search-all
            self._drop_stale_proposals(company, today)
            ending = self.search(self._get_proposal_domain(company, today), order="id")
            todo[company] = ending._filter_taken_last().ids
        Cron._commit_progress(remaining=sum(map(len, todo.values())))
        for company, ids in todo.items():
            for chunk in split_every(batch_size, ids):
                self.with_company(company).browse(chunk)._propose_renewals(today)
                if not Cron._commit_progress(len(chunk)):
                    return

    def _propose_renewals(self, today):
        """Draft these renewals; one that cannot be is noted on its membership, the rest goes on."""
        try:
            with self.env.cr.savepoint():
                self._renew(today)
        except UserError as error:
            if len(self) == 1:
                _logger.warning("No renewal proposed for membership %s: %s", self.id, error)
                self.message_post(
                    body=self.env._("The renewal could not be proposed: %(why)s", why=error)
                )
                return
            for membership in self:
                membership._propose_renewals(today)

    @api.model
    def _get_proposal_domain(self, company, today):
        """Active or in grace, ending within the proposal days, type still in use, no renewal."""
        limit = fields.Date.add(today, days=company.membership_proposal_days)
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "in", ("active", "grace"))
            & Domain("date_end", "<=", limit)
            & Domain("resign_date", "=", False)
            & Domain("type_id.active", "=", True)
            & Domain("partner_id.active", "=", True)
            # One dropped by hand is not proposed again; one left on the way online is.
            & ~Domain(
                "next_ids",
                "any",
                ["|", ("state", "!=", "cancelled"), ("date_confirmed", "=", False)],
            )
        )

    def _filter_taken_last(self):
        """Without those whose person has already taken, or is covered by, what runs longer: of
        another type, or another's. What was taken last is what is proposed."""
        later = self.search_fetch(
            Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "in", ("to_pay", "active", "grace"))
            & (
                Domain("partner_id", "in", self.partner_id.ids)
                | Domain("covered_partner_ids", "in", self.partner_id.ids)
            ),
            ["partner_id", "covered_partner_ids", "company_id", "date_end"],
        )
        until = {}
        for membership in later:
            for partner in membership.partner_id | membership.covered_partner_ids:
                key = (partner, membership.company_id)
                until[key] = max(until.get(key, membership.date_end), membership.date_end)
        return self.filtered(
            lambda m: until.get((m.partner_id, m.company_id), m.date_end) <= m.date_end
        )

    @api.model
    def _drop_stale_proposals(self, company, today):
        """Proposals whose late window is over are deleted: they were never confirmed."""
        limit = fields.Date.subtract(today, days=company.membership_late_days)
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
                ("origin", "=", "renewal"),
                ("previous_id.grace_end", "<", limit),
            ]
        ).unlink()
