"""What was sent of reminders before there was one outbox: see the base's ``old_messages``."""

from odoo.addons.tierslieux_base.tools.old_messages import take_log

READER = "object._get_reminder_reader()"


def take_reminders(cr):
    if take_log(cr, "reminder", "membership_reminder", ("membership_id", "rule_id")):
        _rewrite_reminders(cr)


def _rewrite_reminders(cr):
    """Texts of reminders speak to their reader, who is not the payer every time."""
    cr.execute(
        """
        UPDATE mail_template
           SET partner_to = replace(partner_to, 'object.payer_id.id', %(reader)s || '.id'),
               lang = replace(lang, 'object.payer_id.lang', %(reader)s || '.lang'),
               body_html = replace(
                   body_html::text,
                   'object.payer_id.firstname or object.payer_id.name',
                   %(reader)s || '.firstname or ' || %(reader)s || '.name'
               )::jsonb
         WHERE id IN (SELECT template_id FROM tierslieux_reminder_rule)
        """,
        {"reader": READER},
    )
