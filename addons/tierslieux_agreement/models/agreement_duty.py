import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_base.tools.readers import TEAM

from ..tools.rhythm import get_dates

_lt = LazyTranslate(__name__)

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
# Dates stand in the calendar so long ahead.
HORIZON_DAYS = 400


class TierslieuxAgreementDuty(models.Model):
    """What somebody has to do under an agreement, once or by rhythm; each date is a record."""

    _name = "tierslieux.agreement.duty"
    _description = "Duty under an Agreement"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "agreement_id, sequence, id"

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
    date_first = fields.Date(string="Due on", help="The first time; empty: without a date.")
    date_last = fields.Date(string="Until", help="Empty: as long as the agreement runs.")
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
        return (*super()._get_guards(), Guard({"agreement_id"}, when="_is_made"))

    def _is_made(self, _name, _value):
        return bool(self)

    @api.model_create_multi
    def create(self, vals_list):
        duties = super().create(vals_list)
        duties._ensure_dates()
        duties.agreement_id._void_documents()
        return duties

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"rhythm", "date_first", "date_last", "agreement_id"}:
            self._ensure_dates()
        if vals.keys() & {"name", "side", "kind", "rhythm", "date_first", "date_last"}:
            self.agreement_id._void_documents()
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
        agreements = self.agreement_id
        self.check_access("unlink")
        # sudo: dates to come follow from the duty, which the user may delete
        self.sudo().date_ids.filtered(lambda due: due.state == "todo")._drop()
        result = super().unlink()
        agreements.exists()._void_documents()
        return result

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


class TierslieuxAgreementDutyDate(models.Model):
    """One date of a duty: to do, done by whom and when with which proof, or let go."""

    _name = "tierslieux.agreement.duty.date"
    _description = "Date of a Duty"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date, id"
    _rec_names_search = ["duty_id.name", "agreement_id.name", "agreement_id.code"]

    duty_id = fields.Many2one(
        "tierslieux.agreement.duty", required=True, index=True, ondelete="restrict", readonly=True
    )
    agreement_id = fields.Many2one(
        related="duty_id.agreement_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="agreement_id.partner_id", store=True, index=True)
    kind = fields.Selection(related="duty_id.kind", store=True)
    side = fields.Selection(related="duty_id.side", store=True)
    user_id = fields.Many2one(
        "res.users", string="Looked after by", compute="_compute_user_id", store=True, index=True
    )
    date = fields.Date(string="Due on", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("todo", "To do"), ("done", "Done"), ("waived", "Let go")],
        required=True,
        default="todo",
        readonly=True,
        index=True,
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    done_on = fields.Date(readonly=True)
    done_by_id = fields.Many2one("res.users", string="Said by", readonly=True)
    done_at = fields.Datetime(string="Said at", readonly=True)
    done_note = fields.Text(string="What Was Said", readonly=True, groups=NOTE_GROUPS)
    proof_file = fields.Binary(string="Proof", attachment=True, groups=NOTE_GROUPS)
    proof_filename = fields.Char(groups=NOTE_GROUPS)
    alerted_at = fields.Datetime(string="Told at", readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", string="What Was Told", readonly=True, ondelete="set null"
    )

    _date_uniq = models.Constraint(
        "unique(duty_id, date)", "This duty is due on that day already: look at it again."
    )

    @api.model
    def _get_guards(self):
        done = Guard(
            {"proof_file", "proof_filename"},
            when="_is_settled",
            sentence=_lt("« %(record)s » is settled: open it again to change its proof."),
        )
        return (*super()._get_guards(), done)

    def _is_settled(self, _name, _value):
        return bool(self) and self.state != "todo"

    @api.depends("duty_id", "date")
    def _compute_display_name(self):
        for due in self:
            due.display_name = f"{due.duty_id.name} · {due.agreement_id._format_day(due.date)}"

    @api.depends("duty_id.user_id", "agreement_id.user_id")
    def _compute_user_id(self):
        for due in self:
            due.user_id = due.duty_id.user_id or due.agreement_id.user_id

    @api.depends("state", "date")
    def _compute_is_overdue(self):
        today = self.env["agreement"]._get_local_day()
        for due in self:
            due.is_overdue = due.state == "todo" and bool(due.date) and due.date < today

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self._get_late_domain()
        wanted = set(map(bool, value))
        if wanted == {True, False}:
            return Domain.TRUE
        return late if True in wanted else ~late

    @api.model
    def _get_late_domain(self):
        """What was due before today, under agreements that are or were in force."""
        today = self.env["agreement"]._get_local_day()
        return (
            Domain("state", "=", "todo")
            & Domain("date", "<", today)
            & Domain("agreement_id.signature_date", "!=", False)
            & Domain("agreement_id.cancelled_on", "=", False)
            & Domain("agreement_id.active", "=", True)
        )

    # -- buttons -------------------------------------------------------------------------

    def action_done(self):
        """It is done: who says so and when stays."""
        self.agreement_id._check_writer()
        self._settle("done")
        return True

    def action_waive(self):
        """It is let go: nobody waits for it any more."""
        self.agreement_id._check_writer()
        self._settle("waived")
        return True

    def _drop(self):
        """These dates are no more, and their to-dos with them."""
        self.activity_id.unlink()
        self.unlink()

    def action_reopen(self):
        """Said too soon: it is to do again; what was said stays in the agreement's history."""
        self.agreement_id._check_writer()
        for due in self.filtered(lambda d: d.state != "todo"):
            due._write_facts(
                {
                    "state": "todo",
                    "done_on": False,
                    "done_by_id": False,
                    "done_at": False,
                    "done_note": False,
                    # Its to-do was closed: another comes when it is late.
                    "alerted_at": False,
                    "activity_id": False,
                }
            )
            due.agreement_id.message_post(
                body=self.env._("« %(duty)s » is to do again.", duty=due.display_name)
            )
        return True

    def action_open_agreement(self):
        """The agreement that it is due under."""
        self.ensure_one()
        return self.agreement_id.get_formview_action()

    def _settle(self, state, note=None, proof=None, user=None):
        """Write down that these are done or let go, by whom, when, and tell the agreement.

        The caller has checked who may do this.

        :param proof: (name of the file, content), or None
        :raise UserError: when a proof is needed and there is none
        """
        user = user or self.env.user
        for due in self.filtered(lambda d: d.state == "todo"):
            if state == "done" and due.duty_id.proof_needed and not (proof or due.proof_file):
                raise UserError(
                    self.env._(
                        "« %(duty)s » is done when a file proves it: add it first.",
                        duty=due.display_name,
                    )
                )
            vals = {
                "state": state,
                "done_on": due.agreement_id._get_local_day(),
                "done_by_id": user.id,
                "done_at": fields.Datetime.now(),
                "done_note": note,
            }
            if proof:
                vals |= {"proof_filename": proof[0], "proof_file": base64.b64encode(proof[1])}
            due._write_facts(vals)
            due._close_activity()
            due.agreement_id.message_post(
                body=self.env._("Done: « %(duty)s », says %(who)s.", duty=due.display_name,
                                who=user.name)
                if state == "done"
                else self.env._("Let go: « %(duty)s », says %(who)s.", duty=due.display_name,
                                who=user.name)
            )  # fmt: skip

    def _close_activity(self):
        """What reminded of it has no object any more."""
        self.ensure_one()
        # sudo: the activity may be somebody else's; it is of this date
        self.sudo().activity_id.filtered("active").action_feedback()


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
