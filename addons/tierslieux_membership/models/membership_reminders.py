from odoo import api, fields, models
from odoo.fields import Domain

# A reminder whose day was missed (server off, address added late) is still sent for a week.
REMINDER_WINDOW_DAYS = 7


class TierslieuxMembership(models.Model):
    """Reminders of the end: each once, one message per payer, none to who renewed or left."""

    _inherit = "tierslieux.membership"

    reminder_log_ids = fields.One2many(
        "tierslieux.message.line", "membership_id", string="Reminders sent", readonly=True
    )

    @api.model
    def _get_reminder_domain(self, rule, company, day):
        """Memberships that this reminder concerns on ``day`` and did not get yet."""
        last_end = fields.Date.subtract(day, days=rule.days)
        first_end = fields.Date.subtract(last_end, days=REMINDER_WINDOW_DAYS)
        states = ("active",) if rule.days < 0 else ("active", "grace", "expired")
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("state", "in", states)
            & Domain("fee_state", "!=", "due")
            & Domain("resign_date", "=", False)
            & Domain("date_end", ">", first_end)
            & Domain("date_end", "<=", last_end)
            & Domain("partner_id.active", "=", True)
            & Domain("payer_id.active", "=", True)
            & ~Domain("reminder_log_ids", "any", [("rule_id", "=", rule.id)])
        )
        if rule.type_ids:
            domain &= Domain("type_id", "in", rule.type_ids.ids)
        return domain

    def _filter_not_renewed(self):
        """Without those whose person is covered, paid, after their end."""
        if not self:
            return self
        partners = self.partner_id
        later = self.search(
            Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "=", "active")
            & Domain("date_end", ">", min(self.mapped("date_end")))
            & (
                Domain("partner_id", "in", partners.ids)
                | Domain("covered_partner_ids", "in", partners.ids)
            )
        )
        covered_until = {}
        for membership in later:
            for partner in membership.partner_id | membership.covered_partner_ids:
                key = (partner, membership.company_id)
                covered_until[key] = max(
                    covered_until.get(key, membership.date_end), membership.date_end
                )
        return self.filtered(
            lambda m: covered_until.get((m.partner_id, m.company_id), m.date_end) <= m.date_end
        )

    def _filter_still_ending(self):
        """Those that a reminder may still tell of: neither renewed since, nor resigned or
        cancelled, of persons who are here."""
        return self.filtered(
            lambda m: (
                m.state not in ("draft", "cancelled", "resigned")
                and not m.resign_date
                and m.partner_id.active
                and m.payer_id.active
            )
        )._filter_not_renewed()

    @api.model
    def _get_reminders(self, day=None, companies=None):
        """Messages due on ``day``: one per reader and association.

        :return: list of dicts ``payer`` (who reads it), ``company``, ``rule`` (the most advanced
            of those due, which gives the words), ``memberships``, ``pairs`` (membership, rule)
        """
        day = day or fields.Date.context_today(self)
        # a handful of rules
        rules = self.env["tierslieux.reminder.rule"].search([])  # pylint: disable=no-search-all
        messages = {}
        for company in companies or self.env.companies:
            done = self.browse()
            # The most advanced first: a membership gets one reminder per run.
            for rule in rules.sorted("days", reverse=True):
                if rule.company_id and rule.company_id != company:
                    continue
                due = self.search(self._get_reminder_domain(rule, company, day), order="id") - done
                done |= due
                for membership in due._filter_not_renewed():
                    reader = membership._get_reminder_reader()
                    message = messages.setdefault(
                        (reader.id, company.id),
                        {
                            "payer": reader,
                            "company": company,
                            "rule": rule,
                            "memberships": self.browse(),
                            "pairs": [],
                        },
                    )
                    message["memberships"] |= membership
                    message["pairs"].append((membership, rule))
        return list(messages.values())

    def _get_reminder_reader(self):
        """Whom to write to: the payer, or the member when only they have an e-mail address; the
        payer gets a letter when nobody has one.

        Children are not written to. In a template: whoever the message was made for.
        """
        self.ensure_one()
        reader = self.env["tierslieux.message"]._get_reader(self)
        if reader or self.payer_id.email:
            return reader or self.payer_id
        # sudo: who sends reminders need not read when people were born
        birth = self.partner_id.sudo().birthdate_date
        adult = not birth or birth <= fields.Date.subtract(fields.Date.today(), years=18)
        return self.partner_id if self.partner_id.email and adult else self.payer_id

    def _get_reminded_memberships(self):
        """For the message's template: all the memberships this message is about."""
        return self.env["tierslieux.message"]._get_told(self)

    def _get_reminder_url(self):
        """Where the reader renews; on the portal, without having to log in first."""
        self.ensure_one()
        return self._get_action_url()

    @api.model
    def _send_reminders(self, messages):
        """Queue one message per reader: an e-mail, or a letter to who has no address.

        :return: the messages
        """
        return self.env["tierslieux.message"]._queue_reminders(messages)

    @api.model
    def _cron_send_reminders(self, batch_size=200):
        """Daily: queue what is due, in batches."""
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        self.env["tierslieux.message"]._queue_in_batches(
            self._get_reminders(companies=companies), self._send_reminders, batch_size
        )
