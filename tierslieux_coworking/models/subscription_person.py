from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)

GUARDS = (
    Guard(
        {"subscription_id", "partner_id", "date_start"},
        ("tierslieux_base.group_coordinator",),
        "_has_been_there",
        _lt(
            "%(record)s has been in the team: « %(fields)s » stays as it was. Enter the last day,"
            " and add another line, or ask a coordinator to correct it."
        ),
    ),
)


class TierslieuxSubscriptionPerson(models.Model):
    """One person of a team's subscription, from a day to a day."""

    _name = "tierslieux.subscription.person"
    _description = "Person of a Subscription"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date_start, id"

    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="restrict"
    )
    date_start = fields.Date(string="First Day", required=True, default=fields.Date.context_today)
    date_end = fields.Date(string="Last Day")
    has_door = fields.Boolean(string="Door Access", default=True)

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A person cannot leave the team before joining it.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (subscription_id WITH =, partner_id WITH =,"
        " daterange(date_start, date_end, '[]') WITH &&)",
        "This person is in the team already on some of these days.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _has_been_there(self, _name, _value):
        today = fields.Date.context_today(self)
        return bool(self) and self.date_start < today and self.subscription_id.state != "draft"

    def _filter_on(self, date):
        """Those in their team on that day."""
        return self.filtered(
            lambda line: line.date_start <= date and (not line.date_end or line.date_end >= date)
        )

    @api.depends("partner_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.partner_id.name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for line in self:
            if line._has_been_there("id", False) and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(name)s has been in the team: enter the last day instead of deleting"
                        " the line, so that the trace stays.",
                        name=line.partner_id.name,
                    )
                )

    @api.constrains("subscription_id", "partner_id", "date_start", "date_end")
    def _check_max_persons(self):
        """Never more persons at once than the plan of the day allows, past, present or planned,
        at two doors at once."""
        for subscription in self.subscription_id:
            lines, planned = subscription.person_ids, subscription._get_price_changes()
            # A day only counts more persons than another when somebody comes, or the plan changes.
            for day in {*lines.mapped("date_start"), *planned.mapped("date")}:
                plan = subscription._get_terms_on(day).plan
                if plan.audience != "team" or not plan.max_persons:
                    continue
                # SQL, and an update: see ``tierslieux.plan._lock_places``.
                self.env.cr.execute(
                    SQL(
                        "UPDATE tierslieux_subscription SET plan_id = plan_id WHERE id = %s",
                        subscription.id,
                    )
                )
                count = len(lines._filter_on(day))
                if count > plan.max_persons:
                    raise ValidationError(
                        self.env._(
                            "%(name)s: « %(plan)s » is for %(limit)s persons at most, %(count)s"
                            " are listed. End the days of one of them, or choose a larger plan.",
                            name=subscription.display_name,
                            plan=plan.name,
                            limit=plan.max_persons,
                            count=count,
                        )
                    )
