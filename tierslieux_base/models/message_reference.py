from odoo import fields, models


class TierslieuxMessage(models.Model):
    """By what an answer to an e-mail of the outbox is known: the e-mail itself is not kept."""

    _inherit = "tierslieux.message"

    mail_reference = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        help="The Message-Id of the e-mail: an answer to it names it.",
    )

    def _keep_reference(self, mail):
        """:param mail: the e-mail that this message becomes"""
        self.ensure_one()
        self.mail_reference = mail.message_id
        # Servers that give an e-mail an identity of their own leave this one.
        mail.references = mail.message_id
