from odoo import api, fields, models
from odoo.tools import SQL


class TierslieuxActivityReport(models.Model):
    """Memberships, the first part of the activity figures."""

    _inherit = "tierslieux.activity.report"
    _depends = {
        "tierslieux.membership": [
            "activity_date",
            "activity_hours",
            "amount",
            "company_id",
            "currency_id",
            "date_confirmed",
            "fee_state",
            "headcount",
            "is_cancelled",
            "partner_id",
            "place_id",
            "programme_id",
        ]
    }

    kind = fields.Selection(selection_add=[("membership", "Membership")])

    @api.model
    def _activity_report_parts(self):
        """Add the memberships that took place: confirmed, and paid or free."""
        return {
            **super()._activity_report_parts(),
            "membership": SQL(
                """
                SELECT m.id, 'tierslieux.membership'::varchar, 'membership'::varchar,
                       m.activity_date, m.place_id, m.programme_id, m.partner_id,
                       m.company_id, m.currency_id, m.activity_hours::numeric, m.headcount,
                       m.amount::numeric
                  FROM tierslieux_membership m
                 WHERE m.date_confirmed IS NOT NULL
                   AND m.is_cancelled IS NOT TRUE
                   AND m.fee_state IN ('none', 'paid')
                """
            ),
        }
