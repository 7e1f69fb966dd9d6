from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_base.tools.readers import TEAM

from ..tools.rhythm import get_dates
from .agreement_part import SIGNED_SENTENCE

KINDS = [
    ("deliverable", "Deliverable"),
    ("report", "Report"),
    ("presence", "Presence days"),
    ("payment", "Payment"),
    ("visibility", "Visibility (logo, mention)"),
    ("other", "Other"),
]
RHYTHMS = [
    ("once", "Once"),
    ("monthly", "Every month"),
    ("quarterly", "Every quarter"),
    ("yearly", "Every year"),
]
# What its signers signed; who looks after it and what proves it is the house's own.
DUTY_TERMS = (
    "name",
    "side",
    "party_id",
    "kind",
    "rhythm",
    "date_first",
    "date_last",
    "hours_promised",
)
# Dates stand in the calendar so long ahead.
HORIZON_DAYS = 400


class TierslieuxAgreementDuty(models.Model):
    """What somebody has to do under an agreement, once or by rhythm; each date is a record."""

    _name = "tierslieux.agreement.duty"
    _description = "Duty under an Agreement"
    _inherit = ["tierslieux.agreement.part"]
    _order = "agreement_id, sequence, id"
    _part_terms = DUTY_TERMS

    agreement_id = fields.Many2one("agreement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What", required=True)
    side = fields.Selection(
        [("ours", "Ours"), ("theirs", "Theirs")], string="Whose", required=True, default="ours"
    )
    party_id = fields.Many2one(
        "tierslieux.agreement.party",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('agreement_id', '=', agreement_id)]",
        help="Whose duty it is, where it is theirs. Empty: that of the main partner.",
    )
    kind = fields.Selection(KINDS, required=True, default="deliverable")
    rhythm = fields.Selection(RHYTHMS, required=True, default="once")
    date_first = fields.Date(
        string="Due on", copy=False, help="The first time; empty: without a date."
    )
    date_last = fields.Date(
        string="Until", copy=False, help="Empty: as long as the agreement runs."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Looked after by",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Empty: who follows the agreement.",
    )
    hours_promised = fields.Float(
        string="Hours Promised a Year", help="Of presence: held against the bookings."
    )
    proof_needed = fields.Boolean(help="It is done when a file proves it.")
    note = fields.Text(string="Notes", groups=NOTE_GROUPS)
    date_ids = fields.One2many("tierslieux.agreement.duty.date", "duty_id", string="Dates")

    _dates_ordered = models.Constraint(
        "CHECK(date_last IS NULL OR date_first IS NULL OR date_last >= date_first)",
        "A duty cannot end before it is due for the first time.",
    )
    _year_likely = models.Constraint(
        "CHECK(date_first IS NULL OR date_first >= '1990-01-01')",
        "This duty was due before 1990: see its year.",
    )
    _hours_positive = models.Constraint(
        "CHECK(hours_promised >= 0)", "The hours promised are not below zero."
    )

    @api.model
    def _get_guards(self):
        signed = Guard(set(DUTY_TERMS), when="_is_signed", sentence=SIGNED_SENTENCE)
        return (*super()._get_guards(), Guard({"agreement_id"}, when="_is_made"), signed)

    @api.model_create_multi
    def create(self, vals_list):
        duties = super().create(vals_list)
        duties._ensure_dates()
        return duties

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"rhythm", "date_first", "date_last", "agreement_id"}:
            self._ensure_dates()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        if self.date_ids.filtered(lambda due: due.state != "todo"):
            raise UserError(
                self.env._(
                    "Something was done under this duty: it stays as its trace. Give it a last day"
                    " instead."
                )
            )

    def unlink(self):
        self.check_access("unlink")
        self._check_unsigned()
        # sudo: dates to come follow from the duty, which the user may delete
        self.sudo().date_ids.filtered(lambda due: due.state == "todo")._drop()
        return super().unlink()

    def _get_term_label(self):
        return self.env._("Duty: %s", self.name)

    def _describe_term(self):
        """The duty in words: « Theirs; Report; every year; 01/03/2026 – … »."""
        self.ensure_one()

        def label(name):
            return dict(self._fields[name]._description_selection(self.env))[self[name]]

        parts = [label("side"), label("kind"), label("rhythm")]
        if self.party_id:
            parts.append(self.party_id.display_name)
        if self.date_first:
            agreement = self.agreement_id
            last = f" – {agreement._format_day(self.date_last)}" if self.date_last else ""
            parts.append(agreement._format_day(self.date_first) + last)
        if self.hours_promised:
            parts.append(self.env._("%g h a year", self.hours_promised))
        return "; ".join(parts)

    def _get_owner(self):
        self.ensure_one()
        return self.user_id or self.agreement_id.user_id

    def _ensure_dates(self):
        """Write down the dates to come, once each; those that the rhythm no longer gives and that
        nobody has touched go. What was done stays."""
        Date = self.env["tierslieux.agreement.duty.date"]
        values = []
        for duty in self:
            wanted = set(duty._get_dates())
            kept = duty.date_ids
            # sudo: dates follow from the duty, which the user was let write
            kept.sudo().filtered(
                lambda d, w=wanted: d.state == "todo" and d.date not in w and not d.proof_file
            )._drop()
            missing = wanted - set(kept.exists().mapped("date"))
            values += [{"duty_id": duty.id, "date": day} for day in sorted(missing)]
        # sudo: as above
        Date.sudo().create(values)

    def _get_dates(self):
        """The days on which it is due, as far as they are known today."""
        self.ensure_one()
        if not self.date_first:
            return []
        agreement = self.agreement_id
        today = agreement._get_local_day()
        lasts = [day for day in (self.date_last, agreement.final_end) if day]
        until = max(today + timedelta(days=HORIZON_DAYS), self.date_first)
        # A report on what is over is due after its end: what is due once is due.
        last = self.date_last if self.rhythm == "once" else min(lasts, default=None)
        return get_dates(self.date_first, self.rhythm, until, last or None)


class Agreement(models.Model):
    _inherit = "agreement"

    duty_ids = fields.One2many(
        "tierslieux.agreement.duty", "agreement_id", string="Duties", groups=TEAM
    )
    duty_date_ids = fields.One2many(
        "tierslieux.agreement.duty.date",
        "agreement_id",
        string="Dates of Duties",
        readonly=True,
        groups=TEAM,
    )
    late_count = fields.Integer(string="Overdue", compute="_compute_duty_counts", groups=TEAM)
    todo_count = fields.Integer(string="To do", compute="_compute_duty_counts", groups=TEAM)

    @api.depends("duty_date_ids.state", "duty_date_ids.date")
    def _compute_duty_counts(self):
        Date = self.env["tierslieux.agreement.duty.date"]
        ours = Domain("agreement_id", "in", self.ids)
        late = dict(Date._read_group(ours & Date._get_late_domain(), ["agreement_id"], ["__count"]))
        todo = dict(
            Date._read_group(ours & Domain("state", "=", "todo"), ["agreement_id"], ["__count"])
        )
        for agreement in self:
            agreement.late_count = late.get(agreement._origin, 0)
            agreement.todo_count = todo.get(agreement._origin, 0)

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"end_date", "stop_date", "renewal", "renewal_months", "renewal_most"}:
            # sudo: dates follow from the terms, which the user was let write
            self.sudo().duty_ids._ensure_dates()
        return result

    def action_open_duties(self):
        """The dates of its duties."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_agreement.duty_date_action"
        )
        return {**action, "domain": [("agreement_id", "=", self.id)], "context": {}}
