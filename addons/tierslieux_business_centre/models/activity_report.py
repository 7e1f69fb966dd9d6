from odoo import api, fields, models
from odoo.tools import SQL


class TierslieuxActivityReport(models.Model):
    """Secretarial work, among the activity figures."""

    _inherit = "tierslieux.activity.report"
    _depends = {
        "tierslieux.secretariat.time": [
            "activity_date",
            "activity_hours",
            "amount",
            "company_id",
            "headcount",
            "partner_id",
            "place_id",
            "programme_id",
        ],
        "res.company": ["currency_id"],
    }

    kind = fields.Selection(selection_add=[("secretariat", "Secretarial work")])

    @api.model
    def _activity_report_parts(self):
        """Add the work done for people, free or billed."""
        return {
            **super()._activity_report_parts(),
            "secretariat": SQL(
                """
                SELECT w.id, 'tierslieux.secretariat.time'::varchar, 'secretariat'::varchar,
                       w.activity_date, w.place_id, w.programme_id, w.partner_id, w.company_id,
                       company.currency_id, w.activity_hours::numeric, GREATEST(w.headcount, 1),
                       w.amount::numeric
                  FROM tierslieux_secretariat_time w
                  JOIN res_company company ON company.id = w.company_id
                """
            ),
        }
