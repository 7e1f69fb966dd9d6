from odoo import fields, models


class TierslieuxDunningLevel(models.Model):
    """A tone in which late payers are reminded, and how late an invoice is when it is used.

    Levels follow each other: nobody gets the third tone who did not get the two before it.
    Sending costs the payer nothing: French law leaves the costs of a reminder without a court
    order to the creditor (Code des procédures civiles d'exécution, art. L111-8).
    """

    _name = "tierslieux.dunning.level"
    _description = "Payment Reminder Tone"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    days = fields.Integer(
        string="Days late", required=True, help="Days after the due date of the invoice."
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Message",
        required=True,
        domain=[("model", "=", "account.move")],
        ondelete="restrict",
    )
    is_automatic = fields.Boolean(
        string="Sent by itself",
        help="Sent each morning to whom it is due. Otherwise it waits until somebody has read"
        " the preview and sends it.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all associations of this database."
    )

    _days_check = models.Constraint("CHECK(days > 0)", "A reminder is sent after the due date.")
