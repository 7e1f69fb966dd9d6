from odoo import models


class TierslieuxSubscription(models.Model):
    """The contract: printed, or sent by e-mail."""

    _inherit = "tierslieux.subscription"

    def _get_contract_filename(self):
        """File name of the contract, without its extension."""
        self.ensure_one()
        number = self.name if self.name != "/" else ""
        return " ".join(
            part for part in (self.env._("Contract"), number, self.partner_id.name) if part
        ).replace("/", "-")

    def action_send_contract(self):
        """Open the message that sends the contract; print it for who has no address."""
        self.ensure_one()
        self._check_group()
        if not (self.partner_id.email or self.payer_id.email):
            return self.env.ref(
                "tierslieux_coworking.action_report_subscription_contract"
            ).report_action(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Contract"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(
                    "tierslieux_coworking.mail_template_contract"
                ).id,
                "default_composition_mode": "comment",
                "force_email": True,
            },
        }
