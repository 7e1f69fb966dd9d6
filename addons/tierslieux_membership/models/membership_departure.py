from odoo import fields, models
from odoo.exceptions import UserError

REASONS = {
    "deceased": "tierslieux_membership.resign_reason_deceased",
    "left": "tierslieux_membership.resign_reason_left",
    "archived": "tierslieux_membership.resign_reason_archived",
}


class TierslieuxMembership(models.Model):
    """A membership that ends with its person, and one that was ended by mistake."""

    _inherit = "tierslieux.membership"

    date_end_before = fields.Date(string="End before the Resignation", readonly=True, copy=False)

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
        # sudo: whoever may record a resignation may take it back; the caller has checked
        memberships_sudo = self.sudo()
        # Proposals that the resignation dropped; the nightly job makes them again when it is time.
        memberships_sudo.next_ids.filtered(
            lambda m: m.is_cancelled and not m.date_confirmed and m.origin == "renewal"
        ).unlink()
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
                }
            )


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
                [
                    ("partner_id", "in", self.ids),
                    ("state", "in", ("draft", "to_pay", "active", "grace")),
                    ("resign_date", "=", False),
                ]
            )
            .filtered(lambda m: not m.covered_partner_ids.filtered("active") - self)
        )
        if running_sudo:
            running_sudo._resign(date, self.env.ref(REASONS[kind], raise_if_not_found=False))
        return result

    def _on_back(self, dates):
        result = super()._on_back(dates)
        reasons = [
            reason.id
            for name in REASONS.values()
            if (reason := self.env.ref(name, raise_if_not_found=False))
        ]
        # sudo: as it ended, whoever brings the person back
        ended_sudo = (
            self.env["tierslieux.membership"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("resign_reason_id", "in", reasons),
                    ("resign_date", "!=", False),
                    ("is_cancelled", "=", False),
                ]
            )
            .filtered(lambda m: m.resign_date == dates[m.partner_id.with_env(self.env)])
        )
        ended_sudo._undo_resign()
        return result
