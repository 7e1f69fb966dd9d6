from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from .tender import TENDER_READERS

_lt = LazyTranslate(__name__)

LOT_STATES = [
    ("waiting", "Not decided"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("void", "Called off by the buyer"),
]


class TierslieuxTenderLot(models.Model):
    """One lot of a tender: whether we bid for it, how much, and what became of it."""

    _name = "tierslieux.tender.lot"
    _description = "Lot of a Tender"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "lead_id, sequence, id"

    lead_id = fields.Many2one(
        "crm.lead", string="Tender", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="lead_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="lead_id.company_currency")
    sequence = fields.Integer(default=10)
    number = fields.Char(required=True, default="1")
    name = fields.Char(string="Title", required=True)
    amount = fields.Monetary(help="What we ask for, without tax, over its whole duration.")
    is_bid = fields.Boolean(string="We Bid", default=True)
    state = fields.Selection(LOT_STATES, required=True, default="waiting", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Why Lost", readonly=True)
    decided_on = fields.Date(readonly=True)

    _number_uniq = models.Constraint(
        "unique(lead_id, number)", "This tender has a lot of that number already."
    )
    _amount_positive = models.Constraint("CHECK(amount >= 0)", "The amount is not below zero.")

    @api.model
    def _get_guards(self):
        submitted = Guard(
            {"lead_id", "amount", "is_bid"},
            when="_is_submitted",
            sentence=_lt(
                "The tender of « %(record)s » was handed in: %(fields)s stays as it was. If it was"
                " recorded by mistake, use « Not Submitted after all »."
            ),
        )
        return (*super()._get_guards(), submitted)

    def _is_submitted(self, _name, _value):
        return bool(self and self.lead_id.sudo().tender_submitted_at)

    @api.depends("number", "name")
    def _compute_display_name(self):
        for lot in self:
            lot.display_name = self.env._(
                "Lot %(number)s: %(title)s", number=lot.number, title=lot.name
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for lot in self:
            if lot._is_submitted(None, None):
                raise UserError(
                    self.env._(
                        "« %s » was handed in with its tender: it stays as its trace.",
                        lot.display_name,
                    )
                )


class TierslieuxTenderQuestion(models.Model):
    """What was asked about a tender, by whom, and what the buyer answered."""

    _name = "tierslieux.tender.question"
    _description = "Question about a Tender"
    _order = "asked_on, id"
    _rec_name = "question"

    lead_id = fields.Many2one(
        "crm.lead", string="Tender", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="lead_id.company_id", store=True, index=True)
    question = fields.Text(required=True)
    asked_by = fields.Char(help="Us, or another candidate whose question the buyer published.")
    asked_on = fields.Date(default=lambda self: self.env["agreement"]._get_local_day())
    answer = fields.Text()
    answered_by = fields.Char()
    answered_on = fields.Date()

    _answered_after = models.Constraint(
        "CHECK(answered_on IS NULL OR asked_on IS NULL OR answered_on >= asked_on)",
        "A question is not answered before it is asked: see its two dates.",
    )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    tender_lot_ids = fields.One2many(
        "tierslieux.tender.lot", "lead_id", string="Lots", groups=TENDER_READERS
    )
    tender_question_ids = fields.One2many(
        "tierslieux.tender.question",
        "lead_id",
        string="Questions and Answers",
        groups=TENDER_READERS,
    )
    tender_has_lots = fields.Boolean(
        string="In Lots", compute="_compute_tender_amount", store=True, compute_sudo=True
    )
    tender_amount = fields.Monetary(
        string="Amount We Ask for",
        compute="_compute_tender_amount",
        store=True,
        compute_sudo=True,
        currency_field="company_currency",
        help="The lots that we bid for; without lots, the amount of the opportunity.",
    )

    @api.depends(
        "tender_lot_ids.amount", "tender_lot_ids.is_bid", "expected_revenue", "tender_kind"
    )
    def _compute_tender_amount(self):
        for lead in self:
            lots = lead.tender_lot_ids
            lead.tender_has_lots = bool(lots)
            if lots:
                lead.tender_amount = sum(lots.filtered("is_bid").mapped("amount"))
            else:
                lead.tender_amount = lead.expected_revenue if lead.tender_kind else 0.0
