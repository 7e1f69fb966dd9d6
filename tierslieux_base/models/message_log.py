from odoo import api, fields, models
from odoo.tools import split_every

from .guarded_mixin import WRITTEN_BY_PROCESSES


class TierslieuxMessageLog(models.AbstractModel):
    """Messages sent, one per payer, with a line for each record that it was about.

    A message is a dict with its ``payer``, its ``company``, and what its own model puts there. A
    model of lines inherits this one, says which template writes a message and which lines tell
    of it, and has the database refuse the same line twice.
    """

    _name = "tierslieux.message.log"
    _description = "Message sent"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", string="Sent to", required=True, ondelete="restrict", index=True
    )
    email = fields.Char()
    date = fields.Date(required=True, default=fields.Date.context_today)

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    # ------------------------------------------------------------------ to be said by each

    @api.model
    def _get_template(self, message):
        """:return: (template as superuser with the context of the message, its record)"""
        raise NotImplementedError

    @api.model
    def _prepare_log_vals(self, message):
        """Values of the lines that tell of a message, beside whom it was sent to."""
        raise NotImplementedError

    # ------------------------------------------------------------------ shared

    @api.model
    def _send(self, messages):
        """Queue one message per payer and log it; payers without an address are left for later.

        sudo: the log is the house's own; who sends was checked by the caller.

        :return: list of the messages queued
        """
        sent = [message for message in messages if message["payer"].email]
        for message in sent:
            payer = message["payer"]
            template_sudo, record = self._get_template(message)
            template_sudo.with_company(message["company"]).send_mail(record.id, force_send=False)
            self.sudo().create(
                [
                    {**vals, "partner_id": payer.id, "email": payer.email}
                    for vals in self._prepare_log_vals(message)
                ]
            )
        return sent

    @api.model
    def _send_in_batches(self, messages, send, batch_size):
        """For a scheduled action: what is sent is kept; a run that is cut goes on with the rest.

        :param send: function that sends a list of messages
        """
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(messages))
        for batch in split_every(batch_size, messages):
            send(batch)
            if not Cron._commit_progress(len(batch)):
                break
