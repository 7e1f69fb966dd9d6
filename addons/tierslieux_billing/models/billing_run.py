from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)

# Payers billed in one transaction: large enough for Odoo to work in batch, small enough for
# two workers to share a month and for a killed one to lose little.
BATCH = 50
# Up to so many payers, the person who launches waits for the end.
AT_ONCE = 30
CRONS = ("cron_bill_1", "cron_bill_2")
BILLERS = ("tierslieux_base.group_manager", "tierslieux_base.group_treasurer")
RUN_SENTENCE = _lt(
    "The run of %(record)s changes with its buttons: « Preview the Month », « Make the Invoices »"
    " (%(fields)s)."
)
GUARDS = (
    Guard({"state"}, sentence=RUN_SENTENCE),
    Guard(
        {"date", "company_id", "invoice_date", "send_invoices"},
        when="_is_launched",
        sentence=RUN_SENTENCE,
    ),
)


class TierslieuxBillingRun(models.Model):
    """One month's billing: previewed, launched, and relaunched for what is left.

    What is due is a line, and a line belongs to one run: the run that found it first. A second
    run of the same month finds nothing left to bill.

    Invoices are made in batches, shared by several workers, one transaction each. A worker locks
    the first line of each payer it takes (the others are skipped by whoever else is at work),
    makes and posts the invoices of the batch and commits all of it, or nothing: killed in between,
    its lines are still to bill.

    A trade adds what it bills by itself (``_prepare_due_vals``, and ``_get_parts`` of the lines)
    and who pays for whom (``_get_payers``); its extras inherit ``tierslieux.extra.mixin``.
    """

    _name = "tierslieux.billing.run"
    _description = "Billing Run"
    _inherit = ["mail.thread", "tierslieux.guarded.mixin"]
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Month",
        required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), "month"),
        help="Any day of the month to bill.",
    )
    invoice_date = fields.Date(required=True, default=fields.Date.context_today)
    send_invoices = fields.Boolean(
        string="Send by E-mail",
        default=True,
        help="Each invoice leaves by e-mail once it is made, to payers who have an address.",
    )
    state = fields.Selection(
        [("draft", "Preview"), ("running", "Running"), ("done", "Done")],
        required=True,
        default="draft",
        tracking=True,
        readonly=True,
        copy=False,
    )
    previewed_at = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("tierslieux.billing.line", "run_id", readonly=True)
    # What the preview says, and where the run stands
    todo_count = fields.Integer(string="Invoices to make", compute="_compute_figures")
    todo_amount = fields.Monetary(string="Total to bill", compute="_compute_figures")
    check_count = fields.Integer(string="To check", compute="_compute_figures")
    nothing_count = fields.Integer(string="Nothing due", compute="_compute_figures")
    done_count = fields.Integer(string="Invoices made", compute="_compute_figures")
    done_amount = fields.Monetary(string="Total billed", compute="_compute_figures")
    progress = fields.Float(compute="_compute_figures", help="Per cent of the invoices made.")
    summary = fields.Char(compute="_compute_figures")

    _open_uniq = models.UniqueIndex(
        "(company_id) WHERE state <> 'done'",
        "Another billing run of this association is open: finish it, or delete its preview.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_launched(self, _name, _value):
        return bool(self) and self.state != "draft"

    @api.depends("date")
    def _compute_name(self):
        for run in self:
            month = format_date(run.env, run.date, date_format="MMMM y") if run.date else ""
            run.name = month[:1].upper() + month[1:]

    @api.depends("line_ids.state", "line_ids.amount", "line_ids.payer_id")
    def _compute_figures(self):
        totals = {}
        for run, payer, state, amount, count in self.env["tierslieux.billing.line"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "payer_id", "state"],
            ["amount:sum", "__count"],
        ):
            totals.setdefault(run.id, {}).setdefault(state, []).append((payer.id, amount, count))
        for run in self:
            by_state = totals.get(run._origin.id, {})
            currency = run.currency_id
            todo = [row for row in by_state.get("todo", ()) if not currency.is_zero(row[1])]
            done = [row for row in by_state.get("done", ()) if not currency.is_zero(row[1])]
            run.todo_count, run.todo_amount = len(todo), sum(row[1] for row in todo)
            run.done_count, run.done_amount = len(done), sum(row[1] for row in done)
            run.check_count = sum(row[2] for row in by_state.get("failed", ()))
            run.nothing_count = sum(row[2] for row in by_state.get("nothing", ()))
            total = run.todo_count + run.done_count
            run.progress = 100.0 * run.done_count / total if total else 0.0
            run.summary = run._get_summary()

    def _get_summary(self):
        """ "87 invoices, 21 430 €, 3 to check", for the state the run is in."""
        self.ensure_one()
        if self.state == "draft" and not self.previewed_at:
            return False
        if self.state == "draft":
            count, amount = self.todo_count, self.todo_amount
        else:
            count, amount = self.done_count, self.done_amount
        if self.state == "running" and not count:
            return self.env._("The invoices are being made.")
        if not count and not self.check_count:
            return self.env._("Nothing to bill: this month is billed already, or nothing is due.")
        text = self.env._(
            "%(count)s invoices, %(amount)s", count=count, amount=self.currency_id.format(amount)
        )
        if self.check_count:
            text = self.env._("%(text)s, %(check)s to check", text=text, check=self.check_count)
        return text

    # ------------------------------------------------------------------ create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("date"):
                vals["date"] = fields.Date.start_of(fields.Date.to_date(vals["date"]), "month")
        return super().create(vals_list)

    def write(self, vals):
        if not vals.get("date"):
            return super().write(vals)
        month = fields.Date.start_of(fields.Date.to_date(vals["date"]), "month")
        others = self.filtered(lambda run: run.date != month)
        result = super().write(dict(vals, date=month))
        # What was previewed was another month's.
        others._write_facts({"previewed_at": False})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_launched(self):
        for run in self:
            if run.state != "draft":
                raise UserError(
                    self.env._(
                        "The run of %(month)s has made invoices: it stays as their trace.",
                        month=run.name,
                    )
                )
            # sudo: a preview holds nothing; its right is the run's, checked by the ORM.
            run.sudo().line_ids.unlink()

    # ------------------------------------------------------------------ preview

    def _prepare_lines(self):
        """Find what is due in the month, and what earlier runs left or failed to bill."""
        self.ensure_one()
        Line = self.env["tierslieux.billing.line"]
        left = Line.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("todo", "failed")),
                ("run_id.state", "!=", "running"),
            ]
        )
        # They are worked out again, but what somebody has checked stays checked.
        accepted = {
            tuple(line[name] for name in line._key_names) for line in left.filtered("is_accepted")
        }
        extras = self._get_extra_parts()
        vals_list = self._prepare_due_vals(extras, left)
        left.unlink()
        lines = Line.create(vals_list)
        if accepted:
            lines.filtered(
                lambda line: tuple(line[name] for name in line._key_names) in accepted
            ).is_accepted = True
        lines._write_amounts(lines._get_parts(extras))
        for line, reason in lines._get_anomalies().items():
            if not line.is_accepted:
                line.write({"state": "failed", "reason": reason})
        self.previewed_at = fields.Datetime.now()

    def _prepare_due_vals(self, extras, left):
        """Values of a line for each thing that is due: here, the extras of each payer.

        :param extras: see ``_get_extra_parts``
        :param left: lines that no invoice settled, of this run and of those that are over, about
            to be worked out again: extras are still due, and need no look at them
        :return: list of dicts
        """
        until = self._get_extras_end()
        return [
            {
                "run_id": self.id,
                "company_id": self.company_id.id,
                "payer_id": payer.id,
                "period_start": fields.Date.start_of(until, "month"),
                "period_end": until,
                "is_extras": True,
            }
            for payer in extras
        ]

    # ------------------------------------------------------------------ rights

    def _check_biller(self):
        """Buttons are hidden in the views; the right is checked here."""
        if not self.env.su and not any(self.env.user.has_group(group) for group in BILLERS):
            raise AccessError(
                self.env._("Only a manager or the treasurer bills the month: ask one of them.")
            )

    # ------------------------------------------------------------------ buttons

    def action_preview(self):
        """Work out what the month comes to; nothing is written in the books."""
        self._check_biller()
        for run in self:
            if run.state == "running":
                raise UserError(
                    self.env._("The run of %(month)s is on its way: wait for its end.",
                               month=run.name)
                )  # fmt: skip
            # sudo: the run reads what is due to everybody, and writes lines nobody else may.
            run.sudo().with_company(run.company_id)._prepare_lines()
        return True

    def action_launch(self):
        """Make and post the invoices: at once when they are few, else in the background."""
        self.ensure_one()
        self._check_biller()
        if self.state == "draft" and not self.previewed_at:
            self.action_preview()
        # sudo: accounting is the treasurer's; a manager may launch what the preview showed.
        run = self.sudo().with_company(self.company_id)
        if run.state == "done":
            raise UserError(
                self.env._(
                    "The run of %(month)s is done: make a new run for what is still to bill.",
                    month=run.name,
                )
            )
        run.state = "running"
        payers = run.line_ids.filtered(lambda line: line.state == "todo").payer_id
        if len(payers) > AT_ONCE:
            for name in CRONS:
                self.env.ref(f"tierslieux_billing.{name}")._trigger()
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "%(count)s invoices are being made in the background. You may go on with"
                        " something else: this page says where it stands.",
                        count=run.todo_count,
                    ),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        while run._bill_batch(AT_ONCE):
            pass
        run._finish()
        return True

    def action_refresh(self):
        """Read the run again: invoices are made in the background."""
        return True

    def action_open_lines(self):
        """Open the lines of the run."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_billing.billing_line_action"
        )
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

    def action_open_failed(self):
        """Open the lines of the run that somebody is to check."""
        return {**self.action_open_lines(), "context": {"search_default_failed": 1}}

    def action_open_invoices(self):
        """Open the invoices of the run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %(month)s", month=self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.move_id.ids)],
        }

    # ------------------------------------------------------------------ making the invoices

    @api.model
    def _cron_bill(self, batch_size=BATCH):
        """Bill the runs that were launched, batch after batch; several may work at once."""
        Cron = self.env["ir.cron"]
        for run in self.search([("state", "=", "running")]):
            # What is written beside the invoices is read by whoever launched the month.
            run = run.with_company(run.company_id).with_context(lang=run.create_uid.lang)
            Cron._commit_progress(remaining=run._count_todo())
            while True:
                try:
                    done = run._bill_batch(batch_size)
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    # Another worker took these lines between our look and our lock.
                    self.env.cr.rollback()
                    continue
                if not done:
                    break
                if not Cron._commit_progress(done, remaining=run._count_todo()):
                    return
            run._finish()
            Cron._commit_progress()

    def _count_todo(self):
        return self.env["tierslieux.billing.line"].search_count(
            [("run_id", "=", self.id), ("state", "=", "todo")]
        )

    # ------------------------------------------------------------------ a batch

    def _bill_batch(self, limit=BATCH):
        """Bill up to ``limit`` payers that no other worker has taken.

        :return: number of lines settled or failed; 0 when nothing is left to take
        """
        self.ensure_one()
        Line = self.env["tierslieux.billing.line"]
        todo = [("run_id", "=", self.id), ("state", "=", "todo")]
        first_ids = [first for _payer, first in Line._read_group(todo, ["payer_id"], ["id:min"])]
        firsts = Line.browse(sorted(first_ids)).try_lock_for_update(limit=limit)
        if not firsts:
            return 0
        lines = Line.search([*todo, ("payer_id", "in", firsts.payer_id.ids)], order="payer_id, id")
        lines._bill()
        return len(lines)

    def _finish(self):
        """Close the run once no line is left to bill, whoever billed the last one."""
        self.ensure_one()
        if self._count_todo() or not self.try_lock_for_update() or self.state != "running":
            return
        # A worker that numbers its invoices does not see yet those that the other has just
        # numbered: the first of a batch looks as if the one before it were missing. Look again.
        moves = self.line_ids.move_id.filtered("made_sequence_gap")
        self.env.add_to_compute(moves._fields["made_sequence_gap"], moves)
        moves.flush_recordset(["made_sequence_gap"])
        self.state = "done"
        # At once: one open run a company, says the database.
        self.flush_recordset(["state"])
        failed = self.line_ids.filtered(lambda line: line.state == "failed")
        self.message_post(
            body=self.env._(
                "%(count)s invoices made, %(amount)s in all, %(check)s to check.",
                count=self.done_count,
                amount=self.currency_id.format(self.done_amount),
                check=len(failed),
            )
        )
