import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS

_lt = LazyTranslate(__name__)


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
