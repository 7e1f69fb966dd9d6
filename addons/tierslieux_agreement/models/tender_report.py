from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.tender import get_hit_rate
from .tender import KINDS, TENDER_READERS
from .tender_lot import LOT_STATES


class TierslieuxTenderReport(models.Model):
    """What became of what we bid: one row for each lot, or for the whole of what has none.

    A view of the database: figures for the board, without opening a tender. What waits, and what
    its buyer called off, counts on neither side of a rate. ``is_…`` are numbers to add up.
    """

    _name = "tierslieux.tender.report"
    _description = "Results of Tenders"
    _auto = False
    _order = "decided_on desc, submitted_on desc, id desc"
    _depends = {
        "crm.lead": [
            "company_id",
            "lost_reason_id",
            "name",
            "partner_id",
            "tender_amount",
            "tender_decided_on",
            "tender_has_lots",
            "tender_is_social",
            "tender_kind",
            "tender_outcome",
            "tender_place_id",
            "tender_submitted_at",
        ],
        "tierslieux.tender.lot": [
            "amount",
            "decided_on",
            "is_bid",
            "lead_id",
            "lost_reason_id",
            "name",
            "number",
            "state",
        ],
        "res.company": ["currency_id", "partner_id"],
        "res.partner": ["tz"],
    }

    lead_id = fields.Many2one("crm.lead", string="Tender", readonly=True, groups=TENDER_READERS)
    name = fields.Char(string="What Was Bid", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    is_social = fields.Boolean(string="Social Economy (ESS)", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Buyer or Partner", readonly=True)
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    submitted_on = fields.Date(readonly=True)
    decided_on = fields.Date(readonly=True)
    state = fields.Selection(LOT_STATES, string="Result", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Why Lost", readonly=True)
    is_submitted = fields.Integer(string="Handed in", readonly=True, aggregator="sum")
    is_won = fields.Integer(string="Won", readonly=True, aggregator="sum")
    is_lost = fields.Integer(string="Lost", readonly=True, aggregator="sum")
    is_waiting = fields.Integer(string="Waiting", readonly=True, aggregator="sum")
    amount = fields.Monetary(string="Amount Bid", readonly=True)
    amount_won = fields.Monetary(readonly=True)
    amount_lost = fields.Monetary(readonly=True)
    amount_waiting = fields.Monetary(readonly=True)
    rate = fields.Float(
        string="Hit Rate (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Won among those decided: what waits is left out.",
    )
    rate_amount = fields.Float(
        string="Hit Rate by Amount (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="The amount won among those decided: what waits is left out.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT bid.*, company.currency_id,
                   (bid.submitted_at AT TIME ZONE 'UTC'
                                     AT TIME ZONE COALESCE(home.tz, 'Europe/Paris')
                   )::date AS submitted_on,
                   1 AS is_submitted,
                   (bid.state = 'won')::integer AS is_won,
                   (bid.state = 'lost')::integer AS is_lost,
                   (bid.state = 'waiting')::integer AS is_waiting,
                   CASE WHEN bid.state = 'won' THEN bid.amount ELSE 0 END AS amount_won,
                   CASE WHEN bid.state = 'lost' THEN bid.amount ELSE 0 END AS amount_lost,
                   CASE WHEN bid.state = 'waiting' THEN bid.amount ELSE 0 END AS amount_waiting,
                   CASE bid.state WHEN 'won' THEN 100 WHEN 'lost' THEN 0 END AS rate,
                   CASE bid.state WHEN 'won' THEN 100 WHEN 'lost' THEN 0 END AS rate_amount
              FROM (
                    SELECT lot.id * 2 AS id, lead.id AS lead_id,
                           lead.name || ' – ' || lot.number || ' ' || lot.name AS name,
                           lead.tender_kind AS kind, lead.tender_is_social AS is_social,
                           lead.partner_id, lead.tender_place_id AS place_id, lead.company_id,
                           lead.tender_submitted_at AS submitted_at, lot.decided_on,
                           lot.state, lot.lost_reason_id, COALESCE(lot.amount, 0) AS amount
                      FROM tierslieux_tender_lot lot
                      JOIN crm_lead lead ON lead.id = lot.lead_id
                     WHERE lot.is_bid AND lead.tender_submitted_at IS NOT NULL
                       AND lead.tender_kind IS NOT NULL
                     UNION ALL
                    SELECT lead.id * 2 + 1, lead.id, lead.name, lead.tender_kind,
                           lead.tender_is_social, lead.partner_id, lead.tender_place_id,
                           lead.company_id, lead.tender_submitted_at,
                           lead.tender_decided_on, COALESCE(lead.tender_outcome, 'waiting'),
                           lead.lost_reason_id, COALESCE(lead.tender_amount, 0)
                      FROM crm_lead lead
                     WHERE lead.tender_submitted_at IS NOT NULL AND lead.tender_kind IS NOT NULL
                       AND lead.tender_has_lots IS NOT TRUE
                   ) bid
              LEFT JOIN res_company company ON company.id = bid.company_id
              LEFT JOIN res_partner home ON home.id = company.partner_id
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """The rate by amount of a group is that of its sums, and no average of rates."""
        if aggregate_spec != "rate_amount:avg":
            return super()._read_group_select(aggregate_spec, query)
        won = self._field_to_sql(query.table, "amount_won", query)
        lost = self._field_to_sql(query.table, "amount_lost", query)
        return SQL("100.0 * SUM(%s) / NULLIF(SUM(%s + %s), 0)", won, won, lost)

    @api.model
    def _get_hit_rate(self, domain):
        """The :class:`HitRate` of the rows of a domain."""
        rows = self._read_group(Domain(domain), [], ["state:array_agg", "amount:array_agg"])
        states, amounts = rows[0]
        return get_hit_rate(list(zip(states or (), amounts or (), strict=True)))

    def action_open_tender(self):
        """The tender of this row."""
        self.ensure_one()
        return self.lead_id.get_formview_action()


class CrmLead(models.Model):
    _inherit = "crm.lead"

    tender_buyer_history = fields.Char(
        string="With this Buyer so Far",
        compute="_compute_tender_buyer_history",
        compute_sudo=False,
        groups=TENDER_READERS,
    )

    @api.depends("partner_id", "tender_outcome")
    @api.depends_context("lang")
    def _compute_tender_buyer_history(self):
        Report = self.env["tierslieux.tender.report"]
        for lead in self:
            buyer = lead.partner_id.commercial_partner_id
            domain = [
                ("partner_id", "child_of", buyer.ids),
                ("lead_id", "!=", lead._origin.id),
            ]
            rate = Report._get_hit_rate(domain) if buyer and lead.tender_kind else None
            known = rate and rate.submitted
            lead.tender_buyer_history = self._describe_rate(rate) if known else False

    def _describe_rate(self, rate):
        numbers = {
            "submitted": rate.submitted,
            "won": rate.won,
            "lost": rate.lost,
            "waiting": rate.waiting,
        }
        if rate.by_number is None:
            return self.env._("%(submitted)s handed in, none decided yet", **numbers)
        return self.env._(
            "%(submitted)s handed in: %(won)s won, %(lost)s lost, %(waiting)s waiting – %(rate)s %%"
            " won of those decided",
            **numbers,
            rate=round(rate.by_number),
        )
