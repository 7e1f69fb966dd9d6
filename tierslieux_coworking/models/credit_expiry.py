from odoo import api, models
from odoo.tools import SQL

from ..tools.credit_allocation import over_cap, to_credits


class TierslieuxCreditLine(models.Model):
    """What is over expires, and so does what is above the cap of what is carried over."""

    _inherit = "tierslieux.credit.line"

    @api.model
    def _expire(self, date, limit=None):
        """Expire what is left of lots whose last day, or their subscription's, is before ``date``.

        SQL: one aggregate says which lots have something left, out of all there ever were.

        :return: the lines
        """
        self.flush_model()
        self.env["tierslieux.subscription"].flush_model(["date_end", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.quantity + COALESCE(SUM(line.quantity), 0)
                  FROM tierslieux_credit_line lot
                  JOIN tierslieux_subscription s ON s.id = lot.subscription_id
             LEFT JOIN tierslieux_credit_line line ON line.lot_id = lot.id
                 WHERE lot.move = 'grant'
                   AND (lot.date_expiry < %(date)s OR s.date_end < %(date)s
                        OR s.state IN ('ended', 'cancelled'))
              GROUP BY lot.id
                HAVING lot.quantity + COALESCE(SUM(line.quantity), 0) > 0
              ORDER BY lot.id
                 LIMIT %(limit)s
                """,
                date=date,
                limit=limit,
            )
        )
        lots = self.browse(lot for lot, _left in rows)
        lots._lock_lots()
        return self._post(
            "expire", [{"lot_id": lot, "quantity": -left, "date": date} for lot, left in rows]
        )

    @api.model
    def _expire_above_cap(self, subscriptions, date):
        """Take off what is above the cap of what is carried over into the period of ``date``.

        :return: the lines
        """
        subscriptions = subscriptions.filtered(
            lambda s: s.plan_id.credit_ids.filtered(lambda c: c.rolls_over and c.rollover_cap)
        )
        lots = self.sudo().search(
            [
                ("subscription_id", "in", subscriptions.ids),
                ("move", "=", "grant"),
                ("date_expiry", "=", False),
                ("is_unlimited", "=", False),
            ]
        )
        lots._lock_lots()
        left = lots._get_left()
        by_key = lots.grouped(lambda lot: (lot.subscription_id, lot.type_id))
        vals_list = []
        for subscription in subscriptions:
            start = subscription._get_period(date)[0]
            for given in subscription.plan_id.credit_ids:
                if not (given.rolls_over and given.rollover_cap):
                    continue
                own = by_key.get((subscription, given.type_id), self.browse())
                purse = [lot._to_lot(left[lot.id]) for lot in own]
                cap = to_credits(given.rollover_cap)
                for lot, part in over_cap(purse, start, cap):
                    vals_list.append(
                        {
                            "lot_id": lot,
                            "quantity": -part,
                            "reason": self.env._(
                                "At most %(cap)s carried over",
                                cap=given.type_id._format_number(cap),
                            ),
                        }
                    )
        return self._post("expire", vals_list)
