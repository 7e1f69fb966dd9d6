import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.tools.checked import checked_sudo

from ..tools.bill_part import NOTE, NOTHING

_logger = logging.getLogger(__name__)

# What an invoice, or a decision that nothing is due, has settled for good.
SETTLED = ("done", "nothing")


class TierslieuxBillingLine(models.Model):
    """The extras of one payer, or what else a trade bills, invoiced once at most.

    The database says so: an extra (a booking, a fee) because its invoice line names it and both
    are locked while it is billed; what a trade adds, by a constraint of its own.

    A trade extends ``_get_parts`` with what its lines come to, ``_key_names``, ``_get_anomalies``,
    ``_get_source``, ``_get_invoice_sections`` and ``_after_billing``.
    """

    _name = "tierslieux.billing.line"
    _description = "Billed Period"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "period_start desc, payer_id, id"
    # What makes a line the same as one worked out before, whatever became of that one.
    _key_names = ("payer_id", "period_start")

    run_id = fields.Many2one("tierslieux.billing.run", index=True, ondelete="restrict")
    payer_id = fields.Many2one(
        "res.partner", string="Invoiced to", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_extras = fields.Boolean(
        string="Extras", help="All that the payer owes beside what is due by the period."
    )
    period_start = fields.Date(string="From", required=True)
    period_end = fields.Date(string="To", required=True)
    state = fields.Selection(
        [
            ("todo", "To bill"),
            ("done", "Billed"),
            ("nothing", "Nothing due"),
            ("failed", "To check"),
        ],
        required=True,
        default="todo",
        index=True,
    )
    amount = fields.Monetary(aggregator="sum")
    amount_note = fields.Text(string="How it was computed")
    reason = fields.Char(help="What is to be checked, or why it could not be billed.")
    is_accepted = fields.Boolean(
        string="Checked", help="Somebody checked it: it is billed as it stands."
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="restrict"
    )

    _extras_uniq = models.UniqueIndex(
        "(run_id, payer_id) WHERE is_extras",
        "The extras of this payer are in this run already.",
    )
    _period_check = models.Constraint(
        "CHECK(period_end >= period_start)", "A period cannot end before it begins."
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    @api.depends("payer_id", "period_start")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.payer_id.display_name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        if self.filtered(lambda line: line.state in SETTLED):
            raise UserError(
                self.env._("What was billed stays: make a credit note on the invoice instead.")
            )

    # ------------------------------------------------------------------ buttons

    def action_accept(self):
        """ "It is right so": bill this line as it stands, at the launch."""
        self.run_id._check_biller()
        # sudo: lines are written by the run alone; the right was just checked.
        checked_sudo(self).filtered(lambda line: line.state == "failed").write(
            {"state": "todo", "is_accepted": True}
        )
        return True

    def action_open_invoice(self):
        """Open the invoice of this line."""
        self.ensure_one()
        return self._open(self.move_id)

    def action_open_source(self):
        """Open what is to be corrected."""
        self.ensure_one()
        return self._open(self._get_source())

    def _open(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------ what it comes to

    def _get_source(self):
        """The record where what this line bills is corrected: here, the payer's."""
        return self.payer_id

    def _get_parts(self, extras):
        """What each line comes to, in one pass for all: the cost must not grow with a query each.

        :param extras: see ``tierslieux.billing.run._get_extra_parts``
        :return: {line: [``BillPart``]}
        """
        return {line: extras.get(line.payer_id, []) if line.is_extras else [] for line in self}

    def _write_amounts(self, parts):
        """What the parts of each line come to, and one sentence a part that says how.

        Lines that say the same are written together: most people of one plan are.
        """
        alike, listed = defaultdict(list), {}
        self.mapped("currency_id")  # worked out for all at once, not line by line
        for line in self:
            money = line.currency_id.format
            notes = [
                part.name
                if part.is_text
                else part.note
                or self.env._("%(name)s: %(amount)s", name=part.name, amount=money(part.amount))
                for part in parts[line]
            ]
            note = "\n".join(notes) or self.env._("Nothing due.")
            alike[line._get_parts_amount(parts[line], listed), note].append(line.id)
        for (amount, note), ids in alike.items():
            self.browse(ids).write({"amount": amount, "amount_note": note})
        self.filtered("reason").reason = False

    def _get_parts_amount(self, parts, listed=None):
        """Sum of the parts with the taxes that they will carry on the invoice: Odoo's choice, for
        the payer's fiscal position. Each is rounded, as the invoice rounds its lines.

        :param dict listed: whether a product and an account carry a tax at all, as found for the
            lines before, filled in here
        """
        listed = {} if listed is None else listed
        currency, total = self.currency_id, 0.0
        for part in parts:
            if part.is_text:
                continue
            product = part.product or self.env["product.product"]
            if part.seller and not product:
                product = part.seller.product_id
            taxes = self.env["account.tax"]
            if "tax_ids" not in part.line_vals:
                account = self.env["account.account"].browse(part.line_vals.get("account_id"))
                key = (self.company_id, product, account)
                if key not in listed:
                    listed[key] = bool(self.company_id._get_listed_taxes(product, account))
                if listed[key]:
                    taxes = self.company_id._get_sale_taxes(product, account, self.payer_id)
            total += (
                taxes.compute_all(part.price_unit, currency, part.quantity, product, self.payer_id)[
                    "total_included"
                ]
                if taxes
                else currency.round(part.amount)
            )
        return currency.round(total)

    def _get_anomalies(self):
        """What a person should look at before it is billed: {line: sentence}."""
        anomalies = {}
        for line in self.filtered(lambda line: not line.payer_id.active):
            anomalies[line] = self.env._(
                "%(payer)s is archived: choose another payer, or take them out of the archives.",
                payer=line.payer_id.name,
            )
        for payer, lines in self.grouped("payer_id").items():
            total, currency = sum(lines.mapped("amount")), lines[0].currency_id
            if currency.compare_amounts(total, 0.0) >= 0:
                continue
            for line in lines:
                anomalies.setdefault(
                    line,
                    self.env._(
                        "%(payer)s would get %(amount)s back: a credit note is made when you"
                        " accept it.",
                        payer=payer.name,
                        amount=currency.format(-total),
                    ),
                )
        return anomalies

    # ------------------------------------------------------------------ invoice of one payer

    def _prepare_move_vals(self, parts, journal, accounts):
        """Values of the invoice of one payer, from the amounts that these lines have.

        :param dict parts: see ``_get_parts``
        :param accounts: {seller: (income account, whether no tax applies to it)}
        :return: dict, empty when nothing is due; a credit note when the sum is below zero
        """
        run, payer = self.run_id, self.payer_id
        sign = -1 if run.currency_id.compare_amounts(sum(self.mapped("amount")), 0.0) < 0 else 1
        commands = []
        for title, lines in self._get_invoice_sections():
            due = [
                line._prepare_move_line_vals(part, sign, accounts)
                for line in lines
                for part in parts[line]
                if part.kind != NOTHING
            ]
            if due and title:
                due.insert(0, {"display_type": "line_section", "name": title})
            commands += [Command.create(vals) for vals in due]
        if not commands:
            return {}
        return {
            "move_type": "out_invoice" if sign > 0 else "out_refund",
            "partner_id": payer.id,
            "company_id": run.company_id.id,
            "journal_id": journal.id,
            "currency_id": run.currency_id.id,
            "invoice_date": run.invoice_date,
            "invoice_origin": run.name,
            "invoice_line_ids": commands,
        }

    def _get_invoice_sections(self):
        """The lines of one payer in the order of their invoice, by sections of it.

        :return: list of (title of the section or "", lines)
        """
        return [("", self)]

    def _prepare_move_line_vals(self, part, sign, accounts):
        """Values of the invoice line of one part."""
        self.ensure_one()
        if part.kind == NOTE:
            return {"display_type": "line_note", "name": part.name}
        vals = {
            "name": part.name,
            "quantity": part.quantity,
            "price_unit": sign * part.price_unit,
            "billing_kind": part.kind,
            "analytic_distribution": (
                part.source._get_analytic_distribution() if part.source else False
            ),
        }
        if product := part.product or (part.seller and part.seller.product_id):
            vals["product_id"] = product.id
        if part.seller:
            account, is_untaxed = accounts[part.seller]
            vals["account_id"] = account.id
            if is_untaxed:
                vals["tax_ids"] = False
        vals.update(part.line_vals)
        if "tax_ids" in vals and not vals["tax_ids"]:
            vals["tax_ids"] = [Command.clear()]
            # Without tax the balance is known: Odoo need not work the line out once more.
            amount = self.currency_id.round(vals["quantity"] * vals["price_unit"])
            vals["balance"] = vals["amount_currency"] = -sign * amount
        return vals

    # ------------------------------------------------------------------ making the invoices

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
        addressed = moves.filtered("partner_id.email") if run.send_invoices else moves.browse()
        if addressed:
            # Odoo's own queue of e-mails takes them.
            addressed.sending_data = {
                "author_user_id": self.env.user.id,
                "author_partner_id": self.env.user.partner_id.id,
            }
            self.env.ref("account.ir_cron_account_move_send")._trigger()
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
