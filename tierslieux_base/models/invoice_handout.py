from odoo import models
from odoo.exceptions import AccessError

DESK_GROUP = "tierslieux_base.group_reception"


class AccountMove(models.Model):
    """Who is handed an invoice: who may read it, and the front desk for what it sells.

    Everybody else who reads a membership or a booking (the board, a person whom somebody's fee
    covers) gets neither the invoice nor a link that opens it.
    """

    _inherit = "account.move"

    def _get_sold_records(self):
        """What these invoices bill of what the front desk sells: each trade adds its own.

        :return: list of recordsets in superuser mode (an accountant who reads none of them prints
            their invoice; the desk is handed those whose records it reads)
        """
        return []

    def _may_be_handed_out(self):
        """Whether the user may be given this invoice."""
        self.ensure_one()
        if self.has_access("read"):
            return True
        return self.env.user.has_group(DESK_GROUP) and any(
            # What the desk reads itself, in its own associations.
            bool(records_sudo.sudo(False)._filtered_access("read"))
            for records_sudo in self._get_sold_records()
        )

    def _check_handed_out(self):
        """:raise AccessError: for who may not be given one of these invoices"""
        for move in self:
            if not move._may_be_handed_out():
                raise AccessError(
                    self.env._(
                        "This invoice is for who pays it, the front desk and the treasurer: ask"
                        " one of them."
                    )
                )

    def _get_download_action(self):
        """Download this invoice as PDF. The address holds no secret: it asks for the right anew.

        :raise AccessError: for who may not be given it
        """
        self.ensure_one()
        self._check_handed_out()
        return {
            "type": "ir.actions.act_url",
            "url": f"/my/invoices/{self.id}/download",
            "target": "new",
        }
