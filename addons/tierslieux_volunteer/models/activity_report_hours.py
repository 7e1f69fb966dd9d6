from odoo import api, fields, models
from odoo.tools import SQL


class TierslieuxActivityReport(models.Model):
    """Validated hours of volunteers, among the activity figures.

    A shift and the hours that stand for it are one: until they are validated, the shift counts as
    it was attended; from then on, they do, with their corrections.
    """

    _inherit = "tierslieux.activity.report"
    _depends = {
        "tierslieux.volunteer.hours": [
            "assignment_id",
            "company_id",
            "corrects_id",
            "date",
            "hours",
            "partner_id",
            "place_id",
            "programme_id",
            "state",
        ],
        "res.company": ["currency_id"],
    }

    kind = fields.Selection(selection_add=[("volunteer_hours", "Volunteers' hours")])

    @api.model
    def _activity_report_parts(self):
        parts = super()._activity_report_parts()
        return {
            **parts,
            "volunteer": SQL(
                """
                SELECT attended.*
                  FROM (%s) AS attended(res_id, res_model, kind, date, place_id, programme_id,
                                        partner_id, company_id, currency_id, hours, headcount,
                                        amount)
                 WHERE NOT EXISTS (
                       SELECT 1 FROM tierslieux_volunteer_hours taken
                        WHERE taken.assignment_id = attended.res_id
                          AND taken.state = 'validated' AND taken.corrects_id IS NULL
                       )
                """,
                parts["volunteer"],
            ),
            "volunteer_hours": SQL(
                """
                SELECT root.id, 'tierslieux.volunteer.hours'::varchar,
                       CASE WHEN root.assignment_id IS NULL THEN 'volunteer_hours'
                            ELSE 'volunteer' END::varchar,
                       root.date, root.place_id, root.programme_id, root.partner_id,
                       root.company_id, company.currency_id, net.hours::numeric, 1, 0::numeric
                  FROM tierslieux_volunteer_hours root
                  JOIN res_company company ON company.id = root.company_id
                 CROSS JOIN LATERAL (
                    SELECT SUM(line.hours) AS hours
                      FROM tierslieux_volunteer_hours line
                     WHERE (line.id = root.id OR line.corrects_id = root.id)
                       AND line.state = 'validated'
                 ) AS net
                 WHERE root.state = 'validated' AND root.corrects_id IS NULL AND net.hours > 0
                """
            ),
        }
