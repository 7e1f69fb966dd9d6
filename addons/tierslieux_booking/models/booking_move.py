from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    # The few invoices with something left: what the desk has to take or to give back.
    _open_idx = models.Index(
        "(id) WHERE payment_state IN ('not_paid', 'partial') AND move_type != 'entry'"
    )

    def _get_sold_records(self):
        return [*super()._get_sold_records(), self.sudo().invoice_line_ids.booking_id]


class AccountMoveLine(models.Model):
    """A line that bills a booking."""

    _inherit = "account.move.line"

    booking_id = fields.Many2one(
        "tierslieux.booking",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )

    @api.model
    def _get_billed_names(self):
        return super()._get_billed_names() | {"booking_id"}

    def _give_back(self, amount, ref):
        """Take ``amount`` off what this line charges: by a credit note once it is posted.

        :param float amount: as the price of the line is told, at most what the line charges
        :param str ref: why, on the credit note
        """
        self.ensure_one()
        move, booking = self.move_id, self.booking_id
        left = (self.quantity * self.price_unit - amount) / self.quantity
        if move.state == "posted":
            price = amount / self.quantity
            move._credit_lines(lambda line: price if line.booking_id == booking else 0.0, ref)
        elif left:
            self.price_unit = left
        elif len(move.invoice_line_ids) > 1:
            self.unlink()
        else:
            move.button_cancel()
