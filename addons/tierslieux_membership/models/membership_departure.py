from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

REASONS = {
    "deceased": "tierslieux_membership.resign_reason_deceased",
    "left": "tierslieux_membership.resign_reason_left",
    "archived": "tierslieux_membership.resign_reason_archived",
}


class TierslieuxMembership(models.Model):
    """A membership that ends with its person, and one that was ended by mistake."""

    _inherit = "tierslieux.membership"

    date_end_before = fields.Date(string="End before the Resignation", readonly=True, copy=False)
    is_ended_by_departure = fields.Boolean(
        string="Ended by a Departure",
        readonly=True,
        copy=False,
        help="The member died, left or was archived: it runs again if that is undone.",
    )

    def action_undo_resign(self):
        """Take back a resignation: the membership runs again until its own end."""
        self.check_access("write")
        resigned = self.filtered(lambda m: m.resign_date and not m.is_cancelled)
        if not resigned:
            raise UserError(self.env._("Nobody resigned from this membership."))
        gone = resigned.partner_id.filtered("departure_date")
        if gone:
            raise UserError(
                self.env._(
                    "%(name)s died, left or was archived: undo that on the person.",
                    name=gone[:1].name,
                )
            )
        resigned._undo_resign()
        return True

    def _undo_resign(self):
        """Write back the end that each had; of before it was kept, that of the type's period."""
        # Proposals that the resignation dropped; the nightly job makes them again when it is time.
        # sudo: whoever may record a resignation may take it back; the caller has checked
        self.sudo().next_ids.filtered(
            lambda m: m.is_cancelled and not m.date_confirmed and m.origin == "renewal"
        ).unlink()
        self._undo_resign_dates()

    def _undo_resign_dates(self):
        # sudo: the caller has checked, as above
        memberships_sudo = self.sudo()
        ends = {
            m: m.date_end_before or m.type_id._get_period(m.date_start)[1] for m in memberships_sudo
        }
        for date_end, memberships in memberships_sudo.grouped(lambda m: ends[m]).items():
            memberships.write(
                {
                    "resign_date": False,
                    "resign_reason_id": False,
                    "date_end": date_end,
                    "date_end_before": False,
                    "is_ended_by_departure": False,
                }
            )

    def _end_with_departure(self, date, reason):
        """End these memberships, and what was to follow them, so that it can be undone."""
        # sudo: a mark that nobody writes by hand; the caller has checked
        ended_sudo = (self | self.next_ids.filtered(lambda m: m.state == "draft")).sudo()
        self._resign(date, reason)
        ended_sudo.is_ended_by_departure = True

    def _undo_departure(self):
        """These memberships, which a departure ended, run again, and what was to follow them."""
        # sudo: as they ended, whoever brings the person back
        ended_sudo = self.sudo()
        cancelled_sudo = ended_sudo.filtered("is_cancelled")
        (ended_sudo - cancelled_sudo).filtered("resign_date")._undo_resign_dates()
        for membership_sudo in cancelled_sudo:
            membership_sudo._take_up_again()

    def _take_up_again(self):
        """A membership that was cancelled before it began: its fee is invoiced again, and what
        had paid it pays it again, unless that was given back."""
        self.ensure_one()
        before = self.invoice_id
        self.write(
            {
                "is_cancelled": False,
                "resign_reason_id": False,
                "invoice_id": False,
                "is_ended_by_departure": False,
            }
        )
        again = self._create_invoices()
        credit_notes = before.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and move.invoice_line_ids.membership_id == self
        )
        credited = credit_notes._get_receivable_lines()
        if not again or not credited:
            return
        # The credit note settles the invoice that it takes back; the money is for the new one.
        billed = before.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        money = billed.matched_credit_ids.credit_move_id
        billed.remove_move_reconcile()
        (billed | credited).reconcile()
        ((before | again)._get_receivable_lines() | money).filtered(
            lambda line: not line.reconciled
        ).reconcile()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _on_left(self, kind, date):
        """Own memberships end; a fee that covers others who stay goes on for them, and whoever is
        gone is a member by none (``_get_member_criterion``)."""
        result = super()._on_left(kind, date)
        # sudo: what ends with a person, whoever records that they are gone
        running_sudo = (
            self.env["tierslieux.membership"]
            .sudo()
            .search(
                Domain("partner_id", "in", self.ids)
                & Domain("state", "in", ("draft", "to_pay", "active", "grace"))
                & Domain("resign_date", "=", False)
                & self._get_ended_domain(kind)
            )
            .filtered(lambda m: not m.covered_partner_ids.filtered("active") - self)
        )
        if running_sudo:
            running_sudo._end_with_departure(
                date, self.env.ref(REASONS[kind], raise_if_not_found=False)
            )
        return result

    def _on_back(self, kind):
        result = super()._on_back(kind)
        # sudo: as they ended, whoever brings the person back
        ended_sudo = (
            self.env["tierslieux.membership"]
            .sudo()
            .search(
                Domain("partner_id", "in", self.ids) & Domain("is_ended_by_departure", "=", True)
            )
        )
        resumed_sudo = ended_sudo.filtered_domain(self._get_resumed_domain(kind))
        (ended_sudo - resumed_sudo).is_ended_by_departure = False
        if resumed_sudo:
            resumed_sudo._undo_departure()
        return result
