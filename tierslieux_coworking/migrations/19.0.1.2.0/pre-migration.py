"""Each period billed knows the price it is invoiced at from its first day on.

Before the models load: worked out by them, it would read columns that are not there yet.
"""


def migrate(cr, version):
    cr.execute("ALTER TABLE tierslieux_billing_line ADD COLUMN IF NOT EXISTS price numeric")
    cr.execute(
        """
        UPDATE tierslieux_billing_line AS line
           SET price = COALESCE(
                   (SELECT change.new_amount
                      FROM tierslieux_subscription_change AS change
                     WHERE change.subscription_id = line.subscription_id
                       AND change.kind IN ('plan', 'price')
                       AND change.state = 'planned'
                       AND change.date <= line.period_start
                     ORDER BY change.date DESC, change.id DESC
                     LIMIT 1),
                   (SELECT change.old_amount
                      FROM tierslieux_subscription_change AS change
                     WHERE change.subscription_id = line.subscription_id
                       AND change.kind IN ('plan', 'price')
                       AND change.state = 'done'
                       AND change.date > line.period_start
                     ORDER BY change.date, change.id
                     LIMIT 1),
                   subscription.amount)
          FROM tierslieux_subscription AS subscription
         WHERE subscription.id = line.subscription_id
        """
    )
