import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.once_mixin import act_once

from ..models.tender_life import OUTCOMES
from ..models.tender_lot import LOT_STATES


class TierslieuxTenderSubmit(models.TransientModel):
    """It was handed in: when, with which receipt; says what is missing, and asks why when late."""

    _name = "tierslieux.tender.submit"
    _description = "Tender Submitted"
    _inherit = ["tierslieux.once.mixin"]

    lead_id = fields.Many2one("crm.lead", string="Tender", required=True, readonly=True)
    deadline = fields.Datetime(related="lead_id.tender_deadline", related_sudo=False)
    missing = fields.Text(related="lead_id.tender_missing", related_sudo=False)
    submitted_at = fields.Datetime(
        string="Handed in at", required=True, default=lambda self: fields.Datetime.now()
    )
    receipt = fields.Binary(string="Receipt of the Platform")
    receipt_filename = fields.Char()
    is_after_deadline = fields.Boolean(compute="_compute_is_after_deadline", compute_sudo=False)
    late_reason = fields.Text(string="Why after the Deadline")

    @api.depends("submitted_at", "lead_id")
    def _compute_is_after_deadline(self):
        for window in self:
            deadline, moment = window.deadline, window.submitted_at
            window.is_after_deadline = bool(deadline and moment and moment > deadline)

    @act_once
    def action_submit(self):
        receipt = None
        if self.receipt:
            name = self.receipt_filename or self.env._("Receipt")
            receipt = (name, base64.b64decode(self.receipt))
        self.lead_id._submit_tender(self.submitted_at, receipt, self.late_reason)
        return {"type": "ir.actions.act_window_close"}


class TierslieuxTenderDecide(models.TransientModel):
    """What became of a tender: of each lot that we bid for, or of the whole."""

    _name = "tierslieux.tender.decide"
    _description = "Result of a Tender"
    _inherit = ["tierslieux.once.mixin"]

    lead_id = fields.Many2one("crm.lead", string="Tender", required=True, readonly=True)
    is_by_lot = fields.Boolean(compute="_compute_is_by_lot", compute_sudo=False)
    decided_on = fields.Date(
        required=True, default=lambda self: self.env["agreement"]._get_local_day()
    )
    outcome = fields.Selection(OUTCOMES, string="Result")
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Why Lost or Given up")
    line_ids = fields.One2many(
        "tierslieux.tender.decide.line",
        "window_id",
        string="Lots",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("lead_id")
    def _compute_is_by_lot(self):
        for window in self:
            window.is_by_lot = bool(window._get_lots())

    @api.depends("lead_id")
    def _compute_line_ids(self):
        for window in self:
            window.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "lot_id": lot.id,
                            "state": lot.state,
                            "lost_reason_id": lot.lost_reason_id.id,
                        }
                    )
                    for lot in window._get_lots()
                ),
            ]

    def _get_lots(self):
        """The lots that may be decided; none as long as nothing was handed in."""
        lead = self.lead_id
        if not lead.tender_submitted_at and lead.tender_kind != "partnership":
            return lead.tender_lot_ids.browse()
        return lead.tender_lot_ids.filtered("is_bid")

    @act_once
    def action_decide(self):
        lots = None
        if self.is_by_lot:
            lots = {line.lot_id: (line.state, line.lost_reason_id) for line in self.line_ids}
            if not any(state != "waiting" for state, _reason in lots.values()):
                raise UserError(self.env._("Say what became of one lot at least."))
        elif not self.outcome:
            raise UserError(self.env._("Say what became of it: won, lost, called off, given up."))
        self.lead_id._decide_tender(
            self.decided_on, None if lots else self.outcome, self.lost_reason_id, lots
        )
        return {"type": "ir.actions.act_window_close"}


class TierslieuxTenderDecideLine(models.TransientModel):
    _name = "tierslieux.tender.decide.line"
    _description = "Result of a Lot"

    window_id = fields.Many2one("tierslieux.tender.decide", required=True, ondelete="cascade")
    lot_id = fields.Many2one("tierslieux.tender.lot", required=True)
    currency_id = fields.Many2one(related="lot_id.currency_id", related_sudo=False)
    amount = fields.Monetary(related="lot_id.amount", related_sudo=False)
    state = fields.Selection(LOT_STATES, string="Result", required=True, default="waiting")
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Why Lost")
