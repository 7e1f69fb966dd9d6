"""What is still to bill follows from what each invoice knew when it was made.

- Changes and pauses know until when the subscription was invoiced when they were agreed, and not
  until when it is now.
- Periods know the price at which they are invoiced, without the changes agreed once they were: it
  no longer follows those that are billed later.
- A plan that is changed to from a day to come asks for its deposit; what was changed before
  deposits followed changes was agreed without one.

What the changes add is worked out by the run that bills them.
"""

# A run may have previewed a period long before it invoiced it.
BILLED = """
    billed AS (
        SELECT line.id, line.subscription_id, line.period_start, line.period_end,
               COALESCE(move.create_date, line.create_date) AS billed_at
          FROM tierslieux_billing_line AS line
          LEFT JOIN account_move AS move ON move.id = line.move_id
         WHERE line.state IN ('done', 'nothing')
           AND line.subscription_id IS NOT NULL
    )
"""


def migrate(cr, version):
    cr.execute(
        f"""
        WITH {BILLED}, known AS (
            SELECT change.id, max(billed.period_end) AS until
              FROM tierslieux_subscription_change AS change
              LEFT JOIN billed ON billed.subscription_id = change.subscription_id
               AND billed.billed_at < change.create_date
             GROUP BY change.id
        )
        UPDATE tierslieux_subscription_change AS change
           SET invoiced_until = known.until
          FROM known
         WHERE known.id = change.id
           AND change.state <> 'cancelled'
           AND change.invoiced_until IS DISTINCT FROM known.until
           AND (change.kind IN ('plan', 'price') AND change.invoiced_until IS NULL
                OR change.kind = 'pause' AND change.billing_line_id IS NULL
                   AND change.amount_difference <> 0)
        """
    )
    cr.execute(
        f"""
        WITH {BILLED}, agreed AS (
            SELECT id, subscription_id, date, create_date, old_amount, new_amount
              FROM tierslieux_subscription_change
             WHERE kind IN ('plan', 'price')
               AND state <> 'cancelled'
               -- The trace of one that could not be made: no price of its own.
               AND (old_amount <> new_amount OR old_plan_id <> new_plan_id)
        )
        UPDATE tierslieux_billing_line AS line
           SET price = COALESCE(
                   (SELECT agreed.new_amount
                      FROM agreed
                     WHERE agreed.subscription_id = billed.subscription_id
                       AND agreed.date <= billed.period_start
                       AND agreed.create_date <= billed.billed_at
                     ORDER BY agreed.date DESC, agreed.id DESC
                     LIMIT 1),
                   (SELECT agreed.old_amount
                      FROM agreed
                     WHERE agreed.subscription_id = billed.subscription_id
                     ORDER BY agreed.date, agreed.id
                     LIMIT 1))
          FROM billed
         WHERE billed.id = line.id
           AND EXISTS (
               SELECT 1
                 FROM agreed
                WHERE agreed.subscription_id = billed.subscription_id
                  AND agreed.date <= billed.period_start
                  AND agreed.create_date > billed.billed_at)
        """
    )
    cr.execute(
        """
        UPDATE tierslieux_subscription_change AS change
           SET deposit_amount = plan.deposit_amount
          FROM tierslieux_plan AS plan
         WHERE plan.id = change.new_plan_id
           AND change.kind = 'plan'
           AND change.state = 'planned'
           AND change.deposit_amount IS NULL
        """
    )
