import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..tools.rhythm import get_instalments
from .agreement_price import MONEY_READERS, TREASURERS

_logger = logging.getLogger(__name__)


class TierslieuxAgreementInstalment(models.Model):
    """One period of a price that has fallen due: invoiced once, or left out.

    The database keeps one for each period of a price; it leads to the one invoice or bill that
    asks for it.
    """

    _name = "tierslieux.agreement.instalment"
    _description = "Instalment of an Agreement"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date desc, id desc"

    price_id = fields.Many2one(
        "tierslieux.agreement.price",
        string="Agreed Price",
        required=True,
        index=True,
        ondelete="restrict",
    )
    agreement_id = fields.Many2one(
        related="price_id.agreement_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="price_id.currency_id")
    direction = fields.Selection(related="price_id.direction", store=True)
    period_start = fields.Date(string="From", required=True)
    period_end = fields.Date(string="Until", required=True)
    date = fields.Date(string="Due on", required=True, index=True)
    price_unit = fields.Monetary(string="Price", required=True)
    quantity = fields.Float(default=1.0)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    is_skipped = fields.Boolean(string="Left out")
    error = fields.Char(string="Why Not Invoiced")
    move_id = fields.Many2one(
        "account.move", string="Invoice or Bill", index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [("todo", "To invoice"), ("skipped", "Left out"), ("done", "Invoiced")],
        compute="_compute_state",
        store=True,
        index=True,
    )

    _period_uniq = models.Constraint(
        "unique(price_id, period_start)", "This period of the price is written down already."
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    @api.depends("price_id.name", "period_start")
    def _compute_display_name(self):
        for line in self:
            day = line.agreement_id._format_day(line.period_start)
            line.display_name = f"{line.price_id.name} · {day}"

    @api.depends("price_unit", "quantity")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(line.price_unit * line.quantity)

    @api.depends("move_id", "is_skipped")
    def _compute_state(self):
        for line in self:
            line.state = "done" if line.move_id else "skipped" if line.is_skipped else "todo"

    # -- buttons -------------------------------------------------------------------------

    def _check_treasurer(self):
        self.check_access("read")
        self.price_id._check_treasurer()

    def action_skip(self):
        """It is not asked for."""
        self._check_treasurer()
        # sudo: instalments are written by processes; the right to deal with money was checked
        self.sudo().filtered(lambda line: line.state == "todo").is_skipped = True
        return True

    def action_ask(self):
        """It is asked for all the same: the next run invoices it."""
        self._check_treasurer()
        # sudo: see action_skip
        self.sudo().filtered(lambda line: line.state == "skipped").is_skipped = False
        return True

    def action_open_move(self):
        """The invoice or the bill."""
        self.ensure_one()
        return self.move_id.get_formview_action()

    # -- invoices and bills --------------------------------------------------------------

    @api.model
    def _cron_invoice(self):
        """Write down what has fallen due and make its invoices and bills, once each."""
        cron = self.env["ir.cron"]
        prices = self.env["tierslieux.agreement.price"].search(self._get_due_prices_domain())
        cron._commit_progress(remaining=len(prices))
        for price in prices:
            price._invoice_due()
            if not cron._commit_progress(1):
                return

    @api.model
    def _get_due_prices_domain(self):
        return (
            Domain("agreement_id.signature_date", "!=", False)
            & Domain("agreement_id.cancelled_on", "=", False)
            & Domain("agreement_id.is_template", "=", False)
            & (
                Domain("date_start", "=", False)
                | Domain("date_start", "<=", fields.Date.add(fields.Date.today(), days=1))
            )
        )

    def _invoice(self):
        """Make the invoice or the bill of each that has none.

        An error stays on its line, and the next run tries again; the others go on.
        """
        for line in self:
            line = line.try_lock_for_update().filtered(lambda li: li.state == "todo")
            if not line or line.currency_id.is_zero(line.amount):
                continue
            try:
                with self.env.cr.savepoint():
                    line._make_move()
            except UserError as error:
                _logger.info("Instalment %s was not invoiced: %s", line.id, error)
                line.error = str(error)[:250]

    def _make_move(self):
        self.ensure_one()
        price, agreement = self.price_id, self.agreement_id
        company = self.company_id or self.env.company
        distribution = price.analytic_distribution or agreement.analytic_distribution
        incoming = price.direction == "in"
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice" if incoming else "in_invoice",
                    "partner_id": (price.partner_id or agreement.partner_id).id,
                    "invoice_date": agreement._get_local_day(),
                    "invoice_origin": agreement.code,
                    "company_id": company.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": self._get_label(),
                                "product_id": price.product_id.id,
                                "quantity": self.quantity,
                                "price_unit": self.price_unit,
                                "tax_ids": [
                                    Command.set(
                                        (price.tax_ids or price.product_id.taxes_id).ids
                                        if incoming
                                        else price.tax_ids.ids
                                    )
                                ],
                                "analytic_distribution": distribution,
                                "agreement_instalment_id": self.id,
                            }
                        )
                    ],
                }
            )
        )
        self.write({"move_id": move.id, "error": False})
        # A bill waits for the partner's own paper, which has its number.
        if incoming:
            move.action_post()

    def _get_label(self):
        self.ensure_one()
        agreement = self.agreement_id.with_context(
            lang=(self.price_id.partner_id or self.agreement_id.partner_id).lang or self.env.lang
        )
        return agreement.env._(
            "%(what)s, %(code)s, from %(start)s to %(end)s",
            what=self.price_id.name,
            code=agreement.code,
            start=agreement._format_day(self.period_start),
            end=agreement._format_day(self.period_end),
        )


class TierslieuxAgreementPrice(models.Model):
    _inherit = "tierslieux.agreement.price"

    def _invoice_due(self):
        """Write down and invoice what has fallen due; who comes at the same time finds it done."""
        for price in self:
            if price.try_lock_for_update():
                price._ensure_instalments()
                price.instalment_ids._invoice()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    agreement_instalment_id = fields.Many2one(
        "tierslieux.agreement.instalment",
        string="Instalment of an Agreement",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"agreement_instalment_id"}


class Agreement(models.Model):
    _inherit = "agreement"

    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    price_ids = fields.One2many(
        "tierslieux.agreement.price", "agreement_id", string="Prices", groups=MONEY_READERS
    )
    instalment_ids = fields.One2many(
        "tierslieux.agreement.instalment",
        "agreement_id",
        string="Instalments",
        readonly=True,
        groups=MONEY_READERS,
    )
    committed_in = fields.Monetary(
        string="They owe", compute="_compute_money", groups=MONEY_READERS,
        help="What falls due up to the end to which both are bound, presence days as held.",
    )  # fmt: skip
    invoiced_in = fields.Monetary(string="Invoiced", compute="_compute_money", groups=MONEY_READERS)
    paid_in = fields.Monetary(string="Paid to us", compute="_compute_money", groups=MONEY_READERS)
    committed_out = fields.Monetary(string="We owe", compute="_compute_money", groups=MONEY_READERS)
    invoiced_out = fields.Monetary(string="Billed", compute="_compute_money", groups=MONEY_READERS)
    paid_out = fields.Monetary(string="Paid by us", compute="_compute_money", groups=MONEY_READERS)

    def _compute_currency_id(self):
        for agreement in self:
            agreement.currency_id = (agreement.company_id or self.env.company).currency_id

    @api.depends("price_ids.amount", "instalment_ids.move_id", "instalment_ids.amount")
    def _compute_money(self):
        for agreement in self:
            for direction in ("in", "out"):
                committed, invoiced, paid = agreement._get_money(direction)
                agreement[f"committed_{direction}"] = committed
                agreement[f"invoiced_{direction}"] = invoiced
                agreement[f"paid_{direction}"] = paid

    def _get_money(self, direction):
        """(committed, invoiced, paid) of one direction, without taxes."""
        self.ensure_one()
        committed = 0.0
        until = self.renewed_until or self._get_local_day()
        for price in self.price_ids.filtered(lambda p: p.direction == direction and p._get_start()):
            known = {line.period_start: line for line in price.instalment_ids}
            for due in get_instalments(price._get_price(), fields.Date.add(until, days=1)):
                line = known.get(due.start)
                if due.start > until:
                    continue  # of the next period, though it falls due on its first day
                if line:
                    committed += 0.0 if line.state == "skipped" else line.amount
                elif price.basis == "presence":
                    days = self._get_given_hours(due.start, due.end)[1]
                    committed += float(due.amount) * days
                elif not due.is_paused:
                    committed += float(due.amount)
        invoiced = paid = 0.0
        # sudo: what was invoiced and paid in all, for who may read what is agreed
        lines = self.instalment_ids.filtered(lambda li: li.direction == direction)
        for move in lines.sudo().move_id.filtered(lambda m: m.state == "posted"):
            refunds = move.reversal_move_ids.filtered(lambda m: m.state == "posted")
            net = move.amount_untaxed - sum(refunds.mapped("amount_untaxed"))
            invoiced += net
            # A credit note settles without money: what is open of what is left is not paid.
            if move.payment_state in ("paid", "in_payment", "partial") and move.amount_total:
                still_open = move.amount_untaxed * move.amount_residual / move.amount_total
                paid += max(net - still_open, 0.0)
        return committed, invoiced, paid

    def _count_unpaid(self):
        """Invoices and bills of this agreement that are past their date and open."""
        self.ensure_one()
        # sudo: how many, for who follows the agreement
        return (
            self.env["account.move"]
            .sudo()
            .search_count(
                [
                    ("id", "in", self.sudo().instalment_ids.move_id.ids),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    ("invoice_date_due", "<", self._get_local_day()),
                ]
            )
        )

    def action_invoice_due(self):
        """Make the invoices and bills of what has fallen due, without waiting for the night."""
        check_groups(self.env, *TREASURERS)
        self.check_access("read")
        for agreement in self:
            if not agreement.signature_date or agreement.cancelled_on:
                raise UserError(
                    self.env._(
                        "%(agreement)s is not signed: nothing falls due.",
                        agreement=agreement.display_name,
                    )
                )
        # sudo: as the nightly job, of these agreements alone; the group was checked
        self.sudo().price_ids._invoice_due()
        return True

    def action_open_moves(self):
        """Its invoices and bills."""
        self.ensure_one()
        check_groups(self.env, *TREASURERS)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices and Bills: %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.instalment_ids.move_id.ids)],
        }
