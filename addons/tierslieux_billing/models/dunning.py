from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.tools.readers import DUNNING

# Days left to the payer between two tones, however late the invoice is.
DAYS_BETWEEN = 7


class AccountMove(models.Model):
    """Late invoices: which tone is due, one message per payer, each tone once per invoice."""

    _inherit = "account.move"

    dunning_log_ids = fields.One2many(
        "tierslieux.dunning.log",
        "move_id",
        string="Payment Reminders",
        readonly=True,
        groups=DUNNING,
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

    @api.depends("dunning_log_ids.level_id")
    def _compute_dunning_level_id(self):
        for move in self:
            levels = move.dunning_log_ids.level_id
            move.dunning_level_id = max(levels, key=lambda level: level.sequence, default=False)

    # ------------------------------------------------------------------ what is due

    @api.model
    def _get_dunning_domain(self, company, day):
        """Posted invoices of customers that are late. Fees of memberships have reminders of
        their own: an association does not dun its members."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("amount_residual", ">", 0)
            & (Domain("invoice_date_due", "<", day) | Domain("dunning_is_urgent", "=", True))
            & Domain("dunning_is_held", "=", False)
            & Domain("membership_ids", "=", False)
        )

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
            for move in moves:
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
        ids = self.env.context.get("dunning_move_ids")
        return self.browse(ids) if ids else self

    def _get_dunning_total(self):
        """For the message's template: what is due in all, as the payer reads it."""
        moves = self._get_dunned_moves()
        return self.currency_id.format(sum(moves.mapped("amount_residual")))

    def _get_dunning_url(self):
        """Where the payer reads and pays the invoice, without having to log in first."""
        self.ensure_one()
        return self.get_base_url() + self.get_portal_url()

    @api.model
    def _send_dunning(self, messages):
        """Queue one message per payer and log it; payers without an address are left for later.

        :return: number of messages queued
        """
        sent = self.env["tierslieux.dunning.log"]._send(messages)
        for message in sent:
            message["moves"].sudo().filtered("dunning_is_urgent").dunning_is_urgent = False
        return len(sent)

    @api.model
    def _cron_send_dunning(self, batch_size=50):
        """Daily: send the tones that go by themselves, in batches."""
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        messages = [
            message
            for message in self._get_dunning_messages(companies=companies)
            if all(level.is_automatic for _move, level in message["pairs"])
        ]
        self.env["tierslieux.dunning.log"]._send_in_batches(
            messages, self._send_dunning, batch_size
        )
