from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.tools.readers import DUNNING, TEAM

# Days left to the payer between two tones, however late the invoice is.
DAYS_BETWEEN = 7


class AccountMove(models.Model):
    """Late invoices: which tone is due, one message per payer, each tone once per invoice."""

    _inherit = "account.move"

    dunning_log_ids = fields.One2many(
        "tierslieux.message.line",
        "move_id",
        string="Payment Reminders",
        readonly=True,
        # Those who may read messages; of reminders, a rule leaves the desk none.
        groups=TEAM,
    )
    dunning_level_id = fields.Many2one(
        "tierslieux.dunning.level",
        string="Last Reminder",
        compute="_compute_dunning_level_id",
        groups=DUNNING,
        help="The last tone in which its payer was reminded of it.",
    )
    dunning_is_held = fields.Boolean(
        string="Do not remind",
        copy=False,
        tracking=True,
        help="Disputed, or paid in instalments: no reminder is sent for this invoice.",
    )
    dunning_is_urgent = fields.Boolean(
        copy=False,
        readonly=True,
        help="Its debit came back: the next tone is due at once, whatever the days.",
    )

    dunning_owed = fields.Monetary(
        string="Left to pay, credits taken off",
        currency_field="company_currency_id",
        compute="_compute_dunning_owed",
        groups=DUNNING,
        help="Credit notes and payments of the payer that are not matched with an invoice go to"
        " their oldest late invoice first.",
    )

    @api.depends("commercial_partner_id", "company_id", "amount_residual_signed")
    def _compute_dunning_owed(self):
        today = fields.Date.context_today(self)
        domains = [self._get_dunning_domain(company, today) for company in self.company_id]
        late = self.search(
            Domain.OR(domains)
            & Domain("commercial_partner_id", "in", self.commercial_partner_id.ids)
        )
        owed = (self | late)._get_owed()
        for move in self:
            move.dunning_owed = owed.get(move, 0.0)

    @api.depends("dunning_log_ids.level_id")
    def _compute_dunning_level_id(self):
        for move in self:
            levels = move.dunning_log_ids.level_id
            move.dunning_level_id = max(levels, key=lambda level: level.sequence, default=False)

    # ------------------------------------------------------------------ what is due

    @api.model
    def _get_dunning_domain(self, company, day):
        """Those that are late, of ``_get_unpaid_domain``."""
        return (
            Domain("company_id", "=", company.id)
            & self._get_unpaid_domain()
            & (Domain("invoice_date_due", "<", day) | Domain("dunning_is_urgent", "=", True))
        )

    @api.model
    def _get_unpaid_domain(self):
        """Posted invoices of customers, whatever was sold, but for those whose payment is on its
        way."""
        return (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("amount_residual", ">", 0)
            & Domain("dunning_is_held", "=", False)
            & ~self._get_awaited_domain()
        )

    def _filter_still_owed(self):
        """Of these invoices, those that a reminder may still tell of: something is owed of them
        when the payer's credits are taken off, and nobody holds them."""
        unpaid = self.search(Domain("id", "in", self.ids) & self._get_unpaid_domain())
        return unpaid.filtered(
            lambda m: m.company_currency_id.compare_amounts(m.dunning_owed, 0.0) > 0
        )

    @api.model
    def _get_awaited_domain(self):
        """Invoices that will be paid without their payer doing anything: a way of collecting
        money adds its own."""
        return Domain.FALSE

    def _get_account_credits(self):
        """What the association owes to the payers of these invoices, or has from them and has not
        matched with an invoice: credit notes and payments.

        :return: {(commercial partner, company): amount in the company's currency}
        """
        partners, companies = self.commercial_partner_id, self.company_id
        # Beside the invoices, debits count too: a debit that came back takes off what it had paid.
        open_lines = self.env["account.move.line"]._read_group(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "in", companies.ids)
            & Domain("parent_state", "=", "posted")
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("reconciled", "=", False)
            & Domain("move_id.move_type", "!=", "out_invoice"),
            ["partner_id", "company_id"],
            ["amount_residual:sum"],
        )
        credits = {(partner, company): max(-amount, 0.0) for partner, company, amount in open_lines}
        # Payments through a method without an account of its own have no entry before the bank's.
        payments = self.env["account.payment"].search(
            Domain("partner_id.commercial_partner_id", "in", partners.ids)
            & Domain("company_id", "in", companies.ids)
            & Domain("partner_type", "=", "customer")
            & Domain("payment_type", "=", "inbound")
            & Domain("state", "=", "in_process")
            & Domain("move_id", "=", False)
            & Domain("invoice_ids", "=", False)
        )
        for payment in payments:
            key = (payment.partner_id.commercial_partner_id, payment.company_id)
            credits[key] = credits.get(key, 0.0) + payment.amount_company_currency_signed
        return credits

    def _get_owed(self):
        """What is left of late invoices when what is owed to their payers is taken off, the oldest
        invoice first.

        :return: {invoice: amount in the company's currency}, of those of which something is left
        """
        credits = self._get_account_credits()
        owed = {}
        for move in self.sorted(lambda m: (m.invoice_date_due, m.id)):
            key = (move.commercial_partner_id, move.company_id)
            left = move.amount_residual_signed - credits.get(key, 0.0)
            credits[key] = max(-left, 0.0)
            if move.company_id.currency_id.compare_amounts(left, 0.0) > 0:
                owed[move] = left
        return owed

    @api.model
    def _get_dunning_messages(self, day=None, companies=None):
        """Messages due on ``day``: one per payer and association, in the hardest tone due.

        :return: list of dicts ``payer``, ``company``, ``level``, ``moves``, ``pairs`` (invoice,
            level) to log
        """
        day = day or fields.Date.context_today(self)
        # a handful of levels
        all_levels = self.env["tierslieux.dunning.level"].search([])  # pylint: disable=no-search-all
        messages = {}
        for company in companies or self.env.companies:
            levels = all_levels.filtered(
                lambda level, company=company: level.company_id in (company, company.browse())
            )
            moves = self.search(
                self._get_dunning_domain(company, day), order="invoice_date_due, id"
            )
            for move in moves._get_owed():
                level = move._get_next_dunning_level(levels, day)
                if not level:
                    continue
                payer = move.partner_id
                message = messages.setdefault(
                    (payer.id, company.id),
                    {
                        "payer": payer,
                        "company": company,
                        "level": level,
                        "moves": self.browse(),
                        "pairs": [],
                    },
                )
                message["moves"] |= move
                message["pairs"].append((move, level))
                if level.sequence > message["level"].sequence:
                    message["level"] = level
        return list(messages.values())

    def _get_next_dunning_level(self, levels, day):
        """The tone that follows the last one sent, once its day has come.

        :param levels: levels of the company, in their order
        :return: a level, or False when none is due
        """
        self.ensure_one()
        logs = self.dunning_log_ids
        sent = logs.level_id
        following = levels.filtered(
            lambda level: (
                level not in sent and all(level.sequence > before.sequence for before in sent)
            )
        )[:1]
        if not following:
            return False
        if self.dunning_is_urgent:
            return following
        if fields.Date.add(self.invoice_date_due, days=following.days) > day:
            return False
        last = max(logs.mapped("date"), default=False)
        if last and fields.Date.add(last, days=DAYS_BETWEEN) > day:
            return False
        return following

    # ------------------------------------------------------------------ sending

    def _get_dunned_moves(self):
        """For the message's template: all the invoices this message is about."""
        return self.env["tierslieux.message"]._get_told(self)

    def _get_dunning_total(self):
        """For the message's template: what is due in all, as the payer reads it."""
        return self._format_dunning(sum(self._get_dunned_moves().mapped("dunning_owed")))

    def _get_dunning_credit(self):
        """For the message's template: what is taken off, as the payer reads it; or nothing."""
        told = self._get_dunned_moves()
        taken = sum(move.amount_residual_signed - move.dunning_owed for move in told)
        return "" if self.company_id.currency_id.is_zero(taken) else self._format_dunning(taken)

    def _format_dunning(self, amount):
        """An amount of the company's currency in that of the invoice."""
        company = self.company_id
        return self.currency_id.format(
            company.currency_id._convert(amount, self.currency_id, company)
        )

    def _get_dunning_url(self):
        """Where the payer reads and pays the invoice, without having to log in first."""
        self.ensure_one()
        return self.get_base_url() + self.get_portal_url()

    @api.model
    def _send_dunning(self, messages):
        """Queue one message per payer: an e-mail, or a letter to who has no address.

        :return: the messages
        """
        sent = self.env["tierslieux.message"]._queue_dunning(messages)
        # sudo: a mark of the reminders, on invoices that who sends may not write
        urgent_sudo = sent.line_ids.move_id.sudo().filtered("dunning_is_urgent")
        urgent_sudo.dunning_is_urgent = False
        return sent

    @api.model
    def _cron_send_dunning(self, batch_size=200):
        """Daily: queue the tones that go by themselves, in batches."""
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        messages = [
            message
            for message in self._get_dunning_messages(companies=companies)
            if all(level.is_automatic for _move, level in message["pairs"])
        ]
        self.env["tierslieux.message"]._queue_in_batches(messages, self._send_dunning, batch_size)
