# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.tools.misc import format_date

from ..tools import fec

# A request is cut by the server after a minute or two: longer files go to the job.
MOST_LINES_AT_ONCE = 5_000

_logger = logging.getLogger(__name__)


class FecImport(models.Model):
    """The books of a year of another software, taken over: read, shown, then booked as a whole.

    The story: ``action_preview`` reads the file and says what it would do; ``action_import`` books
    it, here or in the job, in one transaction; ``action_undo`` takes it out again.
    """

    _name = "tierslieux.fec.import"
    _description = "Import of Accounting Entries"
    _inherit = ["mail.thread"]
    _order = "create_date DESC, id DESC"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    file = fields.Binary(attachment=True, required=True)
    filename = fields.Char(string="File Name")
    date_from = fields.Date(
        string="First Day",
        compute="_compute_year",
        store=True,
        readonly=False,
        help="Entries before this day are refused.",
    )
    date_to = fields.Date(string="Last Day", compute="_compute_year", store=True, readonly=False)
    use_letters = fields.Boolean(
        string="Take over the matching",
        default=True,
        help="What the other software matched (invoice and payment) is matched here.",
    )
    state = fields.Selection(
        [
            ("draft", "To read"),
            ("previewed", "Read"),
            ("queued", "Being booked"),
            ("failed", "Not booked"),
            ("done", "Booked"),
            ("undone", "Taken out"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    count_lines = fields.Integer(string="Lines", readonly=True, copy=False)
    count_entries = fields.Integer(string="Entries in the File", readonly=True, copy=False)
    count_new = fields.Integer(string="Entries to Book", readonly=True, copy=False)
    count_existing = fields.Integer(string="In the Books Already", readonly=True, copy=False)
    count_refused = fields.Integer(string="Refused Entries", readonly=True, copy=False)
    account_missing_count = fields.Integer(string="Unknown Accounts", readonly=True, copy=False)
    partner_missing_count = fields.Integer(string="New Contacts", readonly=True, copy=False)
    total_debit = fields.Monetary(readonly=True, copy=False)
    total_credit = fields.Monetary(readonly=True, copy=False)
    account_ids = fields.One2many(
        "tierslieux.fec.import.account", "import_id", string="Accounts that the chart lacks"
    )
    refusals = fields.Text(string="What Is Refused", readonly=True, copy=False)
    refused_file = fields.Binary(attachment=True, readonly=True, copy=False)
    refused_filename = fields.Char(compute="_compute_name")
    remarks = fields.Text(readonly=True, copy=False)
    message = fields.Text(string="Why It Is Not Booked", readonly=True, copy=False)
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    move_ids = fields.One2many("account.move", "fec_import_id", string="Entries", readonly=True)
    count_booked = fields.Integer(string="Entries Booked", compute="_compute_count_booked")

    @api.depends("filename", "company_id")
    def _compute_name(self):
        for book in self:
            book.name = book.filename or self.env._("File of entries")
            book.refused_filename = self.env._("refused-%s.csv", book.name.rsplit(".", 1)[0])

    @api.depends("filename")
    def _compute_year(self):
        """From the name of the file, which the decree fixes; the reading completes it."""
        for book in self:
            closing = fec.get_closing_day(book.filename)
            if closing:
                book.date_from, book.date_to = fec.get_year(closing, [])

    def _compute_count_booked(self):
        counts = dict(
            self.env["account.move"]._read_group(
                [("fec_import_id", "in", self.ids)], ["fec_import_id"], ["__count"]
            )
        )
        for book in self:
            book.count_booked = counts.get(book, 0)

    @api.constrains("date_from", "date_to")
    def _check_year(self):
        for book in self:
            if book.date_from and book.date_to and book.date_from > book.date_to:
                raise ValidationError(
                    self.env._("The year begins after it ends: correct one of the two days.")
                )

    def write(self, vals):
        """Another file is read again before it is booked."""
        if {"file", "filename", "date_from", "date_to", "company_id"} & set(vals):
            read = self.filtered(lambda book: book.state == "previewed")
            if read and "state" not in vals:
                super(FecImport, read).write({"state": "draft"})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        # sudo: whether there are any, those of another company included
        if self.sudo().move_ids:
            raise UserError(
                self.env._("Entries of this file are in the books: take them out first.")
            )

    # -- read ------------------------------------------------------------------------------

    def action_preview(self):
        """Read the file and say what would be booked, what is refused and why. Books nothing."""
        self.ensure_one()
        self._check_not_running()
        plan = self._read_plan()
        self._keep_missing_accounts(plan)
        plan = self._read_plan(plan.book)
        self._keep_plan(plan)
        return True

    def _check_not_running(self):
        if self.state in ("queued", "done"):
            raise UserError(
                self.env._("This file is booked, or being booked: nothing can be read again.")
            )

    def _read_plan(self, book=None):
        """Read the file and set it beside the books.

        :param book: what was read from the file, where it was
        :return: a ``Plan`` (see `fec_import_check.py`)
        """
        book = book or self._read_book()
        self._complete_year(book)
        return self._check_book(book)

    def _read_book(self):
        try:
            return fec.read(base64.b64decode(self.file or b""))
        except fec.FecError as error:
            raise UserError(self._tell_file_error(error)) from None

    def _complete_year(self, book):
        """The year, where the name of the file does not say it, or where the opening entries of
        the file say that it is not of twelve months."""
        openings = [entry.day for entry in book.entries if entry.is_opening]
        closing = fec.get_closing_day(self.filename)
        if closing and self.date_to == closing and openings:
            usual = fec.get_year(closing, [])[0]
            if self.date_from == usual:
                self.date_from = fec.get_year(closing, openings)[0]
        elif not self.date_to and book.entries:
            days = sorted(entry.day for entry in book.entries)
            bounds = self.company_id.compute_fiscalyear_dates(days[len(days) // 2])
            self.date_from, self.date_to = bounds["date_from"], bounds["date_to"]

    def _keep_plan(self, plan):
        self.write(
            {
                "state": "previewed",
                "message": False,
                "count_lines": plan.book.line_count,
                "count_entries": plan.entry_count,
                "count_new": len(plan.new),
                "count_existing": len(plan.existing),
                "count_refused": plan.refused_count,
                "account_missing_count": len(plan.missing),
                "partner_missing_count": len(plan.new_partners),
                "total_debit": plan.book.debit / 100,
                "total_credit": plan.book.credit / 100,
                "refusals": self._tell_refusals(plan.refusals),
                "refused_file": self._write_refused(plan.refusals),
                "remarks": "\n".join(plan.remarks) or False,
            }
        )

    # -- book ------------------------------------------------------------------------------

    def action_import(self):
        """Book what was read: all of it, or nothing."""
        self.ensure_one()
        self.check_access("write")
        self._check_not_running()
        if self.state != "previewed":
            self.action_preview()
        if self.count_refused:
            raise UserError(
                self.env._(
                    "%(count)s entries are refused, and a year is booked as a whole: correct them"
                    " in the former software, make the file again and read it.\n\n%(what)s",
                    count=self.count_refused,
                    what=self.refusals or "",
                )
            )
        self.requested_by_id = self.env.user
        if request and self.count_lines > MOST_LINES_AT_ONCE:
            self.state = "queued"
            self.env.ref("l10n_fr_fec_import.cron_fec_import")._trigger()
            return True
        self._book()
        return True

    def _book(self):
        plan = self._read_plan()
        self._keep_missing_accounts(plan)
        if plan.refusals:
            self._keep_plan(plan)
            raise UserError(
                self.env._(
                    "The books have changed since the file was read: read it again.\n\n%s",
                    self.refusals or "",
                )
            )
        self._write_plan(plan)
        self.write({"state": "done", "message": False})

    @api.model
    def _cron_import(self):
        """Book what waits, each file in a transaction of its own."""
        Cron = self.env["ir.cron"]
        waiting = [("state", "=", "queued")]
        Cron._commit_progress(remaining=self.search_count(waiting))
        while book := self.search(waiting, order="write_date, id", limit=1):
            user = book.requested_by_id or self.env.user
            told = book.with_user(user).with_company(book.company_id)
            told = told.with_context(lang=user.lang, allowed_company_ids=book.company_id.ids)
            try:
                with self.env.cr.savepoint():
                    told._book()
                    self.env.flush_all()
            except (UserError, ValidationError) as error:
                told.write({"state": "failed", "message": str(error)})
            except Exception:  # said on the import; the next ones go on
                _logger.exception("%s was not booked", book.filename)
                told.write({"state": "failed", "message": told._tell_crash()})
            told._tell_requester()
            if not Cron._commit_progress(1):
                return

    def _tell_requester(self):
        body = (
            self.env._(
                "%(name)s is booked: %(count)s entries.", name=self.name, count=self.count_booked
            )
            if self.state == "done"
            else self.env._("%(name)s was not booked: %(why)s", name=self.name, why=self.message)
        )
        self.message_post(
            body=body, partner_ids=self.requested_by_id.partner_id.ids, subtype_xmlid="mail.mt_note"
        )

    # -- afterwards ------------------------------------------------------------------------

    def action_undo(self):
        """Take the entries out of the books again, where nothing leans on them."""
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("Nothing of this file is in the books."))
        moves = self.move_ids
        for move in moves[:1]:
            locks = move.company_id._get_violated_lock_dates(
                min(moves.mapped("date")), False, move.journal_id
            )
            if locks:
                raise UserError(
                    self.env._(
                        "The year is closed until %s: these entries can no longer be taken out.",
                        format_date(self.env, locks[-1][0]),
                    )
                )
        lines = moves.line_ids
        matched = lines.matched_debit_ids.debit_move_id | lines.matched_credit_ids.credit_move_id
        others = matched.move_id - moves
        if others:
            raise UserError(
                self.env._(
                    "Entries made here are matched with these (%s): undo those matchings first.",
                    ", ".join(others[:5].mapped("name")),
                )
            )
        lines.remove_move_reconcile()
        moves.button_draft()
        moves.with_context(force_delete=True).unlink()
        self.state = "undone"
        return True

    def action_open_moves(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_journal_line")
        action["domain"] = [("fec_import_id", "=", self.id)]
        action["context"] = {"create": False, "search_default_posted": 0}
        return action
