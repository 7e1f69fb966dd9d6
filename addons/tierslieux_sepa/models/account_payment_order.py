from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html


class AccountPaymentOrder(models.Model):
    """One payer whose mandate does not hold keeps nobody else's debit from the bank."""

    _inherit = "account.payment.order"

    set_aside_note = fields.Html(
        string="Set Aside",
        readonly=True,
        copy=False,
        help="Debits taken out of the order when it was confirmed, each with what to do.",
    )

    def draft2open(self):
        for order in self.filtered("payment_method_id.mandate_required"):
            order._set_obstacles_aside()
        return super().draft2open()

    def _set_obstacles_aside(self):
        """Take out what cannot be debited, listed with what to do; lower what is partly paid.

        :raise UserError: when nothing is left
        """
        self.ensure_one()
        for line in self.payment_line_ids:
            line.write(line._prepare_write_draft2open())
        obstacles = {
            line: reason for line in self.payment_line_ids if (reason := line._get_debit_obstacle())
        }
        told = [(line._get_debit_title(), reason) for line, reason in obstacles.items()]
        if told and len(told) == len(self.payment_line_ids):
            raise UserError(
                self.env._(
                    "Nothing of this order can be debited:\n%s",
                    "\n".join(f"- {title}: {reason}" for title, reason in told),
                )
            )
        self.env["account.payment.line"].union(*obstacles).unlink()
        for line in self.payment_line_ids:
            due = line.move_line_id.amount_residual_currency
            if (
                line.move_line_id
                and line.currency_id.compare_amounts(line.amount_currency, due) > 0
            ):
                line.amount_currency = due
        if not told:
            self.set_aside_note = False
            return
        self.set_aside_note = Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li><b>%s</b>: %s</li>") % each for each in told
        )
        self.message_post(
            body=text_to_html(
                "\n".join(
                    [
                        self.env._("Set aside, so that the others are debited:"),
                        *(f"- {title}: {reason}" for title, reason in told),
                    ]
                )
            )
        )

    def open2generated(self):
        """A mandate withdrawn since the order was confirmed does not leave for the bank."""
        for order in self.filtered("payment_method_id.mandate_required"):
            ended = order.payment_line_ids.filtered(
                lambda line: line.mandate_id.state not in ("valid", "final")
            )
            if ended:
                raise UserError(
                    self.env._(
                        "These mandates do not hold any more: %(names)s. Cancel the order, put"
                        " it back to draft and confirm it again: they are set aside, and the"
                        " others leave.",
                        names=", ".join(line._get_debit_title() for line in ended),
                    )
                )
        return super().open2generated()
