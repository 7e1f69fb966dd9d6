from datetime import datetime

from odoo import api, fields, models

from ..tools import clock


class TierslieuxActivityMixin(models.AbstractModel):
    """What every service rendered states: where, when, for whom, with whose money.

    A concrete model inherits this mixin, and adds its SELECT to
    ``tierslieux.activity.report`` through ``_activity_report_parts``; from then on its
    records count in the dashboards and the funder reports beside all others.

    Hours are decimal hours; ``headcount`` is a number of persons.
    """

    _name = "tierslieux.activity.mixin"
    _inherit = ["analytic.mixin"]
    _description = "Activity: what a service record states"

    place_id = fields.Many2one("tierslieux.place", index="btree_not_null", ondelete="restrict")
    programme_id = fields.Many2one(
        "account.analytic.account",
        index="btree_not_null",
        domain="[('root_plan_id', '=', programme_plan_id)]",
        ondelete="restrict",
        help="The service or programme this counts for, in the board's figures.",
    )
    programme_plan_id = fields.Many2one(
        "account.analytic.plan", compute="_compute_programme_plan_id"
    )
    activity_date = fields.Date(compute="_compute_activity_date", store=True, index=True)
    activity_hours = fields.Float(string="Hours", default=0.0)
    headcount = fields.Integer(string="Persons", default=1)

    def _compute_programme_plan_id(self):
        self.programme_plan_id = self.env.ref(
            "tierslieux_base.analytic_plan_programme", raise_if_not_found=False
        )

    @api.depends(lambda self: self._get_activity_date_depends())
    def _compute_activity_date(self):
        name = self._activity_date_field()
        for record in self:
            value = record[name] if name else False
            if isinstance(value, datetime):
                # A stored day must not depend on who computes it: the place's clock tells it.
                value = clock.get_day(value, record.place_id._get_tz())
            record.activity_date = value

    @api.model
    def _get_activity_date_depends(self):
        name = self._activity_date_field()
        if not name:
            return []
        return [name, "place_id"] if self._fields[name].type == "datetime" else [name]

    def _get_analytic_distribution(self):
        """What an invoice line of this record counts for: the distribution given, else the place
        and the programme."""
        self.ensure_one()
        if self.analytic_distribution:
            return self.analytic_distribution
        # sudo: who invoices may be the front desk, which reads no analytic account.
        accounts_sudo = self.place_id.sudo().analytic_account_id | self.programme_id.sudo()
        return {",".join(str(a.id) for a in accounts_sudo): 100.0} if accounts_sudo else False

    @api.model
    def _activity_date_field(self):
        """Name of the date or datetime field that says when the activity took place."""
        return ""
