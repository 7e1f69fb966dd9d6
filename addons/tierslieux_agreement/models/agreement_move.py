from odoo import models


class AccountMove(models.Model):
    """An invoice or a bill that is undone: its instalments are left out, until asked for again.

    They are not due again by themselves: the next night would make anew what somebody just undid.
    """

    _inherit = "account.move"

    def _release_agreement_instalments(self):
        # sudo: what the bill was made of, whoever of accounting undoes it
        lines_sudo = (
            self.env["tierslieux.agreement.instalment"].sudo().search([("move_id", "in", self.ids)])
        )
        lines_sudo.write({"move_id": False, "is_skipped": True})
        for agreement_sudo, lines in lines_sudo.grouped("agreement_id").items():
            agreement_sudo.message_post(
                body=self.env._(
                    "The invoice or bill of %(lines)s was undone: left out, until it is asked for"
                    " again in « Instalments ».",
                    lines=", ".join(lines.mapped("display_name")),
                )
            )

    def button_cancel(self):
        result = super().button_cancel()
        self.filtered(lambda move: move.state == "cancel")._release_agreement_instalments()
        return result

    def unlink(self):
        self._release_agreement_instalments()
        return super().unlink()
