"""Lines of extras say that they are."""


def migrate(cr, version):
    cr.execute(
        "UPDATE tierslieux_billing_line SET is_extras = TRUE"
        " WHERE subscription_id IS NULL AND is_extras IS NOT TRUE"
    )
