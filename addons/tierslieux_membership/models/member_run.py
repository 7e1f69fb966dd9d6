from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What a run follows from.
FACTS = ("company_id", "date_confirmed", "date_start", "fee_state", "grace_end", "is_cancelled")
PATHS = ("partner_id.membership_ids", "partner_id.covered_membership_ids")


class TierslieuxMemberRun(models.Model):
    """A stretch of days without a gap on which somebody was a member of an association.

    One life as a member, worked out from the facts whenever it is asked: whatever the types, in
    whatever order they were recorded, by one's own fee or by one that covers the person, on the
    days on which it does. Days of grace count, as they make a member; a fee that was never paid, or
    was given back, does not.
    """

    _name = "tierslieux.member.run"
    _description = "Continuous Membership"
    _auto = False
    _order = "date_start, id"
    _depends = {
        "tierslieux.membership": ["covered_partner_ids", "partner_id", *FACTS],
        "tierslieux.membership.cover": ["date_end", "date_start", "membership_id", "partner_id"],
    }

    partner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_start = fields.Date(string="Start", readonly=True)
    date_end = fields.Date(string="End", readonly=True, help="Days of grace included.")

    @property
    def _table_query(self):
        # SQL: window functions, which the ORM has no words for. A period begins a run when all
        # those before it were over the day before; every partition is by person first, so that
        # PostgreSQL reads the periods of the persons asked for, and no others.
        return SQL(
            """
            SELECT partner_id::bigint * 10000 + run AS id, partner_id, company_id,
                   MIN(date_start) AS date_start, MAX(grace_end) AS date_end
              FROM (
                    SELECT partner_id, company_id, date_start, grace_end,
                           SUM(is_first) OVER (
                               PARTITION BY partner_id ORDER BY company_id, date_start, id
                           ) AS run
                      FROM (
                            SELECT id, partner_id, company_id, date_start, grace_end,
                                   CASE WHEN date_start <= 1 + MAX(grace_end) OVER (
                                       PARTITION BY partner_id, company_id
                                       ORDER BY date_start, id
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                                   ) THEN 0 ELSE 1 END AS is_first
                              FROM (
                                    %(periods)s
                                   ) period
                           ) marked
                   ) numbered
             GROUP BY partner_id, company_id, run
            """,
            periods=self._get_periods_sql(),
        )

    @api.model
    def _get_periods_sql(self):
        """The days on which each fee makes somebody a member: one's own, or one that covers."""
        return SQL(
            """
            SELECT m.id, m.partner_id, m.company_id, m.date_start, m.grace_end
              FROM tierslieux_membership m
             WHERE %(counted)s
             UNION
            SELECT m.id, covered.partner_id, m.company_id,
                   GREATEST(m.date_start, came.date_start), m.grace_end
              FROM tierslieux_membership m
              JOIN tierslieux_membership_covered_rel covered ON covered.membership_id = m.id
              LEFT JOIN tierslieux_membership_cover came
                ON came.membership_id = m.id
               AND came.partner_id = covered.partner_id
               AND came.date_end IS NULL
             WHERE %(counted)s
             UNION
            SELECT m.id, went.partner_id, m.company_id,
                   GREATEST(m.date_start, went.date_start), LEAST(m.grace_end, went.date_end)
              FROM tierslieux_membership m
              JOIN tierslieux_membership_cover went
                ON went.membership_id = m.id
               AND went.date_end IS NOT NULL
             WHERE %(counted)s
            """,
            counted=SQL(
                "m.date_confirmed IS NOT NULL AND m.is_cancelled IS NOT TRUE"
                " AND m.fee_state IN ('none', 'paid')"
            ),
        )

    @api.model
    def _get_senior_domain(self, company, since, day, persons=None):
        """Domain on persons whose run in the company includes both days.

        :param persons: ids, where it is asked of these alone: the periods of others are not read
        """
        for name, names in self._depends.items():
            self.env[name].flush_model(names)
        among = SQL("TRUE") if persons is None else SQL("partner_id = ANY(%s)", list(persons))
        # SQL: whether the days between are all covered, without the runs of all other years.
        return Domain(
            "id",
            "in",
            SQL(
                """(
                SELECT partner_id
                  FROM (%(periods)s) AS period
                 WHERE company_id = %(company)s AND %(among)s
                   AND date_start <= %(day)s AND grace_end >= %(since)s
                   AND date_start <= grace_end
                 GROUP BY partner_id
                HAVING range_agg(daterange(date_start, grace_end, '[]'))
                       @> daterange(%(since)s, %(day)s, '[]')
                )""",
                periods=self._get_periods_sql(),
                company=company.id,
                among=among,
                since=since,
                day=day,
            ),
        )

    @api.model
    def _get_runs(self, partners, companies):
        """The runs of these persons, in one query.

        :return: {(partner, company): list of (start, end), both inclusive}
        """
        # sudo: since when somebody is a member is no secret to who may read the membership
        groups = self.sudo()._read_group(
            [("partner_id", "in", partners.ids), ("company_id", "in", companies.ids)],
            ["partner_id", "company_id"],
            ["date_start:array_agg", "date_end:array_agg"],
        )
        return {
            (partner.id, company.id): list(zip(starts, ends, strict=True))
            for partner, company, starts, ends in groups
        }


class TierslieuxMembership(models.Model):
    _inherit = "tierslieux.membership"

    # Not stored: other records decide it, of other types, other persons, and recorded later.
    member_since = fields.Date(
        compute="_compute_member_since",
        help="First day of continuous membership, whatever the types of membership.",
    )

    @api.depends("date_start", *(f"{path}.{name}" for path in PATHS for name in FACTS))
    def _compute_member_since(self):
        """The first day of the run that this membership is in, or would prolong once paid."""
        runs = self.env["tierslieux.member.run"]._get_runs(
            self.partner_id._origin, self.company_id._origin
        )
        runs = defaultdict(list, runs)
        for membership in self:
            start = membership.date_start
            key = (membership.partner_id._origin.id, membership.company_id._origin.id)
            membership.member_since = start and next(
                (
                    first
                    for first, last in runs[key]
                    if first <= start <= fields.Date.add(last, days=1)
                ),
                start,
            )

    def _counts_on(self, day):
        """Whether a membership that counts (paid or free) makes a member on that day: the same as
        ``_member_domain``, of one that it found."""
        self.ensure_one()
        is_left = self.resign_date and self.resign_date <= day
        return not is_left and self.date_start <= day <= self.grace_end
