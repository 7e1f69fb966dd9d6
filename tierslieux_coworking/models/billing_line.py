from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.tools.checked import checked_sudo

# What an invoice, or a decision that nothing is due, has settled for good.
SETTLED = ("done", "nothing")


class TierslieuxBillingLine(models.Model):
    """One period of one subscription, or the extras of one payer, invoiced once at most.

    The database says so: a period by the constraint below, an extra (a booking, a fee) because
    its invoice line names it and both are locked while it is billed.
    """

    _name = "tierslieux.billing.line"
    _description = "Billed Period"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "period_start desc, payer_id, id"

    run_id = fields.Many2one("tierslieux.billing.run", index=True, ondelete="restrict")
    subscription_id = fields.Many2one(
        "tierslieux.subscription",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: extras that no subscription of the payer carries.",
    )
    payer_id = fields.Many2one(
        "res.partner",
        string="Invoiced to",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(related="subscription_id.partner_id", string="Subscriber")
    plan_id = fields.Many2one(related="subscription_id.plan_id")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_start = fields.Date(string="From", required=True)
    period_end = fields.Date(string="To", required=True)
    state = fields.Selection(
        [
            ("todo", "To bill"),
            ("done", "Billed"),
            ("nothing", "Nothing due"),
            ("failed", "To check"),
        ],
        required=True,
        default="todo",
        index=True,
    )
    amount = fields.Monetary(aggregator="sum")
    amount_note = fields.Text(string="How it was computed")
    reason = fields.Char(help="What is to be checked, or why it could not be billed.")
    is_accepted = fields.Boolean(
        string="Checked", help="Somebody checked it: it is billed as it stands."
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="restrict"
    )
    change_ids = fields.One2many("tierslieux.subscription.change", "billing_line_id")

    _period_uniq = models.Constraint(
        "UNIQUE(subscription_id, period_start)",
        "This period of the subscription is billed already.",
    )
    _extras_uniq = models.UniqueIndex(
        "(run_id, payer_id) WHERE subscription_id IS NULL",
        "The extras of this payer are in this run already.",
    )
    _period_check = models.Constraint(
        "CHECK(period_end >= period_start)", "A period cannot end before it begins."
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    @api.depends("subscription_id")
    def _compute_payer_id(self):
        for line in self:
            line.payer_id = line.subscription_id.payer_id or line.payer_id

    @api.depends("subscription_id", "run_id")
    def _compute_company_id(self):
        for line in self:
            line.company_id = (
                line.subscription_id.company_id or line.run_id.company_id or line.company_id
            )

    @api.depends("subscription_id", "payer_id", "period_start")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.subscription_id.display_name or line.payer_id.display_name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        if self.filtered(lambda line: line.state in SETTLED):
            raise UserError(
                self.env._("What was billed stays: make a credit note on the invoice instead.")
            )

    # ------------------------------------------------------------------ buttons

    def action_accept(self):
        """ "It is right so": bill this line as it stands, at the launch."""
        self.run_id._check_biller()
        # sudo: lines are written by the run alone; the right was just checked.
        checked_sudo(self).filtered(lambda line: line.state == "failed").write(
            {"state": "todo", "is_accepted": True}
        )
        return True

    def action_open_invoice(self):
        """Open the invoice of this line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def action_open_subscription(self):
        """Open what is to be corrected: the subscription, else the payer."""
        self.ensure_one()
        record = self.subscription_id or self.payer_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
