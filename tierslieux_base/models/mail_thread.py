from odoo import fields, models


class MailThread(models.AbstractModel):
    """Who reads the thread of a record, beside the record itself."""

    _inherit = "mail.thread"

    # As Odoo's, searched with the rights on messages: a condition on the text of a message would
    # otherwise tell what is in messages that one may not read.
    message_ids = fields.One2many(bypass_search_access=False)
    website_message_ids = fields.One2many(bypass_search_access=False)

    def _sign_token(self, pid):
        # sudo: the signature is made from a secret that nobody reads (see portal.mixin)
        return super(MailThread, self.sudo())._sign_token(pid)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """The board reads records and figures, and not what the team writes about people."""
        operations = super()._mail_get_operation_for_mail_message_operation(message_operation)
        if (
            message_operation == "read"
            and (self._name == "res.partner" or self._name.startswith("tierslieux."))
            and self.env.user._is_kept_from_notes()
        ):
            return dict.fromkeys(operations, "write")
        return operations


class MailActivityMixin(models.AbstractModel):
    _inherit = "mail.activity.mixin"

    # see message_ids
    activity_ids = fields.One2many(bypass_search_access=False)
