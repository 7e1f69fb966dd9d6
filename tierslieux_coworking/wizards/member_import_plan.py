from odoo import api, fields, models


class TierslieuxMemberImportValue(models.TransientModel):
    """An activity of a file may be one of our plans."""

    _inherit = "tierslieux.member.import.value"

    action = fields.Selection(
        selection_add=[("plan", "Is this plan"), ("leave",)], ondelete={"plan": "set default"}
    )
    plan_id = fields.Many2one(
        "tierslieux.plan",
        string="Our Plan",
        domain="[('company_id', '=', parent.company_id), ('kind', '=', 'recurring')]",
    )

    def _get_choice(self):
        return super()._get_choice() | {"plan_id": self.plan_id.id}

    @api.model
    def _recall_choice(self, memory, company):
        if memory["action"] == "plan":
            plan = self.env["tierslieux.plan"].browse(memory.get("plan_id")).exists()
            if plan.company_id == company:
                return {"action": "plan", "plan_id": plan.id}
        return super()._recall_choice(memory, company)

    @api.onchange("plan_id")
    def _onchange_plan_id(self):
        if self.plan_id:
            self.action = "plan"
            self.type_id = self.scale_id = False

    @api.onchange("action")
    def _onchange_action_plan(self):
        if self.action != "plan":
            self.plan_id = False


class TierslieuxMemberImport(models.TransientModel):
    _inherit = "tierslieux.member.import"

    def _write_others(self, judged, people):
        """Plans under way become subscriptions in draft, one for each person and plan.

        In draft nothing is billed and no place is taken: the team looks at each and starts it. A
        plan that is over, or that the person has already, makes nothing.
        """
        today = fields.Date.context_today(self)
        wanted = {}
        for item in judged:
            row, partner_id = item.row, people.get(item.row.number)
            plan = item.other.plan_id if item.other else None
            start, end = row.get("date_start") or row.get("date_paid"), row.get("date_end")
            if not (plan and partner_id and start) or (end and end < today):
                continue
            # Of several registrations to one plan, the last says since when it runs.
            key = (partner_id, plan.id)
            wanted[key] = max(wanted.get(key, start), start)
        Subscription = self.env["tierslieux.subscription"]
        known = Subscription.search(
            [
                ("partner_id", "in", [partner_id for partner_id, _plan in wanted]),
                ("plan_id", "in", [plan_id for _partner, plan_id in wanted]),
                ("state", "not in", ("ended", "cancelled")),
            ]
        )
        for subscription in known:
            wanted.pop((subscription.partner_id.id, subscription.plan_id.id), None)
        Subscription.create(
            [
                {
                    "partner_id": partner_id,
                    "plan_id": plan_id,
                    "date_start": start,
                    "company_id": self.company_id.id,
                }
                for (partner_id, plan_id), start in wanted.items()
            ]
        )
        parts = [super()._write_others(judged, people)]
        if wanted:
            parts.append(
                self.env._(
                    "%(count)s subscriptions in draft: look at each and start it.",
                    count=len(wanted),
                )
            )
        return "\n".join(filter(None, parts))
