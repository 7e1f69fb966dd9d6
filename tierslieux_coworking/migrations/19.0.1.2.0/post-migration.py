"""Pauses not billed yet know until when the subscription was invoiced: they are worked out anew."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE tierslieux_subscription_change AS change
           SET invoiced_until = subscription.billed_until
          FROM tierslieux_subscription AS subscription
         WHERE subscription.id = change.subscription_id
           AND change.kind = 'pause'
           AND change.state <> 'cancelled'
           AND change.billing_line_id IS NULL
           AND change.amount_difference <> 0
           AND change.invoiced_until IS NULL
        """
    )
