from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.tools.checked import checked_sudo

# Above it, PostgreSQL has no id.
MAX_ID = 2**31


class TierslieuxDunningPreview(models.TransientModel):
    """Which late payers would get which tone today."""

    _name = "tierslieux.dunning.preview"
    _description = "Preview of Payment Reminders"
    _inherit = ["tierslieux.message.preview"]

    line_ids = fields.One2many("tierslieux.dunning.preview.line", "preview_id", string="Message")
    currency_id = fields.Many2one(related="company_id.currency_id", compute_sudo=False)
    amount_total = fields.Monetary(string="Late in all", compute="_compute_amount_total")

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for preview in self:
            preview.amount_total = sum(preview.line_ids.mapped("amount"))

    def _get_title(self):
        return self.env._("Late payers")

    def _check_sender(self):
        self.env["tierslieux.billing.run"]._check_biller()

    @api.model
    def _get_messages(self, company):
        self._check_sender()
        # sudo: a manager reminds late payers without reading the books.
        return self.env["account.move"].sudo()._get_dunning_messages(companies=company)

    @api.model
    def _prepare_message_vals(self, message):
        return {
            "level_id": message["level"].id,
            "move_refs": message["moves"].ids,
        }

    @api.model
    def _send_messages(self, messages):
        return self.env["account.move"].sudo()._send_dunning(messages)


class TierslieuxDunningPreviewLine(models.TransientModel):
    """One message of the preview."""

    _name = "tierslieux.dunning.preview.line"
    _description = "Payment Reminder to send"
    _inherit = ["tierslieux.message.preview.line"]

    preview_id = fields.Many2one(
        "tierslieux.dunning.preview", required=True, ondelete="cascade", index=True
    )
    level_id = fields.Many2one(
        "tierslieux.dunning.level", string="Tone", required=True, readonly=True
    )
    # Not a relation: a manager who may not read the books may not link to them either.
    move_refs = fields.Json(readonly=True)
    invoice_names = fields.Char(string="Late Invoices", compute="_compute_amount")
    currency_id = fields.Many2one(related="preview_id.currency_id", compute_sudo=False)
    amount = fields.Monetary(string="Late", compute="_compute_amount")
    days_late = fields.Integer(compute="_compute_amount", help="Of the oldest invoice.")

    @api.depends("move_refs", "payer_id", "preview_id.company_id")
    def _compute_amount(self):
        today = fields.Date.context_today(self)
        due_sudo = self._get_due_sudo()
        for line in self:
            moves_sudo = line._get_moves_sudo(due_sudo)
            line.invoice_names = ", ".join(moves_sudo.mapped("name"))
            line.amount = sum(moves_sudo.mapped("dunning_owed"))
            oldest = min(moves_sudo.mapped("invoice_date_due"), default=today)
            line.days_late = (today - oldest).days

    def _get_due_sudo(self):
        """The invoices of which the payers of these previews may be reminded today.

        sudo: read for who may not read the books and may send these messages.
        """
        due_sudo = self.env["account.move"].sudo()
        today = fields.Date.context_today(self)
        for preview in self.preview_id:
            preview._check_sender()
            company = checked_sudo(preview.company_id)
            refs = [ref for line in self for ref in line._get_refs()]
            due_sudo |= due_sudo.search(
                due_sudo._get_dunning_domain(company, today) & Domain("id", "in", refs)
            )
        return due_sudo

    def _get_refs(self):
        """Ids of the invoices, as the client gives them: whatever is no id is left out."""
        refs = self.move_refs if isinstance(self.move_refs, list) else []
        return [ref for ref in refs if type(ref) is int and 0 < ref < MAX_ID]

    def _get_moves_sudo(self, due_sudo=None):
        """The invoices of the message: of those due, its payer's in its association.

        Their ids come through the client, and are read as superuser: nothing else than what the
        preview itself lists is taken from them.

        :param due_sudo: what ``_get_due_sudo`` said, where it was asked already
        """
        due_sudo = self._get_due_sudo() if due_sudo is None else due_sudo
        refs, payer = self._get_refs(), self.payer_id._origin
        company = self.preview_id.company_id._origin
        return due_sudo.filtered(
            lambda move: move.id in refs and move.partner_id == payer and move.company_id == company
        )

    def _get_message(self):
        moves_sudo = self._get_moves_sudo()
        # sudo: templates render for the managers who read the preview.
        template_sudo = self.level_id.template_id.sudo()
        return self._tell_template(template_sudo, moves_sudo), moves_sudo[:1]

    @api.depends("level_id", "move_refs", "payer_id", "preview_id.company_id")
    def _compute_body(self):
        return super()._compute_body()
