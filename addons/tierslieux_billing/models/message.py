from odoo import api, fields, models


class TierslieuxMessage(models.Model):
    _inherit = "tierslieux.message"

    kind = fields.Selection(
        selection_add=[("dunning", "Payment reminder")], ondelete={"dunning": "cascade"}
    )

    @api.model
    def _get_about_fields(self):
        return {**super()._get_about_fields(), "account.move": "move_id"}

    def _prepare_text(self):
        # Their text holds the address of the invoice.
        self.line_ids.move_id._portal_ensure_tokens()
        return super()._prepare_text()

    @api.model
    def _queue_dunning(self, notices):
        """Queue one message per payer, see ``_get_dunning_messages``.

        sudo: nobody writes the outbox by hand; who sends was checked by the caller.
        """
        return self.sudo().create(
            [
                self._prepare_vals(
                    "dunning",
                    notice["company"],
                    notice["payer"],
                    notice["level"].template_id,
                    [
                        {"move_id": move.id, "level_id": level.id, "amount": move.amount_residual}
                        for move, level in notice["pairs"]
                    ],
                )
                for notice in notices
            ]
        )


class TierslieuxMessageLine(models.Model):
    """An invoice gets each tone once, and the database holds it."""

    _inherit = "tierslieux.message.line"

    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="cascade"
    )
    level_id = fields.Many2one("tierslieux.dunning.level", string="Tone", ondelete="restrict")
    amount = fields.Monetary(string="Due that day")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _move_level_uniq = models.Constraint(
        "UNIQUE(move_id, level_id)", "This invoice was reminded of in this tone already."
    )

    def _get_outdated(self):
        outdated = super()._get_outdated()
        # sudo: whether an invoice is paid, whoever sends or prints
        lines_sudo = self.sudo().filtered(lambda line: line.kind == "dunning" and line.move_id)
        gone_sudo = lines_sudo.move_id - lines_sudo.move_id._filter_still_owed()
        for line_sudo in lines_sudo:
            if line_sudo.move_id in gone_sudo:
                outdated[line_sudo.id] = self.env._(
                    "%(invoice)s: paid, credited or held since.", invoice=line_sudo.move_id.name
                )
        return outdated
