from odoo import fields, models
from odoo.tools import SQL


class TierslieuxSubscriptionMonth(models.Model):
    """One line per subscription and month in which it ran: who came, who stayed, who left.

    The mean of ``churn`` over a month is the share of those there on its first day who left in
    it. Trials that went no further, drafts and cancelled ones do not count; a pause does, for
    whoever is away for August has not left.
    """

    _name = "tierslieux.subscription.month"
    _description = "Subscribers by Month"
    _auto = False
    _order = "month desc, id desc"
    _rec_name = "subscription_id"
    _depends = {
        "tierslieux.subscription": [
            "amount",
            "company_id",
            "date_end",
            "date_start",
            "partner_id",
            "place_id",
            "plan_id",
            "plan_kind",
            "state",
        ],
        "tierslieux.plan": ["audience", "period"],
    }

    subscription_id = fields.Many2one("tierslieux.subscription", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Subscriber", readonly=True)
    plan_id = fields.Many2one("tierslieux.plan", readonly=True)
    audience = fields.Selection(
        [("person", "Person"), ("team", "Team"), ("telework", "Teleworker paid by the employer")],
        readonly=True,
    )
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(readonly=True, help="Its first day.")
    # Counted once each: somebody who stays for ten months is one subscriber.
    staying_id = fields.Many2one(
        "tierslieux.subscription",
        string="Subscribers",
        readonly=True,
        aggregator="count_distinct",
        help="On the last day of the month, or today.",
    )
    new_count = fields.Integer(string="Came", readonly=True)
    lost_count = fields.Integer(string="Gone", readonly=True)
    churn = fields.Float(
        string="Churn (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of those there on the first day of the month, who left in it.",
    )
    tenure_months = fields.Float(
        string="Tenure (months)",
        readonly=True,
        aggregator="avg",
        digits=(8, 1),
        help="Since they came, on the last day of the month or their own.",
    )
    amount = fields.Monetary(
        string="Monthly Price",
        readonly=True,
        help="Agreed price before tax and extras; a yearly one counts for a twelfth. Over several"
        " months, the mean of those in which somebody stayed.",
    )

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for.
        return SQL(
            """
            SELECT s.id::bigint * 4096 + row_number() OVER (
                       PARTITION BY s.id ORDER BY period.month
                   ) AS id,
                   s.id AS subscription_id, s.partner_id, s.plan_id, plan.audience, s.place_id,
                   s.company_id, period.month::date AS month,
                   CASE WHEN period.stays THEN s.id END AS staying_id,
                   (s.date_start >= period.month)::int AS new_count,
                   (NOT period.stays)::int AS lost_count,
                   CASE WHEN s.date_start < period.month
                        THEN CASE WHEN period.stays THEN 0.0 ELSE 100.0 END END AS churn,
                   (LEAST(s.date_end, period.last, %(today)s) - s.date_start + 1) / 30.4375
                       AS tenure_months,
                   CASE WHEN period.stays
                        THEN CASE plan.period WHEN 'year' THEN s.amount / 12 ELSE s.amount END
                        ELSE 0.0 END AS amount
              FROM tierslieux_subscription s
              JOIN tierslieux_plan plan ON plan.id = s.plan_id
             CROSS JOIN LATERAL (
                SELECT month, last,
                       s.date_end IS NULL OR s.date_end > LEAST(last, %(today)s - 1) AS stays
                  FROM generate_series(
                           date_trunc('month', s.date_start::timestamp),
                           LEAST(s.date_end, %(today)s)::timestamp,
                           interval '1 month'
                       ) AS month,
                       LATERAL (
                           SELECT (month + interval '1 month' - interval '1 day')::date AS last
                       ) AS bound
             ) AS period
             WHERE s.plan_kind = 'recurring'
               AND s.state IN ('active', 'paused', 'notice', 'ended')
               AND s.date_start <= %(today)s
            """,
            today=fields.Date.context_today(self),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Monthly prices of several months are not added: twelve months at 100 € are 100 €. Months
        in which nobody of the group stayed do not count; other aggregates are what they say."""
        result = super()._read_group_select(aggregate_spec, query)
        # The second is how Odoo's lists add up what is in several currencies.
        if aggregate_spec not in ("amount:sum", "amount:sum_currency"):
            return result
        month = self._field_to_sql(self._table, "month", query)
        staying = self._field_to_sql(self._table, "staying_id", query)
        return SQL(
            "COALESCE(%s / NULLIF(COUNT(DISTINCT %s) FILTER (WHERE %s IS NOT NULL), 0), 0)",
            result,
            month,
            staying,
        )

    def action_open_record(self):
        """Open the subscription that a line counts."""
        self.ensure_one()
        self.subscription_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.subscription",
            "res_id": self.subscription_id.id,
            "view_mode": "form",
        }
