from odoo import api, fields, models
from odoo.tools import SQL


class TierslieuxActivityReport(models.Model):
    """One line per service rendered, whatever module it comes from.

    A view over the service records, so that a total is always the sum of records that can be
    opened (``action_open_record``). A module adds its part by extending
    ``_activity_report_parts``; it never writes to this model.
    """

    _name = "tierslieux.activity.report"
    _description = "Activity Figures"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"

    res_model = fields.Char(string="Record Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True, aggregator=None
    )
    kind = fields.Selection([], string="Activity", readonly=True)
    date = fields.Date(readonly=True)
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    programme_id = fields.Many2one("account.analytic.account", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Person", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    hours = fields.Float(readonly=True, help="Decimal hours.")
    headcount = fields.Integer(
        string="Persons",
        readonly=True,
        help="How many persons each activity served: who comes twice counts twice.",
    )
    amount = fields.Monetary(readonly=True)

    @api.model
    def _activity_report_parts(self):
        """The SELECTs this view is the union of.

        :return: dict part name (``[a-z_]+``) → :class:`SQL` that gives, in this order,
            res_id, res_model, kind, date, place_id, programme_id, partner_id, company_id,
            currency_id, hours, headcount, amount. Part names are sorted, so that ids are stable.
        """
        return {}

    @property
    def _table_query(self):
        columns = (
            "res_id, res_model, kind, date, place_id, programme_id, partner_id, company_id,"
            " currency_id, hours, headcount, amount"
        )
        parts = sorted(self._activity_report_parts().items())
        count = max(len(parts), 1)
        if not parts:
            return SQL(
                "SELECT NULL::int AS id, NULL::int AS res_id, NULL::varchar AS res_model,"
                " NULL::varchar AS kind, NULL::date AS date, NULL::int AS place_id,"
                " NULL::int AS programme_id, NULL::int AS partner_id, NULL::int AS company_id,"
                " NULL::int AS currency_id, 0.0 AS hours, 0 AS headcount, 0.0 AS amount"
                " WHERE FALSE"
            )
        # Each part has ids of its own (res_id * number of parts + rank): unique and stable.
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT part.res_id * %s + %s AS id, part.* FROM (%s) AS part(" + columns + ")",
                count,
                rank,
                query,
            )
            for rank, (_name, query) in enumerate(parts)
        )

    def action_open_record(self):
        """Open the record that a line counts."""
        self.ensure_one()
        self.env[self.res_model].browse(self.res_id).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
