import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Payers billed in one transaction: large enough for Odoo to work in batch, small enough for
# two workers to share a month and for a killed one to lose little.
BATCH = 50
# Up to so many payers, the person who launches waits for the end.
AT_ONCE = 30
CRONS = ("cron_bill_1", "cron_bill_2")


class TierslieuxBillingRun(models.Model):
    """Making the invoices: in batches, shared by several workers, one transaction each.

    A worker locks the first line of each payer it takes (the others are skipped by whoever else
    is at work), makes and posts the invoices of the batch and commits all of it, or nothing:
    killed in between, its lines are still to bill.
    """

    _inherit = "tierslieux.billing.run"

    def _launch(self):
        """Bill a small month at once; hand a large one to the background workers."""
        self.ensure_one()
        if self.state == "done":
            raise UserError(
                self.env._(
                    "The run of %(month)s is done: make a new run for what is still to bill.",
                    month=self.name,
                )
            )
        self.state = "running"
        payers = self.line_ids.filtered(lambda line: line.state == "todo").payer_id
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
                        count=self.todo_count,
                    ),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        while self._bill_batch(AT_ONCE):
            pass
        self._finish()
        return True

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


class TierslieuxBillingLine(models.Model):
    _inherit = "tierslieux.billing.line"

    def _bill(self):
        """Make and post the invoices of these lines; those that cannot be say why.

        What fails is found by halves, so that one failure costs its neighbours little.
        """
        try:
            with self.env.cr.savepoint():
                self._make_invoices()
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # pylint: disable=broad-except
            payers = self.payer_id
            if len(payers) == 1:
                self._note_failure(error)
                return
        half = payers[: len(payers) // 2]
        first = self.filtered(lambda line: line.payer_id in half)
        first._bill()
        (self - first)._bill()

    def _note_failure(self, error):
        """Write on the lines of one payer why they could not be billed."""
        if isinstance(error, UserError):
            reason = str(error)
        else:
            _logger.exception("Billing of %s failed", self)
            reason = self.env._(
                "Unexpected error, nothing was invoiced: show it to whoever looks after the"
                " software (%(error)s).",
                error=type(error).__name__,
            )
        self.write({"state": "failed", "reason": reason, "is_accepted": False})

    def _make_invoices(self):
        """Create and post one invoice per payer, in one batch, and settle the lines."""
        run = self.run_id
        payers = self.filtered("is_extras").payer_id
        extras = run._get_extra_parts(payers, lock=True) if payers else {}
        parts = self._get_parts(extras)
        self._write_amounts(parts)
        journal = (
            self.env["account.move"]
            .new({"move_type": "out_invoice", "company_id": run.company_id.id})
            ._search_default_journal()
        )
        accounts = self._get_accounts(parts)
        vals_list, billed = [], []
        for lines in self.grouped("payer_id").values():
            if vals := lines._prepare_move_vals(parts, journal, accounts):
                vals_list.append(vals)
                billed.append(lines)
        # One message says where the invoice comes from, in place of what changed from draft.
        Move = self.env["account.move"].with_context(
            tracking_disable=True, tierslieux_numbers_follow=True
        )
        moves = Move.create(vals_list)
        for lines, move in zip(billed, moves, strict=True):
            lines.write({"state": "done", "move_id": move.id})
        self.filtered(lambda line: not line.move_id).state = "nothing"
        self._after_billing(parts)
        if run.send_invoices:
            self._send_invoices(moves)
        if moves:
            note = self.env._("Made by the billing run of %(month)s.", month=run.name)
            moves._message_log_batch(bodies=dict.fromkeys(moves.ids, note))
        self.env.flush_all()
        # Last: numbers follow each other, so that from the first number taken to the commit,
        # whoever else posts in this journal waits.
        if moves:
            moves.action_post()
        # Refused by the database now rather than at the commit, where nothing could name it.
        self.env.flush_all()

    def _get_accounts(self, parts):
        """Income account of each thing sold, and whether no tax applies to it.

        The product alone says the taxes here, as it does on an invoice typed by hand; the
        payer's fiscal position then finds none to replace.

        :return: {seller: (account, bool)}
        """
        sellers = {part.seller for own in parts.values() for part in own if part.seller}
        accounts = {}
        for seller in sellers:
            account = seller._get_income_account()
            taxes = seller.product_id.taxes_id.filtered(
                lambda tax: tax.company_id == self.company_id[:1]
            )
            accounts[seller] = account, not taxes and not account.tax_ids
        return accounts

    def _after_billing(self, parts):
        """What follows once the invoices of these lines are made: what was billed says with
        which line. Extended by what a period billed opens (credits).

        :param dict parts: {line: its :class:`BillPart`}
        """

    def _send_invoices(self, moves):
        """Hand the invoices of payers with an address to Odoo's own queue of e-mails."""
        moves = moves.filtered("partner_id.email")
        if moves:
            moves.sending_data = {
                "author_user_id": self.env.user.id,
                "author_partner_id": self.env.user.partner_id.id,
            }
            self.env.ref("account.ir_cron_account_move_send")._trigger()
